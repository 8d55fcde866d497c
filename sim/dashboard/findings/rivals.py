"""What trivial models say, beside numbers that the runs say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.comparison.beside import Beside, beside, brief, sentence
from sim.comparison.over_sets import UNKNOWN
from sim.comparison.rivals import MEANINGS, NO_CHANGE, SPOKEN, Known, Sides, naive, naive_effect
from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import effect_words
from sim.dashboard.effects.variation import Variation, levels_of
from sim.dashboard.estimates import given_to
from sim.dashboard.findings.finding import Fact, Finding
from sim.dashboard.outcomes import Outcome, asked
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import Study, View
from sim.dashboard.words import capital, change_words, percent

HEADING = "Simple rule"
"""Heading of what trivial models say, on a card."""
NOTHING: Mapping[str, float] = {NO_CHANGE: 0.0}
"""What is said of an effect without any model."""
AT_FIRST = {"control": "contests.{}.control", "phase": "contests.{}.phase"}
"""Paths of the numbers that some outcomes begin with; others are known from the first week that was kept."""


@dataclass(frozen=True)
class Aside:
    """What trivial models say beside a number: a sentence, a few words for a card, and the facts of both."""

    text: str = ""
    brief: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def sure(self) -> tuple[tuple[str, str], ...]:
        """The few words with their heading, as a card has them; nothing where nothing is said."""
        return ((HEADING, self.brief),) if self.brief else ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentence, where there is one."""
        return (self.text,) if self.text else ()


def known_in(study: Study, view: View) -> Known:
    """What trivial models know of the runs of a view."""
    numbers = study.scenario["numbers"]

    def figure(path: str) -> float | None:
        number = numbers.get(path)
        given = None if number is None else number.get("figure")
        return None if number is None else float(number["value"] if given is None else given)

    def start(outcome: str) -> float | None:
        kind, _, code = outcome.partition(".")
        if kind in AT_FIRST:
            first = float(np.mean(given_to(study, study.runs_of(view), AT_FIRST[kind].format(code))))
            return first if np.isfinite(first) else None
        kept = study.series_of(view)
        return float(kept.loc[kept["week"] == kept["week"].min(), outcome].mean()) if outcome in kept else None

    contests = {one.code: Sides(one.challenger, one.holder, one.host, one.parties) for one in study.contests}
    return Known(contests, [(posture.name, posture.side) for posture in study.postures], figure, start)


def beside_share(says: Mapping[str, float], share: Estimate, what: str, of: str = "") -> Aside:
    """Trivial models beside a share of runs; or, where `of` says of what, beside a mean of that."""
    value = percent(share.value) + (" on average" if of else "")
    return _aside(_beside(says, share), value, what, percent, of)


def beside_change(says: Mapping[str, float], change: Estimate, what: str) -> Aside:
    """Trivial models beside a change of a share."""
    said = partial(change_words, form=".0%")
    return _aside(_beside(says, change), said(change.value), what, said)


def _beside(says: Mapping[str, float], found: Estimate) -> list[Beside]:
    return beside(says, found.value, *((found.low, found.high), found.assumptions) if found.runs > 1 else ())


def beside_outcome(
    study: Study, view: View, outcome: Outcome, mean: Estimate, versions: tuple[float, float] = UNKNOWN
) -> Aside:
    """Trivial models beside the mean of an outcome in the runs of a view; `versions` is the range of their means."""
    says = naive(known_in(study, view), *asked(outcome.column)) if outcome.share else {}
    spans = ((mean.low, mean.high), mean.assumptions, versions) if mean.runs > 1 else ()
    return _aside(beside(says, mean.value, *spans), percent(mean.value), capital(outcome.words), percent)


def beside_effect(vary: Variation, factor: Mapping[str, Any], effect: Effect) -> Aside:
    """Trivial models beside what another level of a factor changes."""
    values, settings = list(factor.get("values") or ()), list(factor.get("settings") or ())
    says = NOTHING
    if len(values) == len(settings):
        first = levels_of(factor, vary.design[factor["path"]].unique().tolist())[0]
        one, other = (settings[values.index(level)] for level in (first, effect.level))
        outcome, code = asked(effect.outcome.column)
        known = known_in(vary.study, vary.study.views[0])
        says = naive_effect(known, lambda now: naive(now, outcome, code), (1.0, other), (-1.0, one))
    return beside_difference(effect, says)


def beside_difference(effect: Effect, says: Mapping[str, float] = NOTHING) -> Aside:
    """Trivial models beside an effect; without more to go by, that there is none."""
    estimate = effect.estimate
    spans = ((estimate.low, estimate.high), estimate.assumptions if estimate.sets else effect.spread)
    said = partial(effect_words, effect)
    return _aside(beside(says, estimate.value, *spans), said(estimate.value), "The change", said)


def _aside(found: list[Beside], value: str, what: str, words: Callable[[float], str], of: str = "") -> Aside:
    facts = [Fact(f"{what}, by {SPOKEN[one.rival]} alone", words(one.says)) for one in found]
    return Aside(sentence(found, value, words, of), brief(found, words), tuple(facts))


def meanings_of(findings: Sequence[Finding]) -> dict[str, str]:
    """What each trivial model that stands beside a finding says, by its name in their sentences."""
    said = " ".join(text for finding in findings for text in finding.beside)
    return {words: MEANINGS[name] for name, words in SPOKEN.items() if words in said}
