"""Effects of all parts in one figure: each in units of the half width of its own range, so that all fit one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard.figures.drawing import Figure, Slot, Spec, ref, safe
from sim.dashboard.sections.claims.rows import part_name
from sim.dashboard.words import shorten
from sim.phrases import plural

HOW = (
    "Dots: effect over all worlds, signed so that what is expected lies to the right; thick bars: 95% interval by "
    "chance; thin bars: 90% of the worlds. Each is divided by the largest of its own ends, as units differ."
)
ROW, HEAD = 22, 90
LETTER, MOST_LETTERS = 7, 30
"""Width of a letter of a label, and letters that a label has at most."""


def effects(parts: Sequence[Mapping[str, Any]], views: int) -> list[Slot]:
    """One figure, the same in every view; none where no part has an effect."""
    found = [scaled for part in parts if (scaled := _scaled(part)) is not None]
    figure = _figure(found) if found else None
    return [Slot("claims-effects", "Effects beside what is expected", HOW, [figure] * views)] if figure else []


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
        "name": part_name(part), "verdict": part["verdict"], "value": value, "low": low, "high": high,
        "least": least, "most": most,
    }  # fmt: skip


def _figure(rows: Sequence[Mapping[str, Any]]) -> Figure:
    columns: dict[str, list[Any]] = {"Part": [one["name"] for one in rows], "Verdict": [one["verdict"] for one in rows]}
    keys = {"Effect": "value", "Chance low": "low", "Chance high": "high", "Worlds low": "least", "Worlds high": "most"}
    columns |= {head: [one[key] for one in rows] for head, key in keys.items()}
    places = list(range(len(rows)))
    columns["Place"] = [-place for place in places]
    traces = [_bar(one, -place, ends, width) for ends, width in ((("least", "most"), 1.5), (("low", "high"), 5))
              for place, one in zip(places, rows, strict=True) if None not in (one[ends[0]], one[ends[1]])]  # fmt: skip
    traces.append({
        "x": ref("Effect"), "y": ref("Place"), "mode": "markers", "text": ref("Verdict"), "showlegend": False,
        "marker": {"size": 8, "color": "$accent"}, "hovertemplate": "%{text}<extra></extra>",
    })  # fmt: skip
    labels = [shorten(one["name"], MOST_LETTERS) for one in rows]
    layout: Spec = {
        "margin": {"t": 10, "b": 40, "l": 14 + LETTER * max(map(len, labels)), "r": 14},
        "xaxis": {"range": [-1.08, 1.08], "zeroline": True, "fixedrange": True, "title": {"text": "as expected →"}},
        "yaxis": {"tickvals": [-place for place in places], "ticktext": [safe(one) for one in labels],
                  "range": [-len(rows) + 0.4, 0.6], "fixedrange": True},
    }  # fmt: skip
    counted = plural(len(rows), "part")
    return Figure(f"Effects of {counted}, each with two intervals.", columns, traces, layout, HEAD + ROW * len(rows))


def _bar(one: Mapping[str, Any], place: int, ends: tuple[str, str], width: float) -> Spec:
    return {
        "x": [one[ends[0]], one[ends[1]]], "y": [place, place], "mode": "lines", "showlegend": False,
        "line": {"width": width, "color": "$soft" if width < 2 else "$accent"}, "hoverinfo": "skip",
    }  # fmt: skip
