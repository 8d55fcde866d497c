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

LEAST_FIGHTING = 0.05
"""A week counts as one of fighting where at least this share of a version's runs fights."""
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
    """Weeks of fighting of each contest that is fought, the same in all views."""
    kept = study.series.loc[study.series["point"].isin(points_of(views)), "week"]
    if kept.empty:
        return []
    begin, end = float(kept.min()), float(kept.max())
    found = []
    for contest in study.contests:
        fought = fought_weeks(study, contest, views)
        if not fought:
            continue
        first, last = max(begin, min(fought) - 1), min(end, max(fought) + 1)
        longest = LONGEST * (end - begin)
        cut = last - first > longest
        last = first + longest if cut else last
        if first < last:
            days = [study.day(study.seen(week)).isoformat() for week in (first, last)]
            found.append(Span(contest.name, span_words(contest, cut=cut), *days))
    return found


def fought_weeks(study: Study, contest: Contest, views: Sequence[View]) -> set[float]:
    """Weeks in which enough runs of a view fight over a contest."""
    weeks: set[float] = set()
    for view in views:
        kept = study.series_of(view)
        if not kept.empty and f"phase.{contest.code}" in kept:
            codes = wide(kept, f"phase.{contest.code}")
            many = shares(codes, len(PHASE_STYLE))[FIGHTING] >= LEAST_FIGHTING
            weeks |= set(codes.index.to_numpy(dtype=np.float64)[many].tolist())
    return weeks


def span_words(contest: Contest, *, cut: bool) -> str:
    """The choice in words, ``Weeks of fighting in Nagorno-Karabakh``."""
    return f"{'First weeks' if cut else 'Weeks'} of {contest.fighting} in {contest.spoken}"
