"""Questions on versions that are compared: what differs most, the end, influence, what stays, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from sim.dashboard.contests import Contest
from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import effect_words, ends_words
from sim.dashboard.effects.versions import DIFFERENCES, UNIT, Versions
from sim.dashboard.figures.bars import Sure, signed_bar, sure_of
from sim.dashboard.figures.moves import colour_of, top_of
from sim.dashboard.figures.small import Bar, Chart, scale_of
from sim.dashboard.findings.certainty import SMALL
from sim.dashboard.findings.rivals import beside_difference
from sim.dashboard.outcomes import Outcome
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.study import ending_column
from sim.dashboard.words import capital, enumeration, percent
from sim.phrases import plural
from sim.quantities import ENDINGS

LINK = "What differs, by version"
MOST_ROWS, MOST_NAMED = 5, 4


def version_questions(found: Versions, *, ends: bool = True) -> Iterator[Question]:
    """Questions on versions, the most asked first; that on how it ends only if wanted."""
    ending = how_it_ends(found) if ends else None
    asked = [what_differs(found), ending, whose_influence(found), what_stays(found), how_sure(found)]
    yield from (question for question in asked if question)


def what_differs(found: Versions) -> Question | None:
    """The outcomes that differ most from the first version, each with the version that moves it most."""
    tops = _tops(found)
    if not tops:
        return None
    clear = [effect for effect in tops if effect in found.clear]
    bars = [_scaled(found, effect) for effect in tops]
    said = [f"“{_named(found, effect)}” {found.verb(effect)} ({_both(effect)})" for effect in clear[:2]]
    count = sum(any(one in found.clear for one in effects) for effects in found.by_outcome.values())
    rest = (
        f" Of {plural(len(found.by_outcome), 'outcome')}, {plural(count, 'clearly differs', 'clearly differ')}."
        if count
        else ""
    )
    nothing = f"Nothing that is clear of chance, in any of {plural(len(found.by_outcome), 'outcome')}."
    return Question(
        asked=f"What differs most from “{found.first}”?",
        answer=(f"{'; next, '.join(said)}.{rest}" if said else nothing),
        chart=Chart(tuple(bars), *scale_of(bars), number="Change"),
        anchor=DIFFERENCES,
        link=LINK,
        sure=_sure(found, tops[0], bars[0], bars),
        about=f"bars: change as a part of what the outcome can be; numbers: percentage points, or its own unit; "
        f"{len(found.by_outcome):,} outcomes, {count:,} of them clear",
    )


def _tops(found: Versions) -> list[Effect]:
    """The largest difference of each outcome, those that are clear first."""
    return [found.strongest(effects) for effects in found.by_outcome.values()][:MOST_ROWS]


def _named(found: Versions, effect: Effect) -> str:
    """An outcome, and the version where there are several."""
    several = f", {found.names[effect.level]}" if len(found.names) > 1 else ""
    return f"{effect.outcome.brief}{several}"


def _said(effect: Effect) -> str:
    """A change with its unit."""
    words = effect_words(effect, effect.estimate.value)
    return f"{words} points" if effect.outcome.share else words


def _both(effect: Effect) -> str:
    """Both levels of an outcome, and the change between them."""
    return f"{ends_words(effect)}, {_said(effect)}"


def _bar(found: Versions, effect: Effect, words: str) -> Bar:
    bar = signed_bar(words, effect.estimate, lambda value: effect_words(effect, value))
    return replace(bar, colour="accent" if effect in found.clear else "c7")


def _scaled(found: Versions, effect: Effect) -> Bar:
    """A change drawn as a part of what its outcome can be, so that outcomes of all units share a scale."""
    bar = _bar(found, effect, f"{_named(found, effect)}: {ends_words(effect)}")
    most = found.vary.most(effect.outcome)
    chance, assumptions = ((low / most, high / most) for low, high in (bar.chance, bar.assumptions))
    return replace(bar, value=bar.value / most, chance=chance, assumptions=assumptions)


def _sure(found: Versions, effect: Effect, bar: Bar, rows: list[Bar]) -> Sure:
    """Both intervals of a change, and whether it is one of pairs."""
    paired = "runs that meet the same chance events" if effect.kind == "pairs" else "none: seeds differ"
    sure = sure_of(found.study, bar, rows=rows, name=_named(found, effect))
    return (*sure, ("Pairs", paired), *beside_difference(effect).sure)


def how_it_ends(found: Versions) -> Question | None:
    """Whether it ends otherwise: of the first contest that has an outcome at its end."""
    for contest in found.study.contests:
        shown = [effects for outcome, effects in found.by_outcome.items() if outcome.column in _last(contest)]
        if shown:
            return _of_end(found, contest, [found.strongest(effects) for effects in shown])
    return None


def _last(contest: Contest) -> list[str]:
    """Outcomes that say how a contest ends."""
    endings = [ending_column(contest.code, ending) for ending in ENDINGS]
    return [*endings, f"governs.{contest.code}:final", f"control.{contest.code}:final"]


def _of_end(found: Versions, contest: Contest, effects: list[Effect]) -> Question:
    bars = [_move(found, effect, "challenger") for effect in effects]
    clear = [effect in found.clear for effect in effects]
    verdict = "Yes" if any(clear) else "Not clearly" if {*map(found.verb, effects)} != {"hardly changes"} else "Hardly"
    said = f"“{_named(found, effects[0])}” {found.verb(effects[0])}: {bars[0].said}"
    return Question(
        asked=f"Does it change how it ends in {contest.spoken}?",
        answer=f"{verdict}. {said} ({_said(effects[0])}).",
        chart=Chart(tuple(bars), high=top_of(bars), number="From the first version to the other"),
        anchor=DIFFERENCES,
        link=LINK,
        sure=_sure(found, effects[0], _bar(found, effects[0], ""), bars),
        about=f"at the end; hollow: with “{found.first}”, full: {_full(found)}; first row: {_said(effects[0])}",
    )


def _full(found: Versions) -> str:
    """What the full dot of a move is, in words."""
    return (
        f"with “{next(iter(found.names.values()))}”" if len(found.names) == 1 else "with the version that moves it most"
    )


def _move(found: Versions, effect: Effect, colour: str) -> Bar:
    """An outcome from the first version to the one of an effect."""
    first, other = effect.ends
    return Bar(
        _named(found, effect), ends_words(effect), other, colour, start=first, runs=plural(effect.estimate.runs, "run")
    )


def whose_influence(found: Versions) -> Question | None:
    """Whether the leading patron's influence changes: its lead in the region, and then client by client."""
    for patron in found.study.patrons[:1]:
        held = {
            o: e
            for o, e in found.by_outcome.items()
            if o.column.startswith((f"primacy.{patron}:", f"influence.{patron}."))
        }
        lead = next((e for o, e in held.items() if o.column.startswith("primacy.")), None)
        clients = [found.strongest(effects) for effects in held.values() if effects is not lead]
        if lead or clients:
            return _of_influence(found, patron, found.strongest(lead) if lead else None, clients)
    return None


