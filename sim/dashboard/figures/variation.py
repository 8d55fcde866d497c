"""What outcomes vary with over a design: tables of levels, spreads and numbers, and their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.dashboard.effect import Effect, Spread
from sim.dashboard.effects import Variation, levels_of
from sim.dashboard.figures.design import dots, histogram
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.figures.provenance import meaning
from sim.dashboard.figures.table import Cell, Row, Table
from sim.dashboard.outcomes import Outcome, slug
from sim.dashboard.study import Study, level
from sim.dashboard.words import capital, many, percent, signed, stated

NUMBERS = "what-matters"
"""Id of the table of numbers that the design varies."""
DARKEST = 32
"""Strength of the background of the largest effect in percent; text stays readable on it."""
CLEAR = (
    "Bold: clear of chance, with all comparisons of the page allowed for (false discovery rate 5%), and at least 1% of "
    "what the outcome can be."
)

WORLDS = ("Nine in ten worlds", "Worlds", "Rises in", "Falls in")
"""Columns of a factor whose levels are compared with all else equal."""


@dataclass(frozen=True)
class Section:
    """A table and perhaps a figure for each factor of levels, the table of spreads, that of numbers, histograms."""

    levels: list[tuple[Table, Slot | None]]
    spread: Table
    numbers: Table | None
    histograms: list[Slot]

    @property
    def anchors(self) -> set[str]:
        """Ids in the page that findings may link to."""
        tables = [self.spread, *(table for table, _ in self.levels), *([self.numbers] if self.numbers else [])]
        return {table.anchor for table in tables} | {row.anchor for row in self.spread.rows}

    @property
    def slots(self) -> list[Slot]:
        """All figures that the page's script draws."""
        return [*self.histograms, *(slot for _, slot in self.levels if slot)]


def section(vary: Variation) -> Section:
    """Lay out what the outcomes of a design vary with."""
    spreads = {outcome: vary.spread(outcome) for outcome in vary.outcomes}
    factors = [factor for factor in vary.study.factors if vary.of_levels(factor["path"])]
    return Section(
        levels=[(level_table(vary, factor), level_figure(vary, factor)) for factor in factors],
        spread=spread_table(vary, spreads),
        numbers=number_table(vary) if vary.of_numbers else None,
        histograms=[histogram(outcome, spread) for outcome, spread in spreads.items()],
    )


def factor_words(study: Study, path: str) -> str:
    """A factor in words: its own label, or what the number means."""
    factor = next(one for one in study.factors if one["path"] == path)
    known = factor["label"] == path and path in study.scenario["numbers"]
    return meaning(study, path) if known else str(factor["label"])


def effect_anchor(study: Study, path: str) -> str:
    """Id of the table of a factor's effects."""
    return f"effect-{[factor['path'] for factor in study.factors].index(path) + 1}"


def effect_words(effect: Effect, value: float) -> str:
    """A value of an effect: a correlation, percentage points, or the outcome's own unit."""
    return f"{value:+.2f}".replace("-", "−") if effect.kind == "ranks" else signed(value, effect.outcome.form)


def first_level(vary: Variation, factor: Mapping[str, Any]) -> str:
    """The level that a factor's others are compared with, in words."""
    return level(factor, levels_of(factor, vary.design[factor["path"]].unique().tolist())[0])


def step_words(study: Study) -> str:
    """A step of the design in words."""
    levels = (study.manifest.get("sampling") or {}).get("levels")
    return f"one step, {percent(levels / (2 * (levels - 1)))} of its range" if levels else "one step"


def level_figure(vary: Variation, factor: Mapping[str, Any]) -> Slot | None:
    """Dots of a factor whose levels are compared in pairs."""
    effects = [effect for effect in vary.of_levels(factor["path"]) if effect.kind == "pairs"]
    levels = list(dict.fromkeys(effect.level for effect in effects))
    return dots(
        f"{effect_anchor(vary.study, factor['path'])}-figure",
        f"{factor['label']}: effects in all worlds",
        first_level(vary, factor),
        [(level(factor, one), [effect for effect in effects if effect.level == one]) for one in levels],
    )


def level_table(vary: Variation, factor: Mapping[str, Any]) -> Table:
    """Effects of another level instead of the first, outcome by outcome."""
    effects = vary.of_levels(factor["path"])
    how = (
        "Mean change in pairs of runs that meet the same chance events, all else equal. A world is one setting of "
        "everything else in the design. The interval counts chance alone."
        if effects[0].kind == "pairs"
        else "Versions with the one level against versions with the other. Their other factors differ too, so that the "
        "interval counts chance and the other factors together."
    )
    return Table(
        effect_anchor(vary.study, factor["path"]),
        f"{factor['label']}: what changes if it is not “{first_level(vary, factor)}”",
        f"{how} {CLEAR}",
        ("Level", "Outcome", "Mean change", "95% interval", *(WORLDS if effects[0].worlds else ())),
        tuple(Row(level(factor, effect.level), tuple(_level_cells(vary, effect))) for effect in effects),
    )


