"""Figures of a design: how its versions are distributed, and what another level of a factor changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.effects.effect import Effect, Spread
from sim.dashboard.figures.bins import bin_edges
from sim.dashboard.figures.drawing import Figure, Key, Slot, Spec, ref, safe, short_numbers
from sim.dashboard.figures.marks import KINDS, MOST_KINDS, NAME, ROW, SHAPES
from sim.dashboard.outcomes import Outcome, slug
from sim.dashboard.words import capital, value_words
from sim.phrases import plural

NARROW = 0.05
"""A range of shares below this is labelled with one decimal."""
EDGE = 0.1
"""Part of an axis at either end where words stand beside their place, as they would be cut if they stood over it."""
STILL = 0.005
"""Changes of shares below this are folded."""
Floats = NDArray[np.float64]


def histogram(outcome: Outcome, spread: Spread) -> Slot | None:
    """How many versions have which mean, and how far chance alone would scatter them; None where all have the same."""
    means = spread.means[np.isfinite(spread.means)]
    width = float(np.ptp(means))
    if width == 0:
        return None
    counts, edges = np.histogram(means, bins=bin_edges(means))
    edges = _within(edges, outcome)
    ends = np.clip(edges, means.min(), means.max())
    low, high = (value_words(end, outcome.form) for end in (spread.low, spread.high))
    figure = Figure(
        summary=f"Nine in ten versions: {low} to {high}.",
        columns={
            "Mean of a version, from": short_numbers(ends[:-1], 4),
            "to": short_numbers(ends[1:], 4),
            "Versions": [int(count) for count in counts],
        },
        height=230,
    )
    form = (".0%" if width > NARROW else ".1%") if outcome.form.endswith("%") else ".3~g"
    bars = {
        "type": "bar",
        "x": short_numbers((edges[:-1] + edges[1:]) / 2, 5),
        "y": ref("Versions"),
        "width": short_numbers(0.96 * np.diff(edges), 5),
        "marker": {"color": "$c1"},
        "hovertemplate": f"around %{{x:{form}}}: %{{y}} versions<extra></extra>",
    }
    figure.traces = [bars]
    figure.layout = {
        "margin": {"t": 26, "b": 34, "l": 46, "r": 22},
        "yaxis": {"fixedrange": True, "nticks": 4, "rangemode": "tozero"},
        **_across(outcome, spread, edges, form),
    }
    how = "Each version's mean. Shaded: how far chance alone would scatter them around the mean of all."
    return Slot(f"histogram-{slug(outcome.column)}", capital(outcome.words), how, [figure])


def _within(values: Floats, outcome: Outcome) -> Floats:
    """Ends of what is drawn of an outcome: those of shares lie from 0 to 1, as bins and intervals need not."""
    return np.clip(values, 0.0, 1.0) if outcome.share else values


def _across(outcome: Outcome, spread: Spread, edges: Floats, form: str) -> Spec:
    """An axis that holds all bars, a line at the mean of all, and the band in which 95% of the points would lie if they
    differed by chance alone."""
    mean, half = round(spread.mean.value, 5), 1.96 * spread.chance
    band = _within(np.array([mean - half, mean + half]), outcome)
    low, high = float(np.nanmin([edges[0], band[0]])), float(np.nanmax([edges[-1], band[1]]))
    whole = {"yref": "paper", "y0": 0, "y1": 1}
    shapes: list[Spec] = [{"type": "line", "x0": mean, "x1": mean, **whole, "line": {"color": "$ink", "width": 1.5}}]
    if np.isfinite(half):
        ends = {"x0": round(float(band[0]), 5), "x1": round(float(band[1]), 5), **whole}
        shapes.append({"type": "rect", **ends, "fillcolor": "$c5/40", "line": {"width": 0}, "layer": "below"})
    place = (mean - low) / (high - low)
    side = "left" if place < EDGE else "right" if place > 1 - EDGE else "center"
    note = {"text": "mean of all", "x": mean, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    axis = {"range": [round(low, 5), round(high, 5)], "tickformat": form, "nticks": 6, "fixedrange": True}
    font = {"size": 11, "color": "$soft"}
    return {"xaxis": axis, "shapes": shapes, "annotations": [{**note, "xanchor": side, "font": font}]}


def dots(anchor: str, title: str, first: str, levels: Sequence[tuple[str, Sequence[Effect]]]) -> Slot | None:
    """Effects on shares as dots, with thick bars for chance and thin ones for worlds; still rows are last, and folded.

    Parameters
    ----------
    anchor, title : str
    first : str
        The level that the others are compared with, in words.
    levels : sequence of (str, sequence of Effect)
        Each other level in words, and its effects in pairs. None is drawn with more levels than there are shapes.
    """
    shown = [(words, [e for e in effects if e.outcome.form.endswith("%")]) for words, effects in levels]
    still = _still([effect for _, effects in shown for effect in effects])
    rows = sorted(still, key=lambda outcome: still[outcome])
    if not rows or len(levels) > MOST_KINDS:
        return None
    figure = Figure(
        summary=f"Mean changes of {plural(len(rows), 'outcome')} in percentage points.",
        columns=_columns(shown),
        height=_height(len(rows), len(levels)),
    )
    for kind, (_, effects) in enumerate(shown):
        figure.traces += _marks(effects, rows, kind, len(levels))
    figure.layout = _layout(rows)
    folded = sum(still.values())
    if folded > 1:
        shown_rows = rows[:-folded]
        words = f"{plural(folded, 'outcome')}, with both intervals, stay within half a point of no change."
        figure.brief = {"height": _height(len(shown_rows), len(levels)), "layout": _layout(shown_rows), "words": words}
    entries = [
        (f"{SHAPES[shape]} {words}", colour, "") for (words, _), (colour, shape) in zip(levels, KINDS, strict=False)
    ]
    keys: list[Key] = [(f"instead of {first}", entries)]
    how = (
        "Mean change of each outcome that is a share, in percentage points. Thick bar: 95% interval, chance alone. "
        "Thin bar: nine in ten worlds."
    )
    return Slot(anchor, title, how, [figure], keys)


def _still(effects: Sequence[Effect]) -> dict[Outcome, bool]:
    """Whether an outcome stays within half a point at every level, with both intervals; none where all do."""
    found: dict[Outcome, bool] = {}
    for effect in effects:
        ends = np.abs([effect.estimate.value, effect.estimate.low, effect.estimate.high, *effect.spread])
        found[effect.outcome] = found.get(effect.outcome, True) and bool(np.nanmax(ends) < STILL)
    return dict.fromkeys(found, False) if all(found.values()) else found


def _height(rows: int, levels: int) -> int:
    return 80 + rows * (NAME + ROW * levels)


def _columns(shown: Sequence[tuple[str, Sequence[Effect]]]) -> dict[str, list[object]]:
    """The figure's data, in percentage points."""
    rows = [(words, e) for words, effects in shown for e in effects]
    return {
        "Outcome": [capital(e.outcome.words) for _, e in rows],
        "Level": [words for words, _ in rows],
        "Mean change": [*short_numbers([100 * e.estimate.value for _, e in rows], 2)],
        "95% interval, chance, from": [*short_numbers([100 * e.estimate.low for _, e in rows], 2)],
        "to": [*short_numbers([100 * e.estimate.high for _, e in rows], 2)],
        "Nine in ten worlds, from": [*short_numbers([100 * e.spread[0] for _, e in rows], 2)],
        "worlds to": [*short_numbers([100 * e.spread[1] for _, e in rows], 2)],
        "Worlds": [e.worlds for _, e in rows],
    }


