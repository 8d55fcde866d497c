"""Which outcomes a plan keeps of each run, and what each column means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel.layout import COUNTED, TIMES

if TYPE_CHECKING:
    from sim.kernel.layout import Layout
    from sim.kernel.structure import Structure
    from sim.quantities import Quantity

STATISTICS = {
    "final": "at the end of the run",
    "mean": "mean over the run",
    "min": "lowest of the run",
    "max": "highest of the run",
}


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


def expanded(patterns: Iterable[str], layout: Layout, statistics: bool) -> tuple[str, ...]:
    """Column names that patterns such as ``influence.RUS.*:mean`` stand for.

    Parameters
    ----------
    patterns : iterable of str
        Names of outcomes with ``*`` and ``?``; after a colon the statistic, all four where it is left out.
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
                found.update(dict.fromkeys(_named(name, statistic) if statistics else (name,)))
    return tuple(found)


def _named(name: str, statistic: str) -> tuple[str, ...]:
    only_final = name.partition(".")[0] in (*COUNTED, *TIMES)
    chosen = (statistic,) if statistic else ("final",) if only_final else tuple(STATISTICS)
    return tuple(f"{name}:{one}" for one in chosen)


def described(names: Iterable[str], layout: Layout) -> tuple[Column, ...]:
    """What each column holds."""
    return tuple(_described(name, layout) for name in names)


def _described(name: str, layout: Layout) -> Column:
    outcome, _, statistic = name.partition(":")
    quantity: Quantity = layout.outcome(outcome)
    said = f"{quantity.meaning}, {STATISTICS[statistic]}" if statistic else quantity.meaning
    if quantity.choices:
        said += f" ({', '.join(f'{code} {word}' for code, word in enumerate(quantity.choices))})"
    return Column(name, quantity.unit, said, outcome.partition(".")[0] in TIMES)


def weeks_of(structure: Structure, every: int) -> NDArray[np.float64]:
    """Week of each row of a series, shape (T,), with `every` weeks between two rows."""
    ticks = max(1, round(every / structure.dt))
    return np.arange(0, structure.ticks, ticks, dtype=np.float64) * structure.dt
