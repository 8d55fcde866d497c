"""Findings on a design: what each factor changes, how many numbers matter, how far outcomes vary over all points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.dashboard.certainty import change
from sim.dashboard.effect import Effect
from sim.dashboard.effects import Variation
from sim.dashboard.factors import (
    NUMBERS,
    clear_numbers,
    effect_anchor,
    effect_words,
    factor_words,
    first_level,
    step_words,
)
from sim.dashboard.finding import Fact, Finding
from sim.dashboard.outcomes import Outcome, headline, slug
from sim.dashboard.study import level
from sim.dashboard.words import capital, listed, many, percent, signed, stated

MOST_FACTORS = 3
MOST_NUMBERS = 3
"""Numbers named for one outcome."""


def factor_findings(vary: Variation) -> list[Finding]:
    """For each factor of few levels, or for those that do most, the outcome that another level changes most."""
    known = [(f, [e for e in vary.of_levels(f["path"]) if e.estimate.runs > 1]) for f in vary.leveled]
    if len(known) > MOST_FACTORS:
        known.sort(key=lambda one: -max((vary.share(e) for e in one[1] if e in vary.clear), default=0.0))
    return [_factor_finding(vary, factor, found) for factor, found in known if found][:MOST_FACTORS]


def number_findings(vary: Variation) -> list[Finding]:
    """How many of the numbers that were drawn matter; none where there are no such numbers."""
    count, clear = len({path for path, _ in vary.of_numbers}), clear_numbers(vary)
    if not count:
        return []
    if not clear:
        title, text = "No uncertain number clearly matters", "More replicates or points may show what these could not."
    else:
        title = f"{clear:,} of {many(count, 'uncertain number')} change an outcome by more than chance would"
        tops = [vary.strongest(outcome)[:1] for outcome in headline(vary.study, vary.outcomes)]
        told = dict.fromkeys(f"“{factor_words(vary.study, effect.path)}”" for top in tops for effect in top)
        text = f"Among those that do most: {listed([*told])}." if told else "None of them changes a headline outcome."
    about = f"of {many(count, 'number')} change one of {many(len(vary.outcomes), 'outcome')} clearly"
    return [Finding(title, text, f"{clear:,}", "", len(vary.study.runs), NUMBERS, "Which numbers matter", about)]


def spread_findings(vary: Variation) -> list[Finding]:
    """How each headline outcome is distributed over all points of the design, and what it varies with most."""
    return [_spread_finding(vary, outcome) for outcome in headline(vary.study, vary.outcomes)]


def _factor_finding(vary: Variation, factor: Mapping[str, Any], effects: list[Effect]) -> Finding:
    clear = [effect for effect in effects if effect in vary.clear]
    effect = max(clear or effects, key=lambda one: (vary.share(one), one.outcome.column))
    outcome, estimate, label = effect.outcome, effect.estimate, factor["label"]
    number, low, high = (signed(one, outcome.form) for one in (estimate.value, estimate.low, estimate.high))
    points = " percentage points" if outcome.form.endswith("%") else ""
    how = (
        "Runs are compared in pairs that meet the same chance events, all else equal."
        if effect.kind == "pairs"
        else "Versions with the one are compared with versions with the other, whose other factors differ too."
    )
    way = "pairs" if effect.kind == "pairs" else "groups of versions"
    moved = change(estimate, vary.most(outcome), bool(clear))
    versions = f"{label} “{level(factor, effect.level)}” instead of “{first_level(vary, factor)}”"
    about = f"{'percentage points, ' if points else ''}mean change in {way}"
    rest = "this is the largest" if clear else "this is the largest, and none is clear of chance"
    where, link = outcome.anchor, "Versions compared"
    if vary.study.varied:
        where, link = effect_anchor(vary, effect.path), "All effects of this factor"
    return Finding(
        title=f"{versions}: {outcome.words} {moved}",
        text=f"The mean change is {number}{points} ({low} to {high}).{_worlds(effect)} {how} "
        f"Of the {len(effects)} comparisons made for this factor, {rest}.",
        number=number,
        interval=f"{low} to {high}",
        runs=estimate.runs,
        anchor=where,
        link=link,
        about=about,
        facts=_effect_facts(effect, f"{versions}, {about}", (number, low, high), len(effects)),
    )


def _effect_facts(effect: Effect, what: str, said: tuple[str, str, str], compared: int) -> tuple[Fact, ...]:
    """The numbers of a factor's finding: the change with its interval, of how many, and its signs over worlds."""
    number, low, high = said
    of = many(effect.estimate.runs, "pair" if effect.kind == "pairs" else "version")
    facts = [Fact(what, number, f"{low} to {high}", of), Fact("Comparisons made for this factor", str(compared))]
    if effect.worlds > 1:
        worlds = many(effect.worlds, "world")
        facts += [Fact("Worlds in which it rises", f"{effect.rises:,}", of=worlds)]
        facts += [Fact("Worlds in which it falls", f"{effect.falls:,}", of=worlds)]
    return tuple(facts)


def _worlds(effect: Effect) -> str:
    """In how many worlds an effect has which sign, as a sentence; nothing where there is but one."""
    if effect.worlds < 2:
        return ""
    worlds = f"{effect.worlds:,} worlds (settings of all else)"
    return f" It rises in {effect.rises:,} of {worlds} and falls in {effect.falls:,}."


def _spread_finding(vary: Variation, outcome: Outcome) -> Finding:
    spread, form = vary.spread(outcome), outcome.form
    value, least, middle, most = (stated(x, form) for x in (spread.mean.value, spread.low, spread.middle, spread.high))
    runs = spread.mean.runs
    parts = (
        f"Of the variance between runs, {percent(spread.explained)} comes from the version, the rest is chance."
        if np.isfinite(spread.explained)
        else "With one run of each version, chance and the versions cannot be told apart."
    )
    return Finding(
        title=f"{capital(outcome.words)}: {value} on average, {least} to {most} by version",
        text=f"Nine in ten of the {many(len(spread.means), 'version')} have a mean between {least} and {most}; the "
        f"middle one has {middle}. {parts}{_numbers(vary, outcome)}",
        number=value,
        interval=f"{stated(spread.mean.low, form)} to {stated(spread.mean.high, form)}" if runs > 1 else "",
        runs=len(vary.study.runs),
        anchor=f"spread-{slug(outcome.column)}",
        link="How far it varies",
        about="mean over all versions; the interval counts chance alone" if runs > 1 else "mean over all versions",
    )


def _numbers(vary: Variation, outcome: Outcome) -> str:
    """The numbers that an outcome varies with most, as a sentence; nothing without any that is clear of chance."""
    strongest = vary.strongest(outcome)[:MOST_NUMBERS]
    if not strongest:
        return ""
    said = [f"“{factor_words(vary.study, e.path)}” ({effect_words(e, e.estimate.value)})" for e in strongest]
    points = "percentage points" if outcome.form.endswith("%") else "in its own unit"
    what = "rank correlation" if strongest[0].kind == "ranks" else f"{points}, for {step_words(vary.study)}"
    return f" It varies most with {listed(said)}: {what}."