def _of_influence(found: Versions, patron: str, lead: Effect | None, clients: list[Effect]) -> Question:
    shown = [*([lead] if lead else []), *clients][:MOST_ROWS]
    bars = [_move(found, effect, colour_of(found.study, patron)) for effect in shown]
    said = f"“{_named(found, shown[0])}” {found.verb(shown[0])} ({_both(shown[0])})"
    most = clients[0] if lead and clients and clients[0].outcome not in found.unmoved else None
    more = f" Of its clients, “{_named(found, most)}” moves most: {bars[1].said}." if most else ""
    return Question(
        asked=f"Does the influence of {found.study.name(patron)} change?",
        answer=f"{capital(said)}.{more}",
        chart=Chart(tuple(bars), high=top_of(bars), number="From the first version to the other"),
        anchor=DIFFERENCES,
        link=LINK,
        sure=_sure(found, shown[0], _bar(found, shown[0], ""), bars),
        about=f"at the end; hollow: with “{found.first}”, full: {_full(found)}; first row: {_said(shown[0])}",
    )


def what_stays(found: Versions) -> Question | None:
    """What no version changes, in one line; else what none changes clearly."""
    count, unmoved = len(found.by_outcome), list(found.unmoved)
    open_ends = list(found.open_ends())
    kept = unmoved or open_ends
    if not kept:
        return None
    shown = [found.strongest(found.by_outcome[outcome]) for outcome in kept[:MOST_ROWS]]
    bars = [_scaled(found, effect) for effect in shown]
    scale = scale_of([*bars, *(_scaled(found, effect) for effect in _tops(found))])
    return Question(
        asked="What does not change?",
        answer=_stays(count, unmoved, open_ends),
        chart=Chart(tuple(bars), *scale, number="Change"),
        anchor=DIFFERENCES,
        link=LINK,
        sure=_sure(found, shown[0], bars[0], bars),
        about="largest change of each, drawn on the scale of what differs most; hardly (below "
        f"{percent(SMALL)} of what the outcome can be): {len(unmoved):,}, not clearly: {len(open_ends):,} of {count:,}",
    )


