"""The run explorer: runs of a design brushed on axes, with what matters, a scatter, a table and trajectories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.dashboard.evidence import Evidence
from sim.dashboard.sections.explorer.columns import coded, ends, factor_columns, outcome_columns
from sim.dashboard.sections.explorer.matters import Strengths, strengths
from sim.dashboard.sections.explorer.paths import paths
from sim.dashboard.sections.explorer.sample import (
    all_runs,
    factors_that_fit,
    numbers_of_points,
    places_at_points,
    sampled,
)
from sim.dashboard.sections.glossary import LEVELS
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.study import RUN_COLUMNS

MOST_AXES = 8
"""Axes that stand side by side at once."""
FACTORS_FIRST = 4
"""Factors among the axes that a page opens with."""


def data(evidence: Evidence) -> Content | None:
    """Columns of the runs of a design; nothing of a single point, or of a design without factors."""
    study, vary = evidence.study, evidence.variation
    if vary is None or not study.factors:
        return None
    found, served = strengths(vary), evidence.served
    runs = study.runs[[*RUN_COLUMNS, *(outcome.column for outcome in vary.outcomes)]]
    runs = all_runs(runs) if served else sampled(runs, len(vary.outcomes))
    held = found.order if served else factors_that_fit(found, len(vary.design))
    code = ends if served else coded
    columns = factor_columns(study, vary.design, held, code) + outcome_columns(vary.outcomes, runs, code)
    lines = paths(study, runs)
    script = {
        "runs": len(runs),
        "served": served,
        **({"points": numbers_of_points(vary.design)} if served else places_at_points(runs, vary.design)),
        "columns": columns,
        "strength": found.rows(held),
        "axes": opening_axes(columns, len(held)),
        "pair": opening_pair(columns, found, held),
        "mostAxes": MOST_AXES,
        "paths": lines,
    }
    words = {
        "shown": len(runs),
        "all": len(study.runs),
        "factors": len(held),
        "all_factors": len(study.factors),
        "most_axes": MOST_AXES,
        "kept": len(lines["runs"]) if lines else 0,
        "served": served,
    }
    return Content(words, script={"explorer": script})


def opening_axes(columns: Sequence[Mapping[str, Any]], factors: int) -> list[int]:
    """Places of the columns that a page opens with: the first factors, and the first of the most telling outcomes."""
    first = min(factors, FACTORS_FIRST)
    return [*range(first), *sorted(_outcomes(columns, factors)[: MOST_AXES - first])]


def opening_pair(columns: Sequence[Mapping[str, Any]], found: Strengths, held: Sequence[int]) -> tuple[int, int]:
    """Places of the columns that a page opens its scatter with: the most telling outcome, against what it goes with."""
    outcome = _outcomes(columns, len(held))[0]
    strength = np.nan_to_num(np.abs(found.values[list(held), outcome - len(held)]))
    return int(strength.argmax()), outcome


def _outcomes(columns: Sequence[Mapping[str, Any]], factors: int) -> list[int]:
    """Places of the outcomes: those of many values first, then those of two, which are yes or no, then of one."""

    def few(place: int) -> int:
        column = columns[place]
        still = "low" in column and column["low"] >= column["high"]
        return -1 if still else -min(3, len(column.get("values", "more")))

    return sorted(range(factors, len(columns)), key=few)


SECTION = Section("explorer", "Explore the runs", "Explore the runs", data, words=(LEVELS,))
