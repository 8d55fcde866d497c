"""Means and variances of runs by point and replicate, with what is missing left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc


def mean_of(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Mean along an axis of what is there; NaN where nothing is."""
    held = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(held, values, 0.0).sum(axis=axis) / held.sum(axis=axis), dtype=np.float64)


def jackknife(left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of a statistic from its values without each of G groups, shape (G, ...); NaN below two groups.

    Source: Efron and Stein (1981), Annals of Statistics 9.
    """
    groups = len(left_out)
    if groups < 2:
        return np.full(left_out.shape[1:], np.nan)
    squares = ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt((groups - 1) / groups * squares))


def parts_of_variance(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Split the variance between runs into that between points and that by chance.

    Two-way analysis of variance by point and replicate: what a replicate does at every point alike is chance, but
    makes no difference between points, unless they lack different replicates.

    Parameters
    ----------
    values : ndarray, shape (P, R)
        NaN where a run is missing.

    Returns
    -------
    chance : float
        Standard deviation that chance gives to a point's mean. NaN with one point or one replicate, as are the next.
    explained : float
        Share of the variance between runs that lies between points.
    p : float
        P-value of no difference between points (F test).

    Source: Fisher (1925), Statistical Methods for Research Workers.
    """
    held = np.isfinite(values)
    points, replicates, count = int(held.any(axis=1).sum()), int(held.any(axis=0).sum()), int(held.sum())
    freedom = count - points - replicates + 1
    if min(points, replicates) < 2 or freedom < 1:
        return float("nan"), float("nan"), float("nan")
    means = mean_of(values, axis=1)
    rest = values - means[:, None]
    shared = mean_of(rest, axis=0)
    error = float(np.nansum((rest - shared) ** 2)) / freedom
    within = float(np.nansum(rest**2)) / max(1, count - points)
    unshared = float(np.nanvar(mean_of(np.where(held, shared, np.nan), axis=1)))
    chance = error * points / count + unshared
    observed = float(np.nanvar(means, ddof=1))
    between = max(0.0, observed - chance)
    explained = between / (between + within) if between + within > 0 else 0.0
    p = float(fdtrc(points - 1, freedom, observed / chance)) if chance > 0 else 1.0 if observed == 0 else 0.0
    return float(np.sqrt(chance)), explained, p
