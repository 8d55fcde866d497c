"""A number over plausible sets, with its two intervals: what chance does to it, and what the assumptions do.

Runs of one replicate share their chance events in all sets. So the replicate is the unit of chance, and more of them
narrow its interval. How far sets differ is no error and does not narrow: it is the range of what is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.comparison.variance import jackknife, mean_of, parts_of_variance

Floats = NDArray[np.float64]
Ends = tuple[float, float]

TAILS = (0.05, 0.95)
"""Quantiles over sets between which the range of assumptions lies."""
ROUNDING = 1e-12
UNKNOWN = (float("nan"), float("nan"))


@dataclass(frozen=True)
class OverSets:
    """A mean over sets that count by their weights.

    Attributes
    ----------
    value : float
    chance : tuple of float
        95% interval of the value over other replicates; NaN from one replicate.
    assumptions : tuple of float
        5% and 95% quantile over sets of a set's own value; NaN from one set.
    rises, falls : float
        Share of sets whose runs have a mean above, and below, nothing; the noise of these runs is in it.
    sets, runs : int
        Sets that have a value, and runs.
    noisy : bool
        Whether the sets' own values still hold the noise of their runs: one replicate cannot tell it apart.
    """

    value: float
    chance: Ends
    assumptions: Ends
    rises: float
    falls: float
    sets: int
    runs: int
    noisy: bool


def over_sets(values: Floats, weights: NDArray[np.int64], *, share: bool = False, least: float = 0.0) -> OverSets:
    """Mean of an outcome, or of a difference, over sets and replicates.

    Parameters
    ----------
    values : ndarray, shape (W, R)
        By set and replicate; NaN where there is none.
    weights : ndarray of int64, shape (W,)
        How often each set counts.
    share : bool
        Whether it is a share of runs, which cannot leave [0, 1].
    least : float
        Size below which the mean of a set's runs counts as nothing.
    """
    there = np.isfinite(values).any(axis=1)
    values, weights = values[there], weights[there]
    if not len(values):
        return OverSets(float("nan"), UNKNOWN, UNKNOWN, float("nan"), float("nan"), 0, 0, noisy=True)
    means, sums = mean_of(values, axis=1), float(weights.sum())
    value = float(means @ weights / sums)
    own, noisy = without_noise(values, means, value)
    runs = int(np.isfinite(values).sum())
    error = _error(values, weights)
    chance = _share_interval(value, error, values.shape[1]) if share else _interval(value, error, values.shape[1])
    rises, falls = (float(weights[sign * means >= max(least, ROUNDING)].sum() / sums) for sign in (1, -1))
    return OverSets(value, chance, _range(own, weights), rises, falls, len(values), runs, noisy)


def without_noise(values: Floats, means: Floats, value: float) -> tuple[Floats, bool]:
    """Each set's own value, drawn toward that of all as far as the noise of its runs goes.

    Together they then vary as sets do. A set whose runs all agree has no noise, and stays where it is.

    Parameters
    ----------
    values : ndarray, shape (W, R)
    means : ndarray, shape (W,)
        Mean of each set's runs.
    value : float
        That of all sets.

    Returns
    -------
    own : ndarray, shape (W,)
    noisy : bool
        Whether nothing could be told of the noise, and it is still there.

    Source: Louis (1984), Journal of the American Statistical Association 79: estimates of many means whose spread is
    to be that of the means themselves.
    """
    chance, _, _ = parts_of_variance(values)
    if not np.isfinite(chance):
        return means, True
    between = max(0.0, float(np.var(means, ddof=1)) - chance**2)
    noise = _noise(values, means)
    kept = np.sqrt(np.divide(between, between + noise, out=np.ones_like(noise), where=noise > 0))
    return value + kept * (means - value), False


def _noise(values: Floats, means: Floats) -> Floats:
    """Variance of each set's mean by chance, shape (W,): the smaller one of its runs' and of what no set shares."""
    own = values - means[:, None]
    runs = np.isfinite(values).sum(axis=1)
    squares = [np.nansum(one**2, axis=1) for one in (own, own - mean_of(own, axis=0))]
    return np.asarray(np.minimum(*squares) / np.maximum(1, runs - 1) / runs)


def _error(values: Floats, weights: NDArray[np.int64]) -> float:
    """Standard error of the mean over other replicates: jackknife over replicates, all sets of one together."""
    if values.shape[1] < 2:
        return float("nan")
    held = np.isfinite(values)
    sums, counts = np.where(held, values, 0.0), held.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        left = (sums.sum(axis=1, keepdims=True) - sums) / (counts.sum(axis=1, keepdims=True) - counts)
        known = np.isfinite(left)
        weighed = np.where(known, left, 0.0) * weights[:, None]
        means = weighed.sum(axis=0) / (known * weights[:, None]).sum(axis=0)
    return float(jackknife(means))


def _interval(value: float, error: float, replicates: int) -> Ends:
    """Student's interval from so many replicates."""
    if replicates < 2:
        return UNKNOWN
    half = float(stdtrit(replicates - 1, 0.975)) * error
    return value - half, value + half


def _share_interval(value: float, error: float, replicates: int) -> Ends:
    """Interval of a share after Wilson, with as many independent runs as would have its standard error.

    A share that no run, or every run, has rests on the replicates alone.

    Source: Korn and Graubard (1998), Survey Methodology 24; Wilson (1927), Journal of the American Statistical
    Association 22.
    """
    if replicates < 2:
        return UNKNOWN
    variance = value * (1.0 - value)
    runs = variance / error**2 if variance > 0 and error > 0 else float(replicates)
    t2 = float(stdtrit(replicates - 1, 0.975)) ** 2
    centre = (value + t2 / (2 * runs)) / (1 + t2 / runs)
    half = sqrt(t2) * sqrt(variance / runs + t2 / (4 * runs**2)) / (1 + t2 / runs)
    return max(0.0, centre - half), min(1.0, centre + half)


def _range(own: Floats, weights: NDArray[np.int64]) -> Ends:
    """Quantiles over sets, each as often as it counts; unknown from one set."""
    if len(own) < 2:
        return UNKNOWN
    low, high = np.quantile(np.repeat(own, weights), TAILS).tolist()
    return low, high
