"""Questions on the ground that answers stand on: how sure they are, and where the numbers come from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.dashboard.estimates import mean_in, means_of_sets
from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.bars import share_bar, sure_of
from sim.dashboard.figures.small import Bar, Chart
from sim.dashboard.findings.finding import ASSUMED, FITTED
from sim.dashboard.findings.fitted import fit_target, patterns_shown
from sim.dashboard.findings.rivals import beside_outcome
from sim.dashboard.outcomes import Outcome, headline, outcomes
from sim.dashboard.parameters import CONSTANT, count_by_kind, provenance
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.study import Study, View
from sim.dashboard.words import capital, percent
from sim.phrases import plural

KIND_WORDS = {
    "document": "From the document",
    "publication": "From publications",
    "assumption": "Assumptions with a range",
    CONSTANT: "Constants: choices without a range",
}
MOST_ROWS = 4
RARE, USUAL = 0.1, 0.9
"""Shares of a set's runs below and above which something hardly ever, or nearly always, happens in it."""
CAMP = 0.1
"""Least weight of the sets on either side at which their mean is said to lie between two camps."""


def how_sure(study: Study, view: View) -> Question | None:
    """Both intervals of the headline outcomes, and which of the two is the wider."""
    runs = study.runs_of(view)
    found = [
        (outcome, mean_in(study, runs, runs[outcome.column].to_numpy(np.float64), share=True))
        for outcome in headline(study, outcomes(study))
        if outcome.share
    ][:MOST_ROWS]
    if not found or not len(runs):
        return None
    rows = [share_bar(outcome.brief, mean) for outcome, mean in found]
    widest = max(rows, key=lambda bar: (_width(bar.assumptions), _width(bar.chance)))
    aside = beside_outcome(study, view, *found[rows.index(widest)])
    split, counted = _camps(study, view, [outcome for outcome, _ in found], widest.words)
    return Question(
        asked="How sure is that?",
        answer=f"{_sureness(widest)}{split}",
        chart=Chart(tuple(rows), number="Mean"),
        anchor="caveat",
        link="What the intervals include, and what not",
        sure=(*sure_of(study, widest, rows=rows), *aside.sure),
        about=f"thick: chance; thin: assumptions{counted}"
        if widest.assumptions_said
        else "the thick line is chance alone",
        outcomes=tuple(outcome.column.partition(":")[0] for outcome, _ in found),
        weeks=(study.weeks, study.weeks),
    )


def _width(ends: tuple[float, float]) -> float:
    return ends[1] - ends[0] if all(map(math.isfinite, ends)) else -1.0


def _camps(study: Study, view: View, outcomes: Sequence[Outcome], spoken: str) -> tuple[str, str]:
    """The first outcome that comes in nearly all runs of many sets and in hardly any of others: a sentence, and counts.

    Both are empty where there is none: then a mean over sets is near to what many of them have. An outcome that was
    just spoken of is not named again.
    """
    runs = study.runs_of(view)
    for outcome in outcomes if study.over_sets else ():
        values = runs[outcome.column].to_numpy(np.float64)
        means, weights = means_of_sets(study, runs, values)
        high, low = means > USUAL, means < RARE
        smaller = min(float(weights[side].sum() / weights.sum()) for side in (high, low))
        if np.isin(values, (0, 1)).all() and smaller >= CAMP:
            sets, most, few = f"{len(means):,}", f"{high.sum():,}", f"{low.sum():,}"
            what = "it is so" if outcome.brief == spoken else f"“{outcome.brief}” holds"
            return (
                f" In {most} of {sets} sets {what} in over nine runs in ten, in {few} sets in under one in ten.",
                f"; of {sets} sets: {most} above 90%, {few} below 10%, {(~high & ~low).sum():,} between",
            )
    return "", ""


def _sureness(bar: Bar) -> str:
    if bar.assumptions_said and bar.chance_said:
        wider = "assumptions" if _width(bar.assumptions) > _width(bar.chance) else "chance"
        doubt = f"More of its doubt comes from {wider} ({_both(bar)})."
        return f"The least sure of these is “{bar.words}”, {bar.said}. {doubt}"
    if bar.chance_said:
        return (
            f"Sure only within one set of assumptions: “{bar.words}” is {bar.said} (chance: "
            f"{bar.chance_said}). Other plausible numbers may say otherwise, and none was tried here."
        )
    return "Not at all: this is one run. More runs say what is chance, and plausible sets what is assumed."


def _both(bar: Bar) -> str:
    return f"chance: {bar.chance_said}; assumptions: {bar.assumptions_said}"


def where_from(study: Study) -> Question:
    """How many numbers of the scenario have a source, and how many are assumed."""
    rows = provenance(study)
    counts = [(kind, count) for kind, count in count_by_kind(rows) if count]
    most = max((count for _, count in counts), default=1)
    assumed = sum(count for kind, count in counts if kind == "assumption")
    varied = [count for kind, count in counts if kind != CONSTANT]
    bars = tuple(
        Bar(KIND_WORDS.get(kind, capital(kind)), f"{count:,}", count / most, "c5" if kind == "assumption" else "c7")
        for kind, count in counts
    )
    share = percent(assumed / sum(varied)) if sum(varied) else "none"
    return Question(
        asked="Where do the numbers come from?",
        answer=f"Of {plural(len(rows), 'number')}, {assumed:,} are assumptions with a range: {share} of all that are "
        "no constants. Each has a note that says why.",
        chart=Chart(bars, number="Numbers"),
        anchor="numbers",
        link="Every number with its source",
        about="numbers of the scenario, by kind of source",
        badge=ASSUMED,
        because="The scenario says so itself.",
    )


def is_it_tested(evidence: Evidence) -> Question | None:
    """That a fit is no test, and what is one; None without a fit, and where claims or forecasts were tested."""
    fit = fit_target(evidence.study)
    shown = patterns_shown(evidence.study, fit, evidence.views[0]) if fit else []
    told = [one for one in shown if one.met is not None]
    if not told or {"claims", "hindcast"} & {*evidence.stored}:
        return None
    met = sum(bool(one.met) for one in told)
    return Question(
        asked="Is it tested, and do the claims hold?",
        answer=f"Not by these runs. They show {met:,} of the {plural(len(told), 'pattern')} that the numbers were "
        "chosen to show, which is no test. Whether claims about the crises hold, the command “counterpoise claims” "
        "says, and how forecasts compare with what happened later, “counterpoise hindcast”.",
        chart=Chart((Bar("Patterns shown", f"{met:,} of {len(told):,}", met / len(told), "c5"),), number="Patterns"),
        anchor="fitted",
        link="What the numbers were chosen to show",
        about="patterns that these runs show, of those that they can tell of",
        badge=FITTED,
        because="all of these patterns.",
        wide=True,
    )
