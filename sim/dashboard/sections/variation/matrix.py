"""Tables of effects, a row a number or level and a column an outcome, in the order of the first outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import (
    LEVELS,
    NUMBERS,
    clear_numbers,
    effect_words,
    factor_words,
    first_level,
    step_words,
)
from sim.dashboard.effects.variation import Variation
from sim.dashboard.figures.table import Cell, Row, Table
from sim.dashboard.outcomes import Outcome
from sim.dashboard.study import level
from sim.phrases import plural

DARKEST = 32
"""Strength of the background of an outcome's largest effect in percent; text stays readable on it."""
CLEAR = (
    "Bold: clear of chance, with all comparisons of the page allowed for (false discovery rate 5%), and at least 1% of "
    "what the outcome can be."
)


TOGETHER = (
    "Sets were chosen to show what was known, so that their numbers go with each other: an outcome may go with a "
    "number for what goes with that one, and against what the number does by itself."
)
"""What to know of correlations over plausible sets."""


@dataclass(frozen=True)
class Line:
    """A row to be: its heading, what stands below that in small, and its effects."""

    name: str
    below: str
    effects: tuple[Effect, ...]


def number_matrix(vary: Variation) -> Table:
    """How much each outcome varies with each number that was drawn."""
    effects = list(vary.of_numbers.values())
    of_path = {path: tuple(own) for path, own in groupby(effects, key=lambda effect: effect.path)}
    lines = [_number_line(vary, path, own) for path, own in of_path.items()]
    how = (
        "Spearman's rank correlation between the number and the means of versions, from −1 to +1."
        if effects[0].kind == "ranks"
        else f"Mean change of the outcome when the number is raised by {step_words(vary.study)}, and nothing else "
        "changes; shares in percentage points. Effects that cancel out between worlds do not show in it."
    )
    how += f" {TOGETHER}" if vary.study.over_sets else ""
    title = f"What matters: {clear_numbers(vary):,} of {plural(len(lines), 'number')} are clear of chance"
    return _matrix(vary, NUMBERS, title, how, "Number", lines)


def level_matrix(vary: Variation) -> Table:
    """What each other level of each factor changes, for designs of many factors."""
    lines = []
    for factor in vary.leveled:
        effects, first = vary.of_levels(factor["path"]), first_level(vary, factor)
        for one in dict.fromkeys(effect.level for effect in effects):
            words = factor_words(vary.study, factor["path"])
            name = f"{words}: {level(factor, one)}"
            lines.append(Line(name, f"instead of {first}", tuple(e for e in effects if e.level == one)))
    clear = len({effect.path for effect in vary.clear if effect.level is not None})
    title = f"What matters: {clear:,} of {plural(len(vary.leveled), 'factor')} are clear of chance"
    how = "Mean change of the outcome at another level of one factor; shares in percentage points."
    return _matrix(vary, LEVELS, title, how, "Level", lines)


def _number_line(vary: Variation, path: str, own: tuple[Effect, ...]) -> Line:
    words, values = factor_words(vary.study, path), vary.design[path].astype(float)
    low, high = _range(vary.study.manifest.get("sampling") or {}, path) or (values.min(), values.max())
    span = f"{low:g} to {high:g}"
    return Line(words, f"{path}, {span}" if words != path else span, own)


def _range(sampling: Mapping[str, Any], path: str) -> list[float]:
    """Range from which a design, or a part of it, drew a number; empty where it names none."""
    own = (sampling.get("factors") or {}).get(path, {}).get("range")
    return own or next((found for part in sampling.get("of") or () if (found := _range(part, path))), [])


def _matrix(vary: Variation, anchor: str, title: str, how: str, name: str, lines: Sequence[Line]) -> Table:
    largest = _largest(vary, [effect for line in lines for effect in line.effects])

    rows = [Row(line.name, tuple(_cells(vary, line.effects, largest)), below=line.below) for line in lines]
    rows.sort(key=lambda row: (not row.cells[0].strong, -abs(row.cells[0].value or 0.0), row.name, row.below))
    columns = (name, *(outcome.brief for outcome in vary.outcomes))
    return Table(anchor, title, f"{how} {CLEAR}", columns, tuple(rows), ordered=True)


def _largest(vary: Variation, effects: Sequence[Effect]) -> dict[Outcome, float]:
    """Largest size of an effect, by outcome; 1 where there is none."""
    sizes: dict[Outcome, float] = {}
    for effect in effects:
        sizes[effect.outcome] = max(sizes.get(effect.outcome, 0.0), float(np.nan_to_num(vary.share(effect))))
    return {outcome: size or 1.0 for outcome, size in sizes.items()}


def _cells(vary: Variation, effects: Sequence[Effect], largest: Mapping[Outcome, float]) -> list[Cell]:
    by_outcome = {effect.outcome: effect for effect in effects}
    return [_cell(vary, by_outcome.get(outcome), largest) for outcome in vary.outcomes]


def _cell(vary: Variation, effect: Effect | None, largest: Mapping[Outcome, float]) -> Cell:
    if effect is None or not np.isfinite(effect.estimate.value):
        return Cell("")
    value, clear = effect.estimate.value, effect in vary.clear
    shade = round(DARKEST * vary.share(effect) / largest[effect.outcome]) if clear else 0
    return Cell(effect_words(effect, value), round(value, 5), clear, shade if value > 0 else -shade)
