"""Why they did it: utility terms of each posture of each third party, as means over spans of weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.contests import Contest
from sim.dashboard.sections.reasons.decisions import Decider, decisions, shares_by_span
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
        posture was held, and ``decisions``: spans that can be looked at alone, as `decisions` gives them.
    """
    table = study.reasons
    if table.empty:
        return None
    weeks = np.sort(table["week"].unique()).astype(np.float64)
    first = starts(len(weeks))
    begins = weeks[first]
    table = table[table["point"].isin(points_of(views))]
    lengths = [span_lengths(table, view, begins) for view in views]
    table = table.assign(week=np.searchsorted(begins, table["week"], side="right") - 1)
    present = set(table["term"].unique())
    terms = [term for term in study.manifest["terms"] if term in present]
    rows = dict(iter(table.groupby(["contest", "party"], observed=True)))
    cases = [
        case(study, contest, party, views, terms, rows[contest.code, party], begins, lengths)
        for contest in study.contests
        for party in contest.parties
        if (contest.code, party) in rows
    ]
    return {
        "weeks": [round(week, 2) for week in begins.tolist()],
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
    begins: NDArray[np.float64], lengths: Sequence[list[int]],
) -> dict[str, Any]:  # fmt: skip
    """One third party in one contest, from its rows of the table; `lengths` of spans by view."""
    names = [posture.name for posture in study.postures]
    present = set(rows["posture"].unique())
    order = [place for place, name in enumerate(names) if name in present]
    who = Decider(contest, party, [posture_words(study.postures[place], contest) for place in order])
    return {
        "contest": contest.code,
        "contest_name": contest.spoken,
        "party": party,
        "party_name": study.name(party),
        "postures": who.postures,
        "sides": [study.postures[place].side for place in order],
        "points": [
            {
                "values": values(rows[rows["point"].isin(view.points)], [names[place] for place in order], terms),
                "held": shares_held(study, contest, party, view, order),
                "decisions": decisions(study, who, shares_by_span(study, who, view, order, begins), begins, reached),
            }
            for view, reached in zip(views, lengths, strict=True)
        ],
    }


def values(rows: pd.DataFrame, postures: list[str], terms: list[str]) -> list[list[list[int] | None]] | None:
    """Thousandths by posture, term and span; None for a term that stays negligible."""
    if rows.empty:
        return None
    cube = rows.pivot_table(index=["posture", "term"], columns="week", values="value", aggfunc="mean", observed=True)
    cube = cube.reindex(pd.MultiIndex.from_product([postures, terms])).fillna(0.0)
    numbers = cube.to_numpy(dtype=np.float64).reshape(len(postures), len(terms), -1)
    return [
        [None if np.abs(row).max() < NEGLIGIBLE else [int(v) for v in np.round(1000 * row)] for row in posture]
        for posture in numbers
    ]


def shares_held(study: Study, contest: Contest, party: str, view: View, order: list[int]) -> list[float] | None:
    """Share of kept runs and weeks in which each posture was held."""
    name, kept = f"posture.{contest.code}.{party}", study.series_of(view)
    if kept.empty or name not in kept:
        return None
    codes = kept[name].to_numpy()
    return [round(float(np.mean(codes == place)), 4) for place in order]
