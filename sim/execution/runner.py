"""Running a plan: from an engine's blocks to a results folder, or to memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ConfigError, Fault, ResultsError, UnreadableError
from sim.execution.custom_model import CustomModel
from sim.execution.signals import Stopped
from sim.experiments.plan import Plan
from sim.experiments.replicates import Adaptive
from sim.experiments.shards import share
from sim.experiments.stages import MOST_PARTS, first_stage, part_count
from sim.phrases import nearest
from sim.results.extend import extend
from sim.results.results import Results
from sim.storage import resume
from sim.storage.folder import Folder, known, recovered, tidy
from sim.storage.manifest import manifest_of
from sim.storage.parts import unharmed
from sim.storage.sinks import Memory

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
        ``ensemble``, or ``mesa`` for one run at a time through a Mesa model.
    model : CustomModel or None
        A Mesa model of one's own.
    processes : int or None
        Processes of Mesa runs; None for one a core.
    time_limit : float or None
        Seconds that a Mesa run may take.
    executor : concurrent.futures.Executor or None
        Computes the runs instead of this machine's threads or processes.
    wait : bool
        Wait for another process that writes the folder.
    extend : bool
        Add what the folder lacks of a larger plan.
    shard : (int, int) or None
        Which of how many shares of the runs, counted from 1.
    most_failures : float or None
        Share of failed runs above which no more are run; None for never.
    tell : callable or None
        Told in words what there is to wait for.
    watch : callable or None
        Told counts by name: ``stored``, the runs that were there already, and ``failed``, whenever there are more.
    large : bool
        Run although it takes much memory or time.
    """

    out: Path | None = None
    threads: int | None = None
    progress: Progress | None = None
    force: bool = False
    engine: str = "ensemble"
    model: CustomModel | None = None
    processes: int | None = None
    time_limit: float | None = None
    executor: Executor | None = None
    wait: bool = False
    extend: bool = False
    shard: tuple[int, int] | None = None
    most_failures: float | None = None
    tell: Callable[[str], None] | None = None
    watch: Callable[[str, int], None] | None = None
    large: bool = False


def execute(plan: Plan, running: Running) -> Results:
    """Run a plan and give its results; see `simulate` for errors."""
    from sim.execution import engine  # noqa: PLC0415 (a faulty config need not wait for the engines)
    from sim.execution.demand import admit  # noqa: PLC0415
    from sim.execution.filling import Filling  # noqa: PLC0415

    columns, series = engine.outcomes_of(plan)
    _refuse_unkept(plan, [column.name for column in columns])
    manifest = manifest_of(plan, columns, series, engine.source_digest(), running.engine, running.model)
    manifest["explained"] = engine.EXPLAINED  # runs whose mean the stored reasons are
    begun = first_stage(plan.points, plan.replicates)
    manifest["stages"] = [begun.said()]
    _refuse_parts(plan, part_count([begun], manifest["series"]["rows"], manifest["series"]["replicates"]))
    manifest["shard"] = share(plan, begun.count, running)
    if running.out is not None and complete(running.out, manifest):
        tidy(running.out)
        return Results.open(running.out, found=True)
    admit(plan, running, columns, series)
    if running.model is not None:
        engine.try_model(running, plan, columns, series)
    if running.out is None:
        memory = Memory(manifest)
        Filling(memory, plan, running, columns, series).run()
        return Results(manifest, memory.tables())
    folder = Folder(running.out, manifest)
    try:
        folder.take(running.wait, running.tell)
        if complete(running.out, manifest):
            return Results.open(running.out, found=True)
        settle(folder, plan if running.extend else None, force=running.force)
        Filling(folder, plan, running, columns, series).run()
    finally:
        folder.close()
    return Results.open(running.out)


def complete(path: Path, wanted: dict[str, Any]) -> bool:
    """Whether a folder holds the wanted results, whole and unharmed."""
    try:
        present = known(path)
    except UnreadableError:
        raise
    except ResultsError:
        return False
    if present is None or not present["complete"] or not resume.same(present, wanted):
        return False
    return unharmed(path, present["parts"]) == set(present["parts"])


def settle(folder: Folder, larger: Plan | None = None, *, force: bool = False) -> None:
    """Make a folder that is locked ready: keep what it holds of the wanted results, or refuse.

    Parameters
    ----------
    folder : Folder
        Its manifest is that of the wanted results.
    larger : Plan, optional
        Their plan, if what the folder holds may be added to.
    force : bool
        Replace other results.

    Raises
    ------
    ResultsError
        If it holds other results, or a damaged manifest, and they are not to be replaced.
    """
    event, present = "started", _present(folder, force)
    if present is not None and resume.same(present, folder.manifest):
        event = "resumed"
        folder.manifest.update({key: present[key] for key in ("stages", "begin")})
        _keep(folder, present["parts"])
    elif present is not None and larger is not None and present["kind"] != "fit":
        event = "extended"
        extend(folder, present, larger)
    elif present is not None and force:
        folder.discard()
    elif present is not None:
        raise ResultsError(resume.refusal(folder.path, present, folder.manifest))
    folder.begin()
    folder.note(event, runs=sum(part["rows"] for name, part in folder.manifest["parts"].items() if "runs/" in name))


def _present(folder: Folder, force: bool) -> dict[str, Any] | None:
    """The manifest that stands in a folder; one that cannot be recovered is an error unless it is to be replaced."""
    found = recovered(folder.path)
    if found is None and force:
        folder.discard()
    return found if found is not None else known(folder.path)


def _keep(folder: Folder, parts: dict[str, Any]) -> None:
    """Take over those parts that are unharmed."""
    whole = unharmed(folder.path, parts)
    found = resume.trusted(folder.manifest, {name: part for name, part in parts.items() if name in whole})
    folder.manifest["parts"] = dict(found)


def _refuse_parts(plan: Plan, parts: int) -> None:
    """Refuse more runs than a folder can list."""
    if parts > MOST_PARTS:
        where = (plan.name, "replicates", f"must come to at most {MOST_PARTS:,} parts of a folder", f"{parts:,}")
        raise ConfigError([Fault(*where, "run fewer replicates or points")])


def _refuse_unkept(plan: Plan, columns: list[str]) -> None:
    """Refuse replicates that wait for an outcome which the runs do not keep."""
    rule = plan.replicates
    if isinstance(rule, Adaptive) and rule.outcome not in columns:
        remedy = nearest(rule.outcome, columns) or "add it to the outcomes of the scenario"
        where = (plan.name, "replicates.until.outcome", "must be among the outcomes that are kept", rule.outcome)
        raise ConfigError([Fault(*where, remedy)])
