"""Findings on one contest: fighting, ground, what the leading outsider did, who took office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.rivals import naive
from sim.dashboard.contests import GROUND, Contest
from sim.dashboard.estimates import given_to, mean_in, share_of, shares_held, weeks_of_fighting
from sim.dashboard.findings.certainty import (
    happens,
    mean_fact,
    of_runs,
    share_fact,
    share_interval,
    spread,
    spread_words,
    with_intervals,
)
from sim.dashboard.findings.finding import Fact, Finding
from sim.dashboard.findings.rivals import Aside, beside_share, known_in
from sim.dashboard.statistics import Estimate, wide
from sim.dashboard.study import Study, View, influence_over
from sim.dashboard.words import (
    ALL_WEEKS,
    capital,
    ending_words,
    figure,
    of_kept_runs,
    percent,
    posture_words,
    weeks_seen,
)
from sim.phrases import plural
from sim.quantities import FIGHTING

EARLY = 3
"""Week at which early fighting is reported, or the last week of a shorter run."""
NEARLY_ALL = 0.97
"""Share of the ground that counts as all of it."""


def interstate_findings(study: Study, contest: Contest, view: View) -> list[Finding]:
    """How it ends, fighting and truces, the ground gained, and what the leading outsider did."""
    parts = (part(study, contest, view) for part in (ending, fighting, ground, outsider))
    return [part for part in parts if part is not None]


def domestic_findings(study: Study, contest: Contest, view: View) -> list[Finding]:
    """Who took office, and what the leading outsider did meanwhile."""
    runs, column = study.runs_of(view), f"takeover.{contest.code}:final"
    if column not in runs:
        return []
    weeks = runs[column].to_numpy(dtype=np.float64)
    taken = share_of(study, runs, np.isfinite(weeks))
    who = capital(contest.challenger_name)
    facts = [share_fact(f"Runs in which {contest.challenger_name} takes office", taken)]
    text = "" if taken.sets else f"{who} takes office in {percent(taken.value)} of runs"
    if taken.value > 0:
        middle = study.day_words(np.floor(np.nanmedian(weeks)))
        text += f"{', half of these' if text else 'Half of these takeovers come'} by the week from {middle}"
        facts.append(
            Fact(
                "Half of these do by the week from",
                middle,
                of=plural(np.isfinite(weeks).sum(), "run"),
            )
        )
    text += "." if text else ""
    ends = endings(study, contest, runs)
    if ends:
        text += f" {_ends_so(ends)}"
        facts += [fact for _, _, fact in ends]
    aside = beside_share(naive(known_in(study, view), column), taken, "Runs with a takeover")
    outcomes: tuple[str, ...] = (f"governs.{contest.code}",)
    leading = leader(study, contest, view)
    if leading is not None:
        said, more, _, _ = conduct(study, contest, leading, view)
        text += f" {said}"
        facts += more
        outcomes += (f"posture.{contest.code}.{leading}",)
    where = study.name(contest.host or "")
    title = happens(who, f"takes office in {where}", f"does not take office in {where}", taken)
    return [finding(title, text, taken, contest, "runs with a takeover", facts, outcomes, aside)]


def finding(
    title: str, text: str, share: Estimate, contest: Contest, about: str, facts: list[Fact], outcomes: tuple[str, ...],
    *asides: Aside,
) -> Finding:  # fmt: skip
    """A finding whose number is a share of runs, and whose figure is the contest's."""
    anchor, link = f"crisis-{contest.code}", f"{contest.name}, week by week"
    span = share_interval(share)
    said = figure(share.value), span, share.runs
    naive_facts = (fact for aside in asides for fact in aside.facts)
    beside = tuple(text for aside in asides for text in aside.texts)
    all_facts = (*facts, *naive_facts)
    return Finding(
        title, text, *said, anchor, link, about, all_facts, outcomes, sets=share.sets, beside=beside, choices=ALL_WEEKS
    )


