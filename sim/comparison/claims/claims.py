"""The verb of the folder: claims of a text run as experiments, judged, and stored beside their runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.arguments import argument_fault, list_faults, name_faults, plain, refuse
from sim.comparison.claims.arms import AS_IT_IS, Arms, Size, arms_of, drawn_worlds
from sim.comparison.claims.claim import ClaimsFile
from sim.comparison.claims.judge import judge
from sim.comparison.claims.measure import Runs
from sim.comparison.claims.naive import naive_words
from sim.comparison.claims.read import load_claims
from sim.comparison.claims.verdict import LEVEL, said_of
from sim.errors import ConfigError
from sim.execution.run import sweep
from sim.experiments.plan import Plan
from sim.experiments.transfer import KEPT
from sim.files import place
from sim.notebook import as_html
from sim.phrases import printable
from sim.results.results import Results
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.storage.findings import store_finding

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

KIND = "claims"
"""Name of the stored finding."""
USUAL = Size(sets=100, replicates=40)
QUICK = Size(sets=20, replicates=10, ladder=False)
MOST_NAMED = 3
"""Claims that the folder is named after; of more there is their number."""
MOST_SHOWN = 20
"""Runs a world of the scenario as it is, for the page of the folder."""
GIVEN_UP = (
    "quick: few worlds and replicates, and no worlds beside those that verdicts rest on; do not quote its verdicts"
)


@dataclass(frozen=True)
class Prepared:
    """Claims with everything that is to be run for them.

    Attributes
    ----------
    file : ClaimsFile
    size : Size
    arms : mapping of str to Arms
        By scenario.
    shown : Plan
        The scenario as it is, over the same worlds.
    """

    file: ClaimsFile
    size: Size
    arms: Mapping[str, Arms]
    shown: Plan

    def plans(self, folder: Path) -> dict[Path, Plan]:
        """All plans by the folders of their results, the scenario as it is first."""
        below = folder.parent / f"{folder.name}.arms"
        return {folder: self.shown} | {below / arms.plan.scenario.name: arms.plan for arms in self.arms.values()}

    @property
    def runs(self) -> int:
        """Runs of all plans."""
        plans = [self.shown, *(arms.plan for arms in self.arms.values())]
        return sum(plan.points * int(plan.replicates) for plan in plans)  # type: ignore[arg-type,misc]


@dataclass(frozen=True)
class Claims:
    """Verdicts on claims, with all that they rest on.

    Attributes
    ----------
    name, title : str
    content : mapping
        Everything, as JSON can hold it; it is stored beside the runs.
    results : Results
        Runs of the scenario as it is; their page has the claims.
    """

    name: str
    title: str
    content: Mapping[str, Any]
    results: Results

    @property
    def table(self) -> pd.DataFrame:
        """One row a part: claim, what is expected, verdict with its reason, effect and intervals, trivial models."""
        import pandas as pd  # noqa: PLC0415 (slow to import)

        return pd.DataFrame([_row(part) for part in self.content["parts"]])

    @property
    def worlds(self) -> pd.DataFrame:
        """One row a part and further world: the effect there, and the share of the full one that is left."""
        import pandas as pd  # noqa: PLC0415

        return pd.DataFrame([
            {"claim": part["claim"], "part": part["part"], "world": one["name"], "role": one["role"],
             **_numbers(one["effect"]), "kept": one["kept"], "kept_low": one["kept interval"][0],
             "kept_high": one["kept interval"][1], "survives": one["survives"]}
            for part in self.content["parts"] for one in part["worlds"]
        ])  # fmt: skip

    @property
    def sentence(self) -> str:
        """How many parts got which verdict."""
        return said_of(self.content)

    def figure(self, *, theme: str = "light") -> Figure:
        """Effects with their intervals, each in units of its own interval."""
        return self.results.figure(KIND, theme=theme)

    def __repr__(self) -> str:
        return printable(f"<Claims {self.name}: {self.sentence}>")

    def _repr_html_(self) -> str:
        facts = {
            f"{part['claim']}: {part['text']}": f"{part['verdict']}: {part['why']}" for part in self.content["parts"]
        }
        return as_html(self.title, facts)


def prepare(
    config: str | Path | Scenario,
    claims: str | Path,
    only: Iterable[str] | None = None,
    size: Size = USUAL,
) -> Prepared:
    """Read claims, and lay out what is to be run for them; see `claims`."""
    scenario = config if isinstance(config, Scenario) else load_scenario(config)
    file = load_claims(claims, scenario)
    if only is not None:
        file = _chosen(file, only)
    arms = arms_of(file, size)
    drawn = drawn_worlds(file, scenario, size)
    replicates = min(size.replicates, MOST_SHOWN)
    series = replace(scenario.series, replicates=min(replicates, -(-KEPT // drawn.points.count)))
    name = _folder_name(scenario, None if only is None else file, size)
    title = f"{scenario.title}, and what was claimed of it"
    shown = Plan(name, title, "sweep", scenario, drawn.points, replicates, size.seed, series, drawn.sampling)
    return Prepared(file, size, arms, shown)


def claims(
    config: str | Path | Scenario,
    claims: str | Path = "october-2020",
    only: Iterable[str] | None = None,
    *,
    quick: bool = False,
    sets: int | None = None,
    replicates: int | None = None,
    out: str | Path | None = None,
    **options: Any,
) -> Claims:
    """Test claims of a text by experiments in the model, and give each a verdict.

    Parameters
    ----------
    config : str, Path or Scenario
        What the claims are about.
    claims : str or Path
        A claims file, or the name of a shipped one.
    only : iterable of str, optional
        Names of the claims to test; all by default.
    quick : bool
        Few worlds and replicates, for a first look.
    sets, replicates : int, optional
        Worlds that the claims are tested in (100, or all plausible sets where there are fewer), and runs of each arm
        in each (40).
    out : str or Path, optional
        Folder of the results, by default ``results/claims-NAME``, which also names chosen claims and a quick look;
        the arms' runs go into ``OUT.arms``.
    **options
        Options of runs, as `simulate` has them.

    Returns
    -------
    Claims

    Raises
    ------
    ConfigError
        For a faulty config, claims file or argument.
    ResultsError
        If a folder cannot be written or holds other results.
    """
    prepared = prepare(config, claims, only, size_of(sets, replicates, quick=quick))
    return run(prepared, folder_of(prepared, out), lambda plan, folder: sweep(plan, out=folder, **options), quick=quick)


def size_of(sets: int | None, replicates: int | None, *, quick: bool) -> Size:
    """How much is run."""
    usual = QUICK if quick else USUAL
    return replace(usual, sets=usual.sets if sets is None else plain(sets),
                   replicates=usual.replicates if replicates is None else plain(replicates))  # fmt: skip


def folder_of(prepared: Prepared, out: str | Path | None) -> Path:
    """Folder of the results."""
    return Path("results") / prepared.shown.name if out is None else place(out)


def run(prepared: Prepared, folder: Path, execute: Callable[[Plan, Path], Results], *, quick: bool) -> Claims:
    """Run what was prepared, judge it, and store the verdicts in the folder."""
    found = {where: execute(plan, where) for where, plan in prepared.plans(folder).items()}
    shown, *arms = found.values()
    content = judged(prepared, arms, quick=quick)
    store_finding(folder, KIND, content, shown.manifest)
    return Claims(prepared.file.name, prepared.file.title, content, shown)


def judged(prepared: Prepared, results: Sequence[Results], *, quick: bool) -> dict[str, Any]:
    """Verdicts on claims with all that they rest on, as JSON can hold it.

    Parameters
    ----------
    prepared : Prepared
    results : sequence of Results
        Runs of its arms, one of each scenario.
    quick : bool
    """
    runs = {key: Runs(arms, one) for (key, arms), one in zip(prepared.arms.items(), results, strict=True)}
    file = prepared.file
    return {
        "name": file.name, "title": file.title, "digest": file.digest, "level": LEVEL, "quick": quick,
        "correction": "Holm, over all parts", "replicates": prepared.size.replicates, "runs": prepared.runs,
        "sets": file.sets, "baseline": AS_IT_IS,
        "arms": fingerprints(prepared, results),
        "parts": judge(file, prepared.arms, runs, prepared.size),
    }  # fmt: skip


def fingerprints(prepared: Prepared, results: Sequence[Results]) -> dict[str, str]:
    """What the runs of the arms are told by, by the name of their scenario."""
    return {
        arms.plan.scenario.name: one.manifest["fingerprint"]
        for arms, one in zip(prepared.arms.values(), results, strict=True)
    }


def _folder_name(scenario: Scenario, chosen: ClaimsFile | None, size: Size) -> str:
    """Name of the results: a quick look, or some claims alone, do not stand in the way of a whole test."""
    names = [claim.name for claim in chosen.claims] if chosen else []
    names = names if len(names) <= MOST_NAMED else [f"{len(names)}-claims"]
    return "-".join(["claims", scenario.name, *names, *([] if size.ladder else ["quick"])])


def _chosen(file: ClaimsFile, only: Iterable[str]) -> ClaimsFile:
    refuse(list_faults("only", only))
    names = list(only)
    refuse(name_faults("claim", names, [claim.name for claim in file.claims], "must be a claim of the file"))
    if not names:
        raise ConfigError([argument_fault("only", "must name a claim", "none")])
    return replace(file, claims=tuple(claim for claim in file.claims if claim.name in names))


def _row(part: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("claim", "part", "text", "source", "scenario", "measure", "expect", "verdict", "why")
    judged = {"size": part["size"], "p_holm": part["p adjusted"], "without_model": naive_words(part)}
    return {key: part[key] for key in keys} | _numbers(part["effect"]) | judged


def _numbers(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "effect": effect["value"], "low": effect["chance"][0], "high": effect["chance"][1],
        "assumptions_low": effect["assumptions"][0], "assumptions_high": effect["assumptions"][1],
        "rises": effect["up"], "falls": effect["down"], "worlds": effect["worlds"], "runs": effect["runs"],
    }  # fmt: skip
