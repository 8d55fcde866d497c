"""A difference over time: the fan of pairs of runs that meet the same chance events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.versions import UNIT, Versions
from sim.dashboard.figures.drawing import (
    WEEK_FROM,
    Figure,
    Slot,
    Spec,
    calendar,
    fan_columns,
    fan_traces,
    row_title,
    safe,
)
from sim.dashboard.statistics import fan
from sim.dashboard.words import change_words
from sim.phrases import between, plural

ANCHOR, TITLE = "difference", "A difference over time"
HOW = (
    "The cell that is looked at above. Line: the middle pair of runs; bands: half of the pairs, and nine in ten. Runs "
    "of a pair meet the same chance events. A line marks no difference."
)
APART = (
    "seeds differ, so that no run of the one meets the chance events of a run of the other, and there are no pairs to "
    "follow."
)
NO_WEEKS = "the weeks of this outcome are not kept for runs of both."
MOST = 60
"""Cells whose difference is drawn over time."""
TOO_MANY = f"differences over time are drawn for the {MOST} clearest cells."


@dataclass(frozen=True)
class Fans:
    """Figures of all cells of a matrix.

    Attributes
    ----------
    slot : Slot
        Whose figures are those of the cells; the first is that of the largest difference that can be drawn.
    names, why : list of str
        What a link calls each cell, and why it has no figure; empty where it has one.
    places : mapping of Effect to int
        Place of each cell in these lists.
    """

    slot: Slot
    names: list[str]
    why: list[str]
    places: Mapping[Effect, int]


def fans(found: Versions) -> Fans:
    """Figures of the differences that a matrix shows, and why others have none."""
    shown = [e for outcome, effects in found.by_outcome.items() if outcome not in found.unmoved for e in effects]
    ranked = sorted(shown, key=lambda one: (one not in found.clear, -found.vary.share(one)))
    drawn = {effect: _drawn(found, effect) for effect in ranked[:MOST]}
    drawn |= dict.fromkeys(ranked[MOST:], (None, TOO_MANY))
    first = next((effect for effect in ranked if drawn[effect][0]), None)
    order = [*([first] if first else []), *(effect for effect in shown if effect != first)]
    return Fans(
        Slot(ANCHOR, TITLE, HOW, [drawn[effect][0] for effect in order]),
        [f"{effect.outcome.brief}, {found.names[effect.level]}" for effect in order],
        [drawn[effect][1] for effect in order],
        {effect: place for place, effect in enumerate(order)},
    )


def _drawn(found: Versions, effect: Effect) -> tuple[Figure | None, str]:
    """The figure of a difference, or why there is none."""
    if effect.kind != "pairs":
        return None, APART
    figure = difference(found, effect)
    return figure, "" if figure else NO_WEEKS


def difference(found: Versions, effect: Effect) -> Figure | None:
    """Fan of a difference over the weeks; None where they are not kept."""
    moved = found.over_time(effect)
    if moved is None:
        return None
    outcome = effect.outcome
    bands = fan(moved * (100 if outcome.share else 1))
    ends = [change_words(float(moved.iloc[-1].quantile(part)), outcome.form) for part in (0.5, 0.05, 0.95)]
    unit = UNIT[outcome.share]
    figure = Figure(
        summary=f"{outcome.brief}, “{found.names[effect.level]}” less “{found.first}”, at the end: {ends[0]} in the "
        f"middle pair, {between(*ends[1:])} in nine of ten ({unit}).",
        columns=calendar(found.study, list(moved.index)) | fan_columns(f"Difference, {unit}", bands),
        height=360,
    )
    figure.traces = fan_traces(f"Difference, {unit}", "$c1")
    figure.traces[-1]["hovertemplate"] = f"{WEEK_FROM} %{{x|%-d %b %Y}}<br>middle pair %{{y:+.2f}}<extra></extra>"
    pairs = plural(moved.shape[1], "pair")
    under = f"“{found.names[effect.level]}” less “{found.first}”{', points' if outcome.share else ''}, {pairs}"
    figure.layout = _layout(f"<b>{safe(outcome.brief)}</b><br>{safe(under)}", bands)
    return figure


def _layout(title: str, bands: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Spec:
    """Axes with nothing and the whole fan on them, and a line at nothing."""
    low, high = min(0.0, float(np.nanmin(bands))), max(0.0, float(np.nanmax(bands)))
    room = 0.06 * (high - low) or 1.0
    nothing = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0}
    return {
        "margin": {"t": 64, "b": 40, "l": 52, "r": 14},
        "annotations": [row_title(title, "y")],
        "hovermode": "closest",
        "shapes": [{**nothing, "line": {"color": "$ink", "width": 1}}],
        "xaxis": {"type": "date", "fixedrange": True},
        "yaxis": {"range": [round(low - room, 3), round(high + room, 3)], "tickformat": "+~g", "fixedrange": True},
    }