def ending(study: Study, contest: Contest, view: View) -> Finding | None:
    """How it ends: the most frequent ending, and the share of each other one."""
    ends = endings(study, contest, study.runs_of(view))
    if not ends:
        return None
    words, share, _ = ends[0]
    title = f"{capital(contest.name)} most often ends so: {words}{f', in {of_runs(share)}' if share.sets else ''}"
    text = _ends_so(ends[1:] if share.sets else ends)
    outcomes = (f"ending.{contest.code}", f"phase.{contest.code}")
    facts = [fact for *_, fact in ends]
    aside = beside_ending(study, contest, view, words, share)
    found = finding(title, text, share, contest, f"runs that end so: {words}", facts, outcomes, aside)
    return replace(found, weeks=(study.weeks, study.weeks))


def endings(study: Study, contest: Contest, runs: pd.DataFrame) -> list[tuple[str, Estimate, Fact]]:
    """Every way in which a contest ends, in words, with its share of runs; the most frequent one first."""
    column = f"ending.{contest.code}:final"
    if column not in runs:
        return []
    codes, words = runs[column].to_numpy(np.float64), ending_words(contest)
    shares = [(said, share_of(study, runs, codes == code)) for code, said in enumerate(words)]
    known = [(said, share, share_fact(f"Runs that end so: {said}", share)) for said, share in shares if share.value > 0]
    return sorted(known, key=lambda one: -one[1].value)


def beside_ending(study: Study, contest: Contest, view: View, words: str, share: Estimate) -> Aside:
    """Trivial models beside the share of runs that end so."""
    says = naive(known_in(study, view), f"ending.{contest.code}", ending_words(contest).index(words))
    return beside_share(says, share, f"Runs that end so: {words}")


def _ends_so(ends: Sequence[tuple[str, Estimate, Fact]]) -> str:
    """Endings with their shares, as a sentence; empty without any."""
    return f"At the end: {'; '.join(f'{words} in {of_runs(share)}' for words, share, _ in ends)}." if ends else ""


def fighting(study: Study, contest: Contest, view: View) -> Finding | None:
    """How long the fighting goes on, and whether truces hold."""
    runs, code = study.runs_of(view), contest.code
    broken_name, fought_name = f"truces_broken.{code}:final", f"weeks_fought.{code}:final"
    if broken_name not in runs or fought_name not in runs:
        return None
    broken = share_of(study, runs, runs[broken_name].to_numpy() >= 1)
    weeks = runs[fought_name].to_numpy(np.float64)
    fought = spread_of(study, runs, "Weeks of fighting", weeks, lambda count: f"{count:.0f}")
    facts = [share_fact("Runs in which at least one truce breaks", broken)]
    text = "" if broken.sets else f"In {percent(broken.value)} of runs at least one truce breaks. "
    for then, share, fact in fighting_on(study, contest, view):
        text += f"In {then} there is fighting in {_said(share, fact, of_kept_runs(study, view))}. "
        facts.append(fact)
    unit = " week" if fought[0].said == "1" else " weeks"
    text += f"The sides fight for {spread_words(fought, unit)}."
    title = f"In {contest.spoken}, {happens('a truce', 'breaks', 'does not break', broken)}"
    about = "runs in which a truce breaks"
    outcomes = (f"truces_broken.{code}", f"phase.{code}")
    aside = beside_share(naive(known_in(study, view), broken_name), broken, capital(about))
    return finding(title, text, broken, contest, about, [*facts, *fought], outcomes, aside)


def spread_of(
    study: Study, runs: pd.DataFrame, what: str, values: NDArray[np.float64], said: Callable[[float], str]
) -> tuple[Fact, ...]:
    """The middle run and nine in ten of one set of assumptions; over plausible sets the mean with both intervals."""
    return mean_fact(what, mean_in(study, runs, values), said) if study.over_sets else spread(what, values, said)


