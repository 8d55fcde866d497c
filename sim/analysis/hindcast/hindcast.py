"""The verb of the folder: sets are sealed, then targets are opened, then the model is run and scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from sim.analysis.hindcast.assess import assess
from sim.analysis.hindcast.ensembles import ensembles_of
from sim.analysis.hindcast.read import load_targets, targets_path
from sim.analysis.hindcast.rivals import MEANINGS, RIVALS, naive_rivals, rival_words
from sim.analysis.hindcast.summary import groups_of, headlines_of, sentences_of
from sim.analysis.hindcast.targets import Targets
from sim.arguments import LARGEST_KEY, plain, refuse, refuse_options, whole_faults
from sim.execution.options import RunOptions, list_options
from sim.execution.run import sets_of, sweep
from sim.experiments.plan import Plan
from sim.experiments.plausible import PlausibleSets, plausible_digest
from sim.experiments.replicates import MOST_REPLICATES
from sim.experiments.transfer import plan_over, taken_by
from sim.files import place
from sim.notebook import as_html
from sim.phrases import printable
from sim.results.results import Results
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario, SeriesChoice
from sim.storage.findings import store_finding
from sim.storage.folder import Folder
from sim.storage.log import last_lines

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

KIND = "hindcast"
"""Name of the stored finding."""
SETS, REPLICATES = 200, 50
QUICK_SETS, QUICK_REPLICATES = 20, 10
GIVEN_UP = "quick: few sets and replicates; do not quote its scores"
SHIPPED = "october-2020"
COURSES = ("control.*", "phase.*", "posture.*")
"""Outcomes whose courses are kept beside those that targets need: for naive rivals, and for the page."""
SEALED, OPENED = ("sealed", "opened")
"""Events of the log: sets and scenario are fixed; targets are looked at."""
LINES = 10_000


@dataclass(frozen=True)
class Sealed:
    """Everything that must stand before targets are looked at.

    Attributes
    ----------
    scenario : Scenario
    sets : PlausibleSets
    """

    scenario: Scenario
    sets: PlausibleSets

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of the sets, and of all of the scenario that bears on runs over them."""
        return {"sets": self.sets.digest, "scenario": plausible_digest(self.scenario, self.sets.paths)}


@dataclass(frozen=True)
class Prepared:
    """A hindcast with everything that is to be run for it."""

    sealed: Sealed
    targets: Targets
    plan: Plan


@dataclass(frozen=True)
class Hindcast:
    """Scores of an ensemble on targets, beside naive rivals.

    Attributes
    ----------
    name, title : str
        Of the targets.
    content : mapping
        Everything, as JSON can hold it; it is stored beside the runs.
    results : Results
        The runs; their page has the scores.
    """

    name: str
    title: str
    content: Mapping[str, Any]
    results: Results

    @property
    def table(self) -> pd.DataFrame:
        """One row a target: what happened, what the model says with both intervals, scores, and skill by rival."""
        import pandas as pd  # noqa: PLC0415 (slow to import)

        return pd.DataFrame([_row(target) for target in self.content["targets"]])

    @property
    def sentence(self) -> str:
        """What the scores come to."""
        return str(self.content["sentences"][0])

    def figure(self, *, theme: str = "light") -> Figure:
        """What the model says of each target, with its intervals, beside what happened."""
        return self.results.figure("history", theme=theme)

    def __repr__(self) -> str:
        return printable(f"<Hindcast {self.name}: {self.sentence}>")

    def _repr_html_(self) -> str:
        until = self.content["fitted until"]
        facts = {str(one["target"]): f"{one['happened']}; {_skills(one, until)}" for one in self.content["targets"]}
        return as_html(self.title, facts)


