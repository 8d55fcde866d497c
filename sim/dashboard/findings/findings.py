"""What the runs say, in words: made from statistics only, for any scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.dashboard.effects.variation import Variation, variation
from sim.dashboard.findings.contests import domestic_findings, interstate_findings
from sim.dashboard.findings.design import factor_findings, number_findings, spread_findings
from sim.dashboard.findings.finding import Finding
from sim.dashboard.findings.fitted import with_badges
from sim.dashboard.findings.influence import influence_findings
from sim.dashboard.parameters import provenance
from sim.dashboard.study import Study, study
from sim.phrases import plural
from sim.results.stored import Stored
from sim.results.worlds import sets_of

CHANCE = (
    "Chance: each run draws its own shocks, choices and turns of fortune, and the intervals cover how these differ "
    "from run to run."
)
CHANCE_IN_VERSIONS = (
    "Chance: runs with different numbers meet different shocks, choices and turns of fortune, and the intervals cover "
    "how these differ. Runs with one number meet the same ones in every version. Where versions are compared in groups "
    "or by ranks, the intervals cover the choice of versions too."
)
CHANCE_OVER_SETS = (
    "Chance: the first interval is where the number would lie with other shocks, choices and turns of fortune (95%). "
    "More runs of each set narrow it. Assumptions: the second is where nine in ten plausible sets have theirs, "
    "without the noise of their runs. No further run narrows it."
)
MOST = 7
"""More findings than this and nobody reads them."""


@dataclass(frozen=True)
class Caveat:
    """What the intervals on the page include, and what they leave out."""

    includes: str
    leaves_out: str


def findings(results: Stored) -> list[Finding]:
    """Say what a results folder shows, at most seven findings.

    Parameters
    ----------
    results : Stored
        An opened results folder. What each factor of a design changes comes first. Then comes what happens at its
        baseline; or, in a design without one, how far outcomes vary over all points. Over plausible sets every number
        has two intervals, and the baseline is that of every set.
    """
    what = study(results)
    return findings_of(what, variation(what))


def findings_of(what: Study, vary: Variation | None) -> list[Finding]:
    """The same for a `Study` that is already read."""
    if what.runs.empty:
        return []
    effects = factor_findings(vary) if vary else []
    if vary and what.pooled and not what.over_sets:
        return [*effects, *number_findings(vary), *spread_findings(vary)][:MOST]
    first = what.baseline if what.over_sets else what.views[0]
    contests = [
        finding
        for contest in what.contests
        for finding in (domestic_findings if contest.host else interstate_findings)(what, contest, first)
    ]
    region = influence_findings(what, first)
    room = MOST - len(effects) - len(region)
    return with_badges(what, effects + contests[: max(0, room)] + region)


def scope(what: Study) -> str:
    """Over which assumptions the findings are, in a sentence: plausible sets of them, drawn ones, or a single set."""
    if what.over_sets and what.worlds is not None:
        facts = sets_of(what.manifest["sampling"]) or {}
        sets = f"Over {plural(len(what.worlds), 'plausible set')} of assumptions ({facts.get('sets')}),"
        found = f"{sets} fitted to {facts.get('patterns')} in {facts.get('scenario')}"
        tried = any(factor.get("values") for factor in what.factors)
        then = ": what factors of the design change in each, then what happens at their first levels" if tried else ""
        return f"{found}{then}."
    if what.pooled:
        return ""
    return "One set of assumptions: intervals count chance alone, and other plausible numbers may say otherwise."


def caveat(what: Study) -> Caveat:
    """Say which uncertainty the page's intervals include, from how the runs were made."""
    numbers = what.scenario["numbers"]
    varied = {path for factor in what.factors for path in paths_of(factor) if path in numbers}
    fixed = [row for row in provenance(what) if row.path not in varied]
    open_ends = [row for row in fixed if row.kind == "assumption"]
    others = f"; the design varies {plural(len(varied), 'other', 'others')}" if varied else ""
    unexplored = f"Of these fixed ones {len(open_ends):,} are assumptions whose range was not explored here."
    if not open_ends:
        unexplored = "None of these fixed ones is an assumption with a range."
    return Caveat(
        includes=CHANCE_OVER_SETS if what.over_sets else CHANCE_IN_VERSIONS if len(what.points) > 1 else CHANCE,
        leaves_out=(
            f"{plural(len(fixed), 'parameter')} stand at the scenario's values in every run{others}. "
            f"{unexplored} So a narrow interval says that the model is sure given those values, not that the world is."
        ),
    )


def paths_of(factor: Mapping[str, Any]) -> set[str]:
    """Numbers that a factor sets: its own, or those of its variants."""
    return {str(factor["path"]), *(path for settings in factor.get("settings") or () for path in settings)}
