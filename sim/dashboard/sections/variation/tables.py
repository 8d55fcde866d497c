"""What outcomes vary with over a design: tables of levels, spreads and numbers, and their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.dashboard.effects.effect import Effect, Spread
from sim.dashboard.effects.factors import MOST_TABLES, effect_anchor, factor_words, first_level, mean_words
from sim.dashboard.effects.variation import Variation
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.figures.table import Cell, Row, Table
from sim.dashboard.outcomes import Outcome, slug
from sim.dashboard.sections.variation.matrix import CLEAR, level_matrix, number_matrix
from sim.dashboard.sections.variation.plots import dots, histogram
from sim.dashboard.study import level
from sim.dashboard.words import capital, change_words, percent, range_words, value_words
from sim.phrases import plural

NOT_TOLD = "not told apart from chance"
WORLDS = ("Nine in ten worlds", "Worlds", "Rises in", "Falls in")
"""Columns of a factor whose levels are compared with all else equal."""
WORLD = "A world is one setting of everything else in the design."
REST = f"{WORLD} The interval counts chance alone; range and number of worlds include it."
HOW = {
    "pairs": f"Mean change in pairs of runs that meet the same chance events, all else equal. {REST}",
    "apart": f"Change of the mean, all else equal; no two runs meet the same chance events. {REST}",
    "groups": "Versions with the one level against versions with the other. Their other factors differ too, so that "
    "the interval counts chance and the other factors together.",
}
"""What a table of effects says, by the kind of its effects."""


@dataclass(frozen=True)
class Layout:
    """What the section consists of.

    Attributes
    ----------
    levels : list of (Table, Slot or None)
        A table and perhaps a figure for each factor of levels; one table for all where there are many.
    spread : Table
        Distribution of each outcome over the versions.
    numbers : Table or None
        Effects of the numbers that were drawn.
    histograms : list of Slot
    """

    levels: list[tuple[Table, Slot | None]]
    spread: Table
    numbers: Table | None
    histograms: list[Slot]

    @property
    def anchors(self) -> frozenset[str]:
        """Ids in the page that findings may link to."""
        tables = [self.spread, *(table for table, _ in self.levels), *([self.numbers] if self.numbers else [])]
        return frozenset({table.anchor for table in tables} | {row.anchor for row in self.spread.rows})

    @property
    def slots(self) -> list[Slot]:
        """All figures that the page's script draws."""
        return [*self.histograms, *(slot for _, slot in self.levels if slot)]


def layout(vary: Variation) -> Layout:
    """Lay out what the outcomes of a design vary with."""
    spreads = {outcome: vary.spread(outcome) for outcome in vary.outcomes}
    factors = vary.leveled
    each = [(level_table(vary, factor), level_figure(vary, factor)) for factor in factors[:MOST_TABLES]]
    return Layout(
        levels=each if len(factors) <= MOST_TABLES else [(level_matrix(vary), None)],
        spread=spread_table(vary, spreads),
        numbers=number_matrix(vary) if vary.of_numbers else None,
        histograms=[slot for outcome, spread in spreads.items() if (slot := histogram(outcome, spread))],
    )


def level_figure(vary: Variation, factor: Mapping[str, Any]) -> Slot | None:
    """Dots of a factor whose levels are compared in pairs."""
    effects = [effect for effect in vary.of_levels(factor["path"]) if effect.kind == "pairs"]
    levels = list(dict.fromkeys(effect.level for effect in effects))
    return dots(
        f"{effect_anchor(vary, factor['path'])}-figure",
        f"{capital(factor['label'])}: effects in all worlds",
        first_level(vary, factor),
        [(level(factor, one), [effect for effect in effects if effect.level == one]) for one in levels],
    )


def level_table(vary: Variation, factor: Mapping[str, Any]) -> Table:
    """Effects of another level instead of the first, outcome by outcome."""
    effects = vary.of_levels(factor["path"])
    means = f"Mean with “{first_level(vary, factor)}”", "Mean with the level"
    return Table(
        effect_anchor(vary, factor["path"]),
        f"{capital(factor['label'])}: what changes if it is not “{first_level(vary, factor)}”",
        f"{HOW[effects[0].kind]} {CLEAR}",
        ("Level", "Outcome", *means, "Mean change", "95% interval", *(WORLDS if effects[0].worlds else ())),
        tuple(Row(level(factor, effect.level), tuple(_level_cells(vary, effect))) for effect in effects),
    )


def _level_cells(vary: Variation, effect: Effect) -> Iterator[Cell]:
    form, estimate, worlds = effect.outcome.form, effect.estimate, effect.worlds
    points = " pp" if form.endswith("%") else ""
    yield Cell(capital(effect.outcome.words))
    yield from (Cell(mean_words(effect.outcome, value), round(value, 5)) for value in effect.ends)
    yield Cell(f"{change_words(estimate.value, form)}{points}", round(estimate.value, 5), strong=effect in vary.clear)
    yield Cell(
        f"{change_words(estimate.low, form)} to {change_words(estimate.high, form)}" if effect.known else "unknown"
    )
    if worlds:
        yield Cell(" to ".join(change_words(end, form) for end in effect.spread))
        yield from (Cell(f"{count:,}", count) for count in (worlds, effect.rises, effect.falls))


def spread_table(vary: Variation, spreads: Mapping[Outcome, Spread]) -> Table:
    """Mean of each outcome over all points, its interval by chance, and its spread over points."""
    return Table(
        "spread",
        f"How far each outcome varies over the {plural(len(vary.design), 'version')}",
        "The mean over all versions, with a 95% interval that counts chance alone. Then where nine in ten versions "
        "have their own mean, chance included, and how much of the variance between runs comes from the version.",
        ("Outcome", "Mean", "95% interval, chance", "Nine in ten versions", "Middle version", "Due to the version",
         "Varies most with"),
        tuple(_spread_row(vary, outcome, spread) for outcome, spread in spreads.items()),
    )  # fmt: skip


def _spread_row(vary: Variation, outcome: Outcome, spread: Spread) -> Row:
    form, mean, most = outcome.form, spread.mean, vary.strongest(outcome)[:1]
    known = bool(np.isfinite(mean.low))
    cells = (
        Cell(value_words(mean.value, form), round(mean.value, 5)),
        Cell(range_words(mean.low, mean.high, form) if known else "unknown"),
        Cell(range_words(spread.low, spread.high, form)),
        Cell(value_words(spread.middle, form), round(spread.middle, 5)),
        Cell(percent(spread.explained), round(spread.explained, 5)) if spread.differ else Cell(NOT_TOLD),
        Cell(factor_words(vary.study, most[0].path) if most else "no number clearly" if vary.of_numbers else ""),
    )
    return Row(capital(outcome.words), cells, anchor=f"spread-{slug(outcome.column)}")
