"""Figures of answers: bars with intervals, mean size against spread of elementary effects, boxes by what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.dashboard.figures.drawing import Figure, Slot, ref, row_names, safe, share_axis
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
Named = Callable[[str], str]
"""What an outcome or a factor is called."""


def drawn(answers: Mapping[str, Mapping[str, Any]], named: Named = str) -> list[Slot]:
    """Figures of answers by their kind, outcome by outcome, with outcomes and factors as `named` has them."""
    tables: dict[str, Rows] = {}
    for answer in answers.values():
        tables |= answer.get("tables", {})
    slots = [_effects(outcome, rows, named) for outcome, rows in _by_outcome(tables.get("effects", ())).items()]
    for name, (value, words) in VALUES.items():
        for outcome, rows in _by_outcome(tables.get(name, ())).items():
            slots.append(_bars(f"sensitivity-{name}-{slug(outcome)}", f"{words}: {named(outcome)}", rows, value, named))
    slots += [_scatter(outcome, rows, named) for outcome, rows in _by_outcome(tables.get("morris", ())).items()]
    slots += [_boxes(tables["boxes"])] if tables.get("boxes") else []
    return [slot for slot in slots if slot.points]


def _by_outcome(rows: Rows) -> dict[str, Rows]:
    names = dict.fromkeys(str(row["outcome"]) for row in rows)
    return {name: [row for row in rows if row["outcome"] == name] for name in names}


def _effects(outcome: str, rows: Rows, named: Named) -> Slot:
    """Paired effects of levels, the largest first."""
    known = sorted((row for row in rows if row["mean"] is not None), key=lambda row: -abs(row["mean"]))
    shown = [
        {"label": f"{named(row['label'])}: {row['level']}", "mean": row["mean"], "mean_low": row["chance_low"],
         "mean_high": row["chance_high"]}
        for row in known
    ]  # fmt: skip
    return _bars(f"sensitivity-effects-{slug(outcome)}", f"Paired effects on {named(outcome)}", shown, "mean", str)


def _bars(anchor: str, title: str, rows: Rows, value: str, named: Named) -> Slot:
    """The first factors of a ranking as bars, with 95% intervals."""
    shown = [row for row in rows if row[value] is not None][:MOST_BARS]
    ends = [[_or(row[f"{value}_{end}"], row[value]) for row in shown] for end in ("low", "high")]
    figure = Figure(
        summary=f"{plural(len(shown), 'factor')}, the one that matters most first.",
        columns={
            "Factor": [safe(named(str(row["label"]))) for row in shown],
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
        "yaxis": {"fixedrange": True, "autorange": "reversed", **row_names(figure.columns["Factor"])},
    }
    return Slot(anchor, title, "Thin bars are 95% intervals over versions and runs.", [figure])


def _scatter(outcome: str, rows: Rows, named: Named) -> Slot:
    """Mean size and spread of elementary effects."""
    shown = [row for row in rows if row["sigma"] is not None]
    figure = Figure(
        summary=f"{plural(len(shown), 'factor')}; far right matters, high up depends on the others or bends.",
        columns={
            "Factor": [safe(named(str(row["label"]))) for row in shown],
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
    return Slot(f"sensitivity-spread-{slug(outcome)}", f"Size and spread of effects: {named(outcome)}", how,
                [figure] if shown else [])  # fmt: skip


def _boxes(rows: Rows) -> Slot:
    """Boxes of a region by how much of it they hold, and how purely."""
    boxes: dict[int, Mapping[str, Any]] = {row["box"]: row for row in rows}
    limits = {number: ", ".join(str(row["said"]) for row in rows if row["box"] == number) for number in boxes}
    figure = Figure(
        summary=f"{plural(len(boxes), 'box', 'boxes')}: " + "; ".join(f"{limits[number]}" for number in boxes),
        columns={
            "Box": [safe(f"box {number}: {limits[number]}") for number in boxes],
            "Coverage": [row["coverage"] for row in boxes.values()],
            "Density": [row["density"] for row in boxes.values()],
        },
    )
    dots = {"type": "scatter", "mode": "markers", "x": ref("Coverage"), "y": ref("Density"), "text": ref("Box")}
    figure.traces = [{**dots, "marker": {"color": "$c1", "size": 11}, "hovertemplate": "%{text}<extra></extra>"}]
    figure.layout = {
        "margin": {"t": 10, "b": 40, "l": 60, "r": 14},
        "xaxis": share_axis(title={"text": "coverage"}),
        "yaxis": share_axis(title={"text": "density"}),
    }
    how = "Right: the box holds much of the region. High: it holds little else."
    return Slot("sensitivity-boxes", "Boxes of the region", how, [figure])


def _or(value: Any, otherwise: float) -> float:
    return float(otherwise if value is None else value)