@list_options
def hindcast(
    config: str | Path | Scenario,
    targets: str | Path,
    plausible: str | Path | PlausibleSets = SHIPPED,
    sets: int | None = None,
    replicates: int | None = None,
    seed: int = 1,
    *,
    quick: bool = False,
    **options: Unpack[RunOptions],
) -> Hindcast:
    """Score a scenario over plausible sets against dated facts that their fit never saw, beside naive rivals.

    The digest of the sets and of the scenario is written to the log of the results before the targets are opened.

    Parameters
    ----------
    config : str, Path or Scenario
        A config file, the name of a shipped one, or a loaded scenario.
    targets : str or Path
        A targets file, or the name of a shipped one (``late-2020``).
    plausible : str, Path or PlausibleSets
        Sets to run it over: a file, the name of shipped ones, or loaded sets.
    sets, replicates : int, optional
        How many of the sets (200, or all where there are fewer), and runs of each (50).
    seed : int
    quick : bool
        Few sets and replicates, for a first look.
    **options
        As in `simulate`; results go to ``results/hindcast-NAME`` unless ``out`` names another folder.

    Returns
    -------
    Hindcast

    Raises
    ------
    ConfigError
        For a faulty config, targets file or argument; for targets that do not lie behind what the fit knew.
    ResultsError
        If the folder cannot be written or holds other results.

    Examples
    --------
    >>> from sim import hindcast
    >>> found = hindcast("post-soviet-2020", "late-2020", quick=True)  # doctest: +SKIP
    >>> found.table[["target", "happened", "model", "score"]]  # doctest: +SKIP
    """
    refuse_options(options, RunOptions.__annotations__, hindcast)
    sealed = seal(config, plausible)
    size = size_of(sealed, sets, replicates, seed, quick=quick)
    folder = folder_of(sealed, options.get("out"), quick=quick)
    prepared = open_targets(sealed, targets, size, folder, wait=bool(options.get("wait", False)))
    given: RunOptions = {**options, "out": folder}
    return run(prepared, folder, lambda plan: sweep(plan, **given), quick=quick)


def seal(config: str | Path | Scenario, plausible: str | Path | PlausibleSets) -> Sealed:
    """Load what must be fixed before targets are looked at; raises ConfigError for sets that are not the scenario's."""
    scenario = config if isinstance(config, Scenario) else load_scenario(config)
    sets = sets_of(plausible)
    taken_by(scenario, sets)
    return Sealed(scenario, sets)


def size_of(
    sealed: Sealed, sets: int | None, replicates: int | None, seed: int, *, quick: bool
) -> tuple[int, int, int]:
    """Sets, replicates and seed; raises ConfigError for others than there can be."""
    known = len(sealed.sets)
    refuse([
        *whole_faults("sets", sets, 1, known, optional=True),
        *whole_faults("replicates", replicates, 2, MOST_REPLICATES, optional=True),
        *whole_faults("seed", seed, 0, LARGEST_KEY),
    ])  # fmt: skip
    usual = (QUICK_SETS, QUICK_REPLICATES) if quick else (SETS, REPLICATES)
    taken = min(usual[0], known) if sets is None else plain(sets)
    return taken, usual[1] if replicates is None else plain(replicates), plain(seed)


def folder_of(sealed: Sealed, out: str | Path | None, *, quick: bool) -> Path:
    """Folder of the results; its name tells nothing of the targets, which are still closed."""
    name = f"{KIND}-{sealed.scenario.name}{'-quick' if quick else ''}"
    return Path("results") / name if out is None else place(out)


def open_targets(
    sealed: Sealed,
    file: str | Path,
    size: tuple[int, int, int],
    folder: Path | None,
    *,
    wait: bool = False,
) -> Prepared:
    """Log what is sealed, then read the targets, then lay out the runs; without a folder nothing is logged."""
    there = targets_path(file).is_file()
    if folder is not None and there:
        _note(folder, SEALED, sealed.digests, wait=wait)
    targets = load_targets(file, sealed.scenario, str(sealed.sets.about["patterns_digest"]))
    if folder is not None:
        _note(folder, OPENED, {"targets": targets.digest}, wait=wait)
    return Prepared(sealed, targets, _plan(sealed, targets, size))


