"""From blocks of runs to parts of a fixed size: memory is bounded, and parts do not depend on blocks."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.sweep import tables
from sim.sweep.columns import Column

if TYPE_CHECKING:
    from sim.ensemble import Block

PART_RUNS = 8192
"""Runs a part: 150 columns of them take 10 MB."""
PART_ROWS = 65536
"""Rows of series a part, to the next whole run: 150 columns of them take 40 MB."""


class Sink(Protocol):
    """Where parts go: a folder or memory."""

    manifest: dict[str, Any]

    def put(self, name: str, table: pa.Table) -> None:
        """Take one part."""

    def finish(self, kept: set[str]) -> None:
        """Take note that all parts are there."""


class Memory:
    """Parts kept in memory."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.manifest = manifest
        self.tables: dict[str, list[pa.Table]] = {}

    def put(self, name: str, table: pa.Table) -> None:
        """Keep one part."""
        self.tables.setdefault(name.partition("/")[0], []).append(table)

    def finish(self, kept: set[str]) -> None:
        """Declare the results complete."""
        self.manifest["complete"] = True


class Chunks:
    """Rows of parallel arrays, handed on in chunks of one size whatever sizes they came in."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._held: list[tuple[NDArray[Any], ...]] = []
        self._rows = 0

    def add(self, *arrays: NDArray[Any]) -> Iterator[tuple[NDArray[Any], ...]]:
        """Take rows; yields each chunk that is full."""
        self._held.append(arrays)
        self._rows += len(arrays[0])
        while self._rows >= self.size:
            whole = self._joined()
            yield tuple(array[: self.size] for array in whole)
            self._held = [tuple(array[self.size :] for array in whole)]
            self._rows -= self.size

    def rest(self) -> Iterator[tuple[NDArray[Any], ...]]:
        """Yields what is left, if anything."""
        if self._rows:
            yield self._joined()
        self._held, self._rows = [], 0

    def _joined(self) -> tuple[NDArray[Any], ...]:
        return tuple(np.concatenate(arrays) for arrays in zip(*self._held, strict=True))


class Recorder:
    """Writes the blocks of an engine, in run order, into a sink.

    Attributes
    ----------
    done : int
        Runs taken so far.
    names : set of str
        Parts written.
    """

    def __init__(
        self, sink: Sink, columns: Sequence[Column], series: Sequence[Column], weeks: NDArray[np.float64]
    ) -> None:
        self.sink = sink
        self.columns, self.series, self.weeks = columns, series, weeks
        self.done = 0
        self.names: set[str] = set()
        self._counts = {"runs": 0, "series": 0}
        self._runs = Chunks(PART_RUNS)
        self._kept = Chunks(max(1, PART_ROWS // max(len(weeks), 1)))

    def take(self, block: Block, runs: NDArray[np.int64]) -> None:
        """Take the next block.

        Parameters
        ----------
        block : Block
        runs : ndarray of int64, shape (R, 2)
            Point and replicate of all runs of the plan.
        """
        these = runs[block.first : block.first + len(block.summary)]
        failure = np.array(block.failure, dtype=object)
        self.sink.manifest["failures"] += sum(one is not None for one in block.failure)
        for chunk in self._runs.add(these, block.summary, failure):
            self._put_runs(*chunk)
        if len(block.kept) and self.series:
            for chunk in self._kept.add(runs[block.kept], block.series.astype(np.float32)):
                self._put_series(*chunk)
        self.done += len(these)

    def flush(self) -> None:
        """Write what is left as last, shorter parts."""
        for chunk in self._runs.rest():
            self._put_runs(*chunk)
        for chunk in self._kept.rest():
            self._put_series(*chunk)

    def put(self, name: str, table: pa.Table) -> None:
        """Write one part."""
        self.sink.put(name, table)
        self.names.add(name)

    def _put_runs(self, runs: NDArray[np.int64], summary: NDArray[np.float64], failure: NDArray[Any]) -> None:
        self.put(self._next("runs"), tables.runs_table(self.columns, runs, summary, failure.tolist()))

    def _put_series(self, runs: NDArray[np.int64], series: NDArray[np.float32]) -> None:
        self.put(self._next("series"), tables.series_table(self.series, runs, self.weeks, series))

    def _next(self, room: str) -> str:
        number = self._counts[room]
        self._counts[room] += 1
        return f"{room}/part-{number:05d}.parquet"


@contextmanager
def heard(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C set `stop` before it is raised, so that blocks under way on other threads end at once."""

    def press(number: int, frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        stop.set()
        signal.signal(signal.SIGINT, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until the body is done, so that no row is lost between buffer and disk."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
