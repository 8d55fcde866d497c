"""Where the rows of a plan go: memory, or a locked folder that is found, resumed, extended, or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.errors import ResultsError
from sim.experiments.lengths import WEEKS
from sim.outcomes import Column, weeks_of
from sim.results.prepare import complete, prepare
from sim.results.results import Results
from sim.storage import resume
from sim.storage.folder import Folder
from sim.storage.manifest import DESIGN
from sim.storage.recording import Chunks, Memory, Recorder, Sink
from sim.storage.signals import Stopped, signal_of, uninterrupted

if TYPE_CHECKING:
    from sim.ensemble import Block
    from sim.execution.options import RunOptions
    from sim.experiments.plan import Plan
    from sim.experiments.stages import Stage


class Target:
    """Takes the blocks of a plan and stores them, part by part and stage by stage.

    Parameters
    ----------
    sink : Folder or Memory
        Its manifest says which stages there are and which parts are stored.
    plan : Plan
    columns, series : sequence of Column
    most_failures : float or None
        Share of failed runs above which no more are run.

    Attributes
    ----------
    manifest : dict
    found : bool
        Whether the results were there already, whole.
    """

    def __init__(
        self,
        sink: Sink,
        plan: Plan,
        columns: Sequence[Column],
        series: Sequence[Column],
        most_failures: float | None = None,
    ) -> None:
        self.manifest, self.found = sink.manifest, False
        self._sink, self._plan, self._most_failures = sink, plan, most_failures
        self._columns, self._series = columns, series
        self._recorder = self._next_recorder()

    @property
    def done(self) -> int:
        """Runs that are stored or taken."""
        return self._recorder.done

    @property
    def failed(self) -> int:
        """Those of them that failed."""
        return self._recorder.failed

    @property
    def total(self) -> int:
        """Runs that are planned so far."""
        return self._recorder.schedule.count

    def stages(self, further: Callable[[Target], Stage | None]) -> Iterator[Callable[[int], Chunks]]:
        """What is missing, stage after stage, as a function that gives it so many runs at a time.

        Parameters
        ----------
        further : callable
            Decides the next stage, if there is one, once all before it is stored.
        """
        while True:
            yield self._recorder.chunks
            with uninterrupted():
                self._recorder.flush()
            if self.done < self.total:
                raise KeyboardInterrupt  # the engine heard the stop first
            stage = further(self)
            if stage is None:
                return
            self.manifest["stages"].append(stage.said())
            self._sink.save()
            self._recorder = self._next_recorder()

    def add(self, block: Block) -> None:
        """Take the next block."""
        with uninterrupted():
            self._recorder.take(block)

    def values(self, outcome: str) -> Iterator[tuple[Any, Any]]:
        """Points and values of an outcome of all runs, part by part."""
        for part in self._recorder.schedule.parts:
            table = self._sink.read(part.file("runs"), ["point", outcome])
            yield table["point"].to_numpy(), table[outcome].to_numpy(zero_copy_only=False)

    def put_design(self) -> None:
        """Store the design, where it is not yet."""
        if DESIGN not in self.manifest["parts"]:
            with uninterrupted():
                self._sink.put(DESIGN, self._plan.design_tables())
                self._sink.save()

    def put(self, name: str, tables: Iterable[pa.Table]) -> None:
        """Store a table that belongs to no run."""
        with uninterrupted():
            self._sink.put(name, tables)

    def say(self, **more: Any) -> None:
        """Tell other terminals how far it is."""
        self._sink.say(done=self.done, total=self.total, failures=self.failed, **more)

    def finish(self) -> None:
        """Declare the results complete."""
        with uninterrupted():
            self._sink.finish()
            self._sink.note("complete", runs=self.done, failures=self.failed)

    def put_away(self, why: str) -> None:
        """Store what is finished when no more will come."""
        with uninterrupted():
            self._recorder.flush()
            self._sink.note("stopped", runs=self.done, by=why)

    def results(self) -> Results:
        """What is stored, once the folder is closed."""
        if isinstance(self._sink, Folder):
            return Results.open(self._sink.path, found=self.found)
        return Results(self.manifest, self._sink.tables())

    def farewell(self) -> str:
        """What is said of the runs when they were stopped."""
        if not self.done:
            return "stopped before a run was finished; the same command starts again"
        begin = f"stopped after {self.done:,} of {self.total:,} runs"
        if isinstance(self._sink, Folder):
            return f"{begin}; they can be read in {self._sink.path}; the same command goes on"
        return f"{begin}; nothing was stored"

    def _next_recorder(self) -> Recorder:
        plan = self._plan
        weeks = weeks_of(plan.scenario.structure, plan.series.every)
        lengths = plan.lengths if WEEKS in plan.paths else None
        schedule = resume.schedule_of(self.manifest)
        return Recorder(self._sink, schedule, self._columns, self._series, weeks, self._most_failures, lengths)


@contextmanager
def open_target(
    plan: Plan, manifest: dict[str, Any], columns: Sequence[Column], series: Sequence[Column], options: RunOptions
) -> Iterator[Target]:
    """A target that waits for the rows that it lacks; when the body is stopped, it keeps those that are finished.

    Raises
    ------
    ResultsError
        If the folder cannot be written, or holds other results.
    Stopped
        After Ctrl-C, SIGTERM or SIGHUP.
    """
    out = options.get("out")
    if out is None:
        with _keeping(Target(Memory(manifest), plan, columns, series, options.get("most_failures"))) as target:
            yield target
        return
    folder = Folder(Path(out), manifest)
    try:
        folder.take(options.get("wait", False), options.get("tell"))
        found = complete(folder.path, manifest)
        if not found:
            prepare(folder, plan if options.get("extend") else None, force=options.get("force", False))
        target = Target(folder, plan, columns, series, options.get("most_failures"))
        target.found = found
        with _keeping(target):
            yield target
    finally:
        folder.close()


@contextmanager
def _keeping(target: Target) -> Iterator[Target]:
    """Put away what is finished, whatever ends the body."""
    try:
        yield target
    except KeyboardInterrupt as pressed:
        number = signal_of(pressed)
        target.put_away(f"signal {number}")
        raise Stopped(target.farewell(), number) from None
    except BaseException as error:
        with suppress(ResultsError):  # a full disk: what was stored before stays
            target.put_away(f"{type(error).__name__}: {error}")
        raise
