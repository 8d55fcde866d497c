"""Whether the whole distribution of an outcome moves with a number, for outcomes whose mean says little (PAWN).

The index is the median, over slices of the number, of the largest distance between the distribution of the outcome in
the slice and that of all points. It is above 0 for any number, so the indices of dummies, made by shuffling, are taken
off: what is left of a number without effect lies about 0, and the spread of the dummies is the interval.

Source: Pianosi and Wagener (2018), Environmental Modelling & Software 108, for the index from given points and for
dummies. SALib has the index without them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, skew

Floats = NDArray[np.float64]

SLICES = 10
FEWEST = 10 * SLICES
MOST = 20_000
"""Points that are looked at; of more, evenly spread ones."""
DUMMIES = 199
SKEWED = 1.0
"""Skewness from which a mean says little."""
SEED = 20_202


def is_skewed(means: Floats) -> bool:
    """Whether an outcome is so skewed over its points that ranks and means say little of it."""
    held = means[np.isfinite(means)]
    return bool(len(held) >= FEWEST and np.ptp(held) > 0 and abs(float(skew(held))) >= SKEWED)


def pawn(numbers: Floats, means: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Index of each number less that of dummies, with its 95% interval; None from too few points.

    Parameters
    ----------
    numbers : ndarray, shape (n, k)
    means : ndarray, shape (n,)

    Returns
    -------
    value, low, high : ndarray, shape (k,)
    """
    held = np.flatnonzero(np.isfinite(means))
    if len(held) < FEWEST:
        return None
    held = held[:: max(1, len(held) // MOST)]
    order = held[np.argsort(means[held], kind="stable")]
    last = np.flatnonzero(np.r_[np.diff(means[order]) > 0, True])  # equal outcomes are one step of the distribution
    draws = np.random.Generator(np.random.Philox(key=SEED))
    found = np.array([_index(_slices(column[order]), last) for column in numbers.T])
    even = np.arange(len(order)) * SLICES // len(order)
    dummies = np.array([_index(draws.permutation(even), last) for _ in range(DUMMIES)])
    low, middle, high = np.quantile(dummies, [0.025, 0.5, 0.975])
    return found - middle, found - high, found - low


def _slices(column: Floats) -> NDArray[np.int64]:
    """Slice of each point: equally many points in each, as far as equal numbers allow."""
    return np.asarray((rankdata(column, method="min") - 1) * SLICES // len(column), dtype=np.int64)


def _index(slices: NDArray[np.int64], last: NDArray[np.int64]) -> float:
    """Median distance of the slices' distributions from that of all, points being in the order of the outcome."""
    n = len(slices)
    there = np.unique(slices)
    below = np.cumsum(slices[:, None] == there, axis=0)[last]
    distances = np.abs(below / below[-1] - ((last + 1) / n)[:, None]).max(axis=0)
    return float(np.median(distances))
