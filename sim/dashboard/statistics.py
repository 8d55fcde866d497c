"""Estimates with intervals, all of them deterministic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Z95 = 1.959963984540054
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a fan: the 90% band, the 50% band, the median."""


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
