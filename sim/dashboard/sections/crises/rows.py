"""Parts of a strip: rows that share the time axis, layers of shares, marks of events."""

from __future__ import annotations

from sim.dashboard.contests import Contest
from sim.dashboard.figures.drawing import WEEK_FROM, Spec, ref, row_title, safe, share_axis
from sim.dashboard.study import Study
from sim.dashboard.words import capital

ROW_HEIGHTS = {"control": 190, "phase": 84, "party": 14}
"""Pixels by kind of row: what a party does is a ribbon, told by its colours and the heading above it."""
GAP = 58
"""Pixels between rows: room for a heading of three lines on a phone."""


def area(column: str, words: str, colour: str, pattern: str, axis: int) -> Spec:
    """One layer of a stack of shares."""
    return {
        "x": ref(WEEK_FROM),
        "y": ref(column),
        "mode": "lines",
        "line": {"width": 0.6, "color": "$paper", "shape": "hv"},  # what a run is in, it is in until the next week
        "stackgroup": f"row{axis}",
        "yaxis": f"y{axis}",
        "fillcolor": colour,
        "showlegend": False,
        "fillpattern": {
            "shape": pattern,
            "fgcolor": "$paper",
            "bgcolor": colour,
            "size": 7,
            "solidity": 0.32,
        },
        "hovertemplate": f"{WEEK_FROM} %{{x|%-d %b %Y}}<br>{safe(words)}: %{{y:.0%}} of these runs<extra></extra>",
    }


def mark_events(layout: Spec, study: Study, contest: Contest) -> None:
    """Mark the scenario's dated changes of this contest by a line in every row of `layout`, in place."""
    rows = [axis.replace("axis", "") for axis in layout if axis.startswith("yaxis")]
    layout["shapes"] = []
    for event in study.scenario["structure"]["events"]:
        if event["path"].split(".")[:2] != ["contests", contest.code]:
            continue
        day = study.day(event["week"]).isoformat()
        line = {"color": "$soft", "width": 1, "dash": "dot"}
        layout["shapes"] += [
            {"type": "line", "xref": "x", "yref": f"{row} domain", "x0": day, "x1": day, "y0": 0, "y1": 1, "line": line}
            for row in rows
        ]
        note = {
            "text": safe(capital(event["name"].replace("-", " "))),
            "x": day,
            "xref": "x",
            "yref": "y domain",
            "y": 0,
            "yanchor": "bottom",
        }
        plain = {"xanchor": "left", "xshift": 4, "showarrow": False, "bgcolor": "$card", "font": {"size": 11}}
        layout["annotations"].append({**note, **plain})


def stack_rows(rows: list[tuple[str, int]], titles: list[str]) -> tuple[int, Spec]:
    """Height in pixels and layout of a figure of rows that share the time axis."""
    sizes = [ROW_HEIGHTS[kind] for kind, _ in rows]
    body = sum(sizes) + GAP * (len(rows) - 1)
    layout: Spec = {"margin": {"t": 40, "b": 40, "l": 46, "r": 14}, "annotations": [], "hovermode": "closest"}
    top = float(body)
    for place, ((kind, _), size) in enumerate(zip(rows, sizes, strict=True), start=1):
        ticks = {"showticklabels": False, "showgrid": False} if kind == "party" else {}  # a ribbon has no room for them
        axis = "yaxis" if place == 1 else f"yaxis{place}"
        layout[axis] = share_axis(domain=[round(max(0.0, (top - size) / body), 5), round(top / body, 5)], **ticks)
        layout["annotations"].append(row_title(titles[place - 1], "y" if place == 1 else f"y{place}"))
        top -= size + GAP
    last = f"y{len(rows)}" if len(rows) > 1 else "y"
    layout["xaxis"] = {"type": "date", "anchor": last, "fixedrange": True}
    return body + 80, layout
