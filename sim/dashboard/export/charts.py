"""Small charts as a picture of their own, which needs no browser."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.dashboard.figures.small import Chart
from sim.dashboard.page import environment, own
from sim.dashboard.sections.section import Charted

EDGE, GAP, BETWEEN = 18, 10, 32
"""Space around, between a heading and its chart, and between charts."""
LETTER = 0.53
"""Width of a letter as a part of its size."""
KINDS = {
    "title": (17, 650, "ink"),
    "heading": (15, 650, "ink"),
    "said": (14, 400, "soft"),
    "caption": (11, 400, "soft"),
}
"""Size, weight and colour of each kind of line."""
WIDEST = 460
"""Width of a chart at most."""
RULE = re.compile(r"\.small-chart[^{}]*\{[^{}]*\}")
VARIABLE = re.compile(r"var\(--(\w+)\)")


@dataclass(frozen=True)
class Line:
    """A line of text where it stands."""

    x: float
    y: float
    kind: str
    text: str


@dataclass(frozen=True)
class Placed:
    """A chart where it stands."""

    chart: Chart
    x: float
    y: float
    width: float
    height: float


def chart_picture(charted: Charted, caption: Sequence[str], width: int, palette: Mapping[str, str]) -> str:
    """Charts with their heading and what is said above and below them, as the text of an SVG.

    Parameters
    ----------
    charted : Charted
    caption : sequence of str
        Paragraphs below the charts.
    width : int
        Pixels; charts stand in as many columns as there is room for.
    palette : mapping
        Colours of the page's style by name.
    """
    lines: list[Line] = []
    y = _write(lines, "title", charted.title, EDGE, EDGE, width - 2 * EDGE)
    for paragraph in charted.said:
        y = _write(lines, "said", paragraph, EDGE, y + 4, width - 2 * EDGE)
    placed, y = _place(charted, lines, y + GAP, width)
    for paragraph in caption:
        y = _write(lines, "caption", paragraph, EDGE, y, width - 2 * EDGE)
    text = (
        environment()
        .get_template("charts.svg.j2")
        .render(
            title=charted.title,
            description=" ".join([*charted.said, *caption]),
            width=width,
            height=round(y + EDGE / 2),
            ground=palette["card"],
            style=_style(),
            lines=lines,
            charts=placed,
        )
    )
    return VARIABLE.sub(lambda found: palette[found[1]], text)


def _write(lines: list[Line], kind: str, text: str, x: float, y: float, room: float) -> float:
    """Add the lines of a paragraph, which begins at height `y`; returns where it ends."""
    size = KINDS[kind][0]
    for line in textwrap.wrap(text, max(8, int(room / (LETTER * size)))):
        lines.append(Line(round(x, 1), round(y + size, 1), kind, line))
        y += 1.35 * size
    return y


def _place(charted: Charted, lines: list[Line], y: float, width: int) -> tuple[list[Placed], float]:
    """Charts in rows from height `y`, each below its heading; their headings are added to the lines."""
    room = width - 2 * EDGE
    columns = max(1, min(len(charted.charts), int((room + BETWEEN) / (270 + BETWEEN))))
    wide = min(WIDEST, (room - (columns - 1) * BETWEEN) / columns)
    placed: list[Placed] = []
    for first in range(0, len(charted.charts), columns):
        bottom = y
        for place, (heading, chart) in enumerate(charted.charts[first : first + columns]):
            x = EDGE + place * (wide + BETWEEN)
            top = _write(lines, "heading", heading, x, y, wide) + 4
            height = chart.height * wide / chart.width
            placed.append(Placed(chart, round(x, 1), round(top, 1), round(wide, 1), round(height, 1)))
            bottom = max(bottom, top + height)
        y = bottom + 2 * GAP
    return placed, y


def _style() -> str:
    """Rules of the page's style for charts, and for lines of text."""
    text = [
        f".{kind} {{ font-size: {size}px; font-weight: {weight}; fill: var(--{ink}); }}"
        for kind, (size, weight, ink) in KINDS.items()
    ]
    return "\n".join([".small-chart { font-size: 12px; }", *RULE.findall(own("page.css"))[1:], *text])
