"""What the runs say, in words: made from statistics only, for any scenario."""

from __future__ import annotations

from dataclasses import dataclass

from sim.dashboard.contest_findings import domestic_findings, interstate_findings
from sim.dashboard.effects import Variation, variation
from sim.dashboard.figures.provenance import counted, provenance
from sim.dashboard.finding import Finding
from sim.dashboard.fitted import with_badges
from sim.dashboard.influence_findings import influence_findings
from sim.dashboard.study import Stored, Study, study
from sim.dashboard.sweep_findings import factor_findings, number_findings, spread_findings

MOST = 6
"""More findings than this and nobody reads them."""


@dataclass(frozen=True)
class Caveat:
    """What the intervals on the page include, and what they leave out."""

    includes: str
    leaves_out: str


def findings(results: Stored) -> list[Finding]:
    """Say what a results folder shows, at most six findings.

    Parameters
    ----------
    results : Stored
        An opened results folder. What each factor of a design changes comes first. Then comes what happens at its
        baseline; or, in a design without one, how far outcomes vary over all points.
    """
    what = study(results)
    return found(what, variation(what))


def found(what: Study, vary: Variation | None) -> list[Finding]:
    """The same for a `Study` that is already read."""
    if what.runs.empty:
        return []
    effects = factor_findings(vary) if vary else []
    if vary and what.pooled:
        return [*effects, *number_findings(vary), *spread_findings(vary)][:MOST]
    first = what.views[0]
    contests = [
        finding
        for contest in what.contests
        for finding in (domestic_findings if contest.host else interstate_findings)(what, contest, first)
    ]
    region = influence_findings(what, first)
    room = MOST - len(effects) - len(region)
    return with_badges(what, effects + contests[: max(0, room)] + region)


def caveat(what: Study) -> Caveat:
    """Say which uncertainty the page's intervals include, from how the runs were made."""
    kinds = dict(counted(provenance(what)))
    total, assumed = sum(kinds.values()), kinds.get("assumption", 0)
    count = len(what.factors)
    varied = f", except the {count:,} that the design varies" if count else ""
    return Caveat(
        includes=(
            "Chance: each run draws its own shocks, choices and turns of fortune, "
            "and the intervals cover how these differ from run to run."
        ),
        leaves_out=(
            f"All {total} parameters stand at the scenario's values in these runs{varied}; {assumed} "
            f"of them are assumptions with a range that "
            "was not explored here. So a narrow interval says that the model is sure given those "
            "values, not that the world is."
        ),
    )
