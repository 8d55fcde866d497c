"""Findings on a sweep: what each factor changes, in pairs of runs that saw the same shocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.dashboard.certainty import change
from sim.dashboard.finding import Fact, Finding
from sim.dashboard.outcomes import Outcome, outcomes
from sim.dashboard.statistics import Estimate, mean_estimate
from sim.dashboard.study import Study, level
from sim.dashboard.words import signed

MOST_FACTORS = 3
MOST_LEVELS = 12
"""A factor with more levels was sampled, not set, and has no level to be compared with the first."""


def factor_findings(study: Study) -> list[Finding]:
    """For each factor the outcome that it changes most."""
    found = []
    factors = [one for one in study.manifest["factors"] if study.design[one["path"]].nunique() <= MOST_LEVELS]
    for factor in factors[:MOST_FACTORS]:
        effect = largest(study, factor)
        if effect is not None:
            found.append(effect)
    return found


def largest(study: Study, factor: dict[str, Any]) -> Finding | None:
    """The outcome and level with the largest difference from the first level that is clear of chance."""
    path, label = factor["path"], str(factor["label"])
    values = list(dict.fromkeys(study.design[path]))
    effects = {
        (outcome, value): paired(study, path, outcome.column, values[0], value)
        for outcome in outcomes(study)
        for value in values[1:]
    }
    effects = {key: effect for key, effect in effects.items() if effect.runs > 1}
    if not effects:
        return None
    (outcome, value), effect = max(effects.items(), key=lambda item: size(study, item[0][0], item[1]))
    first, then = (said_level(study, factor, one) for one in (values[0], value))
    shares = outcome.form.endswith("%")
    number, low, high = (signed(part, outcome.form) for part in (effect.value, effect.low, effect.high))
    moved = change(effect, most=span(study, outcome))
    title = f"{label} “{then}” instead of “{first}”: {outcome.words} {moved}"
    points = " percentage points" if shares else ""
    text = (
        f"The mean change is {number}{points} ({low} to {high}). Runs are compared in pairs that meet the "
        "same chance events, the other factors held equal. "
        f"Of the {len(effects)} comparisons made for this factor, this is the largest."
    )
    about = f"{'percentage points, ' if shares else ''}mean change in pairs"
    facts = (
        Fact(f"{label} “{then}” instead of “{first}”, {about}", number, f"{low} to {high}", f"{effect.runs:,} pairs"),
        Fact("Comparisons made for this factor", str(len(effects))),
    )
    rests_on = (outcome.column.partition(":")[0],)
    return Finding(
        title,
        text,
        number,
        f"{low} to {high}",
        effect.runs,
        outcome.anchor,
        "Versions compared",
        about,
        facts,
        rests_on,
    )


def size(study: Study, outcome: Outcome, effect: Estimate) -> tuple[bool, float]:
    """Whether an effect is clear of chance, and its size as a share of what the outcome can be."""
    most = span(study, outcome)
    clear = effect.low > 0 or effect.high < 0
    return clear, abs(effect.value) / most if most > 0 else 0.0


def span(study: Study, outcome: Outcome) -> float:
    """The most that an outcome can be: 1 for a share, else the most in any run."""
    return 1.0 if outcome.form.endswith("%") else float(study.runs[outcome.column].max())


def paired(study: Study, path: str, column: str, first: Any, then: Any) -> Estimate:
    """Mean difference by replicate, averaged over the other factors before the interval is taken."""
    others = [factor["path"] for factor in study.manifest["factors"] if factor["path"] != path]
    table = study.runs[["point", "replicate", column]].merge(study.design, on="point")
    sides = [table[table[path] == value].set_index([*others, "replicate"])[column] for value in (first, then)]
    difference: pd.Series = (sides[1] - sides[0]).dropna()
    return mean_estimate(difference.groupby(level="replicate").mean().to_numpy(dtype=np.float64))


def said_level(study: Study, factor: dict[str, Any], value: Any) -> str:
    """A level of a factor in words."""
    row = study.design[study.design[factor["path"]] == value].iloc[0]
    return level(factor, row)
