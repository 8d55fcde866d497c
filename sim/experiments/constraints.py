"""Constraints between the numbers of a design: comparisons of plain arithmetic, in the language of `sim.expressions`.

A constraint is a line such as ``states.RUS.capability > states.TUR.capability``. Names are paths, columns or labels
of factors; what is no plain word stands in backquotes: `` `Turkey's backing` == "off" ``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.expressions import Expression, ExpressionError, Names, Slip, parse
from sim.expressions.tokens import LONGEST

__all__ = ["LONGEST", "Constraint", "ConstraintError", "constraint"]

ConstraintError = ExpressionError
COMPARISON = 'a comparison, such as "a.b + c.d <= 1"'
RULE = "must speak of factors and paths of the scenario"


@dataclass(frozen=True)
class Constraint:
    """What must hold at every point.

    Attributes
    ----------
    text : str
        As it was written.
    names : tuple of str
        Names that occur in it.
    """

    text: str
    names: tuple[str, ...]
    _expression: Expression

    def holds(self, columns: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Where it holds; what is not finite never does.

        Parameters
        ----------
        columns : mapping
            For each of `names` an array of numbers or of texts, one a point, or one number for all.

        Raises
        ------
        ConstraintError
            Where texts and numbers, or numbers and conditions, are mixed.
        """
        return np.asarray(self._expression.evaluate(columns) != 0.0)


class _Known(Collection[str]):
    """Names by a question, with a list of those to offer."""

    def __init__(self, knows: Callable[[str], bool], offered: Collection[str]) -> None:
        self._knows, self._offered = knows, offered

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._knows(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._offered)

    def __len__(self) -> int:
        return len(self._offered)


def constraint(text: str, known: Callable[[str], bool], offered: Collection[str] = ()) -> Constraint:
    """Read a constraint.

    Parameters
    ----------
    text : str
    known : callable
        Whether a name is one that the design knows.
    offered : collection of str, optional
        Names of which the nearest is offered for one that is not known.

    Raises
    ------
    ConstraintError
        For anything but comparisons of plain arithmetic between known names.
    """
    found = parse(text, Names(factors=_Known(known, offered), rule=RULE), COMPARISON)
    if not found.is_condition:
        raise ConstraintError([Slip("must be a comparison", text, "compare two sides by <, <=, >, >=, == or !=")])
    return Constraint(text, found.names, found)
