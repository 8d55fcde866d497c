"""From blocks of runs to parts: what is stored does not depend on blocks, nor on where a run of them was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim import tables
from sim.errors import ResultsError
from sim.experiments.stages import Part, Schedule, spread_out
from sim.outcomes import Column
from sim.storage.folder import Folder
from sim.storage.resume import usable_runs

if TYPE_CHECKING:
    from sim.ensemble import Block

Chunks = Iterator[tuple[int, NDArray[np.int64]]]
"""Runs that are missing: position of the first, and point and replicate of each."""
CHECKPOINT = 20.0
"""Seconds after which a part that is not full is written all the same."""
MOST_NOTED = 100
"""Failures that the log names."""


class Memory:
    """Parts kept in memory, with the doors of a `Folder`."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.manifest = manifest
        self.parts: dict[str, pa.Table] = {}

    def put(self, name: str, chunks: Iterable[pa.Table], **more: Any) -> None:
        """Keep one part."""
        self.parts[name] = pa.concat_tables(chunks)
        self.manifest["failures"] += more.get("failures", 0)

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """Give a part back."""
        return self.parts[name] if columns is None else self.parts[name].select(columns)

    def save(self) -> None:
        """Nothing to do."""

    def finish(self) -> None:
        """Declare the results complete."""
        self.manifest["complete"] = True

    def note(self, event: str, **fields: Any) -> None:
        """Nothing to do."""

    def say(self, **more: Any) -> None:
        """Nothing to do."""

    def tables(self) -> dict[str, list[pa.Table]]:
        """Parts by kind."""
        found: dict[str, list[pa.Table]] = {}
        for name, table in sorted(self.parts.items()):
            found.setdefault(name.partition("/")[0], []).append(table)
        return found


Sink = Folder | Memory


class Writer:
    """Writes one part beside the computing of the next, so that nobody waits for the disk."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    def begin(self, task: Callable[[], None]) -> None:
        """Begin a task once the one before is done; raises what that one raised."""
        self.wait()
        self._under_way = self._pool.submit(task)

    def wait(self) -> None:
        """Wait until nothing is under way; raises what it raised."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()


