"""Weeks of fighting, to which the time axis of all strips can be narrowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.dashboard.contests import Contest
from sim.dashboard.sections.crises.strip import PHASE_STYLE, shares
from sim.dashboard.statistics import wide
from sim.dashboard.study import Study, View, points_of
from sim.quantities import FIGHTING

LEAST_FIGHTING, OF_MOST = 0.05, 0.5
"""A week counts as one of fighting where at least this share of a version's runs fights, and at least this share of as
many as in the week in which most do: a few wars that last do not make the others long."""
LONGEST = 0.5
"""The weeks of fighting are cut at this share of all weeks: longer ones would hardly narrow the axis."""


@dataclass(frozen=True)
class Span:
    """Weeks of fighting of a contest: its name, the choice in words, and first and last day (ISO)."""

    name: str
    words: str
    first: str
    last: str


def spans(study: Study, views: Sequence[View]) -> list[Span]:
    """Weeks of fighting of each contest that is fought, with the kept ones beside them, the same in all views."""
    kept = study.series.loc[study.series["point"].isin(points_of(views)), "week"]
    weeks = np.sort(kept.unique()).astype(np.float64)
    found = []
    for contest in study.contests:
        fought = fought_weeks(study, contest, views)
        if not fought:
            continue
        first = max(0, int(np.searchsorted(weeks, min(fought))) - 1)
        last = min(len(weeks) - 1, int(np.searchsorted(weeks, max(fought))) + 1)
        latest = int(np.searchsorted(weeks, weeks[first] + LONGEST * (weeks[-1] - weeks[0]), side="right")) - 1
        cut = last > latest
        last = min(last, latest)
        if first < last:
            days = [study.day(week).isoformat() for week in weeks[[first, last]].tolist()]
            found.append(Span(contest.name, span_words(contest, cut=cut), *days))
    return found


def fought_weeks(study: Study, contest: Contest, views: Sequence[View]) -> set[float]:
    """Weeks in which enough runs of a view fight over a contest."""
    weeks: set[float] = set()
    for view in views:
        kept = study.series_of(view)
        if not kept.empty and f"phase.{contest.code}" in kept:
            codes = wide(kept, f"phase.{contest.code}")
            share = shares(codes, len(PHASE_STYLE))[FIGHTING]
            many = share >= max(LEAST_FIGHTING, OF_MOST * float(share.max()))
            weeks |= set(codes.index.to_numpy(dtype=np.float64)[many].tolist())
    return weeks


def span_words(contest: Contest, *, cut: bool) -> str:
    """The choice in words, ``Weeks of fighting in Nagorno-Karabakh``."""
    return f"{'First weeks' if cut else 'Weeks'} of {contest.fighting} in {contest.spoken}"
