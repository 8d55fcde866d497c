"""Why they did it: utility terms of each posture of each third party, as means over spans of weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.contests import Contest
from sim.dashboard.estimates import mean_reasons, shares_held, weeks_of_fighting
from sim.dashboard.postures import closer_anchor
from sim.dashboard.sections.reasons.decisions import Decider, decisions, shares_by_week
from sim.dashboard.statistics import wide
from sim.dashboard.study import Study, View, points_of
from sim.dashboard.words import INERTIA, posture_words, reason_words

MOST_SPANS = 27
"""Spans of weeks: reasons move slowly, and there are sixteen terms for each of nine postures."""
NEGLIGIBLE = 0.005


def reasons(study: Study, views: Sequence[View]) -> dict[str, Any] | None:
    """Terms by contest, third party and posture for each view, or None without any.

    Returns
    -------
    dict or None
        ``weeks`` (first one of each span), ``lengths`` (by view, weeks in each span that its runs reach), ``edges``
        (first day of each span, and of what follows the last), ``terms`` (words), ``inertia`` (places of terms that are
        no reasons of the case), ``cases``: one for each contest and third party, with the
        postures in words and, by view, ``values``: thousandths as integers by posture, then term,
        then span (null for a term that never matters), ``held``: share of runs and weeks in which each
        posture was held, ``fought``: the weeks of fighting (null without any), and ``decisions``: weeks that can be
        looked at alone, as `decisions` gives them; both with ``values`` by posture and term and ``held`` of their own.
    """
    table = study.reasons
    if table.empty:
        return None
    weeks = np.sort(table["week"].unique()).astype(np.float64)
    first = starts(len(weeks))
    table = table[table["point"].isin(points_of(views))]
    lengths = [span_lengths(table, view, weeks[first]) for view in views]
    present = set(table["term"].unique())
    terms = [term for term in study.manifest["terms"] if term in present]
    table = table.assign(  # numbers are put together several times as fast as words
        span=np.searchsorted(weeks[first], table["week"], side="right") - 1,
        week=np.searchsorted(weeks, table["week"]),
        posture=pd.Index([posture.name for posture in study.postures]).get_indexer(pd.Index(table["posture"])),
        term=pd.Index(terms).get_indexer(pd.Index(table["term"])),
    )
    used = table[["point", "week", "span", "posture", "term", "value"]]
    places = table.groupby(["contest", "party"], observed=True).indices
    rows = {key: used.take(np.asarray(own)) for key, own in places.items()}
    cases = [
        case(study, contest, party, views, terms, rows[contest.code, party], weeks)
        for contest in study.contests
        for party in contest.parties
        if (contest.code, party) in rows
    ]
    return {
        "weeks": [round(week, 2) for week in weeks[first].tolist()],
        "lengths": lengths,
        "edges": [study.day(week).isoformat() for week in edges(weeks, first)],
        "terms": [reason_words(term) for term in terms],
        "inertia": [place for place, term in enumerate(terms) if term in INERTIA],
        "cases": cases,
    }


def span_lengths(table: pd.DataFrame, view: View, begins: NDArray[np.float64]) -> list[int]:
    """Weeks that the runs of a view last in each span, up to the last one that they reach."""
    weeks = table.loc[table["point"].isin(view.points), "week"].unique()
    counts: list[int] = np.bincount(np.searchsorted(begins, weeks, side="right") - 1).tolist()
    return counts


def starts(weeks: int) -> list[int]:
    """Places at which spans begin, equally long except for the last, at most `MOST_SPANS`."""
    return list(range(0, weeks, -(-weeks // MOST_SPANS)))


def edges(weeks: NDArray[np.float64], first: list[int]) -> list[float]:
    """Weeks at which spans begin, and the one at which the last ends."""
    step = float(weeks[1] - weeks[0]) if len(weeks) > 1 else 1.0
    return [*weeks[first].tolist(), float(weeks[-1]) + step]


def case(
    study: Study, contest: Contest, party: str, views: Sequence[View], terms: list[str], rows: pd.DataFrame,
    weeks: NDArray[np.float64],
) -> dict[str, Any]:  # fmt: skip
    """One third party in one contest, from its rows of the table, in which week, posture and term are places."""
    order = sorted(int(place) for place in rows["posture"].unique())
    who = Decider(contest, party, [posture_words(study.postures[place], contest) for place in order])
    cube = pd.MultiIndex.from_product([order, range(len(terms))])
    points = []
    for view in views:
        own = rows[rows["point"].isin(view.points)]
        reached = weeks[: 1 + own["week"].max()] if len(own) else weeks[:0]
        decided = decisions(study, who, shares_by_week(study, who, view, order, reached), reached)
        points.append(
            {
                "values": values(own, cube),
                "held": held_in(study, who, view, order, None),
                "fought": fought(study, who, view, order, own.assign(week=weeks[own["week"]]), cube),
                "decisions": [
                    {**one, "values": values_of(mean_reasons(study, view, own[own["week"] == one["week"]], None), cube)}
                    for one in decided
                ],
            }
        )
    return {
        "contest": contest.code,
        "contest_name": contest.spoken,
        "party": party,
        "party_name": study.name(party),
        "postures": who.postures,
        "closer": [closer_anchor(contest.code, party, study.postures[place].name) for place in order],
        "sides": [study.postures[place].side for place in order],
        "points": points,
    }


def values(rows: pd.DataFrame, cube: pd.MultiIndex) -> list[list[list[int] | None]] | None:
    """Thousandths by posture and term, as in `cube`, and span; None for a term that stays negligible."""
    if rows.empty:
        return None
    spans, span = np.unique(rows["span"], return_inverse=True)
    place = cube.get_indexer(pd.MultiIndex.from_frame(rows[["posture", "term"]])) * len(spans) + span
    size = len(cube) * len(spans)
    counts = np.bincount(place, minlength=size)
    means = np.bincount(place, rows["value"], minlength=size) / np.maximum(counts, 1)
    return [
        [None if np.abs(row).max() < NEGLIGIBLE else thousandths(row) for row in posture]
        for posture in means.reshape(len(cube.levels[0]), len(cube.levels[1]), -1)
    ]


def values_of(means: pd.Series, cube: pd.MultiIndex) -> list[list[int]]:
    """Thousandths by posture and term, as in `cube`."""
    numbers = means.reindex(cube).fillna(0.0).to_numpy(dtype=np.float64)
    return [thousandths(posture) for posture in numbers.reshape(len(cube.levels[0]), len(cube.levels[1]))]


def thousandths(row: NDArray[np.float64]) -> list[int]:
    """Numbers as whole thousandths."""
    return [int(v) for v in np.round(1000 * row)]


def fought(
    study: Study, who: Decider, view: View, order: list[int], rows: pd.DataFrame, cube: pd.MultiIndex
) -> dict[str, Any] | None:
    """The weeks in which a contest is fought over: their ``words``, ``values`` and ``held``; None without any."""
    counts = weeks_of_fighting(study, who.contest, view)
    means = None if counts is None else mean_reasons(study, view, rows, counts)
    if means is None or means.empty:
        return None
    return {
        "words": f"weeks of {who.contest.fighting}",
        "values": values_of(means, cube),
        "held": held_in(study, who, view, order, counts),
    }


def held_in(
    study: Study, who: Decider, view: View, order: list[int], counts: pd.DataFrame | None
) -> list[float] | None:
    """Share of weeks in which each posture was held, mean over kept runs of which a week counts."""
    name, kept = f"posture.{who.contest.code}.{who.party}", study.series_of(view)
    if kept.empty or name not in kept:
        return None
    shares = np.nanmean(shares_held(wide(kept, name), len(study.postures), counts), axis=1)
    return [round(float(shares[place]), 4) for place in order]
