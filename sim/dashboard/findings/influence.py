"""Findings on influence: who comes first at the start and at the end, and how far the leader's hold moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.comparison.rivals import AS_AT_START
from sim.dashboard.estimates import mean_in, share_of
from sim.dashboard.figures.moves import own_words
from sim.dashboard.findings.certainty import change, happens, share_fact, share_interval, with_intervals
from sim.dashboard.findings.finding import Fact, Finding
from sim.dashboard.findings.rivals import NOTHING, beside_change, beside_share
from sim.dashboard.study import Study, View
from sim.dashboard.words import capital, change_words, enumeration, figure, last_kept, of_kept_runs, percent
from sim.phrases import plural, two_intervals

LINK = "Influence over time"


@dataclass(frozen=True)
class Hold:
    """A patron's influence over its clients: in the first and the last week of kept runs, and at the end of all runs.

    `middle` is how runs are summed up in words: ``median`` or ``mean``.
    """

    patron: str
    clients: tuple[str, ...]
    opening: pd.DataFrame
    closing: pd.DataFrame
    runs: pd.DataFrame
    middle: str

    def summed(self, table: pd.DataFrame, client: str) -> float:
        """The middle over kept runs in one of the two weeks."""
        return float(table[f"influence.{self.patron}.{client}"].agg(self.middle))

    def end(self, client: str) -> pd.Series:
        """Influence at the end, by run."""
        return self.runs[f"influence.{self.patron}.{client}:final"]


def influence_findings(what: Study, view: View) -> list[Finding]:
    """Say who holds the most influence at the start and at the end, and how far that moved."""
    runs, kept = what.runs_of(view), what.series_of(view)
    pairs = [(patron, client) for client in what.clients for patron in what.patrons if patron != client]
    known = [f"influence.{patron}.{client}" for patron, client in pairs]
    if not pairs or kept.empty or not all(name in kept and f"{name}:final" in runs for name in known):
        return []
    opening, closing = (kept[kept["week"] == week] for week in (kept["week"].min(), kept["week"].max()))
    leaders = strongest(what, opening)
    leader = max(sorted(set(leaders.values())), key=list(leaders.values()).count)
    rivals = [patron for patron in what.patrons if patron != leader]
    clients = tuple(client for client in what.clients if client != leader)
    hold = Hold(leader, clients, opening, closing, runs, "median" if rivals else "mean")
    return [first_of_many(what, hold, leaders, rivals, view) if rivals else only_one(what, hold, view)]


def strongest(what: Study, opening: pd.DataFrame) -> dict[str, str]:
    """Patron with the largest median influence over each client in the first week."""
    held = {
        client: {p: float(opening[f"influence.{p}.{client}"].median()) for p in what.patrons if p != client}
        for client in what.clients
    }
    return {client: max(patrons, key=lambda p: (patrons[p], p)) for client, patrons in held.items() if patrons}


def course_of(what: Study, hold: Hold, view: View) -> tuple[str, list[Fact]]:
    """Influence in the first and the last week that is kept, client by client: a sentence, and its facts."""
    if what.over_sets:
        return ends_of(what, hold)
    said, facts = [], []
    name, of = what.name(hold.patron), f"{plural(what.kept_of(view), 'run')} kept over time"
    which = "middle run" if hold.middle == "median" else "mean"
    end_of = last_kept(what)
    for client in hold.clients:
        start, end = (percent(hold.summed(table, client)) for table in (hold.opening, hold.closing))
        how = f"stays at {end}" if start == end else f"goes from {start} to {end}"
        said.append(f"{how} in {what.name(client)}")
        facts += [
            Fact(f"Influence of {name} over {what.name(client)}, {when}, {which}", share, of=of)
            for when, share in (("first week", start), (end_of or "last week", end))
        ]
    whole = of_kept_runs(what, view)
    over = which if whole == "of runs" else f"{which.removesuffix(' run')} {whole}"
    return f"From start to {end_of or 'end'}, its part of all influence ({over}) {enumeration(said)}.", facts


def ends_of(what: Study, hold: Hold) -> tuple[str, list[Fact]]:
    """Influence in the last week of all runs over plausible sets, client by client: a sentence, and its facts."""
    name, held = what.name(hold.patron), {}
    for client in hold.clients:
        held[client] = mean_in(what, hold.runs, hold.end(client).to_numpy(np.float64), share=True)
    said = [f"{with_intervals(mean)} in {what.name(client)}" for client, mean in held.items()]
    whole = [
        share_fact(f"Influence of {name} over {what.name(client)}, last week", mean) for client, mean in held.items()
    ]
    return f"At the end its part of all influence is {enumeration(said)}.", whole


def own_weight(what: Study, hold: Hold, client: str) -> tuple[str, list[Fact]]:
    """What outside powers leave of all influence on a client at the end of all runs: a sentence, and its fact."""
    columns = [f"influence.{patron}.{client}:final" for patron in what.patrons if patron != client]
    left = mean_in(what, hold.runs, 1.0 - hold.runs[columns].to_numpy(np.float64).sum(axis=1), share=True)
    where, own = what.name(client), own_words(what, client)
    fact = share_fact(f"What no outside power holds over {where} at the end, mean", left)
    share = with_intervals(left) if left.sets else f"{percent(left.value)} on average"
    return f" What no outside power holds in {where}, {share}, is {own}.", [fact]


def first_of_many(what: Study, hold: Hold, leaders: dict[str, str], rivals: list[str], view: View) -> Finding:
    """How often the leader is still ahead of every rival at the end, wherever it was so at the start."""
    led = [client for client in hold.clients if leaders[client] == hold.patron]
    everywhere = np.ones(len(hold.runs), dtype=np.bool_)
    columns = [f"influence.{p}.{client}" for client in led for p in rivals if p != client]
    for client in led:
        others = [f"influence.{p}.{client}:final" for p in rivals if p != client]
        if others:
            everywhere &= (hold.end(client) > hold.runs[others].max(axis=1)).to_numpy()
    keeps = share_of(what, hold.runs, everywhere)
    name = what.name(hold.patron)
    before = [f"in {what.name(c)} {what.name(leaders[c])}" for c in hold.clients if c not in led]
    ahead_of_it = f" ({enumeration(before)} begins ahead of it)" if before else ""
    where = "there" if len(led) == 1 else "in all of these"
    course, facts = course_of(what, hold, view)
    own, own_facts = own_weight(what, hold, led[0])
    ends_so = "" if keeps.sets else f"In {percent(keeps.value)} of runs it ends so {where}. "
    text = (
        f"{capital(name)} begins as the strongest outside power in {enumeration([what.name(c) for c in led])}"
        f"{ahead_of_it}. {ends_so}{course}{own}"
    )
    aside = beside_share({AS_AT_START: 1.0}, keeps, f"Runs in which {name} ends as the strongest {where}")
    verbs = [f"{verb} the strongest outside power where it begins so" for verb in ("stays", "does not stay")]
    return Finding(
        title=happens(capital(name), verbs[0], verbs[1], keeps),
        text=text,
        number=figure(keeps.value),
        interval=share_interval(keeps),
        runs=keeps.runs,
        anchor=f"influence-{led[0]}",
        link=LINK,
        about="runs in which it does",
        facts=(
            share_fact(f"Runs in which {name} ends as the strongest {where}", keeps),
            *facts,
            *own_facts,
            *aside.facts,
        ),
        outcomes=(*(f"influence.{hold.patron}.{client}" for client in hold.clients), *columns),
        sets=keeps.sets,
        beside=aside.texts,
        weeks=(what.weeks, what.weeks),
    )


def only_one(what: Study, hold: Hold, view: View) -> Finding:
    """How far the only patron's influence over its clients moved, on average."""
    kept = [f"influence.{hold.patron}.{client}" for client in hold.clients]
    first, last = (table.set_index("replicate")[kept].mean(axis=1) for table in (hold.opening, hold.closing))
    runs, whole = what.kept_runs_of(view), (first, last, last - first)
    start, end, moves = (mean_in(what, runs, values.to_numpy(dtype=np.float64)) for values in whole)
    name, ends = what.name(hold.patron), [percent(mean.value) for mean in (start, end)]
    course, facts = course_of(what, hold, view)
    number, low, high = (change_words(value, ".0%") for value in (moves.value, moves.low, moves.high))
    span = f"{low} to {high}" if moves.runs > 1 else ""
    if moves.sets:
        span = two_intervals(span, " to ".join(change_words(end, ".0%") for end in moves.assumptions))
    about = "percentage points, mean over clients"
    aside = beside_change(NOTHING, moves, "Change of its influence")
    of = f"{plural(moves.runs, 'run')} kept over time"
    return Finding(
        title=f"{capital(name)}'s influence over its clients, taken together, {change(moves)}",
        text=f"Its mean over its clients goes from {ends[0]} to {ends[1]}. {course}",
        number=number,
        interval=span,
        runs=moves.runs,
        anchor=f"influence-{hold.clients[0]}",
        link=LINK,
        about=about,
        facts=(
            Fact(f"Change of its influence from start to end, {about}", number, span, of),
            *(
                Fact(f"Its mean over clients, {when} week", said, of=of)
                for when, said in zip(("first", "last"), ends, strict=True)
            ),
            *facts,
            *aside.facts,
        ),
        outcomes=tuple(kept),
        sets=moves.sets,
        beside=aside.texts,
    )