def _stays(count: int, unmoved: list[Outcome], open_ends: list[Outcome]) -> str:
    if not unmoved:
        most = plural(count, "outcome")
        verb = "does" if len(open_ends) == 1 else "do"
        return f"Nothing surely: {len(open_ends):,} of {most} {verb} not clearly change, which chance may hide."
    named = [f"“{outcome.brief}”" for outcome in unmoved[:MOST_NAMED]]
    if len(unmoved) > MOST_NAMED:
        named.append(plural(len(unmoved) - MOST_NAMED, "more", "more"))
    rest = f" {plural(len(open_ends), 'more does', 'more do')} not clearly change." if open_ends else ""
    verb = "changes" if len(unmoved) == 1 else "change"
    return f"{len(unmoved):,} of {plural(count, 'outcome')} hardly {verb}: {enumeration(named)}.{rest}"


def how_sure(found: Versions) -> Question | None:
    """What pairs are worth for the largest difference, and which interval is missing."""
    tops = [effect for effect in _tops(found) if effect.known]
    if not tops:
        return None
    effect = tops[0]
    paired = effect.kind == "pairs"
    bar = _bar(found, effect, "In pairs of runs" if paired else "Between the means")
    rows = [bar]
    if paired:
        rows.append(
            signed_bar("As if there were no pairs", found.without_pairs(effect), lambda v: effect_words(effect, v))
        )
    unit = UNIT[effect.outcome.share]
    return Question(
        asked="How sure is that?",
        answer=f"{_worth(rows)} {_assumed(bar)}",
        chart=Chart(tuple(rows), *scale_of(rows), number="Change"),
        anchor="caveat",
        link="What the intervals include, and what not",
        sure=sure_of(found.study, bar, rows=rows),
        about=f"change of “{_named(found, effect)}” ({ends_words(effect)}) with 95% intervals, {unit}",
    )


def _worth(rows: list[Bar]) -> str:
    """What pairs make of the interval by chance."""
    if len(rows) < 2:
        return f"The two are not paired: their seeds differ, so that chance in both counts ({rows[0].chance_said})."
    paired, apart = rows
    width, other = (high - low for low, high in (paired.chance, apart.chance))
    if not math.isfinite(other):
        return f"Paired by common chance events ({paired.chance_said})."
    worth = "narrower" if width < 0.95 * other else "no narrower"
    return (
        f"Runs are paired by common chance events, which makes the interval {worth}: {paired.chance_said} instead of "
        f"{apart.chance_said}."
    )


def _assumed(bar: Bar) -> str:
    if bar.assumptions_said:
        return f"Over plausible sets nine in ten have their own change within {bar.assumptions_said}."
    return "One set of assumptions stands behind them: other plausible numbers may say otherwise."