class Recorder:
    """Writes what an engine gives into a sink, part by part, so that a sweep that is stopped has an even sample.

    Parameters
    ----------
    sink : Sink
    schedule : Schedule
    columns, series : sequence of Column
    weeks : ndarray
        Week of each row of a series.
    most_failures : float or None
        Share of failed runs above which no more are run; looked at whenever a part is full.
    lengths : callable, optional
        Weeks that runs of points last, if not all as long.

    Attributes
    ----------
    done, failed : int
        Runs stored or taken, and how many of them failed.
    """

    def __init__(
        self,
        sink: Sink,
        schedule: Schedule,
        columns: Sequence[Column],
        series: Sequence[Column],
        weeks: NDArray[np.float64],
        most_failures: float | None = None,
        lengths: Callable[[NDArray[np.int64]], NDArray[np.float64]] | None = None,
    ) -> None:
        self.sink, self.schedule = sink, schedule
        self.columns, self.series, self.weeks = columns, series, weeks
        self.most_failures, self.lengths = most_failures, lengths
        parts = sink.manifest["parts"]
        stored = {part.number: usable_runs(part, parts) for part in schedule.parts}
        missing = [part for part in spread_out(schedule.parts) if part.first + stored[part.number] < part.last]
        self._missing = sorted(missing, key=lambda part: not stored[part.number])  # parts that were begun come first
        self._begun = stored
        self.done = sum(stored.values())
        self.failed: int = sum(
            parts[part.file("runs")].get("failures", 0) for part in schedule.parts if stored[part.number]
        )
        self._at = 0
        self._before: dict[str, list[pa.Table]] = {}
        self._forget()
        self._writer = Writer()
        self._written = time.monotonic()

    def chunks(self, size: int) -> Chunks:
        """What is still to be run, so many runs at a time."""
        for part in self._missing:
            for first in range(part.first + self._begun[part.number], part.last, size):
                yield first, self.schedule.runs(first, min(first + size, part.last))

    def take(self, block: Block) -> None:
        """Take the next block; it lies within one part."""
        part = self._missing[self._at]
        count = len(block.summary)
        if not self._runs:
            self._before = {room: list(self._stored(part, room)) for room in ("runs", "series")}
        self._runs.append(self.schedule.runs(block.first, block.first + count))
        self._summary.append(block.summary)
        self._failure.extend(block.failure)
        if len(block.kept) and self.series:
            self._kept.append(self._runs[-1][block.kept - block.first])
            self._series.append(block.series.astype(np.float32))
        self.done += count
        self._note_failures(block)
        if block.first + count == part.last:
            self._write(part)
            self._at += 1
            self._forget()
            self._weigh()
        elif time.monotonic() - self._written > CHECKPOINT:
            self._write(part)

    def flush(self) -> None:
        """Write what is there of a part that is not full, and wait until all is written."""
        if self._runs:
            self._write(self._missing[self._at])
            self._forget()
        self._writer.wait()

    def _write(self, part: Part) -> None:
        """Begin to write a part, behind what an earlier call stored of it."""
        runs, summary, failure = list(self._runs), list(self._summary), list(self._failure)
        kept, series, before = list(self._kept), list(self._series), self._before
        said = {"part": part.number, "runs": self.done, "of": self.schedule.count, "failures": self.failed}

        def task() -> None:
            made = tables.runs_table(self.columns, np.concatenate(runs), np.concatenate(summary), failure)
            over_time = []
            if kept:
                ids, rows = np.concatenate(kept), np.concatenate(series)
                series.clear()  # the largest thing there is, and now there twice
                over_time = [self._without_padding(tables.series_table(self.series, ids, self.weeks, rows))]
            write_part(self.sink, part, [*before["runs"], made], [*before["series"], *over_time])
            self.sink.note("part", **said)

        self._writer.begin(task)
        self._written = time.monotonic()

    def _without_padding(self, series: pa.Table) -> pa.Table:
        """Rows of weeks that their runs last."""
        if self.lengths is None:
            return series
        return series.filter(pa.array(series["week"].to_numpy() < self.lengths(series["point"].to_numpy())))

    def _stored(self, part: Part, room: str) -> Iterator[pa.Table]:
        """What an earlier call has stored of a part that was not full then."""
        if self._begun[part.number] and part.file(room) in self.sink.manifest["parts"]:
            yield self.sink.read(part.file(room))

    def _note_failures(self, block: Block) -> None:
        for why in filter(None, block.failure):
            self.failed += 1
            if self.failed <= MOST_NOTED:
                self.sink.note("failure", why=why)

    def _weigh(self) -> None:
        """Give up where too large a share of the runs failed."""
        share = self.failed / self.done
        if self.most_failures is not None and share > self.most_failures:
            raise ResultsError(
                f"{self.failed:,} of {self.done:,} runs failed ({share:.0%}), more than the chosen "
                f"{self.most_failures:.0%}; the column `failure` of the runs says why. The same command with a larger "
                "--most-failures goes on"
            )

    def _forget(self) -> None:
        self._runs: list[NDArray[np.int64]] = []
        self._summary: list[NDArray[np.float64]] = []
        self._failure: list[str | None] = []
        self._kept: list[NDArray[np.int64]] = []
        self._series: list[NDArray[np.float32]] = []
        self._before = {}


def write_part(sink: Sink, part: Part, runs: Sequence[pa.Table], series: Sequence[pa.Table]) -> None:
    """Write the files of a part, and enter both in the manifest at once.

    Parameters
    ----------
    sink : Sink
    part : Part
    runs, series : sequence of pyarrow.Table
        Rows in pieces, in order; `series` may be empty.
    """
    rows = 0
    if series:
        joined = tables.joined(series)
        rows = joined.num_rows
        sink.put(part.file("series"), [joined])
    joined = tables.joined(runs)
    failures = joined.num_rows - joined["failure"].null_count
    sink.put(part.file("runs"), [joined], failures=failures, series=rows)
    sink.save()
