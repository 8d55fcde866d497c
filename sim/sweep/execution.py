"""Running a plan: from an engine's blocks to a results folder, or to memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.quantities import TERMS
from sim.sweep.columns import Column
from sim.sweep.design import Plan
from sim.sweep.folder import Folder
from sim.sweep.manifest import DESIGN, REASONS, manifest_of
from sim.sweep.recording import Memory, Recorder, Sink, heard, uninterrupted
from sim.sweep.store import Results
from sim.sweep.tables import reasons_table

Progress = Callable[[int, int], None]
"""Called with the number of finished runs and of all runs."""

ENGINES = ("ensemble", "mesa")
MOST_EXPLAINED = 16
"""Points whose utility terms are kept; in larger designs only the first point's are."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C, after what was finished has been put away; its text says where, and how to go on."""


@dataclass(frozen=True)
class Running:
    """How to run a plan, as opposed to what: nothing here changes a row.

    Attributes
    ----------
    out : Path or None
        Results folder; None keeps results in memory.
    threads : int or None
        None for one a core.
    progress : callable or None
    force : bool
        Replace other results in the folder.
    engine : str
        ``ensemble``, or ``mesa`` for one run at a time through the Mesa model.
    """

    out: Path | None = None
    threads: int | None = None
    progress: Progress | None = None
    force: bool = False
    engine: str = "ensemble"


def execute(plan: Plan, running: Running) -> Results:
    """Run a plan and give its results; see `simulate` for errors."""
    from sim.sweep import engines  # noqa: PLC0415 (numba takes a second: a faulty config need not wait for it)

    columns, series = engines.outcomes_of(plan)
    manifest = manifest_of(plan, columns, series, engines.source_digest(), running.engine)
    if running.out is None:
        memory = Memory(manifest)
        _fill(memory, plan, running, columns, series)
        return Results(manifest, memory.tables)
    folder = Folder(running.out, manifest)
    if folder.already_complete():
        return Results.open(running.out, found=True)
    try:
        folder.open(running.force)
        _fill(folder, plan, running, columns, series)
    finally:
        folder.close()
    return Results.open(running.out)


def _fill(sink: Sink, plan: Plan, running: Running, columns: tuple[Column, ...], series: tuple[Column, ...]) -> None:
    """Run everything and put it away; on Ctrl-C put away what is finished."""
    from sim.sweep import engines  # noqa: PLC0415

    ensemble = engines.ensemble_of(plan, columns, series)
    recorder = Recorder(sink, columns, series, ensemble.weeks)
    runs, stop = plan.runs(), threading.Event()
    try:
        recorder.put(DESIGN, pa.concat_tables(plan.design_tables()))
        with heard(stop):
            for block in engines.blocks(running.engine, ensemble, plan, running.threads, stop):
                with uninterrupted():
                    recorder.take(block, runs)
                if running.progress is not None:
                    running.progress(recorder.done, len(runs))
            with uninterrupted():
                recorder.flush()
            _explain(recorder, plan)
        sink.finish(recorder.names)
    except KeyboardInterrupt:
        with uninterrupted():
            recorder.flush()
        raise Stopped(_farewell(recorder.done, len(runs), running.out)) from None


def _explain(recorder: Recorder, plan: Plan) -> None:
    """Store the mean utility terms of every posture: why parties chose as they did."""
    from sim.sweep import engines  # noqa: PLC0415

    structure = plan.scenario.structure
    names: dict[str, Sequence[Any]] = {
        "parties": [(contest.code, party.state) for contest, party in structure.parties],
        "postures": [name for name, _ in structure.postures],
        "terms": TERMS,
    }
    if not names["parties"]:
        return
    points = range(plan.points if plan.points <= MOST_EXPLAINED else 1)
    found = [reasons_table(point, names, *engines.explained(plan, point)) for point in points]
    with uninterrupted():
        recorder.put(REASONS, pa.concat_tables(found))


def _farewell(done: int, total: int, out: Path | None) -> str:
    if not done:
        return "stopped before a run was finished; the same command starts again"
    if out is None:
        return f"stopped after {done:,} of {total:,} runs; nothing was stored"
    return f"stopped after {done:,} of {total:,} runs; they can be read in {out}; the same command starts again"
