"""An expression: its text, the names that it needs, and its value for every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.expressions.faults import slip
from sim.expressions.names import Names
from sim.expressions.nodes import CODE, COLUMN, CONDITION, MIXED, TEXT, Part, Values, is_text
from sim.expressions.over_time import Span, reduced
from sim.expressions.parser import Parser
from sim.expressions.tokens import tokens

EXPRESSION = "an expression, such as mean(phase.NK == truce, weeks 26..52)"
WHEN = "say when: NAME:final, at(NAME, week 26), mean(NAME), ever(NAME > 0.5)"
_NO_WEEKS = np.zeros(0)


@dataclass(frozen=True)
class Expression:
    """What is worked out of each run.

    Attributes
    ----------
    text : str
        As it was written.
    names : tuple of str
        Names that occur in it.
    needs_series : tuple of str
        Those of them that are outcomes over time.
    is_condition : bool
        Whether it holds or does not: its value is 1 or 0.
    unit : str
        ``share`` of a condition; ``mixed`` where no unit can be told.
    """

    text: str
    names: tuple[str, ...]
    needs_series: tuple[str, ...]
    is_condition: bool
    unit: str
    _part: Part = field(repr=False, compare=False)

    @property
    def needs_columns(self) -> tuple[str, ...]:
        """Those of its names that have one value a run."""
        return tuple(name for name in self.names if name not in self.needs_series)

    def evaluate(
        self,
        columns: Mapping[str, Any],
        series: Mapping[str, NDArray[np.float64]] | None = None,
        weeks: NDArray[np.float64] = _NO_WEEKS,
    ) -> NDArray[np.float64]:
        """Its value for every run; what holds is 1, what does not is 0, what is missing is NaN.

        Parameters
        ----------
        columns : mapping
            For each of `needs_columns` an array (R,) of numbers or texts, or one value for all runs.
        series : mapping, optional
            For each of `needs_series` an array (R, T).
        weeks : ndarray, shape (T,)
            Week of each column of a series, ascending.

        Returns
        -------
        ndarray, shape (R,)
            Of no dimension where all columns are single values.

        Raises
        ------
        ExpressionError
            Where texts and numbers are mixed, which shows only here of columns that say no unit.
        """
        with np.errstate(all="ignore"):
            found = self._part.work_out(Values(columns, series or {}, weeks))
        if is_text(found):
            raise slip("must give a number or a condition", "a text", "compare it by == or !=")
        return np.asarray(found, np.float64)


def parse(text: str, names: Names, example: str = EXPRESSION, week: float | None = None) -> Expression:
    """Read an expression.

    Parameters
    ----------
    text : str
    names : Names
        What it may speak of.
    example : str
        What it must be, for faults.
    week : float, optional
        Week in which a course over time is taken that the text leaves as one; without it such a text is refused.

    Raises
    ------
    ExpressionError
        For whatever is no expression of known names: nothing else is raised, whatever the text.
    """
    parser = Parser(text, tokens(text, names, example), names, example)
    part = parser.whole()
    if part.kind == TEXT:
        raise slip("must be " + example, "a text", "compare it by == or !=", part.letter)
    if part.over_time and week is not None:
        part = reduced("at", part, Span(week, week), part.letter)
    if part.over_time:
        raise slip("must give one value a run", part.text or text, WHEN.replace("NAME", _a_course(parser, names)))
    if part.kind == CODE:
        remedy = f"compare it with a word: {part.text} == {part.words[0]}"
        raise slip("must give a number or a condition", f"a word, {part.text}", remedy, part.letter)
    series = tuple(name for name in parser.named if name in names.series)
    is_condition = part.kind == CONDITION
    unit = "share" if is_condition else part.unit or ("" if part.kind == COLUMN else MIXED)
    return Expression(text, tuple(parser.named), series, is_condition, unit or MIXED, part)


def _a_course(parser: Parser, names: Names) -> str:
    """The first name over time that occurs."""
    return next((name for name in parser.named if name in names.series), "control.NK")
