"""Questions on a design: what a factor changes; which numbers matter; what is chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import (
    NUMBERS,
    clear_numbers,
    effect_anchor,
    effect_words,
    ends_words,
    extremes,
    factor_words,
    first_level,
    level_words,
    signs_words,
    step_words,
)
from sim.dashboard.effects.variation import Variation
from sim.dashboard.figures.bars import ASSUMPTIONS, CHANCE, VERSIONS, WORLDS, level_bar, sure_of, worlds_bar
from sim.dashboard.figures.small import Bar, Chart, scale_of
from sim.dashboard.findings.certainty import HARDLY, SMALL, change
from sim.dashboard.findings.design import beside_spread
from sim.dashboard.findings.rivals import beside_effect
from sim.dashboard.outcomes import Outcome, headline
from sim.dashboard.sections.questions.policies import does_it_work
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.study import level
from sim.dashboard.words import capital, percent, percent_ends, value_words
from sim.phrases import plural

MOST_FACTORS, MOST_ROWS = 2, 5
MANY = 5
HALF = 0.5
"""Fewer worlds than this are not the world, whatever it is like."""
NEARLY_ALL = 0.95
"""Share of worlds in which an effect must have one sign to be said of nearly all."""
COUNTED = ("share ", "part ", "number ")
"""First words of outcomes that take an article."""


def level_questions(vary: Variation) -> Iterator[Question]:
    """What each factor of levels changes, for its first factors."""
    for factor in vary.leveled[:MOST_FACTORS]:
        yield from what_it_changes(vary, factor)


def what_it_changes(vary: Variation, factor: Mapping[str, Any]) -> Iterator[Question]:
    """What the levels of a factor change: their own state's lead, and the headline outcome that they move most.

    Of a policy, whether it works comes first, in the place of that outcome.
    """
    effects = [effect for effect in vary.of_levels(factor["path"]) if effect.known]
    if not effects:
        return
    works = does_it_work(vary, factor)
    if works:
        yield works
    own = own_outcome(vary, factor, effects)
    other = None if works else _most_moved(vary, [effect for effect in effects if effect.outcome != own])
    for outcome in dict.fromkeys(one for one in (own, other) if one):
        yield _of_outcome(vary, factor, outcome, [effect for effect in effects if effect.outcome == outcome])


def own_outcome(vary: Variation, factor: Mapping[str, Any], effects: list[Effect]) -> Outcome | None:
    """The lead of the state whose conduct a factor sets, where that is an outcome."""
    parts = str(factor["path"]).split(".")
    wanted = [f"primacy.{parts[1]}:final"] if parts[0] == "states" and len(parts) > 1 else []
    return next((effect.outcome for effect in effects if effect.outcome.column in wanted), None)


def _most_moved(vary: Variation, effects: list[Effect]) -> Outcome | None:
    """The headline outcome that levels move most, clear of chance if any is."""
    first = headline(vary.study, vary.outcomes)
    known = [effect for effect in effects if effect.outcome in first] or effects
    clear = [effect for effect in known if effect in vary.clear] or known
    return max(clear, key=lambda one: (vary.share(one), one.outcome.column)).outcome if clear else None


def _of_outcome(vary: Variation, factor: Mapping[str, Any], outcome: Outcome, effects: list[Effect]) -> Question:
    first, label = first_level(vary, factor), str(factor["label"])
    second = ASSUMPTIONS if vary.study.over_sets else WORLDS
    shown = extremes(vary, effects)
    bars = [level_bar(vary, factor, effect) for effect in shown]
    strongest = max(shown, key=lambda one: (one in vary.clear, abs(one.estimate.value)))
    part = "" if len(shown) == len(effects) else f"; of {len(effects):,} levels those that do most"
    unit = "percentage points" if outcome.share else "in its own unit"
    anchor, link = outcome.anchor, "Versions compared"
    if vary.study.varied:
        anchor, link = effect_anchor(vary, factor["path"]), "All effects of this factor"
    return Question(
        asked=f"What does {label} do to {_spoken(outcome)}?",
        answer=_verdict(vary, factor, effects),
        chart=Chart(tuple(bars), *scale_of(bars), second=second.lower(), number=f"Change ({unit})"),
        anchor=anchor,
        link=link,
        sure=(
            *sure_of(vary.study, bars[shown.index(strongest)], second, bars, level_words(factor, strongest)),
            *beside_effect(vary, factor, strongest).sure,
        ),
        about=f"change of {outcome.words}, {unit}, against “{first}”{part}",
    )


def _spoken(outcome: Outcome) -> str:
    """An outcome within a question; a declared one keeps the words of whoever declared it, in quotation marks."""
    if outcome.words == outcome.brief:
        return f"“{outcome.brief}”"
    words = outcome.words.partition(" (")[0]
    return f"the {words}" if words.startswith(COUNTED) else words


def _verdict(vary: Variation, factor: Mapping[str, Any], effects: list[Effect]) -> str:
    """What the levels do, in words: the best and the worst that are clear of chance."""
    clear = [effect for effect in effects if effect in vary.clear]
    if not clear:
        return _unmoved(vary, factor, effects)
    top, bottom = (pick(clear, key=lambda one: one.estimate.value) for pick in (max, min))
    said = {}
    if top.estimate.value > 0:
        said[top] = f"“{level(factor, top.level)}” raises it most{_amount(top)}{_where(top, top.rises, 'up')}"
    if bottom.estimate.value < 0:
        words = f"“{level(factor, bottom.level)}” lowers it most{_amount(bottom)}{_where(bottom, bottom.falls, 'down')}"
        said[bottom] = words
    in_order = [said[one] for one in sorted(said, key=lambda one: -abs(one.estimate.value))]
    rest = len(effects) - len(clear)
    more = f" {capital(plural(rest, 'other level'))} cannot be told from “{first_level(vary, factor)}”." if rest else ""
    return f"{'; '.join(in_order)}.{more}"


def _unmoved(vary: Variation, factor: Mapping[str, Any], effects: list[Effect]) -> str:
    """That no level changes an outcome clearly, or that all change it hardly, and where worlds differ most."""
    outcome, levels = effects[0].outcome, plural(len(effects), "other level")
    moved = [change(effect.estimate, vary.most(outcome)) for effect in effects]
    if any(words != HARDLY for words in moved):
        return f"Nothing that is clear of chance, by any of {levels}."
    text = f"Hardly anything, on average: none of {levels} moves it by {percent(SMALL)} of what it can be."
    wide = [effect for effect in effects if effect.worlds >= MANY and np.isfinite(effect.spread).all()]
    if not wide:
        return text
    widest = max(wide, key=lambda one: one.spread[1] - one.spread[0])
    return f"{text} Worlds differ most on {level_words(factor, widest)}: {signs_words(widest)}."


def _amount(effect: Effect) -> str:
    """Both levels of an outcome, and the change between them."""
    points = " points" if effect.outcome.share else ""
    return f" ({ends_words(effect)}, {effect_words(effect, effect.estimate.value)}{points})"


def _where(effect: Effect, worlds: int, way: str) -> str:
    """Whether an effect has its sign in nearly all worlds."""
    if effect.worlds < 2:
        return ""
    kind = "set" if effect.estimate.sets else "world"
    if worlds >= NEARLY_ALL * effect.worlds:
        return f", in {'every' if worlds == effect.worlds else 'nearly every'} {kind}"
    return f", but not everywhere: {way} in {worlds:,} of {plural(effect.worlds, kind)}"


def number_questions(vary: Variation) -> Iterator[Question]:
    """Which of the numbers that were drawn matter, for the headline outcomes."""
    count = len({path for path, _ in vary.of_numbers})
    if not count:
        return
    clear, found = clear_numbers(vary), headline(vary.study, vary.outcomes)
    tops = [(outcome, _largest(vary, outcome)[:1]) for outcome in found]
    rows = [_number_bar(vary, effect, f"{outcome.brief}: ") for outcome, largest in tops for effect in largest]
    rows = rows[:MOST_ROWS]
    said = (
        f"{clear:,} of {count:,} clearly move an outcome." if clear else "None that is clear of chance in so few runs."
    )
    if rows:
        yield Question(
            asked=f"Which of {plural(count, 'uncertain number')} matter?",
            answer=f"{said} The bars show what each headline outcome answers to most.",
            chart=Chart(tuple(rows), *_scale(rows), number=_measure(vary, tops)),
            anchor=NUMBERS,
            link="Which numbers matter",
            sure=sure_of(vary.study, rows[0], rows=rows)[:-1],
            about=_measure(vary, tops),
        )
    for outcome in found:
        bars = [_number_bar(vary, effect, "") for effect in vary.strongest(outcome)[:MOST_ROWS]]
        if bars:
            yield _what_moves(vary, outcome, bars)


def _largest(vary: Variation, outcome: Outcome) -> list[Effect]:
    """Numbers that an outcome varies with most: those clear of chance, or else the largest effects."""
    known = [effect for effect in vary.of_numbers.values() if effect.outcome == outcome and vary.share(effect) > 0]
    return vary.strongest(outcome) or sorted(known, key=lambda one: (-vary.share(one), one.path))


def _what_moves(vary: Variation, outcome: Outcome, bars: list[Bar]) -> Question:
    measure = _measure(vary, [(outcome, vary.strongest(outcome))])
    way = "rises" if bars[0].value > 0 else "falls"
    return Question(
        asked=f"Which assumption moves “{outcome.brief}” most?",
        answer=f"“{bars[0].words}” ({bars[0].said}): the outcome {way} with it.",
        chart=Chart(tuple(bars), *_scale(bars), number=measure),
        anchor=NUMBERS,
        link="Which numbers matter",
        sure=sure_of(vary.study, bars[0], rows=bars)[:-1],
        about=measure,
    )


def _number_bar(vary: Variation, effect: Effect, before: str) -> Bar:
    words = f"{before}{factor_words(vary.study, effect.path)}"
    colour = "accent" if effect in vary.clear else "c7"
    bar = worlds_bar(words, effect, lambda value: effect_words(effect, value), colour)
    return replace(bar, assumptions=(math.nan, math.nan), assumptions_said="")


def _measure(vary: Variation, tops: list[tuple[Outcome, list[Effect]]]) -> str:
    """What the numbers of the strongest effects are."""
    kinds = {effect.kind for _, effects in tops for effect in effects}
    return "Rank correlation" if kinds == {"ranks"} else f"Mean change by {step_words(vary.study)} (shares in points)"


def _scale(rows: list[Bar]) -> tuple[float, float]:
    low, high = scale_of(rows)
    return (-max(-low, high), max(-low, high)) if low < 0 else (low, high)


def spread_questions(vary: Variation) -> Iterator[Question]:
    """How much of what differs is chance and how much the versions; and where each headline outcome lies."""
    found = [(outcome, vary.spread(outcome)) for outcome in headline(vary.study, vary.outcomes)]
    known = [(outcome, spread) for outcome, spread in found if np.isfinite(spread.p)][:MOST_ROWS]
    if known:
        rows = [
            Bar(outcome.brief, percent(spread.explained), spread.explained, "c1", runs=plural(spread.mean.runs, "run"))
            for outcome, spread in known
        ]
        most = max(rows, key=lambda bar: bar.value)
        yield Question(
            asked="Is it chance, or what is assumed?",
            answer=_decided_by(most),
            chart=Chart(tuple(rows), number="Share of the variance"),
            anchor="spread",
            link="How far outcomes vary",
            sure=((CHANCE, "not known for these shares"), (VERSIONS, f"{len(known[0][1].means):,} of them")),
            about="share of the variance between runs that comes from the version",
        )
    shares = [(outcome, spread) for outcome, spread in found if outcome.share][:MOST_ROWS]
    rows = [_spread_bar(outcome, spread) for outcome, spread in shares]
    if rows:
        yield Question(
            asked="What happens, over all versions together?",
            answer=f"{rows[0].words}: {rows[0].said} on average. No single version is the result.",
            chart=Chart(tuple(rows), second="versions", number="Mean"),
            anchor="spread",
            link="How far outcomes vary",
            sure=(*sure_of(vary.study, rows[0], VERSIONS, rows), *beside_spread(vary, shares[0][0]).sure),
            about="mean over all versions",
        )


def _decided_by(most: Bar) -> str:
    """Whether versions or chance make runs differ more, by the outcome that versions explain best."""
    if most.value > HALF:
        return f"What is assumed, at least for “{most.words}”: {most.said} of its variance comes from the version."
    return f"Chance, for each of these: even of “{most.words}” only {most.said} of the variance comes from the version."


def _spread_bar(outcome: Outcome, spread: Any) -> Bar:
    mean = spread.mean
    chance = percent_ends(mean.low, mean.high) if np.isfinite(mean.low) else ""
    versions = percent_ends(spread.low, spread.high)
    return Bar(outcome.brief, value_words(mean.value, outcome.form), mean.value, "c1", (mean.low, mean.high),
               (spread.low, spread.high), chance, versions, runs=plural(mean.runs, "run"))  # fmt: skip
