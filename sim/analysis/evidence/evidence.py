"""The verb of the folder: all stages of an evidence run in one folder, each going on where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.evidence.stages import STAGES, Extent, Inquiry, Stage, run_count
from sim.analysis.hindcast import hindcast as history
from sim.analysis.hindcast.read import targets_about
from sim.arguments import LARGEST_KEY, argument_fault, refuse, refuse_options, whole_faults
from sim.comparison.claims.arms import MOST_SETS, Size
from sim.comparison.claims.claims import prepare
from sim.comparison.claims.read import claims_about
from sim.errors import ConfigError
from sim.execution.faults import option_faults
from sim.execution.run import sets_of, sweep
from sim.experiments.plan import Plan
from sim.experiments.plausible import PlausibleSets
from sim.experiments.replicates import MOST_REPLICATES
from sim.files import place
from sim.notebook import as_html
from sim.phrases import plural, printable
from sim.results.results import Results
from sim.results.status import status
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.storage.findings import store_finding, stored_finding
from sim.storage.manifest import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

USUAL = Extent()
QUICK = Extent(sets=20, replicates=10, trajectories=6, samples=64, point_replicates=8, influence_sets=8, ladder=False)
MOST_BLOCKS = 2**16
"""Trajectories, or samples."""
OPTIONS = ("threads", "force", "wait", "large", "executor", "progress", "tell", "watch")
"""Options of runs that go with several results folders."""


@dataclass(frozen=True)
class StageFound:
    """What a stage found.

    Attributes
    ----------
    name, asks : str
    folder : Path
        Its results, beside which the finding is stored.
    said : str
        The finding in a sentence.
    runs : int
    passed_over : bool
        Whether all of it was there already.
    """

    name: str
    asks: str
    folder: Path
    said: str
    runs: int
    passed_over: bool


@dataclass(frozen=True)
class EvidenceFound:
    """What all stages found.

    Attributes
    ----------
    title : str
    folder : Path
    stages : tuple of StageFound
    left_out : mapping of str to str
        Stages that could not be run, each with what the scenario lacks for it.
    """

    title: str
    folder: Path
    stages: tuple[StageFound, ...]
    left_out: Mapping[str, str]

    @property
    def table(self) -> pd.DataFrame:
        """One row a stage: what it asks, its runs, what it says, its folder, and whether all that was there already."""
        import pandas as pd  # noqa: PLC0415 (slow to import)

        return pd.DataFrame([
            {"stage": one.name, "asks": one.asks, "runs": one.runs, "said": one.said, "folder": str(one.folder),
             "passed_over": one.passed_over}
            for one in self.stages
        ])  # fmt: skip

    @property
    def sentence(self) -> str:
        """What all stages say, each in its own sentence."""
        return "; ".join(f"{one.name}: {one.said}" for one in self.stages)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        rows = self.table.to_dict("records")
        return {"title": self.title, "folder": str(self.folder), "stages": rows, "left_out": dict(self.left_out)}

    def __repr__(self) -> str:
        return printable(f"<Evidence of {plural(len(self.stages), 'stage')} in {self.folder}>")

    def _repr_html_(self) -> str:
        return as_html(self.title, {one.name: one.said for one in self.stages} | dict(self.left_out))


def evidence(  # noqa: PLR0913 (each is a choice of its own)
    config: str | Path | Scenario,
    claims: str | Path | None = None,
    plausible: str | Path | PlausibleSets | None = None,
    targets: str | Path | None = None,
    *,
    quick: bool = False,
    sets: int | None = None,
    replicates: int | None = None,
    trajectories: int | None = None,
    samples: int | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    **options: Any,
) -> EvidenceFound:
    """Run everything that a scenario can be asked: claims, what matters and how much, influence, and a hindcast.

    Each stage has a results folder of its own, with its finding. A stage that is complete is passed over, and one that
    was stopped goes on where it was.

    Parameters
    ----------
    config : str, Path or Scenario
    claims : str or Path, optional
        A claims file, or the name of a shipped one; by default a shipped one that is about this config.
    plausible : str, Path or PlausibleSets, optional
        Sets that exercised influence and the hindcast are run over; by default those of the claims.
    targets : str or Path, optional
        A targets file for the hindcast, or the name of a shipped one; by default, over the sets of the claims, a
        shipped one that is about this config.
    quick : bool
        Few worlds, samples and runs, for a first look.
    sets, replicates : int, optional
        Worlds that claims are tested in (200), and runs of each arm in each (200). Other stages, which need fewer,
        take no more than these.
    trajectories, samples : int, optional
        Of the screening of all numbers (20), and of the design for the variance (512), which is a power of two.
    seed : int
    out : str or Path, optional
        Folder of all stages, by default ``results/evidence-NAME``, or ``results/evidence-NAME-quick``.
    **options
        ``threads``, ``force``, ``wait``, ``large``, ``executor``, ``progress``, ``tell`` and ``watch``, as `simulate`
        has them.

    Returns
    -------
    EvidenceFound

    Raises
    ------
    ConfigError
        For a faulty config, claims file, sets or argument, and a scenario that no stage can be run of.
    ResultsError
        If a folder cannot be written or holds other results.

    Examples
    --------
    >>> from sim import evidence
    >>> found = evidence("post-soviet-2020", quick=True)  # doctest: +SKIP
    >>> found.table[["stage", "said"]]  # doctest: +SKIP
    """
    refuse_options(options, OPTIONS, evidence)
    refuse(option_faults(options))  # type: ignore[arg-type]
    chosen = config if isinstance(config, Scenario) else load_scenario(config)
    extent = extent_of(sets, replicates, trajectories, samples, seed, quick=quick)
    folder = folder_of(chosen, out, quick=quick)
    asked = inquiry(chosen, claims, plausible, extent, quick=quick)
    asked = with_history(asked, targets, folder, usual=plausible is None, wait=bool(options.get("wait", False)))
    return run(asked, folder, lambda plan, where: sweep(plan, out=where, **options))


def extent_of(
    sets: int | None, replicates: int | None, trajectories: int | None, samples: int | None, seed: int, *, quick: bool
) -> Extent:
    """How much is run; raises ConfigError for numbers that are none."""
    usual = QUICK if quick else USUAL
    refuse([
        *whole_faults("sets", sets, 1, MOST_SETS, optional=True),
        *whole_faults("replicates", replicates, 2, MOST_REPLICATES, optional=True),
        *whole_faults("trajectories", trajectories, 2, MOST_BLOCKS, optional=True),
        *whole_faults("samples", samples, 2, MOST_BLOCKS, optional=True),
        *whole_faults("seed", seed, 0, LARGEST_KEY),
    ])  # fmt: skip
    found = replace(
        usual,
        sets=int(sets or usual.sets),
        replicates=int(replicates or usual.replicates),
        trajectories=int(trajectories or usual.trajectories),
        samples=int(samples or usual.samples),
        seed=int(seed),
    )
    if found.samples & (found.samples - 1):
        near = 1 << (found.samples.bit_length() - 1)
        raise ConfigError([argument_fault("samples", "must be a power of two", samples, f"{near} or {2 * near}")])
    return replace(
        found,
        point_replicates=min(usual.point_replicates, found.replicates),
        influence_sets=min(usual.influence_sets, found.sets),
        influence_replicates=min(usual.influence_replicates, found.replicates),
    )


def given_up(extent: Extent) -> str:
    """What a quick look does without, in words."""
    return (
        f"quick: claims in {extent.sets} worlds of {extent.replicates} runs an arm instead of {USUAL.sets} of "
        f"{USUAL.replicates}, without the ablations that no verdict rests on; {extent.trajectories} trajectories and "
        f"{extent.samples} samples instead of {USUAL.trajectories} and {USUAL.samples}, of {extent.point_replicates} "
        f"runs a point instead of {USUAL.point_replicates}; influence in {extent.influence_sets} sets instead of "
        f"{USUAL.influence_sets}; the hindcast over {min(history.QUICK_SETS, extent.sets)} sets of "
        f"{min(history.QUICK_REPLICATES, extent.replicates)} runs instead of {history.SETS} of {history.REPLICATES}: "
        "intervals are wide, and small effects are missed; do not quote it"
    )


def inquiry(
    scenario: Scenario,
    claims: str | Path | None,
    plausible: str | Path | PlausibleSets | None,
    extent: Extent,
    *,
    quick: bool,
) -> Inquiry:
    """What is asked; raises ConfigError for a faulty file, before anything runs."""
    file = claims_about(scenario.name) if claims is None else claims
    size = Size(extent.sets, extent.replicates, extent.ladder, extent.seed)
    prepared = None if file is None else prepare(scenario, file, None, size)
    sets = plausible if plausible is not None or prepared is None else (prepared.file.sets or None)
    known = None if sets is None else sets_of(sets)
    if known is not None:
        extent = replace(extent, influence_sets=min(extent.influence_sets, len(known)))
    asked = Inquiry(scenario, prepared, known, extent, quick=quick)
    lacking = left_out(asked)
    if len(lacking) == len(STAGES):
        rule = "must have claims about it, numbers with ranges, or levers"
        raise ConfigError([argument_fault("config", rule, scenario.name, "; ".join(dict.fromkeys(lacking.values())))])
    for stage in stages_of(asked):
        stage.plans(asked, Path(stage.name))
    return asked


def with_history(
    asked: Inquiry,
    targets: str | Path | None,
    folder: Path | None,
    *,
    usual: bool,
    wait: bool = False,
) -> Inquiry:
    """The same with facts for a hindcast, which are opened once everything else is known to be sound.

    Parameters
    ----------
    asked : Inquiry
    targets : str, Path or None
        A targets file; None for a shipped one about the scenario, if the sets are the `usual` ones.
    folder : Path or None
        Of all stages; in its log stands what is sealed before. Without one nothing is logged.
    usual : bool
    wait : bool

    Raises
    ------
    ConfigError
        For a faulty targets file, and one without plausible sets.
    """
    file = targets_about(asked.scenario.name) if targets is None and usual else targets
    if targets is not None and asked.plausible is None:
        raise ConfigError([argument_fault("targets", "needs plausible sets", str(targets), "name them by plausible")])
    if file is None or asked.plausible is None:
        return asked
    most = (history.QUICK_SETS, history.QUICK_REPLICATES) if asked.quick else (history.SETS, history.REPLICATES)
    sealed = history.seal(asked.scenario, asked.plausible)
    size = (
        min(most[0], asked.extent.sets, len(sealed.sets)), min(most[1], asked.extent.replicates), asked.extent.seed,
    )  # fmt: skip
    where = None if folder is None else folder / history.KIND
    return replace(asked, hindcast=history.open_targets(sealed, file, size, where, wait=wait))


def stages_of(asked: Inquiry) -> list[Stage]:
    """The stages that can be run."""
    return [stage for stage in STAGES if not stage.lacks(asked)]


def left_out(asked: Inquiry) -> dict[str, str]:
    """The other stages, each with what is lacking for it."""
    return {stage.name: why for stage in STAGES if (why := stage.lacks(asked))}


def folder_of(scenario: Scenario, out: str | Path | None, *, quick: bool) -> Path:
    """Folder of all stages."""
    name = f"evidence-{scenario.name}{'-quick' if quick else ''}"
    return Path("results") / name if out is None else place(out)


def runs_left(asked: Inquiry, folder: Path, stage: Stage) -> dict[Path, tuple[Plan, int]]:
    """Plans of a stage by their results folders, each with the number of its runs that are not stored yet."""
    found = {}
    for where, plan in stage.plans(asked, folder / stage.name).items():
        done = status(where)[0].done if (where / MANIFEST).is_file() else 0
        found[where] = plan, max(0, run_count(plan) - done)
    return found


def run(
    asked: Inquiry,
    folder: Path,
    execute: Callable[[Plan, Path], Results],
    begun: Callable[[Stage], None] = lambda stage: None,
) -> EvidenceFound:
    """Run all stages into a folder, answer each, and store what it found beside its runs.

    Parameters
    ----------
    asked : Inquiry
    folder : Path
    execute : callable
        Runs a plan into a results folder, or finds it there.
    begun : callable
        Called with each stage before it is run.
    """
    found = []
    for stage in stages_of(asked):
        begun(stage)
        found.append(_run(stage, asked, folder, execute))
    return EvidenceFound(f"{asked.scenario.title}: evidence", folder, tuple(found), left_out(asked))


def _run(stage: Stage, asked: Inquiry, folder: Path, execute: Callable[[Plan, Path], Results]) -> StageFound:
    where = folder / stage.name
    plans = stage.plans(asked, where)
    results = [execute(plan, at) for at, plan in plans.items()]
    runs = sum(map(run_count, plans.values()))
    content = stored_finding(where, stage.kind) if all(one.found for one in results) else None
    known = content is not None and stage.holds(asked, results, content)
    if content is None or not known:
        content = dict(stage.answer(asked, results))
        store_finding(where, stage.kind, content, results[0].manifest)
    return StageFound(stage.name, stage.asks, where, stage.said(content), runs, known)
