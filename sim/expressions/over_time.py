"""What is worked out of courses over time: one value a run of one a run and week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.expressions.faults import slip
from sim.expressions.nodes import COLUMN, CONDITION, DEEPEST, NUMBER, Part, Value, Values, as_condition, as_number

CLOSE = 1e-9
"""Weeks by which a row may lie beside its week, whose number is a sum of ticks."""

Course = NDArray[Any]


@dataclass(frozen=True)
class Span:
    """Weeks that are looked at, both ends included; `last` may be endless."""

    first: float = 0.0
    last: float = np.inf

    def rows(self, weeks: NDArray[np.float64]) -> slice:
        """Rows of a course that lie in it."""
        begin, end = np.searchsorted(weeks, (self.first - CLOSE, self.last + CLOSE))
        return slice(int(begin), int(end))


def _mean(course: Course, weeks: NDArray[np.float64]) -> Value:
    """Mean over weeks, summed in their order: the same bits however the array lies in memory."""
    return np.cumsum(course, axis=1, dtype=np.float64)[:, -1] / course.shape[1]


def _first(held: Course, weeks: NDArray[np.float64]) -> Value:
    return np.where(held.any(axis=1), weeks[held.argmax(axis=1)], np.nan)


OF_NUMBERS: dict[str, Callable[[Course, NDArray[np.float64]], Value]] = {
    "mean": _mean,
    "min": lambda course, _: course.min(axis=1),
    "max": lambda course, _: course.max(axis=1),
    "change": lambda course, _: course[:, -1] - course[:, 0],
}
OF_CONDITIONS: dict[str, Callable[[Course, NDArray[np.float64]], Value]] = {
    "ever": lambda held, _: held.any(axis=1),
    "always": lambda held, _: held.all(axis=1),
    "first": _first,
}
FUNCTIONS = (*OF_NUMBERS, *OF_CONDITIONS, "at")


def reduced(name: str, part: Part, span: Span, letter: int) -> Part:
    """A part worked out over the weeks of a span.

    ``mean`` of a condition is the share of weeks in which it holds. A value that is missing in one of the weeks makes
    the mean, the extremes and the change missing. Where a run has no row in the span, the result is missing, ``ever``
    does not hold and ``always`` does not either.

    Raises
    ------
    ExpressionError
        For what is not over time, and for numbers where a condition is needed or the reverse.
    """
    if not part.over_time:
        found = part.text or part.kind
        raise slip(f"must have something over time in {name}( )", found, "such as control.NK or phase.NK == truce",
                   part.letter)  # fmt: skip
    if part.depth + 1 > DEEPEST:
        raise slip(f"must not nest deeper than {DEEPEST}", "more", "make several of it", letter)
    if name == "at":
        return _at(part, span.first, letter)
    if name in OF_CONDITIONS:
        how, part = OF_CONDITIONS[name], as_condition(part)
        kind, unit = (NUMBER, "week") if name == "first" else (CONDITION, None)
    else:
        is_share = name == "mean" and part.kind == CONDITION
        how, kind = OF_NUMBERS[name], NUMBER
        part = part if is_share else as_number(part)
        unit = "share" if is_share else part.unit
    missing = False if kind == CONDITION else np.nan

    def work_out(values: Values) -> Value:
        course = np.asarray(part.work_out(values))
        rows = span.rows(values.weeks)
        course, weeks = course[:, rows], values.weeks[rows]
        return how(course, weeks) if len(weeks) else np.full(len(course), missing)

    return Part(kind, work_out, letter, unit=unit, depth=part.depth + 1)


def _at(part: Part, week: float, letter: int) -> Part:
    """A part in one week: in its last row that is not later."""
    nothing = False if part.kind == CONDITION else np.nan

    def work_out(values: Values) -> Value:
        course = np.asarray(part.work_out(values))
        row = int(np.searchsorted(values.weeks, week + CLOSE, side="right")) - 1
        return course[:, row] if row >= 0 else np.full(len(course), nothing)

    kind = NUMBER if part.kind == COLUMN else part.kind
    return Part(kind, work_out, letter, unit=part.unit, words=part.words, text=part.text, depth=part.depth + 1)
