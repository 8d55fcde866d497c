"""What the runs say of the outcomes that a scenario declares: a row each, in the words of whoever declared them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.dashboard.estimates import mean_in, share_of
from sim.dashboard.outcomes import declared
from sim.dashboard.study import Study, View
from sim.dashboard.words import range_words, value_words
from sim.phrases import two_intervals


@dataclass(frozen=True)
class Declared:
    """An outcome as the page shows it: what it is, its mean with its interval, and the runs that have it."""

    label: str
    expression: str
    unit: str
    mean: str
    interval: str
    runs: int


def declared_rows(study: Study, view: View) -> list[Declared]:
    """A row for each outcome that the scenario declares, over the runs of a view."""
    runs, rows = study.runs_of(view), []
    for one, outcome in declared(study):
        values = runs[one.name].to_numpy(np.float64, na_value=np.nan)
        is_condition = bool(np.isin(values, (0.0, 1.0)).all())
        found = (
            share_of(study, runs, values == 1.0) if is_condition else mean_in(study, runs, values, share=outcome.share)
        )
        chance = _ends(found.low, found.high, outcome.form)
        interval = two_intervals(chance, _ends(*found.assumptions, outcome.form)) if found.sets and chance else chance
        rows.append(
            Declared(one.label, one.expression, one.unit, value_words(found.value, outcome.form), interval, found.runs)
        )
    return rows


def _ends(low: float, high: float, form: str) -> str:
    """An interval in words; nothing where it is not known."""
    return range_words(low, high, form) if math.isfinite(low) and math.isfinite(high) else ""
