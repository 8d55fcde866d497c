"""Effects of all parts in one figure: each in units of the half width of its own range, so that all fit one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from sim.comparison.claims.verdict import by_claim
from sim.dashboard.figures.drawing import Figure, Key, Slot, Spec, row_title, safe
from sim.dashboard.figures.marks import SHAPES, VERDICTS
from sim.phrases import plural

HOW = (
    "Dots: effect over all worlds, signed so that what is expected lies to the right; thick bars: 95% interval by "
    "chance; thin bars: 90% of the worlds. Each is divided by the largest of its own ends, as units differ."
)
ROW, HEAD, EDGE = 34, 120, 14
LABELS = 336
"""Width of the labels; the page folds them into two lines, in less room where it is narrow."""


def effects(parts: Sequence[Mapping[str, Any]], views: int) -> list[Slot]:
    """One figure, the same in every view; none where no part has an effect."""
    found = [scaled for part in parts if (scaled := _scaled(part)) is not None]
    if not found:
        return []
    held = {part["verdict"] for part in found}
    entries = [
        (f"{SHAPES[shape]} {word}", f"${colour}", "") for word, (colour, shape) in VERDICTS.items() if word in held
    ]
    keys: list[Key] = [("Verdict", entries)]
    how = HOW + _without_dot(parts)
    return [Slot("claims-effects", "Effects beside what is expected", how, [_figure(by_claim(found))] * views, keys)]


def _without_dot(parts: Sequence[Mapping[str, Any]]) -> str:
    """How many parts have no dot, and why."""
    unknown = sum(part["effect"]["value"] is None for part in parts)
    nothing = sum(_scaled(part) is None for part in parts) - unknown
    reasons = (nothing, "effect and intervals are all 0"), (unknown, "effect is not known")
    of = plural(len(parts), "part")
    return "".join(f" Without a dot: {count} of {of}, whose {why}." for count, why in reasons if count)


def _scaled(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """Effect and ends of a part over the largest of them, in the expected direction."""
    effect = part["effect"]
    numbers = [effect["value"], *effect["chance"], *effect["assumptions"]]
    known = [abs(one) for one in numbers if one is not None]
    if effect["value"] is None or not known or not max(known):
        return None
    scale = max(known) * (-1 if part["expect"] == "less" else 1)
    value, low, high, least, most = (None if one is None else one / scale for one in numbers)
    return {
        "claim": part["claim"], "claim text": part["claim text"],
        "text": part["text"], "verdict": part["verdict"], "value": value, "low": low, "high": high,
        "least": least, "most": most,
    }  # fmt: skip


def _figure(claims: Sequence[Sequence[Mapping[str, Any]]]) -> Figure:
    """Rows of each claim's parts, below a row that the claim itself takes."""
    rows = [one for parts in claims for one in parts]
    heads = list(accumulate([len(parts) + 1 for parts in claims], initial=0))
    places = [head + below for head, parts in zip(heads, claims, strict=False) for below in range(1, len(parts) + 1)]
    heading = {
        "Claim": "claim", "What is claimed": "claim text", "What is expected": "text", "Verdict": "verdict",
        "Effect": "value", "Chance low": "low", "Chance high": "high", "Worlds low": "least", "Worlds high": "most",
    }  # fmt: skip
    columns: dict[str, list[Any]] = {head: [one[key] for one in rows] for head, key in heading.items()}
    columns["Place"] = [-place for place in places]
    traces = [_bar(one, -place, ends, width) for ends, width in ((("least", "most"), 1.5), (("low", "high"), 5))
              for place, one in zip(places, rows, strict=True) if None not in (one[ends[0]], one[ends[1]])]  # fmt: skip
    traces += _dots(rows, columns["Place"])
    axis = {"range": [-1.08, 1.08], "fixedrange": True, "title": {"text": "as expected →"}}
    layout: Spec = {
        "margin": {"t": 40, "b": 40, "l": LABELS, "r": EDGE},
        "xaxis": {**axis, "zeroline": True},
        "xaxis2": {**axis, "overlaying": "x", "side": "top", "showgrid": False},
        "yaxis": {"tickvals": columns["Place"], "ticktext": [safe(one["text"]) for one in rows],
                  "range": [-heads[-1] + 0.4, 0.6], "fixedrange": True},
        "annotations": [
            {**row_title(safe(f"{first['claim']}: {first['claim text']}"), "y"), "yref": "y", "y": -head,
             "yanchor": "middle", "yshift": 0, "xshift": EDGE - LABELS}
            for head, (first, *_) in zip(heads, claims, strict=False)
        ],
    }  # fmt: skip
    counted = f"{plural(len(rows), 'part')} of {plural(len(claims), 'claim')}"
    return Figure(f"Effects of {counted}, each with two intervals.", columns, traces, layout, HEAD + ROW * heads[-1])


def _dots(rows: Sequence[Mapping[str, Any]], places: Sequence[int]) -> list[Spec]:
    """Dots of each verdict, on the axis at the top: an axis that nothing lies on is not drawn."""
    traces: list[Spec] = []
    for word, (colour, shape) in VERDICTS.items():
        own = [(one, place) for one, place in zip(rows, places, strict=True) if one["verdict"] == word]
        hollow = shape.endswith("-open")
        traces.append({
            "x": [one["value"] for one, _ in own], "y": [place for _, place in own], "xaxis": "x2", "mode": "markers",
            "showlegend": False, "hovertext": [safe(one["text"]) for one, _ in own],
            "hovertemplate": f"%{{hovertext}}<br>{word}<extra></extra>",
            "marker": {"size": 11, "symbol": shape.removesuffix("-open"), "color": "$card" if hollow else f"${colour}",
                       "line": {"width": 2, "color": f"${colour}"} if hollow else {"width": 1, "color": "$card"}},
        })  # fmt: skip
    return [trace for trace in traces if trace["x"]]


def _bar(one: Mapping[str, Any], place: int, ends: tuple[str, str], width: float) -> Spec:
    return {
        "x": [one[ends[0]], one[ends[1]]], "y": [place, place], "mode": "lines", "showlegend": False,
        "line": {"width": width, "color": "$soft" if width < 2 else f"${VERDICTS[one['verdict']][0]}"},
        "hoverinfo": "skip",
    }  # fmt: skip
