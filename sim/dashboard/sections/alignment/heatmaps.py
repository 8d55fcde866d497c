"""Alignment and influence among all states at the end, as heatmaps; the page draws those of every week itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.dashboard.figures.drawing import Figure, Slot, Spec, safe
from sim.dashboard.sections.alignment.weekly import alignment
from sim.dashboard.study import Study, View

KINDS = {
    "alignment": ("Alignment", "How the state on the left is disposed toward each other, from −1 to 1.", -1.0, 1.0),
    "influence": (
        "Influence",
        "The part of all influence on the state above that the one on the left holds.",
        0.0,
        None,
    ),
}
"""Title, how to read it, and the ends of the scale; None for the largest value."""
SCALES = {"alignment": ["$hot", "$middle", "$cold"], "influence": ["$low", "$high"]}
ROW, AROUND = 34, 120
"""Pixels for a row, and for the names around the matrix."""


def matrices(study: Study, views: Sequence[View]) -> list[Slot]:
    """Both matrices of the last week that is kept, as means over runs; none where the results keep neither."""
    kept = alignment(study, views)
    if kept is None:
        return []
    return [
        Slot(
            f"matrix-{kind}", f"{title}, {kept['days'][-1]}", how, [_matrix(kept, kind, one) for one in kept["points"]]
        )
        for kind, (title, how, _, _) in KINDS.items()
    ]


def _matrix(kept: dict[str, Any], kind: str, point: dict[str, Any] | None) -> Figure | None:
    """One matrix, a row for each state that has values."""
    if point is None:
        return None
    size = len(kept["states"])
    last = point[kind][-size * size :]
    rows = {row: last[row * size : (row + 1) * size] for row in range(size)}
    rows = {row: [None if value is None else value / 100 for value in values] for row, values in rows.items()}
    rows = {row: values for row, values in rows.items() if any(value is not None for value in values)}
    if not rows:
        return None
    names = [safe(name) for name in kept["names"]]
    figure = Figure(summary=KINDS[kind][1], height=ROW * len(rows) + AROUND)
    figure.traces = [_heatmap(kind, names, rows)]
    axis = {"type": "category", "showgrid": False, "ticks": ""}
    figure.layout = {
        "margin": {"t": 100, "b": 10, "l": 110, "r": 40},
        "xaxis": {**axis, "side": "top", "tickangle": -45},
        "yaxis": {**axis, "autorange": "reversed"},
    }
    return figure


def _heatmap(kind: str, names: list[str], rows: dict[int, list[float | None]]) -> Spec:
    low, high = KINDS[kind][2:]
    scale = SCALES[kind]
    verb = "over" if kind == "influence" else "toward"
    return {
        "type": "heatmap",
        "z": list(rows.values()),
        "x": names,
        "y": [names[row] for row in rows],
        "xgap": 2,
        "ygap": 2,
        "zmin": low,
        "zmax": high,
        "colorscale": [[place / (len(scale) - 1), colour] for place, colour in enumerate(scale)],
        "hoverongaps": False,
        "texttemplate": "%{z:.2f}",
        "hovertemplate": f"%{{y}} {verb} %{{x}}: %{{z:.2f}}<extra></extra>",
    }
