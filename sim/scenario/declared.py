"""Outcomes that a scenario or a sweep declares by an expression over those that the model has."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.expressions import Expression, Names, parse
from sim.kernel.layout import Layout, layout
from sim.kernel.structure import Structure
from sim.quantities import STATISTICS

OUTCOMES, KEEP = "outcomes", "keep"
"""Key of a config that declares outcomes, and its entry that lists which of the others are kept."""
KEYS = ("expression", "unit", "meaning")
MOST_DECLARED = 100
LONGEST = {"unit": 40, "meaning": 200}
EXAMPLE = "an expression over outcomes, such as influence.RUS.ARM:final - influence.TUR.ARM:final"


@dataclass(frozen=True)
class DeclaredOutcome:
    """An outcome that is worked out of each run by an expression.

    Attributes
    ----------
    name : str
        Its column in the table of runs.
    expression : str
        In the language of `sim.expressions`; it may use outcomes that are declared before it.
    unit : str
        As declared, else that of the expression.
    meaning : str
        In words; empty where nothing is said.
    """

    name: str
    expression: str
    unit: str
    meaning: str = ""

    @property
    def label(self) -> str:
        """What people read: the meaning, else the name."""
        return self.meaning or self.name

    @property
    def description(self) -> str:
        """Meaning of the column, with the expression."""
        return f"{self.meaning}: {self.expression}" if self.meaning else self.expression


@dataclass(frozen=True)
class Known:
    """What an expression may speak of: outcomes and their statistics with their units, and the words of codes."""

    columns: dict[str, str]
    series: dict[str, str]
    words: dict[str, tuple[str, ...]]

    def names(self, declared: dict[str, str], last_week: float | None = None) -> Names:
        """Names for the language; outcomes added to `declared`, units by name, are known from then on."""
        return Names(
            columns=self.columns,
            series=self.series,
            factors=declared,
            words=self.words,
            units=ChainMap(declared, self.columns, self.series),
            last_week=last_week,
        )


@lru_cache(maxsize=8)
def known_names(rows: Layout) -> Known:
    """Every outcome of a scenario with every statistic that makes sense of it."""
    postures = tuple(name for name, _ in rows.structure.postures)
    columns: dict[str, str] = {}
    series: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for name in rows.outcomes:
        outcome = rows.outcome(name)
        unit = series[name] = outcome.quantity.unit
        kept = (*outcome.quantity.statistics, *(one for one in STATISTICS if outcome.takes(one)))
        of_it = [f"{name}:{one}" for one in dict.fromkeys(kept if outcome.quantity.kind == "value" else ("final",))]
        columns.update(dict.fromkeys(of_it, unit))
        if unit == "code":
            spoken = outcome.quantity.choices or postures
            words.update({one: spoken for one in (name, *of_it) if not one.endswith(":mean")})
    return Known(columns, series, words)


def declared_of(resolved: Mapping[str, Any]) -> tuple[DeclaredOutcome, ...]:
    """Outcomes that a resolved scenario declares; see `Scenario.resolved`."""
    return tuple(
        DeclaredOutcome(one["name"], one["expression"], one["unit"], one.get("meaning", ""))
        for one in resolved.get("declared", ())
    )


def parsed(structure: Structure, declared: Iterable[DeclaredOutcome]) -> dict[str, Expression]:
    """Expressions of declared outcomes by name, in their order; they have been checked before."""
    units: dict[str, str] = {}
    found: dict[str, Expression] = {}
    for one in declared:
        names = known_names(layout(structure)).names(units)
        found[one.name] = parse(one.expression, names, EXAMPLE)
        units[one.name] = one.unit
    return found
