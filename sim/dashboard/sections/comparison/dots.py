"""Comparison of the points of a design: dots with intervals, one small figure an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.variance import mean_of
from sim.dashboard.figures.drawing import Figure, Key, Slot, Spec, safe, short_numbers
from sim.dashboard.figures.marks import KINDS, MOST_KINDS, NAME, ROW, SHAPES
from sim.dashboard.outcomes import Outcome, outcomes
from sim.dashboard.statistics import Estimate, mean_estimate, paired_difference
from sim.dashboard.study import MOST_NAMED, Study, level
from sim.dashboard.words import capital

HOW = "Dots: mean over all runs of a version of the scenario; bars: 95% interval."
MOST = 8
"""Outcomes shown: those that differ most between versions, measured in their own uncertainty."""


@dataclass(frozen=True)
class Place:
    """Where a design point stands in a figure: its row, and its kind within the row."""

    point: int
    row: int
    kind: int


@dataclass(frozen=True)
class Plan:
    """Rows and kinds of a design: the last factor, if it has few levels, tells dots of one row apart."""

    places: list[Place]
    rows: list[str]
    kinds: list[str]
    kind_label: str

    @property
    def keys(self) -> list[Key]:
        """Legend of the kinds, with their shapes."""
        if len(self.kinds) < 2:
            return []
        entries = [
            (f"{SHAPES[shape]} {kind}", colour, "") for kind, (colour, shape) in zip(self.kinds, KINDS, strict=False)
        ]
        return [(self.kind_label, entries)]


def plan(study: Study) -> Plan:
    """Lay the design out in rows and kinds."""
    factors = study.factors
    last = factors[-1]
    inside = 1 < len(factors) <= MOST_NAMED and study.design[last["path"]].nunique() <= MOST_KINDS
    rows: list[str] = []
    kinds: list[str] = []
    places = []
    for point in study.points:
        found = study.design[study.design["point"] == point].iloc[0]
        levels = [f"{factor['label']}: {level(factor, found[factor['path']])}" for factor in factors]
        row = "; ".join(levels[:-1]) if inside else study.point_name(point)
        kind = level(last, found[last["path"]]) if inside else ""
        for name, known in ((row, rows), (kind, kinds)):
            if name not in known:
                known.append(name)
        places.append(Place(point, rows.index(row), kinds.index(kind)))
    return Plan(places, rows, kinds, str(last["label"]))


def comparison(study: Study, needed: set[str], unmoved: Sequence[Outcome] = ()) -> list[Slot]:
    """A figure for each of the outcomes that differ most between the design points.

    Parameters
    ----------
    needed : set of str
        Anchors of figures that findings link to: these are drawn in any case.
    unmoved : sequence of Outcome
        What hardly changes in any version, which the matrix says in a line.
    """
    if not study.one_by_one:
        return []
    laid = plan(study)
    drawn = [one for one in outcomes(study) if one.anchor in needed or one not in unmoved]
    found = {outcome: means(study, outcome) for outcome in drawn}
    ranked = sorted(found, key=lambda outcome: (outcome.anchor not in needed, -contrast(found[outcome])))[:MOST]
    figures = {outcome: dots(study, outcome, laid, found[outcome]) for outcome in found if outcome in ranked}
    return [Slot(one.anchor, capital(one.words), HOW, [figures[one]], laid.keys) for one in figures]


def means(study: Study, outcome: Outcome) -> list[Estimate]:
    """Mean of an outcome at each design point."""
    return [mean_estimate(values.to_numpy(float)) for values in by_point(study, outcome)]


def by_point(study: Study, outcome: Outcome) -> list[pd.Series]:
    """Values of an outcome at each design point, by replicate."""
    values = study.runs.set_index(["point", "replicate"])[outcome.column]
    return [values.loc[point] for point in study.points]


def contrast(found: list[Estimate]) -> float:
    """Spread of the means in units of their mean interval."""
    values = np.array([e.value for e in found])
    width = float(mean_of(np.array([e.high - e.low for e in found]), axis=0))
    spread = float(np.nanmax(values) - np.nanmin(values))
    return spread / width if width > 0 else spread * 1e6


def dots(study: Study, outcome: Outcome, laid: Plan, found: list[Estimate]) -> Figure:
    """Means with intervals, the first design point on top, on a scale that starts at nothing."""
    values = by_point(study, outcome)
    moved = [paired_difference(values[0], one) for one in values]
    names = [capital(study.point_name(point)) for point in study.points]
    best = max(range(len(found)), key=lambda place: (found[place].value, -place))
    figure = Figure(
        summary=f"Highest with {names[best]}.",
        columns={
            "Version": names,
            "Mean": short_numbers([e.value for e in found], 4),
            "95% interval from": short_numbers([e.low for e in found], 4),
            "to": short_numbers([e.high for e in found], 4),
            "Runs": [e.runs for e in found],
            "Change from the first version, in pairs": short_numbers([e.value for e in moved], 4),
            "change from": short_numbers([e.low for e in moved], 4),
            "change to": short_numbers([e.high for e in moved], 4),
        },
        height=52 + len(laid.rows) * (NAME + ROW * len(laid.kinds)),
    )
    figure.traces = [marks(found, laid, kind, outcome.form) for kind in range(len(laid.kinds))]
    figure.layout = layout(found, laid, outcome)
    return figure


def height_of(place: Place, laid: Plan) -> float:
    """Vertical place of a dot; rows are one apart, and their kinds below each other within."""
    return round(place.row + (NAME + ROW * place.kind) / (NAME + ROW * len(laid.kinds)), 4)


def marks(found: list[Estimate], laid: Plan, kind: int, form: str) -> Spec:
    """Dots of one kind with error bars."""
    mine = [(place, e) for place, e in zip(laid.places, found, strict=True) if place.kind == kind]
    colour, shape = KINDS[kind]
    half = short_numbers([(e.high - e.low) / 2 for _, e in mine], 4)
    return {
        "x": short_numbers([e.value for _, e in mine], 4),
        "y": [height_of(place, laid) for place, _ in mine],
        "mode": "markers",
        "error_x": {"type": "data", "array": half, "color": colour, "thickness": 2, "width": 4},
        "marker": {"size": 10, "color": colour, "symbol": shape},
        "hovertemplate": f"%{{x:{form}}}<extra></extra>",
        "cliponaxis": False,
    }


def layout(found: list[Estimate], laid: Plan, outcome: Outcome) -> Spec:
    """Axes, each row's name above its dots, and each mean in figures beside its bar."""
    shares = outcome.form.endswith("%")
    ends = [e.high if np.isfinite(e.high) else e.value for e in found]
    top = 1.0 if shares else max(ends) or 1.0
    plain: dict[str, Any] = {"showarrow": False, "xanchor": "left"}
    small = {"size": 12, "color": "$soft"}
    notes = [
        {**plain, "text": safe(row), "xref": "paper", "x": 0, "y": place, "yanchor": "middle", "font": small}
        for place, row in enumerate(laid.rows)
    ]
    strong = {"size": 12, "color": "$ink"}
    notes += [
        {
            **plain,
            "text": f"{e.value:{outcome.form}}",
            "x": x,
            "y": height_of(place, laid),
            "xshift": 7,
            "font": strong,
        }
        for place, e, x in zip(laid.places, found, ends, strict=True)
    ]
    ticks = {"tickvals": [0, 0.25, 0.5, 0.75, 1]} if shares else {"nticks": 5}
    across = {"tickformat": ".0%" if shares else ".3~g", "range": [0, 1.02 * top], **ticks}
    return {
        "margin": {"t": 6, "b": 30, "l": 24, "r": 46},
        "hovermode": "closest",
        "annotations": notes,
        "xaxis": {**across, "fixedrange": True},
        "yaxis": {"visible": False, "range": [len(laid.rows) - 0.05, -0.25], "fixedrange": True},
    }
