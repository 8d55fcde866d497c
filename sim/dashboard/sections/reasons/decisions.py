"""Times at which a third party decided: the start, changes of what it mostly does, and dated events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.contests import Contest
from sim.dashboard.study import Study, View

MOST_DECISIONS = 8
CLEAR = 0.1
"""Lead, as a share of runs, from which on another posture is taken to be the most frequent: less may be chance."""
MOST_EVENTS = 2
"""Events that the name of a decision says; it counts the others."""
START, CHANGE, NEAR_EVENT, OTHER_EVENT = range(4)
"""What is kept first where there are more than `MOST_DECISIONS`."""


@dataclass(frozen=True)
class Decider:
    """A third party of a contest, and what it may do in words."""

    contest: Contest
    party: str
    postures: Sequence[str]


@dataclass(frozen=True, order=True)
class Moment:
    """What makes a week a decision; those that sort first are kept first."""

    rank: tuple[float, ...]
    place: int
    words: str


def decisions(
    study: Study, who: Decider, shares: NDArray[np.float64], weeks: NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Weeks that are worth a look of their own, in order of time.

    Parameters
    ----------
    study : Study
    who : Decider
    shares : array (weeks, postures)
        Share of runs in which each posture was held; NaN where no week was kept.
    weeks : array (weeks,)
        Weeks that the runs reach, in order.

    Returns
    -------
    list of dict
        ``week``, its place among `weeks`; ``words`` that name it; ``edges``, its first day and that of the next;
        ``held``, its row of `shares` (None where it was not kept). At most `MOST_DECISIONS`: the first week, then the
        clearest changes, then events of the contest or the party, then others. Empty without any weeks.
    """
    if not len(weeks):
        return []
    end = float(weeks[-1]) + float(study.scenario["structure"]["dt"])
    found: dict[int, list[Moment]] = {}
    first = Moment((START,), 0, "the first week")
    for moment in sorted([first, *_changes(who.postures, shares), *_events(study, who, weeks)]):
        found.setdefault(moment.place, []).append(moment)
    return [
        {
            "week": place,
            "words": f"from {study.day_words(float(weeks[place]))}: {_named(found[place])}",
            "edges": [study.day(float(week)).isoformat() for week in [*weeks, end][place : place + 2]],
            "held": None if np.isnan(shares[place]).any() else [round(float(share), 4) for share in shares[place]],
        }
        for place in sorted(list(found)[:MOST_DECISIONS])
    ]


def shares_by_week(
    study: Study, who: Decider, view: View, order: Sequence[int], weeks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of kept runs in which each posture was held, (weeks, postures); NaN in a week that was not kept."""
    name, kept = f"posture.{who.contest.code}.{who.party}", study.series_of(view)
    if kept.empty or name not in kept or not len(weeks):
        return np.full((len(weeks), len(order)), np.nan)
    when, codes = kept["week"].to_numpy(), kept[name].to_numpy()
    places = np.searchsorted(weeks, when).clip(max=len(weeks) - 1)
    same = weeks[places] == when
    places, codes = places[same], codes[same]
    held = [np.bincount(places, weights=codes == place, minlength=len(weeks)) for place in order]
    rows = np.bincount(places, minlength=len(weeks)).astype(np.float64)
    return np.stack(held, axis=1) / np.where(rows > 0, rows, np.nan)[:, None]


def _changes(postures: Sequence[str], shares: NDArray[np.float64]) -> Iterator[Moment]:
    """Weeks in which another posture is clearly the most frequent; those with the largest lead sort first."""
    known = np.flatnonzero(~np.isnan(shares).any(axis=1))
    if not len(known):
        return
    usual = int(shares[known[0]].argmax())
    for place in known[1:]:
        now = int(shares[place].argmax())
        lead = float(shares[place, now] - shares[place, usual])
        if lead < CLEAR:
            continue
        yield Moment((CHANGE, -lead), int(place), f"now most often {postures[now]} (before: {postures[usual]})")
        usual = now


def _events(study: Study, who: Decider, weeks: NDArray[np.float64]) -> Iterator[Moment]:
    """Weeks from which on an event of the scenario holds, those nearest to its date; the first of all is none."""
    step = float(study.scenario["structure"]["dt"])
    own = (["contests", who.contest.code], ["states", who.party])
    for event in study.scenario["structure"]["events"]:
        week = float(event["week"])
        begin = step * round(week / step)
        if not weeks[0] < begin <= weeks[-1]:
            continue
        place = int(np.searchsorted(weeks, begin))
        on = f" on {study.day_words(week)}" if study.day(week) != study.day(float(weeks[place])) else ""
        rank = NEAR_EVENT if event["path"].split(".")[:2] in own else OTHER_EVENT
        yield Moment((rank, week), place, event["name"].replace("-", " ") + on)


def _named(moments: Sequence[Moment]) -> str:
    """What happened, in words: all but events, and the first of those."""
    events = [moment.words for moment in moments if moment.rank[0] >= NEAR_EVENT]
    said = [moment.words for moment in moments if moment.rank[0] < NEAR_EVENT] + events[:MOST_EVENTS]
    more = len(events) - MOST_EVENTS
    return "; ".join(said) + (f" and {more} more" if more > 0 else "")
