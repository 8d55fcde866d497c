"""Filling a folder, or memory, with the rows of a plan that are not there yet."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from math import isfinite
from time import monotonic
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.errors import ResultsError
from sim.execution import engine
from sim.execution.adaptive import next_round, spread_of
from sim.execution.signals import Stopped, heard, signal_of, uninterrupted
from sim.experiments.lengths import WEEKS
from sim.experiments.replicates import Adaptive
from sim.outcomes import Column, weeks_of
from sim.quantities import TERMS
from sim.storage.manifest import DESIGN, REASONS
from sim.storage.recording import Recorder
from sim.storage.resume import schedule_of
from sim.tables import reasons_table

if TYPE_CHECKING:
    from sim.execution.runner import Running
    from sim.experiments.plan import Plan
    from sim.experiments.stages import Stage
    from sim.storage.sinks import Sink

MOST_EXPLAINED = 16
"""Points whose utility terms are kept; in larger designs only the first point's are."""
TOLD_EVERY = 1.0
"""Seconds between two tellings of other terminals how far it is."""


class Filling:
    """Runs what a sink lacks of a plan, and puts it away.

    Parameters
    ----------
    sink : Sink
        Its manifest says which stages there are and which parts are stored.
    plan : Plan
    running : Running
    columns, series : sequence of Column
    """

    def __init__(
        self, sink: Sink, plan: Plan, running: Running, columns: Sequence[Column], series: Sequence[Column]
    ) -> None:
        self.sink, self.plan, self.running = sink, plan, running
        self.columns, self.series = columns, series
        self._recorder = self._next_recorder()
        self._began: tuple[float, int] | None = None
        self._told = monotonic()

    def run(self) -> None:
        """Run everything; when stopped, put away what is finished.

        Raises
        ------
        Stopped
            After Ctrl-C, SIGTERM or SIGHUP.
        """
        stop = threading.Event()
        try:
            with heard(stop):
                self._design()
                self._simulate(stop)
                self._explain()
                with uninterrupted():
                    self.sink.finish()
                    self.sink.note("complete", runs=self._recorder.done, failures=self._recorder.failed)
        except KeyboardInterrupt as pressed:
            number = signal_of(pressed)
            self._put_away("stopped", by=f"signal {number}")
            raise Stopped(self._farewell(), number) from None
        except BaseException as error:
            with suppress(ResultsError):  # a full disk: what was stored before stays
                self._put_away("stopped", by=f"{type(error).__name__}: {error}")
            raise

    def _put_away(self, event: str, **fields: Any) -> None:
        with uninterrupted():
            self._recorder.flush()
            self.sink.note(event, runs=self._recorder.done, **fields)

    def _design(self) -> None:
        if DESIGN not in self.sink.manifest["parts"]:
            with uninterrupted():
                self.sink.put(DESIGN, self.plan.design_tables())
                self.sink.save()

    def _simulate(self, stop: threading.Event) -> None:
        """Run stage after stage, until no further one follows."""
        with engine.open_engine(self.running, self.plan, self.columns, self.series) as opened:
            while True:
                self._stage(opened, stop)
                further = self._further()
                if further is None:
                    return
                self.sink.manifest["stages"].append(further.said())
                self.sink.save()
                self._recorder = self._next_recorder()

    def _stage(self, opened: engine.Engine, stop: threading.Event) -> None:
        """Run what is missing of the stages that there are."""
        self._tell()
        with closing(opened.blocks(self._recorder.chunks(opened.chunk), stop)) as blocks:
            for block in blocks:
                with uninterrupted():
                    self._recorder.take(block)
                self._tell()
        with uninterrupted():
            self._recorder.flush()
        if self._recorder.done < self._recorder.schedule.count:
            raise KeyboardInterrupt  # the engine heard the stop first

    def _further(self) -> Stage | None:
        """The next round of adaptive replicates, decided by all runs that are stored."""
        rule = self.plan.replicates
        if not isinstance(rule, Adaptive):
            return None
        spread = spread_of(self.plan.points, self._values(rule.outcome))
        further = next_round(rule, spread)
        if further is None:
            widths = spread.half_width(rule.confidence)
            self.sink.manifest["adaptive"] = {
                "rounds": len(self.sink.manifest["stages"]),
                "runs": spread.runs.tolist(),
                "half_width": [float(width) if isfinite(width) else None for width in widths],
                "not_reached": int((widths > rule.half_width).sum()),
            }
        return further

    def _values(self, outcome: str) -> Iterator[tuple[Any, Any]]:
        """Points and values of an outcome, part by part."""
        for part in self._recorder.schedule.parts:
            table = self.sink.read(part.file("runs"), ["point", outcome])
            yield table["point"].to_numpy(), table[outcome].to_numpy(zero_copy_only=False)

    def _next_recorder(self) -> Recorder:
        weeks = weeks_of(self.plan.scenario.structure, self.plan.series.every)
        schedule = schedule_of(self.sink.manifest)
        lengths = self.plan.lengths if WEEKS in self.plan.paths else None
        return Recorder(self.sink, schedule, self.columns, self.series, weeks, self.running.most_failures, lengths)

    def _explain(self) -> None:
        """Store the mean utility terms of every posture: why parties chose as they did."""
        structure = self.plan.scenario.structure
        names: dict[str, Sequence[Any]] = {
            "parties": [(contest.code, party.state) for contest, party in structure.parties],
            "postures": [name for name, _ in structure.postures],
            "terms": TERMS,
        }
        shard = self.sink.manifest["shard"]
        elsewhere = shard is not None and shard["index"] != 1  # the first shard has them for all
        known = self.sink.manifest["model"] is None  # of a model of one's own nobody knows what moves it
        if elsewhere or not known or not names["parties"] or REASONS in self.sink.manifest["parts"]:
            return
        points = range(self.plan.points if self.plan.points <= MOST_EXPLAINED else 1)
        found = [reasons_table(point, names, *engine.explained(self.plan, point)) for point in points]
        with uninterrupted():
            self.sink.put(REASONS, [pa.concat_tables(found)])

    def _tell(self) -> None:
        """Show how far it is, here and now and then to other terminals."""
        done, total = self._recorder.done, self._recorder.schedule.count
        now = monotonic()
        if self._began is None:
            self._began, self._told = (now, done), now
            self._count("stored", done)
        if done and self.running.progress is not None:
            self.running.progress(done, total)
        if self._recorder.failed:
            self._count("failed", self._recorder.failed)
        if now - self._told > TOLD_EVERY:
            self._told = now
            rate = (done - self._began[1]) / (now - self._began[0])
            self.sink.say(done=done, total=total, failures=self._recorder.failed, rate=round(rate, 3))

    def _count(self, what: str, count: int) -> None:
        if self.running.watch is not None:
            self.running.watch(what, count)

    def _farewell(self) -> str:
        done, total, out = self._recorder.done, self._recorder.schedule.count, self.running.out
        if not done:
            return "stopped before a run was finished; the same command starts again"
        if out is None:
            return f"stopped after {done:,} of {total:,} runs; nothing was stored"
        return f"stopped after {done:,} of {total:,} runs; they can be read in {out}; the same command goes on"
