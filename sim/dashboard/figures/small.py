"""Small charts that need no script: bars with both intervals, written as shapes of an SVG."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from sim.dashboard.statistics import Estimate
from sim.dashboard.words import shorten

WIDTH, LEFT, LETTER = 340.0, 2.0, 8.3
"""Width of the picture, what is left beside the scale, and the width of a letter of the number on the right."""
LINE, BAR, BELOW = 14.0, 9.0, 9.0
"""Height of a line of words, of the bar under it, and of the space below that."""
LONGEST, MOST_LINES = 52, 3
"""Letters in a line of a row's words, and lines of them."""
LEAST = 1.5
"""Least width of something that is not nothing."""


@dataclass(frozen=True)
class Bar:
    """A row of a chart.

    Attributes
    ----------
    words, said : str
        What it is, and its number in words.
    value : float
    colour : str
        Variable of the page's style, such as ``c1``.
    chance, assumptions : tuple of float
        Ends of both intervals; NaN where one is not known.
    chance_said, assumptions_said : str
        The same in words, empty where one is not known.
    start : float
        Where a value comes from, for charts that show a move; NaN otherwise.
    runs : str
        What it was counted of.
    """

    words: str
    said: str
    value: float
    colour: str = "accent"
    chance: tuple[float, float] = (math.nan, math.nan)
    assumptions: tuple[float, float] = (math.nan, math.nan)
    chance_said: str = ""
    assumptions_said: str = ""
    start: float = math.nan
    runs: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart of rows on one scale.

    Attributes
    ----------
    rows : tuple of Bar
    low, high : float
        Ends of the scale.
    second : str
        What the thin interval is: ``assumptions``, ``worlds`` or ``versions``.
    number : str
        Heading of the numbers in its table.
    """

    rows: tuple[Bar, ...]
    low: float = 0.0
    high: float = 1.0
    second: str = "assumptions"
    number: str = "Share"

    @property
    def height(self) -> float:
        """Height of the picture."""
        return self.marks[-1].top + BAR + 2 if self.rows else 0.0

    @property
    def width(self) -> float:
        """Width of the picture."""
        return WIDTH

    @property
    def zero(self) -> float | None:
        """Where nothing is, on a scale that has both signs."""
        return self.across(0.0) if self.low < 0 < self.high else None

    @property
    def _right(self) -> float:
        """What is left on the right for the numbers."""
        return 16 + LETTER * max(len(row.said) for row in self.rows)

    @property
    def marks(self) -> list[Mark]:
        """Shapes of the rows, from the top."""
        found: list[Mark] = []
        for row in self.rows:
            top = found[-1].top + BAR + BELOW if found else 0.0
            found.append(self._mark(row, top))
        return found

    @property
    def known(self) -> tuple[bool, bool]:
        """Whether any row has an interval by chance, and one over assumptions."""
        return any(row.chance_said for row in self.rows), any(row.assumptions_said for row in self.rows)

    def across(self, value: float) -> float:
        """Place of a value on the scale."""
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(LEFT + part * (WIDTH - LEFT - self._right), 1)

    def _mark(self, row: Bar, top: float) -> Mark:
        x, zero = self.across(row.value), self.across(max(self.low, min(0.0, self.high)))
        begin = zero if math.isnan(row.start) else self.across(row.start)
        left, length = min(x, begin), abs(x - begin)
        length = max(length, LEAST) if row.value and math.isnan(row.start) else length
        spans = [self._span(ends) for ends in (row.chance, row.assumptions)]
        words, length = folded(row.words, LONGEST, MOST_LINES), round(length, 1)
        lines = [(line, top + LINE * (place + 1) - 3) for place, line in enumerate(words)]
        return Mark(row, lines, top + LINE * len(words) + 2, BAR, left, length, x, begin, *spans)

    def _span(self, ends: tuple[float, float]) -> tuple[float, float] | None:
        """Left end and length of an interval."""
        if not all(map(math.isfinite, ends)):
            return None
        low, high = map(self.across, ends)
        return low, round(max(high - low, LEAST), 1)


@dataclass(frozen=True)
class Mark:
    """Where a row's shapes are; `x` is the value's place, `begin` where it comes from."""

    row: Bar
    lines: list[tuple[str, float]]
    top: float
    thick: float
    left: float
    length: float
    x: float
    begin: float
    chance: tuple[float, float] | None
    assumptions: tuple[float, float] | None

    @property
    def middle(self) -> float:
        """Height of the middle of its bar."""
        return self.top + self.thick / 2

    @property
    def moved(self) -> bool:
        """Whether it shows a move."""
        return not math.isnan(self.row.start)


def folded(text: str, most: int, lines: int) -> list[str]:
    """Words in lines of at most so many letters; the last of so many lines is shortened."""
    found = textwrap.wrap(text, most) or [text]
    return found if len(found) <= lines else [*found[: lines - 1], shorten(" ".join(found[lines - 1 :]), most)]


def scale_of(rows: Sequence[Bar]) -> tuple[float, float]:
    """Ends of a scale that has nothing and every row with its intervals on it."""
    ends = [end for row in rows for end in (row.value, *row.chance, *row.assumptions) if math.isfinite(end)]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    return (low, high) if high > low else (0.0, 1.0)


def ends_of(estimate: Estimate) -> tuple[tuple[float, float], tuple[float, float]]:
    """Both intervals of an estimate; NaN where one is not known."""
    unknown = (math.nan, math.nan)
    chance = (estimate.low, estimate.high) if estimate.runs > 1 else unknown
    return chance, estimate.assumptions if estimate.sets else unknown
