"""Findings on influence: who comes first at the start and at the end, and how far the leader's hold moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.dashboard.finding import Finding, often
from sim.dashboard.statistics import mean_estimate, share_estimate
from sim.dashboard.study import Study, View
from sim.dashboard.words import capital, figure, listed, percent, percent_range, signed

LINK = "Influence over time"


@dataclass(frozen=True)
class Hold:
    """A patron's influence over its clients at the start (kept runs) and at the end (all runs)."""

    patron: str
    clients: tuple[str, ...]
    opening: pd.DataFrame
    runs: pd.DataFrame

    def start(self, client: str, patron: str = "") -> float:
        """Median influence in the first week."""
        return float(self.opening[f"influence.{patron or self.patron}.{client}"].median())

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
    opening = kept[kept["week"] == kept["week"].min()]
    leaders = strongest(what, opening)
    leader = max(sorted(set(leaders.values())), key=list(leaders.values()).count)
    hold = Hold(leader, tuple(client for client in what.clients if client != leader), opening, runs)
    rivals = [patron for patron in what.patrons if patron != leader]
    return [first_of_many(what, hold, leaders, rivals) if rivals else only_one(what, hold)]


def strongest(what: Study, opening: pd.DataFrame) -> dict[str, str]:
    """Patron with the largest median influence over each client in the first week."""
    held = {
        client: {p: float(opening[f"influence.{p}.{client}"].median()) for p in what.patrons if p != client}
        for client in what.clients
    }
    return {client: max(patrons, key=lambda p: (patrons[p], p)) for client, patrons in held.items() if patrons}


def moved(what: Study, hold: Hold) -> str:
    """Medians at the start and at the end, client by client."""
    said = []
    for client in hold.clients:
        start, end = percent(hold.start(client)), percent(float(hold.end(client).median()))
        how = f"stays at {end}" if start == end else f"goes from {start} to {end}"
        said.append(f"{how} in {what.name(client)}")
    return listed(said)


def first_of_many(what: Study, hold: Hold, leaders: dict[str, str], rivals: list[str]) -> Finding:
    """How often the leader is still ahead of every rival at the end, wherever it was so at the start."""
    led = [client for client in hold.clients if leaders[client] == hold.patron]
    everywhere = np.ones(len(hold.runs), dtype=np.bool_)
    for client in led:
        columns = [f"influence.{p}.{client}:final" for p in rivals if p != client]
        if columns:
            everywhere &= (hold.end(client) > hold.runs[columns].max(axis=1)).to_numpy()
    keeps = share_estimate(everywhere)
    name = what.name(hold.patron)
    others = [f"in {what.name(c)} {what.name(leaders[c])}" for c in hold.clients if c not in led]
    ahead_of_it = f" ({listed(others)} begins ahead of it)" if others else ""
    where = "there" if len(led) == 1 else "in all of these"
    text = (
        f"{capital(name)} begins as the strongest outside power in {listed([what.name(c) for c in led])}"
        f"{ahead_of_it}. In {percent(keeps.value)} of runs it ends so {where}. "
        f"From start to end, its part of all influence (middle run) {moved(what, hold)}."
    )
    title = f"{capital(name)} {often(keeps.value)} stays the strongest outside power where it begins so"
    span, about = percent_range(keeps.low, keeps.high), "runs in which it does"
    anchor = f"influence-{led[0]}"
    return Finding(title, text, figure(keeps.value), span, keeps.runs, anchor, LINK, about)


def only_one(what: Study, hold: Hold) -> Finding:
    """How far the only patron's influence over its clients moved, on average."""
    ends = np.mean([hold.end(client).to_numpy(dtype=np.float64) for client in hold.clients], axis=0)
    change = mean_estimate(ends - float(np.mean([hold.start(client) for client in hold.clients])))
    name = what.name(hold.patron)
    clear = change.low > 0 or change.high < 0
    verb = ("gains" if change.value > 0 else "loses") if clear else "neither clearly gains nor loses"
    text = f"From start to end, its part of all influence (middle run) {moved(what, hold)}."
    number, low, high = (signed(value, ".0%") for value in (change.value, change.low, change.high))
    span = f"{low} to {high}" if change.runs > 1 else "unknown"
    title = f"{capital(name)} {verb} influence over its clients"
    about = "percentage points, mean over clients"
    anchor = f"influence-{hold.clients[0]}"
    return Finding(title, text, number, span, change.runs, anchor, LINK, about)
