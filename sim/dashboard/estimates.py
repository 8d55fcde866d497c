"""Estimates over the runs of a study: of one set of assumptions, or over plausible sets with two intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.over_sets import over_sets
from sim.comparison.variance import mean_of
from sim.dashboard.contests import Contest
from sim.dashboard.statistics import Estimate, mean_estimate, share_estimate, wide
from sim.dashboard.study import Study, View
from sim.quantities import FIGHTING


def share_of(study: Study, runs: pd.DataFrame, hits: NDArray[np.bool_]) -> Estimate:
    """Share of runs in which something happened.

    Parameters
    ----------
    study : Study
    runs : DataFrame
        With ``point`` and ``replicate``, one row a run.
    hits : ndarray of bool, shape (R,)
        Whether it happened, by row of `runs`.
    """
    return _over_sets(study, runs, hits.astype(np.float64), share=True) if study.over_sets else share_estimate(hits)


def mean_in(study: Study, runs: pd.DataFrame, values: NDArray[np.float64], *, share: bool = False) -> Estimate:
    """Mean over runs; missing values are left out.

    Parameters
    ----------
    study : Study
    runs : DataFrame
        With ``point`` and ``replicate``, one row a run.
    values : ndarray, shape (R,)
        By row of `runs`.
    share : bool
        Whether values lie in [0, 1]. Where each is one or the other, the mean is a share of runs.
    """
    if study.over_sets:
        return _over_sets(study, runs, values, share=share)
    held = values[np.isfinite(values)]
    return share_estimate(held == 1) if share and held.size and np.isin(held, (0, 1)).all() else mean_estimate(values)


def means_of_sets(
    study: Study, runs: pd.DataFrame, values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean over the runs of each plausible set that has a value, and how often the set counts; both of shape (W,)."""
    cube, weights = _by_set(study, runs, values)
    there = np.isfinite(cube).any(axis=1)
    return mean_of(cube[there], axis=1), weights[there]


def given_to(study: Study, runs: pd.DataFrame, path: str) -> NDArray[np.float64]:
    """A number that each run was given: that of its point, or else the scenario's; NaN without any, shape (R,)."""
    if path in study.design:
        return study.design.set_index("point")[path].loc[runs["point"]].to_numpy(np.float64)
    own = float((study.scenario["numbers"].get(path) or {}).get("value", np.nan))
    return np.full(len(runs), own)


def weeks_of_fighting(study: Study, contest: Contest, view: View) -> pd.DataFrame | None:
    """How much each week of a run counts in a mean over those in which its sides fight.

    Returns
    -------
    DataFrame or None
        By week and run, as `wide` has them: 1 in sum for each run, NaN for one that never fights. None where no run of
        the view is known to fight.
    """
    kept, name = study.series_of(view), f"phase.{contest.code}"
    if kept.empty or name not in kept:
        return None
    fights = (wide(kept, name) == FIGHTING).astype(np.float64)
    weeks = fights.sum()
    return fights / weeks.where(weeks > 0) if weeks.any() else None


def shares_held(codes: pd.DataFrame, number: int, counts: pd.DataFrame | None) -> NDArray[np.float64]:
    """Share of each run's weeks in which it has each code, shape (number, R); NaN for a run of which no week counts.

    Parameters
    ----------
    codes : DataFrame
        By week and run, as `wide` has them.
    number : int
        Number of codes.
    counts : DataFrame or None
        How much each week counts, as `weeks_of_fighting` gives it; None for all weeks alike.
    """
    lasts = codes.notna().to_numpy(np.float64)
    weights = lasts / lasts.sum(axis=0) if counts is None else counts.to_numpy()
    held = codes.to_numpy()
    return np.array([(weights * (held == code)).sum(axis=0) for code in range(number)])


def mean_reasons(study: Study, view: View, rows: pd.DataFrame, counts: pd.DataFrame | None) -> pd.Series:
    """Mean of reasons by posture and term; none where no week counts.

    Parameters
    ----------
    rows : DataFrame
        Rows of the stored reasons of one third party in one contest.
    counts : DataFrame or None
        How much each week of a run counts, as `weeks_of_fighting` gives it; None for all weeks alike. The reasons of a
        week are known by point, so that they count by the mean over its runs.
    """
    if counts is None:
        weight = np.ones(len(rows))
    else:
        points = study.kept_runs_of(view)["point"].to_numpy()
        known_of = np.isin(points, rows["point"].unique())  # reasons are stored of a few points
        by_week = counts.loc[:, known_of].T.groupby(points[known_of]).mean().T
        week = by_week.index.get_indexer(pd.Index(rows["week"]))
        point = by_week.columns.get_indexer(pd.Index(rows["point"]))
        known = (week >= 0) & (point >= 0)
        weight = np.zeros(len(rows))
        weight[known] = np.nan_to_num(by_week.to_numpy()[week[known], point[known]])
    return _weighted_means(rows, weight)


def _weighted_means(rows: pd.DataFrame, weight: NDArray[np.float64]) -> pd.Series:
    """Weighted means of values by posture and term, without those of no weight; sums by place are fast."""
    posture, postures = pd.factorize(rows["posture"], sort=True)
    term, terms = pd.factorize(rows["term"], sort=True)
    place = posture * len(terms) + term
    weights = np.bincount(place, weight)
    sums = np.bincount(place, weight * rows["value"].to_numpy(np.float64))
    there = np.flatnonzero(weights)
    at_posture, at_term = np.divmod(there, max(1, len(terms)))
    keys = [np.asarray(postures)[at_posture], np.asarray(terms)[at_term]]
    return pd.Series(sums[there] / weights[there], pd.MultiIndex.from_arrays(keys, names=["posture", "term"]))


def _by_set(
    study: Study, runs: pd.DataFrame, values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Values by set and replicate, shape (W, R), and how often each set counts, shape (W,)."""
    worlds = study.worlds
    assert worlds is not None, "asked before"
    rows = pd.Index(study.design["point"]).get_indexer(runs["point"])
    return worlds.by_set(rows, runs["replicate"].to_numpy(np.int64), values[:, None])[:, :, 0], worlds.weights


def _over_sets(study: Study, runs: pd.DataFrame, values: NDArray[np.float64], *, share: bool) -> Estimate:
    found = over_sets(*_by_set(study, runs, values), share=share)
    return Estimate(found.value, *found.chance, int(np.isfinite(values).sum()), found.sets, found.assumptions)
