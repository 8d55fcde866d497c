"""The stages of an evidence run, in their order: what each runs, how it is answered, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sim.analysis.evidence.numbers import (
    MOST_KEPT,
    OTHERS,
    clear_shares,
    free_numbers,
    headlines,
    kept_numbers,
    screening_plan,
    variance_plan,
)
from sim.analysis.exercised.influence import KIND as INFLUENCE
from sim.analysis.exercised.influence import influence_in
from sim.analysis.exercised.influence import said_of as said_of_influence
from sim.analysis.exercised.plan import influence_plan, removals
from sim.analysis.hindcast.hindcast import KIND as HINDCAST
from sim.analysis.hindcast.hindcast import Prepared as PreparedHindcast
from sim.analysis.hindcast.hindcast import scored
from sim.analysis.sensitivity.answers import sensitivity_of
from sim.analysis.sensitivity.cube import read_cube
from sim.comparison.claims.claims import KIND as CLAIMS
from sim.comparison.claims.claims import Prepared, fingerprints, judged
from sim.comparison.claims.verdict import said_of as said_of_claims
from sim.experiments.plan import Plan
from sim.experiments.plausible import PlausibleSets
from sim.phrases import listed, plural
from sim.results.results import Results
from sim.scenario.scenario import Scenario
from sim.storage.findings import stored_finding

SENSITIVITY = "sensitivity"
"""Name of the finding that screening and indices of variance are stored as."""
KEPT = "kept"
"""Numbers that the screening keeps, in its finding."""
MOST_SAID = 3
"""Numbers that a sentence names."""


@dataclass(frozen=True)
class Extent:
    """How much is run.

    Attributes
    ----------
    sets, replicates : int
        Worlds that claims are tested in, and runs of each arm in each of them.
    trajectories, samples : int
        Of the screening, and of the design for indices of variance; the latter a power of two.
    point_replicates : int
        Runs of each point of these two designs.
    influence_sets, influence_replicates : int
        Plausible sets that exercised influence is measured in, and runs of each version in each of them.
    ladder : bool
        Whether claims are also tested without mechanisms that no verdict rests on.
    seed : int
    """

    sets: int = 200
    replicates: int = 200
    trajectories: int = 20
    samples: int = 512
    point_replicates: int = 20
    influence_sets: int = 32
    influence_replicates: int = 16
    ladder: bool = True
    seed: int = 1


@dataclass(frozen=True)
class Inquiry:
    """What an evidence run asks, and of what.

    Attributes
    ----------
    scenario : Scenario
    claims : Prepared or None
        Claims of a text with their arms; None where no text speaks of the scenario.
    plausible : str, Path, PlausibleSets or None
        Sets that influence is measured over.
    extent : Extent
    hindcast : PreparedHindcast or None
        Facts that the fit never saw, with their runs; None where no targets file speaks of the scenario.
    quick : bool
        Whether it is a first look.
    """

    scenario: Scenario
    claims: Prepared | None
    plausible: str | Path | PlausibleSets | None
    extent: Extent
    hindcast: PreparedHindcast | None = None
    quick: bool = False


def run_count(plan: Plan) -> int:
    """Runs of a plan of a stage; each point has the same number."""
    assert isinstance(plan.replicates, int)
    return plan.points * plan.replicates


Content = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """One stage of an evidence run.

    Attributes
    ----------
    name : str
        Name of its results folder.
    asks : str
        What it answers, in words.
    kind : str
        Finding that it stores.
    lacks : callable
        What an inquiry lacks for it, in words; empty where it can be run.
    plans : callable
        What is run, by results folder, that of the stage first.
    answer : callable
        The finding, out of the results of its plans.
    said : callable
        The finding in a sentence.
    holds : callable
        Whether a stored finding about the first results is of the other ones, too.
    """

    name: str
    asks: str
    kind: str
    lacks: Callable[[Inquiry], str]
    plans: Callable[[Inquiry, Path], Mapping[Path, Plan]]
    answer: Callable[[Inquiry, Sequence[Results]], Content]
    said: Callable[[Content], str]
    holds: Callable[[Inquiry, Sequence[Results], Content], bool] = lambda inquiry, results, content: True


def _no_claims(inquiry: Inquiry) -> str:
    return (
        "" if inquiry.claims else f"no claims file was named, and none that is shipped is about {inquiry.scenario.name}"
    )


def _claims_plans(inquiry: Inquiry, folder: Path) -> Mapping[Path, Plan]:
    assert inquiry.claims is not None
    return inquiry.claims.plans(folder)


def _verdicts(inquiry: Inquiry, results: Sequence[Results]) -> Content:
    assert inquiry.claims is not None
    return judged(inquiry.claims, results[1:], quick=inquiry.quick)


def _same_claims(inquiry: Inquiry, results: Sequence[Results], content: Content) -> bool:
    assert inquiry.claims is not None
    same = content["digest"] == inquiry.claims.file.digest and content["quick"] == inquiry.quick
    return bool(same and content["arms"] == fingerprints(inquiry.claims, results[1:]))


def _no_numbers(inquiry: Inquiry) -> str:
    return "" if free_numbers(inquiry.scenario) else "no number of the scenario has a range that it can move in alone"


def _screening_plans(inquiry: Inquiry, folder: Path) -> Mapping[Path, Plan]:
    extent = inquiry.extent
    return {folder: screening_plan(inquiry.scenario, extent.trajectories, extent.point_replicates, extent.seed)}


def _variance_plans(inquiry: Inquiry, folder: Path) -> Mapping[Path, Plan]:
    """The plan over the numbers that the screening kept; before it has run, over as many as it may keep."""
    found = stored_finding(folder.parent / SCREENING.name, SENSITIVITY)
    some = free_numbers(inquiry.scenario)[:MOST_KEPT]
    kept = some if found is None or KEPT not in found else found[KEPT]
    extent = inquiry.extent
    return {folder: variance_plan(inquiry.scenario, kept, extent.samples, extent.point_replicates, extent.seed)}


def _indices(inquiry: Inquiry, results: Sequence[Results]) -> Content:
    return sensitivity_of(headlines(read_cube(results[0]))).to_dict()


def _screened(inquiry: Inquiry, results: Sequence[Results]) -> Content:
    found = _indices(inquiry, results)
    return {**found, KEPT: kept_numbers(found["tables"]["morris"])}


def _is_screened(inquiry: Inquiry, results: Sequence[Results], content: Content) -> bool:
    """Whether a finding is that of the stage; `analyse` stores one of the same kind about other outcomes."""
    return KEPT in content


def _said_of_screening(content: Content) -> str:
    shares = clear_shares(content["tables"]["morris"])
    kept = content[KEPT]
    clear = sum(share > 0 for share in shares.values())
    outcomes = len({row["outcome"] for row in content["tables"]["morris"]})
    return (
        f"{clear} of {plural(len(shares), 'number')} have an effect whose interval is clear of 0 on one of "
        f"{plural(outcomes, 'outcome')} at least; the first {len(kept)} are kept, led by {listed(kept[:MOST_SAID])}"
    )


def _said_of_variance(content: Content) -> str:
    """What leads, and the part that all numbers which were not kept have in the variance together."""
    first: dict[str, Any] = {}
    others = [row["total"] for row in content["tables"]["sobol"] if row["factor"] == OTHERS]
    for row in content["tables"]["sobol"]:
        if row["factor"] != OTHERS:
            first.setdefault(row["outcome"], row["factor"])
    leading = list(first.values())
    often = sorted(dict.fromkeys(leading), key=lambda path: -leading.count(path))[:MOST_SAID]
    led = listed([f"{path} leads in {leading.count(path)}" for path in often])
    return f"of {plural(len(leading), 'outcome')}, {led}{_said_of_others(others)}"


def _said_of_others(totals: Sequence[float]) -> str:
    """The part of the numbers that were not kept, by their total indices; nothing where all are kept."""
    if not totals:
        return ""
    usual = median(totals)
    if usual > 1:
        return "; samples are too few to say what part the numbers not kept have in the variance"
    return f"; numbers not kept have a part in {usual:.0%} of the variance, in the median"


def _no_levers(inquiry: Inquiry) -> str:
    return "" if removals(inquiry.scenario.structure) else "no patron has a lever over a client of the region"


def _influence_plans(inquiry: Inquiry, folder: Path) -> Mapping[Path, Plan]:
    extent = inquiry.extent
    sets = None if inquiry.plausible is None else extent.influence_sets
    runs = extent.influence_replicates * (1 if sets is not None else extent.influence_sets)
    wanted = influence_plan(
        inquiry.scenario, plausible=inquiry.plausible, sets=sets, replicates=runs, seed=extent.seed
    )  # fmt: skip
    return {folder: wanted}


def _influence(inquiry: Inquiry, results: Sequence[Results]) -> Content:
    return influence_in(results[0]).to_dict()


def _no_targets(inquiry: Inquiry) -> str:
    return (
        ""
        if inquiry.hindcast
        else f"no targets file was named, and none that is shipped is about {inquiry.scenario.name} over these sets"
    )


def _hindcast_plans(inquiry: Inquiry, folder: Path) -> Mapping[Path, Plan]:
    assert inquiry.hindcast is not None
    return {folder: inquiry.hindcast.plan}


def _scores(inquiry: Inquiry, results: Sequence[Results]) -> Content:
    assert inquiry.hindcast is not None
    assert results[0].folder is not None
    return scored(inquiry.hindcast, results[0], results[0].folder, quick=inquiry.quick)


def _said_of_scores(content: Content) -> str:
    return str(content["sentences"][0])


def _same_targets(inquiry: Inquiry, results: Sequence[Results], content: Content) -> bool:
    assert inquiry.hindcast is not None
    return bool(content["opened"] == inquiry.hindcast.targets.digest and content["quick"] == inquiry.quick)


SCREENING = Stage(
    "screening", "which numbers matter at all", SENSITIVITY, _no_numbers, _screening_plans, _screened,
    _said_of_screening, _is_screened,
)  # fmt: skip
VARIANCE = Stage(
    "variance", "how much they matter", SENSITIVITY, _no_numbers, _variance_plans, _indices, _said_of_variance
)
STAGES = (
    Stage("claims", "do the claims hold", CLAIMS, _no_claims, _claims_plans, _verdicts, said_of_claims, _same_claims),
    SCREENING,
    VARIANCE,
    Stage("influence", "what levers do", INFLUENCE, _no_levers, _influence_plans, _influence, said_of_influence),
    Stage(
        "hindcast",
        "what history said afterwards",
        HINDCAST,
        _no_targets,
        _hindcast_plans,
        _scores,
        _said_of_scores,
        _same_targets,
    ),
)
"""All stages, in the order in which they are run: the design for the variance needs what the screening keeps."""
