"""Estimates with intervals, all of them deterministic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.over_sets import UNKNOWN

Z95 = 1.959963984540054
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a fan: the 90% band, the 50% band, the median."""


@dataclass(frozen=True)
class Estimate:
    """A value, its 95% interval by chance, and the number of runs it rests on.

    Attributes
    ----------
    value, low, high : float
    runs : int
    sets : int
        Plausible sets that it was taken over; 0 for a value of one set of assumptions.
    assumptions : tuple of float
        5% and 95% quantile of the sets' own values.
    """

    value: float
    low: float
    high: float
    runs: int
    sets: int = 0
    assumptions: tuple[float, float] = UNKNOWN


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
    weeks, replicates = series["week"].to_numpy(), series["replicate"].to_numpy()
    rows = (
        int(np.argmax(replicates != replicates[0])) if len(series) and replicates[-1] != replicates[0] else len(series)
    )
    if not _is_grid(weeks, replicates, rows):
        return series.pivot(index="week", columns="replicate", values=outcome).sort_index()
    index, columns = pd.Index(weeks[:rows], name="week"), pd.Index(replicates[::rows], name="replicate")
    return pd.DataFrame(series[outcome].to_numpy().reshape(-1, rows).T, index, columns)


def _is_grid(weeks: NDArray[Any], replicates: NDArray[Any], rows: int) -> bool:
    """Whether runs stand one behind the other in rising order, each with the same so many weeks in rising order."""
    if not rows or len(weeks) % rows:
        return False
    blocks, first = replicates.reshape(-1, rows), weeks[:rows]
    return bool(
        (blocks == blocks[:, :1]).all()
        and (np.diff(blocks[:, 0]) > 0).all()
        and (np.diff(first) > 0).all()
        and (weeks.reshape(-1, rows) == first).all()
    )


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
