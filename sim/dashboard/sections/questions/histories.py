"""Questions on what happens: how a dispute ends, who gains influence, why a power kept out, who takes office."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.comparison.rivals import AS_AT_START, naive
from sim.dashboard.contests import Contest
from sim.dashboard.estimates import share_of
from sim.dashboard.figures.bars import share_bar, signed_bar, sure_of
from sim.dashboard.figures.moves import ends_of_runs, held_by, top_of
from sim.dashboard.figures.small import Bar, Chart
from sim.dashboard.findings.certainty import FEW, change, happens
from sim.dashboard.findings.contests import beside_ending, endings, fights, leader
from sim.dashboard.findings.influence import strongest
from sim.dashboard.findings.rivals import NOTHING, beside_change, beside_share, known_in
from sim.dashboard.postures import closer_anchor
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.sections.questions.reasons import against_fighting
from sim.dashboard.statistics import wide
from sim.dashboard.study import Study, View
from sim.dashboard.words import ALL_WEEKS, capital, change_words, ending_words, figure, kept_runs

ENDING_COLOURS = ("phase0", "phase1", "phase2", "challenger", "holder")
"""Colours of the ways in which a contest ends, by their codes."""
MOST_CLIENTS = 5


def history_questions(study: Study, view: View) -> Iterator[Question]:
    """Questions on what happens in the runs of a view, the most asked first."""
    between = [contest for contest in study.contests if not contest.host]
    within = [contest for contest in study.contests if contest.host]
    asked = [how_it_ends(study, contest, view) for contest in between[:1]]
    asked += [who_gains_influence(study, view)]
    asked += [why_it_kept_out(study, contest, view) for contest in between[:1]]
    asked += [who_takes_office(study, contest, view) for contest in within]
    asked += [how_it_ends(study, contest, view) for contest in between[1:]]
    yield from (question for question in asked if question)


def how_it_ends(study: Study, contest: Contest, view: View) -> Question | None:
    """How a dispute between states ends."""
    ends = endings(study, contest, study.runs_of(view))
    if not ends:
        return None
    colours = _colours(contest)
    rows = tuple(share_bar(capital(words), share, colours[words]) for words, share, _ in ends)
    first, *rest = rows
    text = f"{_most_often(first, ends[0][1].runs)}: {ends[0][0]}"
    if rest:
        text += f", in {first.said} of runs; next, {ends[1][0]}, in {rest[0].said}"
    return Question(
        asked=f"How does it end in {contest.spoken}?",
        answer=f"{text}.",
        chart=Chart(rows),
        anchor=f"crisis-{contest.code}",
        link=f"{contest.name}, week by week",
        choices=ALL_WEEKS,
        sure=(*sure_of(study, first, rows=rows), *beside_ending(study, contest, view, ends[0][0], ends[0][1]).sure),
        about=f"share of runs, at the end ({study.day_words(study.weeks)})",
        outcomes=(f"ending.{contest.code}", f"phase.{contest.code}"),
        weeks=(study.weeks, study.weeks),
    )


def _colours(contest: Contest) -> dict[str, str]:
    """Colours of a contest's endings, by their words."""
    return dict(zip(ending_words(contest), ENDING_COLOURS, strict=True))


def _most_often(first: Bar, runs: int) -> str:
    if runs == 1:
        return "In the only run"
    return "In every run" if first.value == 1 else "Most often"


