"""Findings on a design: what each factor changes, how many numbers matter, how far outcomes vary over all points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.dashboard.effects.effect import Effect, Spread
from sim.dashboard.effects.factors import (
    NUMBERS,
    clear_numbers,
    effect_anchor,
    effect_interval,
    effect_words,
    ends_words,
    extremes,
    factor_words,
    first_level,
    mean_words,
    step_words,
    tells_itself,
)
from sim.dashboard.effects.variation import Variation
from sim.dashboard.findings.certainty import change
from sim.dashboard.findings.finding import Fact, Finding
from sim.dashboard.findings.rivals import Aside, beside_effect, beside_outcome
from sim.dashboard.outcomes import Outcome, headline, slug
from sim.dashboard.study import level
from sim.dashboard.words import capital, change_words, enumeration, percent, range_words, value_words
from sim.phrases import plural

MOST_FACTORS = 3
MOST_NAMED = 3
"""Numbers, or outcomes, that are named for one outcome, or for one level."""
WAYS = {"pairs": "in pairs", "apart": "between means"}
FEW_POINTS = 20
"""Fewer versions are described by the least and the largest, and no quantiles."""


def factor_findings(vary: Variation) -> list[Finding]:
    """For each factor of levels, or for those that do most, the outcome that another level changes most."""
    known = [(f, [e for e in vary.of_levels(f["path"]) if e.known]) for f in vary.leveled]
    if len(known) > MOST_FACTORS:
        known.sort(key=lambda one: -max((vary.share(e) for e in one[1] if e in vary.clear), default=0.0))
    return [_factor_finding(vary, factor, found) for factor, found in known if found][:MOST_FACTORS]


def number_findings(vary: Variation) -> list[Finding]:
    """How many of the numbers that were drawn matter; none where there are no such numbers."""
    count, clear = len({path for path, _ in vary.of_numbers}), clear_numbers(vary)
    if not count:
        return []
    if not any(np.isfinite(effect.p) for effect in vary.of_numbers.values()):
        title = f"Which of {plural(count, 'uncertain number')} matter cannot be told yet"
        text = "It takes at least two runs of each version to see what is chance, and twenty versions."
    elif not clear:
        title = f"None of {plural(count, 'uncertain number')} moves an outcome clearly in one direction"
        text = "More runs of each version, or more versions, may show what these could not."
    else:
        title = f"{clear:,} of {plural(count, 'uncertain number')} clearly move an outcome"
        tops = [vary.strongest(outcome)[:1] for outcome in headline(vary.study, vary.outcomes)]
        told = dict.fromkeys(f"“{factor_words(vary.study, effect.path)}”" for top in tops for effect in top)
        text = (
            f"Among those that do most: {enumeration([*told])}." if told else "None of them moves a headline outcome."
        )
    about = f"of {plural(count, 'number')} move one of {plural(len(vary.outcomes), 'outcome')} clearly in one direction"
    return [Finding(title, text, f"{clear:,}", "", len(vary.study.runs), NUMBERS, "Which numbers matter", about)]


def spread_findings(vary: Variation) -> list[Finding]:
    """How each headline outcome is distributed over all points of the design, and what it varies with most."""
    return [_spread_finding(vary, outcome) for outcome in headline(vary.study, vary.outcomes)]


def _factor_finding(vary: Variation, factor: Mapping[str, Any], effects: list[Effect]) -> Finding:
    clear = [effect for effect in effects if effect in vary.clear]
    effect = max(clear or effects, key=lambda one: (vary.share(one), one.outcome.column))
    outcome, estimate, label = effect.outcome, effect.estimate, factor["label"]
    number = change_words(estimate.value, outcome.form)
    points = "percentage points" if outcome.share else ""
    where, link = outcome.anchor, "Versions compared"
    if vary.study.varied:
        where, link = effect_anchor(vary, effect.path), "All effects of this factor"
    versions = f"“{level(factor, effect.level)}” instead of “{first_level(vary, factor)}”"
    versions = versions if tells_itself(vary.study, factor) else f"{label} {versions}"
    way = WAYS.get(effect.kind, "between groups of versions")
    about = f"{points}, mean change {way}" if points else f"mean change {way}"
    others, more = _others(vary, factor, effects, effect)
    span, aside = effect_interval(effect), beside_effect(vary, factor, effect)
    first, other = (mean_words(outcome, value) for value in effect.ends)
    mean = f"The mean goes from {first} to {other}: {f'{number} {points}'.strip()} ({span})."
    means = tuple(
        Fact(f"Mean with “{words}”", said)
        for words, said in ((first_level(vary, factor), first), (level(factor, effect.level), other))
    )
    return Finding(
        title=f"{capital(versions)}: {outcome.words} {change(estimate, vary.most(outcome), bool(clear))}",
        text=f"{mean}{_worlds(effect)}{others}{_headline(vary, factor, effects)}{_how(effect)}",
        number=number,
        interval=span,
        runs=estimate.runs,
        anchor=where,
        link=link,
        about=about,
        facts=(*means, *_effect_facts(effect, f"{versions}, {about}", number), *more, *aside.facts),
        sets=estimate.sets,
        beside=aside.texts,
    )


def _effect_facts(effect: Effect, what: str, number: str) -> tuple[Fact, ...]:
    """The numbers of a factor's finding: the change with its interval, and its signs over worlds."""
    facts = [Fact(what, number, effect_interval(effect), plural(effect.estimate.runs, "run"))]
    if effect.worlds > 1:
        kind = "set" if effect.estimate.sets else "world"
        worlds = plural(effect.worlds, kind)
        facts += [Fact(f"{capital(kind)}s in which it rises", f"{effect.rises:,}", of=worlds)]
        facts += [Fact(f"{capital(kind)}s in which it falls", f"{effect.falls:,}", of=worlds)]
    return tuple(facts)