def fighting_on(study: Study, contest: Contest, view: View) -> list[tuple[str, Estimate, Fact]]:
    """Share of kept runs with fighting early and in the last week, each with its week in words, and as a fact.

    None over plausible sets of which few runs were kept: chance would say nothing of a single week.
    """
    kept, name = study.series_of(view), f"phase.{contest.code}"
    few = study.over_sets and study.kept_of(view) < len(study.runs_of(view))
    if kept.empty or name not in kept or few:
        return []
    phases = wide(kept, name) == FIGHTING
    last = len(phases) - 1
    early = min(int(np.searchsorted(phases.index, EARLY)), last)
    found = []
    for place in dict.fromkeys((early, last)):
        then = study.week_words(float(phases.index[place]))
        share = share_of(study, study.kept_runs_of(view), phases.iloc[place].to_numpy())
        fact = share_fact(f"Runs with fighting in {then}", share, f"{plural(share.runs, 'run')} kept over time")
        found.append((then, share, fact))
    return found


def ground(study: Study, contest: Contest, view: View) -> Finding | None:
    """How much the challenger holds at the end, and how often it gains."""
    runs, name = study.runs_of(view), f"control.{contest.code}"
    if f"{name}:final" not in runs:
        return None
    starts = given_to(study, runs, f"contests.{contest.code}.control")
    start, ends = float(np.mean(starts)), runs[f"{name}:final"].to_numpy(dtype=np.float64)
    gained, all_of_it = share_of(study, runs, ends > starts), share_of(study, runs, ends >= NEARLY_ALL)
    who, nearly = contest.challenger_name, percent(NEARLY_ALL)
    held = spread_of(study, runs, f"Held by {who} at the end", ends, percent)
    facts = [
        Fact(f"Held by {who} at first", percent(start), of="an assumption of the scenario"),
        *held,
        share_fact(f"Runs in which it holds {nearly} or more at the end", all_of_it),
        share_fact("Runs in which it ends with more than at first", gained),
    ]
    more = "" if gained.sets else f", and ends with more than at first in {percent(gained.value)}"
    text = (
        f"{capital(who)} begins with {percent(start)} of {contest.stake}{' on average' if gained.sets else ''}. "
        f"At the end it holds {spread_words(held)}. It holds {nearly} or more in {of_runs(all_of_it)}{more}."
    )
    if contest.stake == GROUND:
        gains, not_gains = f"gains ground in {contest.spoken}", f"gains no ground in {contest.spoken}"
    else:
        gains, not_gains = f"gains more of {contest.stake}", f"gains no more of {contest.stake}"
    title = happens(capital(who), gains, not_gains, gained)
    about = "runs in which it ends with more"
    says, mean = naive(known_in(study, view), name), mean_in(study, runs, ends, share=True)
    more_says = {rival: float(share > start) for rival, share in says.items()}
    asides = (
        beside_share(more_says, gained, capital(about)),
        beside_share(says, mean, f"Held by {who}", f"of {contest.stake}"),
    )
    facts += [] if mean.sets else [Fact(f"Held by {who} at the end, mean", percent(mean.value), of=held[0].of)]
    found = finding(title, text, gained, contest, about, facts, (name,), *asides)
    return replace(found, weeks=(study.weeks, study.weeks))


def outsider(study: Study, contest: Contest, view: View) -> Finding | None:
    """What the outsider with the most influence over the sides did."""
    leading = leader(study, contest, view)
    if leading is None:
        return None
    text, facts, most, share = conduct(study, contest, leading, view)
    name, doing = study.name(leading), posture_words(study.postures[most], contest)
    counts = weeks_of_fighting(study, contest, view)
    weeks, when = "weeks", ""
    if counts is not None:
        weeks, when = f"weeks of {contest.fighting}", f"while there is {contest.fighting}, "
    says = naive(known_in(study, view), f"posture.{contest.code}.{leading}", most)
    aside = beside_share(says, share, f"{capital(weeks)} in which {name} {doing}")
    anchor, link = f"crisis-{contest.code}", f"{contest.name}, week by week"
    if not study.reasons.empty:
        anchor, link = f"why-{contest.code}-{leading}", f"Why {name} did so"
    return Finding(
        title=f"In {contest.spoken}, {when}{name} most often {doing}",
        text=text,
        number=figure(share.value),
        interval=share_interval(share),
        runs=share.runs,
        anchor=anchor,
        link=link,
        about=f"of all {weeks} of the runs kept over time ({_seen(study, view, counts)})",
        facts=(*facts, *aside.facts),
        outcomes=(f"posture.{contest.code}.{leading}",),
        word=study.postures[most].name,
        sets=share.sets,
        beside=aside.texts,
    )


