"""Resampling on two levels, points and replicates, for statistics that noise of replicates must not enter.

The mean over R replicates of a squared effect holds the noise of each of them; a product of two different replicates
does not, as their noise is independent. So squares and products are averaged over pairs of different replicates
(`over_pairs`), and weights instead of draws leave every pair in the resample (Bayesian bootstrap).

Sources: Rubin (1981), Annals of Statistics 9, for the weights; Hoeffding (1948), Annals of Mathematical Statistics 19,
for means over pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 400
SEED = 20_201
TAILS = (0.025, 0.975)


def over_pairs(first: Floats, second: Floats, product: Floats, weights: Floats) -> Floats:
    """Mean product of two quantities over pairs of different replicates; of a single replicate its own product.

    Parameters
    ----------
    first, second, product : ndarray, shape (..., R)
        The product, replicate by replicate, is given because it is the same in every resample.
    weights : ndarray, shape (R,)
        Of the replicates; they add up to 1.
    """
    if len(weights) == 1:
        return np.asarray(product[..., 0])
    squares = weights**2
    return np.asarray(((first @ weights) * (second @ weights) - product @ squares) / (1.0 - squares.sum()))


def resampled(
    statistic: Callable[[Floats, Floats], Floats], units: int, replicates: int, resamples: int = RESAMPLES
) -> tuple[Floats, Floats]:
    """A statistic and its resamples.

    Parameters
    ----------
    statistic : callable
        Takes weights of the units, shape (units,), and of the replicates, shape (replicates,), each adding up to 1.
    units, replicates, resamples : int

    Returns
    -------
    value : ndarray, shape (...)
    spread : ndarray, shape (resamples, ...)
    """
    value = statistic(np.full(units, 1.0 / units), np.full(replicates, 1.0 / replicates))
    return value, np.array([statistic(*pair) for pair in _weights(units, replicates, resamples)])


def interval(spread: Floats) -> tuple[Floats, Floats]:
    """95% percentile interval of each statistic, from its resamples along the first axis."""
    low, high = np.quantile(spread, TAILS, axis=0)
    return low, high


def rank_interval(spread: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """95% interval of each statistic's rank, 1 for the largest, from resamples of shape (resamples, statistics)."""
    ranks = np.argsort(np.argsort(-spread, axis=1, kind="stable"), axis=1) + 1
    low, high = np.quantile(ranks, TAILS, axis=0, method="closest_observation")
    return low.astype(np.int64), high.astype(np.int64)


def _weights(units: int, replicates: int, resamples: int) -> Iterator[tuple[Floats, Floats]]:
    """Weights of each resample: exponential draws, so scaled that they add up to 1."""
    draws = np.random.Generator(np.random.Philox(key=SEED))
    for _ in range(resamples):
        both = draws.standard_exponential(units), draws.standard_exponential(replicates)
        yield both[0] / both[0].sum(), both[1] / both[1].sum()
