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
    """What makes a span of weeks a decision; those that sort first are kept first."""

    rank: tuple[float, ...]
    span: int
    words: str


def decisions(
    study: Study, who: Decider, shares: NDArray[np.float64], begins: NDArray[np.float64], lengths: Sequence[int]
) -> list[dict[str, Any]]:
    """Spans of weeks that are worth a look of their own, in order of time.

    Parameters
    ----------
    study : Study
    who : Decider
    shares : array (spans, postures)
        Share of runs and weeks in which each posture was held; NaN where no week was kept.
    begins : array (spans,)
        First week of each span.
    lengths : sequence of int
        Weeks in each span, up to the last one that the runs reach.

    Returns
    -------
    list of dict
        ``span``; ``words`` that name it; ``held``, its row of `shares` (None where no week was kept). At most
        `MOST_DECISIONS`: the start first, then the clearest changes, then events of the contest or the party, then
        others. Empty without any weeks.
    """
    if not lengths:
        return []
    first = "the first week" if lengths[0] == 1 else f"the first {lengths[0]} weeks"
    end = float(begins[len(lengths) - 1]) + lengths[-1] * float(study.scenario["structure"]["dt"])
    changes, events = _changes(who.postures, shares[: len(lengths)]), _events(study, who, begins, end)
    found: dict[int, list[Moment]] = {}
    for moment in sorted([Moment((START,), 0, first), *changes, *events]):
        found.setdefault(moment.span, []).append(moment)
    return [
        {
            "span": span,
            "words": f"from {study.day_words(float(begins[span]))}: {_named(found[span])}",
            "held": None if np.isnan(shares[span]).any() else [round(float(share), 4) for share in shares[span]],
        }
        for span in sorted(list(found)[:MOST_DECISIONS])
    ]


def shares_by_span(
    study: Study, who: Decider, view: View, order: Sequence[int], begins: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of kept runs and weeks of each span in which each posture was held, (spans, postures); NaN without any."""
    name, kept = f"posture.{who.contest.code}.{who.party}", study.series_of(view)
    if kept.empty or name not in kept:
        return np.full((len(begins), len(order)), np.nan)
    weeks, codes = kept["week"].to_numpy(), kept[name].to_numpy()
    spans = np.maximum(np.searchsorted(begins, weeks, side="right") - 1, 0)
    held = [np.bincount(spans, weights=codes == place, minlength=len(begins)) for place in order]
    rows = np.bincount(spans, minlength=len(begins)).astype(np.float64)
    return np.stack(held, axis=1) / np.where(rows > 0, rows, np.nan)[:, None]


def _changes(postures: Sequence[str], shares: NDArray[np.float64]) -> Iterator[Moment]:
    """Spans in which another posture is the most frequent than before; those with the largest lead sort first."""
    known = np.flatnonzero(~np.isnan(shares).any(axis=1))
    usual = shares[known].argmax(axis=1)
    for place in np.flatnonzero(np.diff(usual)) + 1:
        before, now, span = usual[place - 1], usual[place], known[place]
        lead = shares[span, now] - shares[span, before]
        words = f"now most often {postures[now]} (before: {postures[before]})"
        yield Moment((CHANGE, -float(lead)), int(span), words)


def _events(study: Study, who: Decider, begins: NDArray[np.float64], end: float) -> Iterator[Moment]:
    """Spans in which an event of the scenario falls; what holds from the first day on is none."""
    own = (["contests", who.contest.code], ["states", who.party])
    for event in study.scenario["structure"]["events"]:
        week = float(event["week"])
        if not begins[0] < week < end:
            continue
        span = int(np.searchsorted(begins, week, side="right")) - 1
        on = f" on {study.day_words(week)}" if study.day(week) != study.day(float(begins[span])) else ""
        rank = NEAR_EVENT if event["path"].split(".")[:2] in own else OTHER_EVENT
        yield Moment((rank, week), span, event["name"].replace("-", " ") + on)


def _named(moments: Sequence[Moment]) -> str:
    """What happened, in words: all but events, and the first of those."""
    events = [moment.words for moment in moments if moment.rank[0] >= NEAR_EVENT]
    said = [moment.words for moment in moments if moment.rank[0] < NEAR_EVENT] + events[:MOST_EVENTS]
    more = len(events) - MOST_EVENTS
    return "; ".join(said) + (f" and {more} more" if more > 0 else "")