def leader(study: Study, contest: Contest, view: View) -> str | None:
    """Third party with the most influence over the sides, or over the host, in the first week."""
    kept = study.series_of(view)
    if kept.empty:
        return None
    opening = kept[kept["week"] == kept["week"].min()]
    over = [contest.host] if contest.host else [contest.challenger, contest.holder]
    here = [party for party in contest.parties if f"posture.{contest.code}.{party}" in kept]
    here = [party for party in here if party in study.patrons] or here  # others have no influence that is computed

    weights = influence_over(over, here, opening, "", study.scenario["numbers"])
    return max(here, key=weights.__getitem__) if here else None


def conduct(study: Study, contest: Contest, party: str, view: View) -> tuple[str, list[Fact], int, Estimate]:
    """What a third party does in the weeks of fighting, or in all weeks where there is none.

    Returns sentences, their facts, its most frequent posture, and that one's share of weeks.
    """
    codes = wide(study.series_of(view), f"posture.{contest.code}.{party}")
    counts = weeks_of_fighting(study, contest, view)
    weekly = shares_held(codes, len(study.postures), counts)
    most, second = (int(place) for place in np.argsort(-np.nanmean(weekly, axis=1), kind="stable")[:2])
    kept = study.kept_runs_of(view)
    share, next_share = (mean_in(study, kept, weekly[place], share=True) for place in (most, second))
    doing, next_doing = (posture_words(study.postures[place], contest) for place in (most, second))
    name, weeks = study.name(party), "weeks" if counts is None else f"weeks of {contest.fighting}"
    of = f"all {weeks} of {plural(share.runs, 'run')} kept over time"
    facts = [share_fact(f"{capital(weeks)} in which {name} {doing}", share, of)]
    often = with_intervals(share, f"of {weeks}")
    text = f"{capital(name)}, the outside power with most influence there, {doing} in {often}"
    if next_share.value > 0:
        text += f" and {next_doing} in {with_intervals(next_share)}"
        facts.append(share_fact(f"{capital(weeks)} in which it {next_doing}", next_share, of))
    fought = share_of(study, kept, fights(study, codes))
    fact = share_fact(
        "Runs in which it fights for a side, if only for a week",
        fought,
        f"{plural(fought.runs, 'run')} kept over time",
    )
    text += f". It fights for a side, if only for a week, in {_said(fought, fact, of_kept_runs(study, view))}."
    return text, [*facts, fact], most, share


def _seen(study: Study, view: View, counts: pd.DataFrame | None) -> str:
    """First and last day of the weeks of fighting, or of all weeks, and how many of these are kept."""
    kept = study.series_of(view)["week"] if counts is None else counts.index[counts.gt(0).any(axis=1)]
    return weeks_seen(study, kept.to_numpy(np.float64).tolist())


def _said(share: Estimate, fact: Fact, of: str) -> str:
    """A share of kept runs with its interval, or both of them."""
    return with_intervals(share, of) if share.sets else f"{fact} {of}"


def fights(study: Study, codes: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a run has any week in which the posture is to fight for a side, shape (R,)."""
    fighting = [code for code, posture in enumerate(study.postures) if posture.fights]
    held: NDArray[np.bool_] = np.isin(codes.to_numpy(), fighting)
    return np.asarray(held.any(axis=0))
