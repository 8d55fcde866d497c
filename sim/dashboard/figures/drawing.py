"""What a figure is, and the few shapes that all figures are drawn with.

A figure's data stands once, as the columns of its table; traces refer to columns by name (`ref`), and the
page's script puts the two together. Colours are names of the page's style (`$accent`), so that the theme can
change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.study import Study

Spec = dict[str, Any]
Key = tuple[str, list[tuple[str, str, str]]]
PALETTE = ("$c1", "$c2", "$c3", "$c4", "$c5", "$c6", "$c7")
"""Colours that stay apart for colour-blind viewers (after Okabe and Ito)."""
WEEK_FROM = "Week from"
"""Heading of the day on which a week begins, by which weeks are named everywhere."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")


@dataclass
class Figure:
    """One figure at one design point.

    Attributes
    ----------
    summary : str
        What it shows at this point, in a sentence, for those who do not see it.
    columns : dict of str to list
        The data: column name to values, all of one length.
    traces, layout : list, dict
        Plotly's, with `ref` and colour names in place of data and colours.
    height : int
        Height in CSS pixels.
    brief : dict, optional
        A short form without the last rows: its ``height`` and ``layout``, and ``words`` on what it leaves out.
    """

    summary: str
    columns: dict[str, list[Any]] = field(default_factory=dict)
    traces: list[Spec] = field(default_factory=list)
    layout: Spec = field(default_factory=dict)
    height: int = 320
    brief: Spec | None = None

    def body(self) -> Spec:
        """The figure as the page's script reads it."""
        order = {name: place for place, name in enumerate(self.columns)}
        brief = {"brief": self.brief} if self.brief else {}
        return {
            **brief,
            "summary": self.summary,
            "names": list(self.columns),
            "columns": list(self.columns.values()),
            "traces": [resolve(trace, order) for trace in self.traces],
            "layout": self.layout,
            "height": self.height,
        }


@dataclass(frozen=True)
class Slot:
    """A figure's place on the page: what does not change with the design point.

    Attributes
    ----------
    anchor : str
        Id in the page, target of links.
    title, how : str
        Heading, and how to read it in a sentence.
    points : list of Figure or None
        The figure at each design point shown; None where the folder has no data for it.
    keys : list of (heading, entries)
        Legends in words, each entry a word, a colour and a pattern.
    """

    anchor: str
    title: str
    how: str
    points: list[Figure | None]
    keys: list[Key] = field(default_factory=list)


def ref(column: str) -> Spec:
    """Reference of a trace to a column of its figure's table."""
    return {"$column": column}


def resolve(part: Any, order: Mapping[str, int]) -> Any:
    """Replace each reference by name with one by place."""
    if isinstance(part, dict):
        if "$column" in part:
            return {"$": order[part["$column"]]}
        return {key: resolve(value, order) for key, value in part.items()}
    return [resolve(value, order) for value in part] if isinstance(part, list) else part


def short_numbers(values: NDArray[np.floating[Any]] | Sequence[float], digits: int = 3) -> list[float | None]:
    """Values as short JSON numbers, missing ones as null, minus zero as zero."""
    return [round(float(value), digits) + 0.0 if np.isfinite(value) else None for value in values]


def calendar(study: Study, weeks: Sequence[float]) -> dict[str, list[Any]]:
    """First two columns of every figure over time: week, and the day on which it begins."""
    return {"Week": short_numbers(list(weeks), 2), WEEK_FROM: [study.day(week).isoformat() for week in weeks]}


def fan_columns(label: str, bands: NDArray[np.float64]) -> dict[str, list[float | None]]:
    """Five columns of a fan, from the quantiles of shape (5, weeks)."""
    names = ("5%", "25%", "median", "75%", "95%")
    return {f"{label}, {name}": short_numbers(row) for name, row in zip(names, bands, strict=True)}


def fan_traces(label: str, colour: str, dash: str = "solid", axes: Spec | None = None, spoken: str = "") -> list[Spec]:
    """Draw the columns of `fan_columns`: light 90% band, darker 50% band, median line."""
    place = axes or {}
    edge = {
        "x": ref(WEEK_FROM),
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        **place,
    }
    bands: list[Spec] = []
    for low, high, alpha in (("5%", "95%", "18"), ("25%", "75%", "38")):
        bands.append({**edge, "y": ref(f"{label}, {low}")})
        bands.append({**edge, "y": ref(f"{label}, {high}"), "fill": "tonexty", "fillcolor": f"{colour}/{alpha}"})
    median = {
        **edge,
        "y": ref(f"{label}, median"),
        "line": {"width": 2.4, "color": colour, "dash": dash},
        "hoverinfo": "all",
        "hovertemplate": f"{WEEK_FROM} %{{x|%-d %b %Y}}<br>{spoken or 'median'} %{{y:.0%}}<extra></extra>",
    }
    return [*bands, median]


def single_run(column: str, colour: str) -> Spec:
    """A thin line of one run."""
    return {
        "x": ref(WEEK_FROM),
        "y": ref(column),
        "mode": "lines",
        "line": {"width": 0.9, "color": f"{colour}/58"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def row_title(text: str, axis: str, **more: Any) -> Spec:
    """A heading above one row of a figure."""
    return {
        "text": text,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": f"{axis} domain",
        "y": 1,
        "yanchor": "bottom",
        "yshift": 5,
        "showarrow": False,
        "align": "left",
        "font": {"size": 13, "color": "$ink"},
        **more,
    }


def safe(text: str) -> str:
    """Text for a Plotly label, which reads a little HTML: angle brackets and ampersands are escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def row_names(names: Sequence[str]) -> Spec:
    """An axis of categories, whose names the page shortens to the room that there is."""
    return {"type": "category", "tickvals": list(names), "ticktext": list(names)}


def share_axis(**more: Any) -> Spec:
    """An axis of shares from nothing to all."""
    return {"range": [0, 1], "tickformat": ".0%", "tickvals": [0, 0.5, 1], "fixedrange": True, **more}
