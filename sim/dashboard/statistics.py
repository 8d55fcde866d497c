"""Estimates with intervals, all of them deterministic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Z95 = 1.959963984540054
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a fan: the 90% band, the 50% band, the median."""
LEAST_UNITS = 8
"""Fewer units than this say nothing of a rank correlation."""


@dataclass(frozen=True)
class Estimate:
    """A value, its 95% interval, and the number of runs it rests on."""

    value: float
    low: float
    high: float
    runs: int


def share_estimate(hits: NDArray[np.bool_]) -> Estimate:
    """Share of runs with Wilson's interval.

    Parameters
    ----------
    hits : array of bool, shape (R,)
        Whether it happened, by run.

    Source: Wilson (1927), Journal of the American Statistical Association 22.
    """
    runs = int(hits.size)
    if runs == 0:
        return Estimate(float("nan"), 0.0, 1.0, 0)
    share = float(hits.mean())
    centre = (share + Z95**2 / (2 * runs)) / (1 + Z95**2 / runs)
    half = Z95 * np.sqrt(share * (1 - share) / runs + Z95**2 / (4 * runs**2)) / (1 + Z95**2 / runs)
    return Estimate(share, max(0.0, float(centre - half)), min(1.0, float(centre + half)), runs)


def mean_estimate(values: NDArray[np.float64]) -> Estimate:
    """Mean over runs with a normal interval; missing values are left out.

    Parameters
    ----------
    values : array, shape (R,)
        One value a run. Runs are independent, so the run is the unit of sampling.
    """
    held = values[np.isfinite(values)]
    if held.size == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    mean = float(held.mean())
    half = Z95 * float(held.std(ddof=1)) / np.sqrt(held.size) if held.size > 1 else float("nan")
    return Estimate(mean, mean - half, mean + half, int(held.size))


def paired_difference(first: pd.Series, second: pd.Series) -> Estimate:
    """Mean of `second - first` over the replicates that both have, which saw the same shocks.

    Parameters
    ----------
    first, second : Series indexed by replicate
        One outcome at two design points.
    """
    both = pd.concat([first, second], axis=1, join="inner").to_numpy(dtype=np.float64)
    return mean_estimate(both[:, 1] - both[:, 0])


def wide(series: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """One outcome of kept runs with weeks as rows and replicates as columns."""
    return series.pivot(index="week", columns="replicate", values=outcome).sort_index()


def fan(table: pd.DataFrame) -> NDArray[np.float64]:
    """Quantiles `BANDS` over runs, shape (5, weeks); missing values are left out."""
    values = table.to_numpy(dtype=np.float64)
    quantile = np.quantile if np.isfinite(values).all() else np.nanquantile  # the latter is slow
    return np.asarray(quantile(values, BANDS, axis=1), dtype=np.float64)


def spread_runs(table: pd.DataFrame, number: int) -> list[int]:
    """Replicates evenly spaced in the order of their last values, so that single runs show the spread."""
    last = table.iloc[-1].sort_values(kind="stable")
    picks = (np.arange(number) + 0.5) / number * len(last)
    return [int(last.index[int(pick)]) for pick in picks] if len(last) >= number else [int(r) for r in last.index]


def mean_of(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Mean along an axis of what is there; NaN where nothing is."""
    held = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(held, values, 0.0).sum(axis=axis) / held.sum(axis=axis), dtype=np.float64)


def standard_error(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of the mean of each column; NaN below two values."""
    count = np.isfinite(rows).sum(axis=0)
    squares = np.nansum((rows - mean_of(rows, axis=0)) ** 2, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 1, np.sqrt(squares / (count - 1) / count), np.nan)


def student_half(error: Any, units: Any) -> Any:
    """Half of a 95% interval by Student's t, from a standard error over so many units; NaN below two."""
    freedom = np.asarray(units) - 1
    return np.where(freedom > 0, stdtrit(np.maximum(freedom, 1), 0.975) * error, np.nan)


def student_p(value: Any, error: Any, freedom: Any) -> NDArray[np.float64]:
    """Two-sided p-value of a value against none by Student's t; NaN without a degree of freedom."""
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * stdtr(np.maximum(freedom, 1), -np.abs(value) / error)
    certain = np.where(np.asarray(value) == 0, 1.0, 0.0)
    return np.asarray(np.where(np.asarray(freedom) < 1, np.nan, np.where(np.asarray(error) == 0, certain, p)))


def rank_correlation(
    x: NDArray[np.float64], y: NDArray[np.float64], units: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Spearman's rank correlation of one number with several outcomes, and its standard error.

    Parameters
    ----------
    x : ndarray, shape (P,)
        Ranks of the number.
    y : ndarray, shape (P, O)
        Ranks of the outcomes.
    units : ndarray of int, shape (P,)
        Points of one unit were drawn together and depend on each other. The error comes from leaving out one unit at
        a time (jackknife).

    Returns
    -------
    value, error : ndarray, shape (O,)
        NaN below eight units.
    units : int
        Number of units.

    Source: Spearman (1904), American Journal of Psychology 15; Efron and Stein (1981), Annals of Statistics 9.
    """
    kinds, unit = np.unique(units, return_inverse=True)
    count = len(kinds)
    if count < LEAST_UNITS:
        return np.full(y.shape[1], np.nan), np.full(y.shape[1], np.nan), count
    a, b = (x - x.mean())[:, None], y - y.mean(axis=0)
    sums = [_summed(one, unit, count) for one in (np.ones_like(a), a, b, a * a, b * b, a * b)]
    total = [one.sum(axis=0) for one in sums]
    left_out = _correlation(*(whole - one for whole, one in zip(total, sums, strict=True)))
    error = np.sqrt((count - 1) / count * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    return _correlation(*total), error, count


def _summed(values: NDArray[np.float64], unit: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Sums of rows by unit, shape (units, O)."""
    if count == len(values):
        return values
    order = np.argsort(unit, kind="stable")
    starts = np.searchsorted(unit[order], np.arange(count))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0))


def _correlation(n: Any, a: Any, b: Any, aa: Any, bb: Any, ab: Any) -> Any:
    """Pearson's correlation from sums; none where one side does not vary."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num((n * ab - a * b) / np.sqrt((n * aa - a * a) * (n * bb - b * b)), posinf=0.0, neginf=0.0)


def parts_of_variance(values: NDArray[np.float64]) -> tuple[float, float]:
    """Split the variance between runs into that between points and that by chance.

    Two-way analysis of variance by point and replicate: what a replicate does at every point alike is chance, but
    makes no difference between points.

    Parameters
    ----------
    values : ndarray, shape (P, R)
        NaN where a run is missing.

    Returns
    -------
    chance : float
        Standard deviation that chance gives to a point's mean. NaN with one point or one replicate, as is the next.
    explained : float
        Share of the variance between runs that lies between points.
    """
    held = np.isfinite(values)
    points, replicates = int(held.any(axis=1).sum()), int(held.any(axis=0).sum())
    freedom = int(held.sum()) - points - replicates + 1
    if min(points, replicates) < 2 or freedom < 1:
        return float("nan"), float("nan")
    means = mean_of(values, axis=1)
    rest = values - means[:, None]
    within = float(np.nansum(rest**2)) / max(1, int(held.sum()) - points)
    error = float(np.nansum((rest - mean_of(rest, axis=0)) ** 2)) / freedom * points / held.sum()
    between = max(0.0, float(np.nanvar(means, ddof=1)) - error)
    return float(np.sqrt(error)), between / (between + within) if between + within > 0 else 0.0