def _worlds(effect: Effect) -> str:
    """In how many worlds an effect has which sign, as a sentence; nothing where there is but one."""
    if effect.worlds < 2:
        return ""
    if effect.estimate.sets:
        rises, falls = (percent(count / effect.worlds) for count in (effect.rises, effect.falls))
        return f" It rises in {rises} of {effect.worlds:,} plausible sets and falls in {falls}."
    worlds = f"{effect.worlds:,} worlds (settings of all else, chance included)"
    return f" It rises in {effect.rises:,} of {worlds} and falls in {effect.falls:,}."


def _others(
    vary: Variation, factor: Mapping[str, Any], effects: list[Effect], main: Effect
) -> tuple[str, tuple[Fact, ...]]:
    """What each other level changes clearly, or that it changes nothing; with the facts of that."""
    levels = dict.fromkeys(effect.level for effect in effects if effect.level != main.level)
    if len(levels) > MOST_NAMED:
        clear = sum(effect in vary.clear for effect in effects)
        facts = (
            Fact("Comparisons made for this factor", f"{len(effects):,}"),
            Fact("of these clear of chance", f"{clear:,}"),
        )
        return f" Of {len(effects):,} comparisons made for this factor, {clear:,} are clear of chance.", facts
    text, found = "", []
    for one in levels:
        moving = [effect for effect in effects if effect.level == one and effect in vary.clear]
        moving = sorted(moving, key=lambda effect: -vary.share(effect))[:MOST_NAMED]
        words = level(factor, one)
        said = [f"{e.outcome.brief} {_both(e)}{_where(e)}" for e in moving]
        text += f" “{words}”: {'; '.join(said) or 'nothing that is clear of chance and worth telling'}."
        found += [Fact(f"{words}: {e.outcome.brief}", f"{_both(e)}{_where(e)}") for e in moving]
    return text, tuple(found)


def _both(effect: Effect) -> str:
    """Both levels of an outcome, and the change between them."""
    return f"{ends_words(effect)}, {effect_words(effect, effect.estimate.value)}"


def _headline(vary: Variation, factor: Mapping[str, Any], effects: list[Effect]) -> str:
    """Over plausible sets what each level does to the first headline outcome; else which of them none moves.

    Intervals and signs of each level stand in the linked table.
    """
    if not vary.study.over_sets:
        return _unmoved(vary, effects)
    outcome = next(iter(headline(vary.study, vary.outcomes)), None)
    found = [effect for effect in effects if effect.outcome == outcome]
    shown = extremes(vary, found)
    said = [f"“{level(factor, e.level)}” {_both(e)}" for e in shown]
    which = "By level" if len(shown) == len(found) else f"Of {len(found):,} levels those that do most"
    return f" {which}, {outcome.words}: {'; '.join(said)}." if outcome and said else ""


