"""Dumbbells: an outcome of each patron and client with all levers, and without them, beside the capacity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard.figures.drawing import Figure, Slot, Spec, ref, row_names, safe, short_numbers
from sim.dashboard.sections.exercised.effects import whole
from sim.dashboard.study import Study

MOST = 8
"""Figures: outcomes of which most patrons have an effect."""
ROW, AROUND = 30, 60
"""Pixels for a row, and around them."""
HOW = "Filled: with all levers of the power; open: without them. In brackets its capacity, the largest first."


def dumbbells(study: Study, found: Mapping[str, Any]) -> list[Slot]:
    """A figure of each client and outcome that several patrons may move, those that are moved most first."""
    capacity = {(one["patron"], one["client"]): float(one["capacity"]) for one in found["capacity"]}
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in whole(found):
        if not str(one["outcome"]).startswith("posture."):
            groups.setdefault((str(one["client"]), str(one["outcome"])), []).append(one)
    moved = {key: rows for key, rows in groups.items() if any(row["verdict"] != "inert" for row in rows)}
    ranked = sorted(moved, key=lambda key: -sum(row["verdict"] in ("raises", "lowers") for row in moved[key]))[:MOST]
    return [_slot(study, number, moved[key], capacity) for number, key in enumerate(ranked, 1)]


def _slot(
    study: Study, number: int, rows: Sequence[Mapping[str, Any]], capacity: Mapping[tuple[str, str], float]
) -> Slot:
    ordered = sorted(rows, key=lambda row: -capacity[row["patron"], row["client"]])
    names = [f"{study.name(str(row['patron']))} ({capacity[row['patron'], row['client']]:.2f})" for row in ordered]
    client, outcome = study.name(str(rows[0]["client"])), str(rows[0]["outcome"])
    words = f"alignment of {client} with each power" if outcome == "alignment" else str(rows[0]["meaning"])
    figure = Figure(_summary(names, ordered), _columns(names, ordered), height=AROUND + ROW * len(names))
    figure.traces = [*(_line(name, row) for name, row in zip(names, ordered, strict=True)), *_ends()]
    figure.layout = {
        "margin": {"t": 10, "b": 34, "l": 150, "r": 20},
        "hovermode": "closest",
        "xaxis": {"fixedrange": True, "nticks": 5},
        "yaxis": {"autorange": "reversed", "fixedrange": True, **row_names(figure.columns["Power"])},
    }
    return Slot(f"exercised-{number}", f"Levers over {client}: {words}", HOW, [figure])


def _columns(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    numbers = {"With levers": "with", "Without": "without", "Exercised": "exercised", "from": "low", "to": "high"}
    found = {title: short_numbers([_number(row[key]) for row in rows], 4) for title, key in numbers.items()}
    return {"Power": [safe(name) for name in names], **found, "Verdict": [safe(str(row["verdict"])) for row in rows]}


def _number(given: Any) -> float:
    return float("nan") if given is None else float(given)


def _line(name: str, row: Mapping[str, Any]) -> Spec:
    """A line from the value without levers to that with them."""
    ends = short_numbers([_number(row["without"]), _number(row["with"])], 4)
    return {"x": ends, "y": [safe(name)] * 2, "mode": "lines", "line": {"color": "$soft", "width": 2},
            "hoverinfo": "skip"}  # fmt: skip


def _ends() -> list[Spec]:
    shared = {"y": ref("Power"), "mode": "markers", "hovertemplate": "%{x:.3~g}<extra></extra>"}
    filled = {"size": 11, "color": "$accent"}
    return [
        {**shared, "x": ref("Without"), "marker": {**filled, "symbol": "circle-open"}},
        {**shared, "x": ref("With levers"), "marker": filled},
    ]


def _summary(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    most = max(range(len(rows)), key=lambda at: abs(_number(rows[at]["exercised"])))
    return f"Moved most by {names[most]}: {_number(rows[most]['exercised']):+.2g}."
