"""The matrix of differences: outcomes in rows, versions in columns, each against the first version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import effect_interval, effect_words, ends_words, mean_words
from sim.dashboard.effects.versions import UNIT, Versions
from sim.dashboard.figures.drawing import short_numbers
from sim.dashboard.findings.certainty import SMALL
from sim.dashboard.outcomes import Outcome
from sim.dashboard.words import enumeration, percent
from sim.phrases import plural

LONGEST = 24
"""Letters of the first version's name that the head of a column has room for."""
DARKEST = 32
"""Strength of the background of an outcome's largest difference in percent; text stays readable on it."""

ORDER = "First stands the outcome with the strongest clear difference in any version, as a share of what it can be."


@dataclass(frozen=True)
class Box:
    """A cell: difference, interval and mean in words, size, whether it is clear, shade, and place among the fans.

    The size is a share of what the outcome can be.
    """

    text: str
    interval: str
    mean: str
    size: float
    strong: bool
    shade: int
    place: int


@dataclass(frozen=True)
class Line:
    """A row: an outcome, its unit, its mean in the first version, and a cell for each other version."""

    name: str
    unit: str
    first: str
    boxes: tuple[Box | None, ...]


@dataclass(frozen=True)
class Matrix:
    """Names of the first version, of its column and of the others, rows and their order, a summary, and all data."""

    first: str
    head: str
    versions: tuple[str, ...]
    lines: tuple[Line, ...]
    summary: str
    how: str
    order: str
    table: Mapping[str, Any]


def matrix(found: Versions, places: Mapping[Effect, int]) -> Matrix:
    """Lay the differences out.

    Parameters
    ----------
    found : Versions
    places : mapping of Effect to int
        Place of each cell among the fans.
    """
    shown = {outcome: effects for outcome, effects in found.by_outcome.items() if outcome not in found.unmoved}
    return Matrix(
        found.first,
        f"Mean with “{found.first}”" if len(found.first) <= LONGEST else "Mean with the first version",
        tuple(found.names.values()),
        tuple(_line(found, outcome, effects, places) for outcome, effects in shown.items()),
        summary(found),
        _how(found),
        ORDER,
        _table(found),
    )


def summary(found: Versions) -> str:
    """How many outcomes change, and which do not, in one line."""
    named = [
        f"{outcome.brief} ({ends_words(top)}, {effect_words(top, top.estimate.value)})"
        for outcome in found.unmoved
        for top in [found.strongest(found.by_outcome[outcome])]
    ]
    count, still, unclear = len(found.by_outcome), len(found.unmoved), len(found.open_ends())
    moved = plural(count - still - unclear, "clearly changes", "clearly change")
    rest = plural(unclear, "does not clearly change", "do not clearly change")
    said = f"Of {plural(count, 'outcome')}, {moved} and {rest}."
    if not named:
        return said
    same = plural(still, "hardly changes", "hardly change")
    return f"{said} {same}, by less than {percent(SMALL)} of what they can be: {enumeration(named)}."


def _how(found: Versions) -> str:
    kinds = {effect.kind for effect in found.effects}
    way = " in pairs of runs that meet the same chance events" if kinds == {"pairs"} else ""
    return (
        f"Mean change{way} against “{found.first}”: percentage points, or the outcome's own unit. Below each its 95% "
        "interval (chance), over plausible sets that of assumptions too, and the mean. Bold: clear of chance, with all "
        f"{plural(len(found.effects), 'comparison')} allowed for (false discovery rate 5%), and at least "
        f"{percent(SMALL)} of what the outcome can be. A cell shows its difference over time; arrow keys go from cell "
        "to cell, Enter takes one."
    )


def _line(found: Versions, outcome: Outcome, effects: tuple[Effect, ...], places: Mapping[Effect, int]) -> Line:
    by_level = {effect.level: effect for effect in effects}
    most = max(found.vary.share(effect) for effect in effects) or 1.0
    boxes = [_box(found, by_level[one], most, places) if one in by_level else None for one in found.names]
    start = mean_words(outcome, effects[0].before)
    return Line(outcome.brief, UNIT[outcome.share], start, tuple(boxes))


def _box(found: Versions, effect: Effect, most: float, places: Mapping[Effect, int]) -> Box:
    clear, value = effect in found.clear, effect.estimate.value
    shade = round(DARKEST * found.vary.share(effect) / most) if clear else 0
    words = effect_interval(effect) if effect.known else "interval unknown"
    mean = mean_words(effect.outcome, effect.ends[1])
    size = round(float(np.nan_to_num(found.vary.share(effect))), 5)
    return Box(effect_words(effect, value), words, mean, size, clear, shade if value > 0 else -shade, places[effect])


def _table(found: Versions) -> dict[str, Any]:
    """All differences, those that are none included, a row each."""
    rows = [effect for effects in found.by_outcome.values() for effect in effects]
    ends = [effect.ends for effect in rows]
    scale = [100 if effect.outcome.share else 1 for effect in rows]

    def scaled(values: list[float]) -> list[float | None]:
        return short_numbers([by * value for by, value in zip(scale, values, strict=True)])

    columns: dict[str, list[Any]] = {
        "Outcome": [effect.outcome.words for effect in rows],
        "Version": [found.names[effect.level] for effect in rows],
        "Unit": ["percent, changes in points" if effect.outcome.share else "own" for effect in rows],
        f"Mean with {found.first}": scaled([first for first, _ in ends]),
        "Mean with the version": scaled([other for _, other in ends]),
        "Change": scaled([effect.estimate.value for effect in rows]),
        "95% interval, chance, from": scaled([effect.estimate.low for effect in rows]),
        "to": scaled([effect.estimate.high for effect in rows]),
        "Nine in ten sets, from": scaled([effect.estimate.assumptions[0] for effect in rows]),
        "sets to": scaled([effect.estimate.assumptions[1] for effect in rows]),
        "Runs": [effect.estimate.runs for effect in rows],
        "Clear of chance": ["yes" if effect in found.clear else "no" for effect in rows],
        "In words": [found.verb(effect) for effect in rows],
    }
    return {"names": list(columns), "columns": list(columns.values())}
