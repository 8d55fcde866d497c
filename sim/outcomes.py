"""Which outcomes a plan keeps of each run, what each column means, and those that are worked out of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel.layout import layout
from sim.quantities import STATISTICS, quantities, records
from sim.scenario.declared import DeclaredOutcome, parsed

if TYPE_CHECKING:
    from sim.kernel.layout import Layout
    from sim.kernel.structure import Structure

TIMES = frozenset(name for record in records() for name, one in quantities(record).items() if one.kind == "time")
"""First words of the names of outcomes that are the week of something."""


@dataclass(frozen=True)
class Column:
    """A column of results: what it holds, and in which unit.

    Attributes
    ----------
    name : str
        Such as ``control.NK:final``; without a statistic in series.
    unit, meaning : str
    is_time : bool
        Whether negative values stand for "never".
    """

    name: str
    unit: str
    meaning: str
    is_time: bool


def default_columns(structure: Structure) -> tuple[str, ...]:
    """Summaries kept where a scenario names none, as the declarations of outcomes say."""
    outcomes = map(layout(structure).outcome, layout(structure).outcomes)
    return tuple(f"{one.name}:{how}" for one in outcomes if one.summarised for how in one.quantity.keep or ())


def default_series(structure: Structure) -> tuple[str, ...]:
    """Outcomes kept over time where a scenario names none, as their declarations say."""
    outcomes = map(layout(structure).outcome, layout(structure).outcomes)
    return tuple(one.name for one in outcomes if one.followed)


def is_time(name: str) -> bool:
    """Whether an outcome, or a column of it, is the week of something that need not come."""
    return name.partition(".")[0] in TIMES


def expanded(patterns: Iterable[str], layout: Layout, statistics: bool) -> tuple[str, ...]:
    """Column names that patterns such as ``influence.RUS.*:mean`` stand for.

    Parameters
    ----------
    patterns : iterable of str
        Names of outcomes with ``*`` and ``?``; after a colon the statistic, all that make sense where it is left out.
    layout : Layout
        Outcomes of the scenario.
    statistics : bool
        Whether columns are summaries of runs rather than courses over time.

    Returns
    -------
    tuple of str
        Without repeats, in the order of the patterns and then of the layout.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        wanted, _, statistic = pattern.partition(":")
        for name in layout.outcomes:
            if fnmatchcase(name, wanted):
                outcome = layout.outcome(name)
                chosen = (statistic,) if statistic else outcome.quantity.statistics
                if statistic and not outcome.takes(statistic):
                    continue
                found.update(dict.fromkeys(f"{name}:{one}" for one in chosen) if statistics else {name: None})
    return tuple(found)


def described(names: Iterable[str], layout: Layout) -> tuple[Column, ...]:
    """What each column holds."""
    return tuple(_described(name, layout) for name in names)


def described_expressions(declared: Iterable[DeclaredOutcome]) -> tuple[Column, ...]:
    """Columns of declared outcomes."""
    return tuple(Column(one.name, one.unit, one.description, is_time=False) for one in declared)


class Derived:
    """Declared outcomes, worked out of the runs of a block.

    Parameters
    ----------
    structure : Structure
    declared : iterable of DeclaredOutcome

    Attributes
    ----------
    names : tuple of str
    columns, series : tuple of str
        Columns, and outcomes at every tick, that they are worked out of.
    """

    def __init__(self, structure: Structure, declared: Iterable[DeclaredOutcome]) -> None:
        self._expressions = parsed(structure, declared)
        found = self._expressions.values()
        self.names = tuple(self._expressions)
        needed = dict.fromkeys(name for one in found for name in one.needs_columns)
        self.columns = tuple(name for name in needed if name not in self._expressions)
        self.series = tuple(dict.fromkeys(name for one in found for name in one.needs_series))

    def values(
        self,
        columns: Mapping[str, NDArray[np.float64]],
        series: Mapping[str, NDArray[np.float64]],
        dt: float,
        runs: int,
    ) -> NDArray[np.float64]:
        """Value of each for every run, shape (R, D).

        Parameters
        ----------
        columns : mapping
            By name an array (R,).
        series : mapping
            By name an array (R, T), a column a tick.
        dt : float
            Weeks a tick lasts.
        runs : int
        """
        known, found = dict(columns), np.empty((runs, len(self.names)))
        for place, (name, expression) in enumerate(self._expressions.items()):
            over = {one: series[one] for one in expression.needs_series}
            ticks = next(iter(over.values())).shape[1] if over else 0
            known[name] = found[:, place] = expression.evaluate(known, over, np.arange(ticks, dtype=np.float64) * dt)
        return found


def _described(name: str, layout: Layout) -> Column:
    outcome, _, statistic = name.partition(":")
    quantity = layout.outcome(outcome).quantity
    said = f"{quantity.meaning}, {STATISTICS[statistic]}" if statistic else quantity.meaning
    if quantity.choices:
        said += f" ({', '.join(f'{code} {word}' for code, word in enumerate(quantity.choices))})"
    return Column(name, quantity.unit, said, quantity.kind == "time")


def weeks_of(structure: Structure, every: int) -> NDArray[np.float64]:
    """Week of each row of a series, shape (T,), with `every` weeks between two rows."""
    ticks = max(1, round(every / structure.dt))
    return np.arange(0, structure.ticks, ticks, dtype=np.float64) * structure.dt