def run(prepared: Prepared, folder: Path, execute: Callable[[Plan], Results], *, quick: bool) -> Hindcast:
    """Run what was prepared, score it, and store the scores in the folder."""
    results = execute(prepared.plan)
    targets = prepared.targets
    content = scored(prepared, results, folder, quick=quick)
    if results.manifest["complete"]:
        store_finding(folder, KIND, content, results.manifest)
    return Hindcast(targets.name, targets.title, content, results)


def scored(prepared: Prepared, results: Results, folder: Path, *, quick: bool) -> dict[str, Any]:
    """Scores of what was prepared and run into a folder, as they are stored."""
    sealed, targets = prepared.sealed, prepared.targets
    _keep_log(folder, sealed.digests, targets.digest)
    naive = naive_rivals(sealed.scenario)
    found = ensembles_of(results, targets)
    assessed = assess(targets, found, naive)
    rows, groups = [dict(one.row) for one in assessed], groups_of(assessed)
    return {
        "name": targets.name, "title": targets.title, "quick": quick, "fitted until": targets.known_until.isoformat(),
        "sealed": sealed.digests, "opened": targets.digest, "sets": sealed.sets.name,
        "points": prepared.plan.points, "replicates": int(prepared.plan.replicates),  # type: ignore[arg-type]
        "targets": rows, "groups": groups, "headlines": headlines_of(found, naive), "rivals": dict(MEANINGS),
        "sentences": sentences_of(rows, groups, targets.known_until.isoformat()),
    }  # fmt: skip


def _plan(sealed: Sealed, targets: Targets, size: tuple[int, int, int]) -> Plan:
    """Plan of runs that last until the last target, whose courses are all kept."""
    sets, replicates, seed = size
    dt = sealed.scenario.structure.dt
    scenario = sealed.scenario.with_({"weeks": ceil(targets.last_week + dt)})
    plan = plan_over(scenario, sealed.sets, sets, replicates, seed)
    series = SeriesChoice(1, replicates, (*COURSES, *targets.needs))
    name, title = f"{KIND}-{sealed.scenario.name}", f"{sealed.scenario.title}: {targets.title}"
    return replace(plan, name=name, title=title, scenario=replace(scenario, series=series), series=series)


def _note(folder: Path, event: str, fields: Mapping[str, str], *, wait: bool) -> None:
    """Write a line to the log of a folder that is ours to write in."""
    ours = Folder(folder, {})
    ours.take(wait)
    try:
        ours.note(event, **fields)
    finally:
        ours.close()


def _keep_log(folder: Path, digests: Mapping[str, str], opened: str) -> None:
    """Say once more what was sealed, where other results made way with their log."""
    if not any(line["event"] == SEALED for line in last_lines(folder, LINES)):
        _note(folder, SEALED, digests, wait=False)
        _note(folder, OPENED, {"targets": opened}, wait=False)


def _row(target: Mapping[str, Any]) -> dict[str, Any]:
    """A target as a row of the table."""
    keys = ("target", "text", "date", "split", "kind", "happened", "model")
    (low, high), (least, most) = target["chance"], target["assumptions"]
    found = {key: target[key] for key in keys} | {
        "low": low, "high": high, "assumptions_low": least, "assumptions_high": most, "measure": target["measure"],
        "score": target["score"], "log_score": target["log score"], "in_half": target["in half"],
        "in_most": target["in most"],
    }  # fmt: skip
    for rival in RIVALS:
        other, name = target["rivals"].get(rival), rival.replace(" ", "_")
        ends = [None, None] if other is None else other["interval"]
        found |= {f"skill_{name}": other and other["skill"], f"skill_{name}_low": ends[0],
                  f"skill_{name}_high": ends[1], f"{name}": other and other["judged"]}  # fmt: skip
    forecast = target["forecast"]
    return found | {"forecast": forecast and forecast["was"], "near": ", ".join(target["near"]),
                    "outside": target["outside"], "runs": target["runs"]}  # fmt: skip


def _skills(target: Mapping[str, Any], until: str) -> str:
    said = (f"{one['judged']} {rival_words(rival, until)}" for rival, one in target["rivals"].items())
    return ", ".join(said) or "no score"
