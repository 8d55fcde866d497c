"""Figures of stored sensitivity: bars with intervals, and mean size against spread of elementary effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard.figures.drawing import Figure, Slot, ref, safe
from sim.dashboard.outcomes import slug
from sim.phrases import plural

VALUES = {
    "sobol": ("total", "Total order index of variance"),
    "morris": ("mu_star", "Mean size of elementary effects (μ*)"),
    "ranks": ("spearman", "Rank correlation"),
    "pawn": ("pawn", "Distance of distributions beyond dummies"),
}
MOST_BARS = 15
Rows = Sequence[Mapping[str, Any]]


def drawn(tables: Mapping[str, Rows]) -> list[Slot]:
    """Figures of each table, outcome by outcome."""
    slots = []
    for name, (value, words) in VALUES.items():
        for outcome, rows in _by_outcome(tables.get(name, ())).items():
            slots.append(_bars(f"sensitivity-{name}-{slug(outcome)}", f"{words}: {outcome}", rows, value))
    slots += [_scatter(outcome, rows) for outcome, rows in _by_outcome(tables.get("morris", ())).items()]
    return [slot for slot in slots if slot.points]


def _by_outcome(rows: Rows) -> dict[str, Rows]:
    names = dict.fromkeys(str(row["outcome"]) for row in rows)
    return {name: [row for row in rows if row["outcome"] == name] for name in names}


def _bars(anchor: str, title: str, rows: Rows, value: str) -> Slot:
    """The first factors of a ranking as bars, with 95% intervals."""
    shown = [row for row in rows if row[value] is not None][:MOST_BARS]
    ends = [[_or(row[f"{value}_{end}"], row[value]) for row in shown] for end in ("low", "high")]
    figure = Figure(
        summary=f"{plural(len(shown), 'factor')}, the one that matters most first.",
        columns={
            "Factor": [safe(str(row["label"])) for row in shown],
            "Value": [row[value] for row in shown],
            "from": ends[0],
            "to": ends[1],
        },
        height=90 + 26 * len(shown),
    )
    bar = {"type": "bar", "orientation": "h", "x": ref("Value"), "y": ref("Factor"), "marker": {"color": "$c1"}}
    error = {
        "type": "data",
        "symmetric": False,
        "array": [high - row[value] for high, row in zip(ends[1], shown, strict=True)],
        "arrayminus": [row[value] - low for low, row in zip(ends[0], shown, strict=True)],
        "color": "$ink",
    }
    figure.traces = [{**bar, "error_x": error, "hovertemplate": "%{y}: %{x:.3g}<extra></extra>"}]
    figure.layout = {
        "margin": {"t": 10, "b": 34, "l": 230, "r": 14},
        "xaxis": {"fixedrange": True},
        "yaxis": {"fixedrange": True, "autorange": "reversed"},
    }
    return Slot(anchor, title, "Thin bars are 95% intervals over points and replicates.", [figure])


def _scatter(outcome: str, rows: Rows) -> Slot:
    """Mean size and spread of elementary effects."""
    shown = [row for row in rows if row["sigma"] is not None]
    figure = Figure(
        summary=f"{plural(len(shown), 'factor')}; far right matters, high up depends on the others or bends.",
        columns={
            "Factor": [safe(str(row["label"])) for row in shown],
            "μ*": [row["mu_star"] for row in shown],
            "σ": [row["sigma"] for row in shown],
        },
    )
    dots = {"type": "scatter", "mode": "markers", "x": ref("μ*"), "y": ref("σ"), "text": ref("Factor")}
    figure.traces = [{**dots, "marker": {"color": "$c1", "size": 9}, "hovertemplate": "%{text}<extra></extra>"}]
    figure.layout = {
        "margin": {"t": 10, "b": 40, "l": 60, "r": 14},
        "xaxis": {"title": {"text": "μ*"}, "fixedrange": True},
        "yaxis": {"title": {"text": "σ"}, "fixedrange": True},
    }
    how = "Right: the factor matters. High: its effect depends on others, or is not a straight line."
    return Slot(f"sensitivity-spread-{slug(outcome)}", f"Size and spread of effects: {outcome}", how,
                [figure] if shown else [])  # fmt: skip


def _or(value: Any, otherwise: float) -> float:
    return float(otherwise if value is None else value)