def _unmoved(vary: Variation, effects: list[Effect]) -> str:
    """The headline outcomes that no level changes clearly, as a sentence."""
    moved = {effect.outcome for effect in effects if effect in vary.clear}
    rest = [outcome.words for outcome in headline(vary.study, vary.outcomes) if outcome not in moved]
    return f" Not clearly changed by any level: {enumeration(rest)}." if rest and vary.study.varied else ""


def _where(effect: Effect) -> str:
    """In how many worlds an effect has its sign, in brackets."""
    if effect.estimate.sets:
        rises, falls = (percent(count / effect.worlds) for count in (effect.rises, effect.falls))
        return f" ({effect_interval(effect)}; up in {rises} of sets, down in {falls})"
    if effect.worlds < 2:
        return ""
    return f" (in {effect.rises if effect.estimate.value > 0 else effect.falls:,} of {effect.worlds:,} worlds)"


def _how(effect: Effect) -> str:
    if effect.kind == "pairs":
        return " Runs are compared in pairs that meet the same chance events, all else equal."
    if effect.kind == "apart":
        return " No run of the one meets the chance events of a run of the other, so that means are compared."
    return " Versions with the one are compared with versions with the other, whose other factors differ too."


def _spread_finding(vary: Variation, outcome: Outcome) -> Finding:
    spread, form = vary.spread(outcome), outcome.form
    value, known = value_words(spread.mean.value, form), bool(np.isfinite(spread.mean.low))
    return Finding(
        title=f"{capital(outcome.words)}: {value} on average, {_by_version(spread, form)}",
        text=f"{_versions(spread, form)} {_parts(spread)}{_numbers(vary, outcome)}",
        number=value,
        interval=range_words(spread.mean.low, spread.mean.high, form) if known else "",
        runs=spread.mean.runs,
        anchor=f"spread-{slug(outcome.column)}",
        link="How far it varies",
        about="mean over all versions; the interval counts chance alone" if known else "mean over all versions",
        beside=beside_spread(vary, outcome).texts,
    )


def beside_spread(vary: Variation, outcome: Outcome) -> Aside:
    """Trivial models beside the mean over all versions, and the range of the versions."""
    spread = vary.spread(outcome)
    return beside_outcome(vary.study, vary.study.views[0], outcome, spread.mean, (spread.low, spread.high))


def _ends(spread: Spread) -> tuple[float, float]:
    """Where nine in ten versions lie; of few versions, all."""
    if len(spread.means) >= FEW_POINTS:
        return spread.low, spread.high
    return float(np.nanmin(spread.means)), float(np.nanmax(spread.means))


def _by_version(spread: Spread, form: str) -> str:
    """How far versions differ, in few words."""
    span = range_words(*_ends(spread), form)
    return f"{span} by version" if " to " in span else "alike in all versions"


def _versions(spread: Spread, form: str) -> str:
    """Where the means of versions lie, as a sentence."""
    count, span = plural(len(spread.means), "version"), range_words(*_ends(spread), form)
    if " to " not in span:
        return f"The {count} have means that all round to {span}."
    if len(spread.means) < FEW_POINTS:
        return f"The {count} have means from {span}."
    return f"Nine in ten of the {count} have a mean from {span}; the middle one has {value_words(spread.middle, form)}."


def _parts(spread: Spread) -> str:
    """How much of the variance comes from the version, if it is known."""
    if np.isnan(spread.p):
        return "With one run of each version, chance and the versions cannot be told apart."
    if not spread.differ:
        return "The versions are not told apart from chance."
    return f"Of the variance between runs, {percent(spread.explained)} comes from the version, the rest is chance."


def _numbers(vary: Variation, outcome: Outcome) -> str:
    """The numbers that an outcome varies with most, as a sentence; nothing without any that is clear of chance."""
    strongest = vary.strongest(outcome)[:MOST_NAMED]
    if not strongest:
        return ""
    said = [f"“{factor_words(vary.study, e.path)}” ({effect_words(e, e.estimate.value)})" for e in strongest]
    points = "percentage points" if outcome.share else "in its own unit"
    what = "rank correlation" if strongest[0].kind == "ranks" else f"{points}, for {step_words(vary.study)}"
    return f" It varies most with {enumeration(said)}: {what}."
