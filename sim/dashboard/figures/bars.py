"""Estimates as rows of a chart, and what is known of how sure they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import effect_words, ends_words, level_words, signs_words
from sim.dashboard.effects.variation import Variation
from sim.dashboard.figures.small import Bar, ends_of
from sim.dashboard.findings.certainty import share_interval
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import Study
from sim.dashboard.words import figure, percent_ends
from sim.phrases import between, plural

CHANCE, ASSUMPTIONS, WORLDS, VERSIONS = "Chance", "Assumptions", "Worlds", "Versions"
"""Headings of intervals: 95% by chance; where nine in ten plausible sets, worlds or versions lie."""
BAR = "Intervals of"
"""Heading of the bar whose intervals are told."""
Sure = tuple[tuple[str, str], ...]


def share_bar(words: str, share: Estimate, colour: str = "accent") -> Bar:
    """A share with its intervals; where it is none or all of the runs over plausible sets, with their number."""
    bar = _bar(words, share, percent_ends, figure(share.value))
    if share.sets and share.value in (0, 1):
        bar = replace(bar, chance=(math.nan, math.nan), chance_said=share_interval(share))
    return replace(bar, colour=colour)


def signed_bar(words: str, moved: Estimate, said: Callable[[float], str]) -> Bar:
    """A change, or anything else with a sign, with its intervals."""
    return _bar(words, moved, lambda low, high: between(said(low), said(high)), said(moved.value))


def _bar(words: str, estimate: Estimate, span: Callable[[float, float], str], said: str) -> Bar:
    chance, assumptions = ends_of(estimate)
    return Bar(
        words,
        said,
        estimate.value,
        chance=chance,
        assumptions=assumptions,
        chance_said=span(*chance) if all(map(math.isfinite, chance)) else "",
        assumptions_said=span(*assumptions) if all(map(math.isfinite, assumptions)) else "",
        runs=plural(estimate.runs, "run"),
    )


def worlds_bar(words: str, effect: Effect, said: Callable[[float], str], colour: str) -> Bar:
    """An effect with its intervals: over plausible sets, or else over the worlds of a design."""
    bar = replace(signed_bar(words, effect.estimate, said), colour=colour)
    if effect.estimate.sets or effect.worlds < 2 or not all(map(math.isfinite, effect.spread)):
        return bar
    return replace(bar, assumptions=effect.spread, assumptions_said=between(*map(said, effect.spread)))


def level_bar(vary: Variation, factor: Mapping[str, Any], effect: Effect, before: str = "") -> Bar:
    """An effect of a level, with both ends and in how many worlds it has which sign."""
    signs = signs_words(effect)
    words = f"{before}{level_words(factor, effect)}: {ends_words(effect)}{signs and '; '}{signs}"
    colour = "accent" if effect in vary.clear else "c7"
    return worlds_bar(words, effect, partial(effect_words, effect), colour)


def sure_of(study: Study, bar: Bar, second: str = ASSUMPTIONS, rows: Sequence[Bar] = (), name: str = "") -> Sure:
    """Both intervals of a number in words, or why one is missing.

    Parameters
    ----------
    study : Study
    bar : Bar
    second : str
        Heading of the second interval.
    rows : sequence of Bar
        Rows of the chart. Where there are several, the bar is named first.
    name : str
        What it is called; by default its own words.
    """
    missing_chance = "unknown from one run" if len(study.runs) < 2 else "unknown: it takes more runs of each version"
    if second == ASSUMPTIONS:
        missing = "unknown: these runs rest on one set of them"
    else:
        missing = "unknown: there is one of them"
    sure = (CHANCE, bar.chance_said or missing_chance), (second, bar.assumptions_said or missing)
    return ((BAR, name or bar.words), *sure) if len(rows) > 1 else sure
