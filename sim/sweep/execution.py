"""Running a plan: from an engine's blocks to a results folder, or to memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.sweep import agreement
from sim.sweep.design import Plan
from sim.sweep.folder import Folder, known, unharmed
from sim.sweep.interrupts import Stopped
from sim.sweep.manifest import manifest_of
from sim.sweep.sinks import Memory
from sim.sweep.stages import first_stage
from sim.sweep.store import Results

__all__ = ["ENGINES", "Progress", "Running", "Stopped", "execute"]

Progress = Callable[[int, int], None]
"""Called with the number of finished runs and of all runs."""

ENGINES = ("ensemble", "mesa")


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
    wait : bool
        Wait for another process that writes the folder.
    most_failures : float or None
        Share of failed runs above which no more are run; None for never.
    tell : callable or None
        Told in words what there is to wait for.
    """

    out: Path | None = None
    threads: int | None = None
    progress: Progress | None = None
    force: bool = False
    engine: str = "ensemble"
    wait: bool = False
    most_failures: float | None = None
    tell: Callable[[str], None] | None = None


def execute(plan: Plan, running: Running) -> Results:
    """Run a plan and give its results; see `simulate` for errors."""
    from sim.sweep import engines  # noqa: PLC0415 (numba takes a second: a faulty config need not wait for it)
    from sim.sweep.filling import Filling  # noqa: PLC0415

    columns, series = engines.outcomes_of(plan)
    manifest = manifest_of(plan, columns, series, {"sources": engines.source_digest()}, running.engine)
    manifest["stages"] = [first_stage(plan.points, plan.replicates).said()]
    if running.out is None:
        memory = Memory(manifest)
        Filling(memory, plan, running, columns, series).run()
        return Results(manifest, memory.tables())
    if _complete(running.out, manifest):
        return Results.open(running.out, found=True)
    folder = Folder(running.out, manifest)
    try:
        folder.take(running.wait, running.tell)
        if _complete(running.out, manifest):
            return Results.open(running.out, found=True)
        settle(folder, running)
        Filling(folder, plan, running, columns, series).run()
    finally:
        folder.close()
    return Results.open(running.out)


def settle(folder: Folder, running: Running) -> None:
    """Make a folder that is locked ready: keep what it holds of the wanted results, or refuse.

    Raises
    ------
    ResultsError
        If it holds other results, or a damaged manifest, and they are not to be replaced.
    """
    event, present = "started", _present(folder, running.force)
    if present is not None and agreement.same(present, folder.manifest):
        event = "resumed"
        folder.manifest.update({key: present[key] for key in ("stages", "begin")})
        _keep(folder, present["parts"])
    elif present is not None and running.force:
        folder.discard()
    elif present is not None:
        raise ResultsError(agreement.refusal(folder.path, present, folder.manifest))
    folder.begin()
    folder.note(event, runs=sum(part["rows"] for name, part in folder.manifest["parts"].items() if "runs/" in name))


def _present(folder: Folder, force: bool) -> dict[str, Any] | None:
    """The manifest that stands in a folder; a damaged one is an error unless it is to be replaced."""
    try:
        return known(folder.path)
    except ResultsError:
        if not force:
            raise
        folder.discard()
        return None


def _keep(folder: Folder, parts: dict[str, Any]) -> None:
    """Take over those parts that are unharmed."""
    whole = unharmed(folder.path, parts)
    found = agreement.trusted(folder.manifest, {name: part for name, part in parts.items() if name in whole})
    folder.manifest["parts"] = dict(found)


def _complete(path: Path, wanted: dict[str, Any]) -> bool:
    """Whether a folder holds the wanted results, whole and unharmed."""
    try:
        present = known(path)
    except ResultsError:
        return False
    if present is None or not present["complete"] or not agreement.same(present, wanted):
        return False
    return unharmed(path, present["parts"]) == set(present["parts"])