def _level_cells(vary: Variation, effect: Effect) -> Iterator[Cell]:
    form, estimate, worlds = effect.outcome.form, effect.estimate, effect.worlds
    points = " pp" if form.endswith("%") else ""
    yield Cell(capital(effect.outcome.words))
    yield Cell(f"{signed(estimate.value, form)}{points}", round(estimate.value, 5), strong=effect in vary.clear)
    yield Cell(
        " to ".join(signed(end, form) for end in (estimate.low, estimate.high)) if estimate.runs > 1 else "unknown"
    )
    if worlds:
        yield Cell(" to ".join(signed(end, form) for end in effect.spread))
        yield from (Cell(f"{count:,}", count) for count in (worlds, effect.rises, effect.falls))


def spread_table(vary: Variation, spreads: Mapping[Outcome, Spread]) -> Table:
    """Mean of each outcome over all points, its interval by chance, and its spread over points."""
    return Table(
        "spread",
        f"How far each outcome varies over the {many(len(vary.design), 'version')}",
        "The mean over all runs, with a 95% interval that counts chance alone. Then where nine in ten versions have "
        "their own mean, and how much of the variance between runs comes from the version, not from chance.",
        ("Outcome", "Mean", "95% interval, chance", "Nine in ten versions", "Middle version", "Due to the version",
         "Varies most with"),
        tuple(_spread_row(vary, outcome, spread) for outcome, spread in spreads.items()),
    )  # fmt: skip


def _spread_row(vary: Variation, outcome: Outcome, spread: Spread) -> Row:
    form, mean, most = outcome.form, spread.mean, vary.strongest(outcome)[:1]
    several = mean.runs > 1
    cells = (
        Cell(stated(mean.value, form), round(mean.value, 5)),
        Cell(f"{stated(mean.low, form)} to {stated(mean.high, form)}" if several else "unknown: one run each"),
        Cell(f"{stated(spread.low, form)} to {stated(spread.high, form)}"),
        Cell(stated(spread.middle, form), round(spread.middle, 5)),
        Cell(percent(spread.explained), round(spread.explained, 5)) if several else Cell("unknown"),
        Cell(factor_words(vary.study, most[0].path) if most else "no number clearly" if vary.of_numbers else ""),
    )
    return Row(capital(outcome.words), cells, anchor=f"spread-{slug(outcome.column)}")


def number_table(vary: Variation) -> Table:
    """How much each outcome varies with each number of the design, the most telling numbers first."""
    effects, largest = vary.of_numbers, _largest(vary)

    def rank(path: str) -> float:
        held = [effects[path, outcome] for outcome in vary.outcomes if (path, outcome) in effects]
        return max((one.size / largest[one.outcome] for one in held if one in vary.clear), default=0.0)

    paths = sorted(dict.fromkeys(path for path, _ in effects), key=lambda path: (-rank(path), path))
    how = (
        "Spearman's rank correlation between the number and the means of versions, from −1 to +1."
        if next(iter(effects.values())).kind == "ranks"
        else f"Mean change of the outcome when the number is raised by {step_words(vary.study)}, and nothing else "
        "changes; shares in percentage points."
    )
    return Table(
        NUMBERS,
        f"What matters: {clear_numbers(vary):,} of {many(len(paths), 'number')} are clear of chance",
        f"{how} {CLEAR} The strongest come first.",
        ("Number", "Range", *(outcome.brief for outcome in vary.outcomes)),
        tuple(_number_row(vary, path, largest) for path in paths),
    )


def clear_numbers(vary: Variation) -> int:
    """How many of the numbers that were drawn change an outcome by more than chance would."""
    return len({effect.path for effect in vary.clear if effect.level is None})


def _largest(vary: Variation) -> dict[Outcome, float]:
    """Largest size of an effect of any number, by outcome."""
    sizes: dict[Outcome, float] = {}
    for effect in vary.of_numbers.values():
        sizes[effect.outcome] = max(sizes.get(effect.outcome, 0.0), effect.size if np.isfinite(effect.size) else 0.0)
    return {outcome: size or 1.0 for outcome, size in sizes.items()}


def _number_row(vary: Variation, path: str, largest: Mapping[Outcome, float]) -> Row:
    words = factor_words(vary.study, path)
    low, high = _range(vary.study.manifest.get("sampling") or {}, path) or vary.design[path].astype(float).agg(
        ["min", "max"]
    )
    found = [vary.of_numbers.get((path, outcome)) for outcome in vary.outcomes]
    cells = (Cell(f"{low:g} to {high:g}"), *(_number_cell(vary, effect, largest) for effect in found))
    return Row(words, cells, path=path if words != path else "")


def _range(sampling: Mapping[str, Any], path: str) -> list[float]:
    """Range from which a design, or a part of it, drew a number; empty where it names none."""
    own = (sampling.get("factors") or {}).get(path, {}).get("range")
    return own or next((found for part in sampling.get("of") or () if (found := _range(part, path))), [])


def _number_cell(vary: Variation, effect: Effect | None, largest: Mapping[Outcome, float]) -> Cell:
    if effect is None or not np.isfinite(effect.estimate.value):
        return Cell("")
    value, clear = effect.estimate.value, effect in vary.clear
    shade = round(DARKEST * min(1.0, abs(value) / largest[effect.outcome])) if clear else 0
    return Cell(effect_words(effect, value), round(value, 5), clear, shade if value > 0 else -shade)
