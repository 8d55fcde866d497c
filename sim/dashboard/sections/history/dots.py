"""Dots with intervals: what the model says of each target, beside what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard.figures.drawing import Figure, Slot, Spec, ref, row_title, safe, share_axis
from sim.phrases import plural

HELD = (
    "Dots: share of runs in which it holds; thick bars: 95% interval by chance; thin bars: 90% of the sets. Diamonds: "
    "what happened."
)
NUMBERS = (
    "How far the model is from what happened, the diamond. Dots: median run; thick bars: 50% of the runs; thin bars: "
    "90%. Each is divided by its own largest end, as units differ."
)
ROW, HEAD = 74, 70
"""Height of a row, which has its fact in words above its dots, and of all else."""
ABOVE = 0.2
"""Part of a row by which words stand above the dots."""


def dots(targets: Sequence[Mapping[str, Any]], views: int) -> list[Slot]:
    """A figure of what holds or not, and one of numbers; each only where there are such targets."""
    scored = [one for one in targets if one["model"] is not None]
    facts = [_fact(one) for one in scored if one["kind"] != "numeric"]
    numbers = [_number(one) for one in scored if one["kind"] == "numeric"]
    found = []
    if facts:
        figure = _figure(facts, {"xaxis": share_axis(range=[-0.03, 1.03])})
        found.append(Slot("history-facts", "What was to hold", HELD, [figure] * views))
    if numbers:
        axis = {
            "range": [-1.08, 1.08],
            "zeroline": True,
            "fixedrange": True,
            "title": {"text": "above what happened →"},
        }
        figure = _figure(numbers, {"xaxis": axis})
        found.append(Slot("history-numbers", "Numbers", NUMBERS, [figure] * views))
    return found


def _fact(one: Mapping[str, Any]) -> dict[str, Any]:
    """Share of runs with both intervals; a sign or an order happened, so what was seen is 1."""
    happened = float(one["value"]) if one["kind"] == "binary" else 1.0
    return {"name": str(one["text"]), "value": float(one["model"]), "inner": one["chance"], "outer": one["assumptions"],
            "happened": happened}  # fmt: skip


def _number(one: Mapping[str, Any]) -> dict[str, Any]:
    """Median run and both intervals less what happened, over the largest of them."""
    happened = float(one["value"])
    away = [float(end) - happened for end in (*one["half"], *one["most"])]
    scale = max(map(abs, (*away, float(one["model"]) - happened))) or 1.0
    low, high, least, most = (end / scale for end in away)
    return {"name": str(one["text"]), "value": (float(one["model"]) - happened) / scale, "inner": [low, high],
            "outer": [least, most], "happened": 0.0}  # fmt: skip


def _words(place: int, text: str) -> Spec:
    """A fact in words above its dots; the page folds them to its width."""
    return {**row_title(safe(text), "y"), "yref": "y", "y": ABOVE - place, "yshift": 0, "bgcolor": "$card",
            "font": {"size": 12, "color": "$ink"}}  # fmt: skip


def _figure(rows: Sequence[Mapping[str, Any]], layout: Spec) -> Figure:
    columns: dict[str, list[Any]] = {
        "Target": [safe(one["name"]) for one in rows],
        "Model": [round(one["value"], 4) for one in rows],
        "Happened": [one["happened"] for one in rows],
        "Place": [-place for place in range(len(rows))],
    }
    for words, key in (("Thick", "inner"), ("Thin", "outer")):
        for end, side in enumerate(("low", "high")):
            columns[f"{words}, {side}"] = [one[key][end] for one in rows]
    traces = [_bar(one[key], -place, width) for key, width in (("outer", 1.5), ("inner", 5))
              for place, one in enumerate(rows) if None not in one[key]]  # fmt: skip
    shared: Spec = {"y": ref("Place"), "mode": "markers", "showlegend": False, "text": ref("Target")}
    traces += [
        {**shared, "x": ref("Happened"), "marker": {"size": 11, "symbol": "diamond-open", "color": "$ink"},
         "hovertemplate": "%{text}: happened<extra></extra>"},
        {**shared, "x": ref("Model"), "marker": {"size": 8, "color": "$accent"},
         "hovertemplate": "%{text}: %{x:.3~g}<extra></extra>"},
    ]  # fmt: skip
    axis: Spec = {"range": [-len(rows) + 0.7, 0.9], "fixedrange": True, "showticklabels": False, "showgrid": False}
    told = [_words(place, one["name"]) for place, one in enumerate(rows)]
    drawn = {"margin": {"t": 10, "b": 40, "l": 14, "r": 14}, "yaxis": axis, "annotations": told, **layout}
    summary = f"What the model says of {plural(len(rows), 'target')}, each with two intervals, beside what happened."
    return Figure(summary, columns, traces, drawn, HEAD + ROW * len(rows))


def _bar(ends: Sequence[float], place: int, width: float) -> Spec:
    return {
        "x": list(ends), "y": [place, place], "mode": "lines", "showlegend": False, "hoverinfo": "skip",
        "line": {"width": width, "color": "$soft" if width < 2 else "$accent"},
    }  # fmt: skip
