"""Factors of a design in words, and where the page shows their effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.variation import Variation, levels_of
from sim.dashboard.outcomes import Outcome
from sim.dashboard.parameters import meaning, words
from sim.dashboard.study import Study, level
from sim.dashboard.words import change_words, percent
from sim.phrases import between, two_intervals
from sim.scenario.policies import policy_words

NUMBERS, LEVELS = "what-matters", "which-levels-matter"
"""Ids of the tables of all numbers, and of all levels, that a design varies."""
MOST_LEVELS = 8
"""Levels of which all are told; of more only the extremes."""
MOST_TABLES = 6
"""Factors of levels that have a table each; more of them share one."""


def factor_words(study: Study, path: str) -> str:
    """A factor in words: its own label, or what the number means."""
    factor = next(one for one in study.factors if one["path"] == path)
    known = factor["label"] == path and path in study.scenario["numbers"]
    return meaning(study, path) if known else str(factor["label"])


def effect_anchor(vary: Variation, path: str) -> str:
    """Id of the table of a factor's effects."""
    if len(vary.leveled) > MOST_TABLES:
        return LEVELS
    return f"effect-{[factor['path'] for factor in vary.study.factors].index(path) + 1}"


def effect_words(effect: Effect, value: float) -> str:
    """A value of an effect: a correlation, percentage points, or the outcome's own unit."""
    return f"{value:+.2f}".replace("-", "−") if effect.kind == "ranks" else change_words(value, effect.outcome.form)


def mean_words(outcome: Outcome, value: float) -> str:
    """A mean as finely as its change is told."""
    return f"{value:.1%}" if outcome.share else f"{value:.2f}"


def ends_words(effect: Effect) -> str:
    """Means at the first level and at the other, ``62.1% → 49.1%``."""
    return " → ".join(mean_words(effect.outcome, value) for value in effect.ends)


def level_words(factor: Mapping[str, Any], effect: Effect) -> str:
    """The level of an effect in quotation marks."""
    return f"“{level(factor, effect.level)}”"


def signs_words(effect: Effect) -> str:
    """In how many worlds an effect is up and down, ``up in 42, down in 11 of 100``; empty for one world."""
    return f"up in {effect.rises:,}, down in {effect.falls:,} of {effect.worlds:,}" if effect.worlds > 1 else ""


def effect_interval(effect: Effect) -> str:
    """Interval of an effect by chance, over plausible sets that of assumptions too."""
    estimate = effect.estimate
    ends = ((estimate.low, estimate.high), estimate.assumptions)
    chance, assumptions = (between(*(effect_words(effect, end) for end in pair)) for pair in ends)
    return two_intervals(chance, assumptions) if estimate.sets else chance


def tells_itself(study: Study, factor: Mapping[str, Any]) -> bool:
    """Whether levels need no name of their factor: those of variants, each of more than a word."""
    path, values = factor["path"], factor["values"]
    if path in study.scenario["numbers"] or policy_words(path, values[0], study.scenario):
        return False
    return all(" " in level(factor, value) for value in values)


def first_level(vary: Variation, factor: Mapping[str, Any]) -> str:
    """The level that a factor's others are compared with, in words."""
    return level(factor, levels_of(factor, vary.design[factor["path"]].unique().tolist())[0])


def level_meanings(study: Study) -> dict[str, list[tuple[str, str]]]:
    """What each level of a factor of words means, by factor; numbers speak for themselves."""
    found = {}
    for factor in study.factors:
        values = list(factor.get("values") or ())
        if 1 < len(values) <= MOST_LEVELS and all(isinstance(value, str) for value in values):
            said = [_level_meaning(study, factor, place) for place in range(len(values))]
            if any(said):
                found[str(factor["label"])] = [
                    (level(factor, value), one) for value, one in zip(values, said, strict=True)
                ]
    return found


def _level_meaning(study: Study, factor: Mapping[str, Any], place: int) -> str:
    """What a level means: of a policy its own words, of a variant what it sets; empty where nothing is known of it."""
    word = factor["values"][place]
    policy = policy_words(factor["path"], word, study.scenario)
    if policy:
        return f"{policy[1]} (“{word}” in files)"
    settings = factor.get("settings")
    if settings is None:
        return ""
    said = [
        f"{meaning(study, path)}: {words(study, path).get(value, f'{value:g}')}"
        for path, value in settings[place].items()
    ]
    return "; ".join(said) or "as the scenario has it"


def step_words(study: Study) -> str:
    """A step of the design in words."""
    levels = (study.manifest.get("sampling") or {}).get("levels")
    return f"one step, {percent(levels / (2 * (levels - 1)))} of its range" if levels else "one step"


def clear_numbers(vary: Variation) -> int:
    """How many of the numbers that were drawn change an outcome by more than chance would."""
    return len({effect.path for effect in vary.clear if effect.level is None})


def extremes(vary: Variation, effects: Sequence[Effect]) -> list[Effect]:
    """All effects of a few levels; of many those that raise and lower the outcome most, as they were given."""
    if len(effects) <= MOST_LEVELS:
        return list(effects)
    clear = [effect for effect in effects if effect in vary.clear]
    ranked = sorted(clear or effects, key=lambda effect: effect.estimate.value)
    half = MOST_LEVELS // 2
    return [effect for effect in effects if effect in (*ranked[:half], *ranked[-half:])]
