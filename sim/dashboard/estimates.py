"""Estimates over the runs of a study: of one set of assumptions, or over plausible sets with two intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.over_sets import over_sets
from sim.dashboard.statistics import Estimate, mean_estimate, share_estimate
from sim.dashboard.study import Study


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


def given_to(study: Study, runs: pd.DataFrame, path: str) -> NDArray[np.float64]:
    """A number that each run was given: that of its point, or else the scenario's; NaN without any, shape (R,)."""
    if path in study.design:
        return study.design.set_index("point")[path].loc[runs["point"]].to_numpy(np.float64)
    own = float((study.scenario["numbers"].get(path) or {}).get("value", np.nan))
    return np.full(len(runs), own)


def _over_sets(study: Study, runs: pd.DataFrame, values: NDArray[np.float64], *, share: bool) -> Estimate:
    worlds = study.worlds
    assert worlds is not None, "asked before"
    rows = pd.Index(study.design["point"]).get_indexer(runs["point"])
    cube = worlds.by_set(rows, runs["replicate"].to_numpy(np.int64), values[:, None])[:, :, 0]
    found = over_sets(cube, worlds.weights, share=share)
    return Estimate(found.value, *found.chance, int(np.isfinite(values).sum()), found.sets, found.assumptions)