def who_gains_influence(study: Study, view: View) -> Question | None:
    """Whether the leading patron's part of all influence moves, client by client."""
    ends = ends_of_runs(study, view)
    if ends is None:
        return None
    leaders = list(strongest_known(study, ends.opening).values())
    if not leaders:
        return None
    first = max(sorted(set(leaders)), key=leaders.count)
    held = held_by(study, first, ends.opening)
    if not held:
        return None
    name, whole = study.name(first), ends.mean_move(list(held.values()))
    total = signed_bar("On average over its clients: change in points", whole, lambda v: change_words(v, ".0%"))
    moved = {client: ends.bar([column], study.name(client), first) for client, column in held.items()}
    shown = sorted(moved, key=lambda client: -abs(moved[client].value - moved[client].start))[:MOST_CLIENTS]
    mean = ends.bar(list(held.values()), f"On average over its clients ({total.said} points)", first)
    rows, own, largest = [mean, *(moved[client] for client in shown)], ends.own(shown[0]), moved[shown[0]]
    where = f" It moves most in {largest.words}: {largest.said}." if len(shown) > 1 else ""
    if own:
        rest = f"What no outside power holds there is {own.words}" if where else f"The rest is {own.words}"
        where += f" {rest}: {own.said}."
        rows.append(own)
    return Question(
        asked=f"Does {name} lose influence?",
        answer=f"{capital(name)}'s part of all influence, on average over its clients, {change(whole)} "
        f"({mean.said}, {total.said} points).{where}",
        chart=Chart(tuple(rows), high=top_of(rows), number="From start to end"),
        anchor=f"influence-{next(iter(held))}",
        link="Influence over time",
        sure=(*sure_of(study, total, rows=rows), *beside_change(NOTHING, whole, "Change").sure),
        about=f"part of all influence that {name} holds, first week to last; mean of {kept_runs(study, [view])}",
        outcomes=tuple(held.values()),
    )


def strongest_known(study: Study, opening: pd.DataFrame) -> dict[str, str]:
    """Strongest patron over each client in the first week; none where a pair is not stored."""
    pairs = [(patron, client) for client in study.clients for patron in study.patrons if patron != client]
    if not pairs or not all(f"influence.{patron}.{client}" in opening for patron, client in pairs):
        return {}
    return strongest(study, opening)


def why_it_kept_out(study: Study, contest: Contest, view: View) -> Question | None:
    """How often the leading outsider fights, and what speaks against it."""
    party = leader(study, contest, view)
    if party is None:
        return None
    codes = wide(study.series_of(view), f"posture.{contest.code}.{party}")
    fought = share_of(study, study.kept_runs_of(view), fights(study, codes))
    if fought.value > 0.5:
        return None
    argued = against_fighting(study, contest, party, view)
    if argued is None:
        return None
    aside = beside_share({AS_AT_START: 0.0}, fought, "Fights")
    often = "none" if fought.value == 0 else figure(fought.value)
    name, bar = study.name(party), share_bar("Fights for a side, if only for a week", fought)
    return Question(
        asked=f"Why does {name} not fight in {contest.spoken}?",
        answer=f"It fights in {often} of {kept_runs(study, [view])}. {argued.text}",
        chart=argued.chart,
        anchor=closer_anchor(contest.code, party, argued.choice),
        link=f"Why {name} did so",
        sure=(("It fights", f"{bar.said} of {bar.runs}"), *sure_of(study, bar), *aside.sure),
        about=argued.about,
        outcomes=(f"posture.{contest.code}.{party}",),
    )


def who_takes_office(study: Study, contest: Contest, view: View) -> Question | None:
    """How often the challenger takes office in a domestic contest."""
    runs, column = study.runs_of(view), f"takeover.{contest.code}:final"
    if column not in runs or contest.host is None:
        return None
    taken = share_of(study, runs, np.isfinite(runs[column].to_numpy(np.float64)))
    aside = beside_share(naive(known_in(study, view), column), taken, "Takes office")
    ends = endings(study, contest, runs)
    rows = [share_bar(f"{capital(contest.challenger_name)} takes office", taken, "challenger")]
    colours = _colours(contest)
    rows += [share_bar(f"At the end: {words}", share, colours[words]) for words, share, _ in ends[:3]]
    where = study.name(contest.host)
    said = f"{capital(contest.challenger_name)} takes office in {where} in {rows[0].said} of runs"
    if not taken.sets and (taken.runs < FEW or taken.value in (0, 1)):
        verbs = f"takes office in {where}", f"does not take office in {where}"
        said = happens(capital(contest.challenger_name), *verbs, taken)
    return Question(
        asked=f"Who governs {where} in the end?",
        answer=f"{said}.",
        chart=Chart(tuple(rows)),
        anchor=f"crisis-{contest.code}",
        link=f"{contest.name}, week by week",
        choices=ALL_WEEKS,
        sure=(*sure_of(study, rows[0], rows=rows), *aside.sure),
        about="share of runs",
        outcomes=(f"governs.{contest.code}",),
    )