def _marks(effects: Sequence[Effect], rows: Sequence[Outcome], kind: int, kinds: int) -> list[Spec]:
    """Dots of one level with two error bars, the thin one below."""
    colour, shape = KINDS[kind]
    within = (NAME + ROW * kind) / (NAME + ROW * kinds)
    base = {
        "x": short_numbers([100 * e.estimate.value for e in effects], 3),
        "y": [round(rows.index(e.outcome) + within, 4) for e in effects],
        "mode": "markers",
    }
    worlds = [(e.spread[0], e.estimate.value, e.spread[1]) for e in effects]
    chance = [(e.estimate.low, e.estimate.value, e.estimate.high) for e in effects]
    thin = {**base, "error_x": _bars(worlds, colour, 1), "marker": {"size": 1, "color": colour}, "hoverinfo": "skip"}
    thick = {
        **base,
        "error_x": _bars(chance, colour, 4),
        "marker": {"size": 10, "color": colour, "symbol": shape},
        "hovertemplate": "%{x:+.1f} points<extra></extra>",
    }
    return [thin, thick]


def _bars(ends: Sequence[tuple[float, float, float]], colour: str, thickness: int) -> Spec:
    """Error bars from low ends, values and high ends, all of them shares."""
    return {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": thickness,
        "width": 0,
        "array": short_numbers([100 * (high - value) for _, value, high in ends], 3),
        "arrayminus": short_numbers([100 * (value - low) for low, value, _ in ends], 3),
    }


def _layout(rows: Sequence[Outcome]) -> Spec:
    """Axes, a line at no change, and each outcome's name above its dots."""
    plain = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "middle", "showarrow": False}
    small = {"size": 12, "color": "$soft"}
    nothing = {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "$ink", "width": 1},
    }
    return {
        "margin": {"t": 6, "b": 48, "l": 24, "r": 24},
        "hovermode": "closest",
        "annotations": [{**plain, "text": safe(o.brief), "y": row, "font": small} for row, o in enumerate(rows)],
        "shapes": [nothing],
        "xaxis": {"tickformat": "+~g", "title": {"text": "percentage points"}, "fixedrange": True, "nticks": 6},
        "yaxis": {"visible": False, "range": [len(rows) - 0.05, -0.35], "fixedrange": True},
    }
