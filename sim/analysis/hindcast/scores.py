"""Proper scores of an ensemble by set and replicate, smaller is better, and how a weighted resample of it scores.

An ensemble is an array (W, R) by plausible set and replicate, NaN where a run has no value. Runs of one replicate share
their chance events in all sets, and runs of one set their numbers, so only pairs that share neither are independent.
`Weights` are those of many resamples at once, of which the first is the ensemble as it is.

Sources: Brier (1950), Monthly Weather Review 78; Good (1952), Journal of the Royal Statistical Society B 14, for the
logarithmic score; Gneiting and Raftery (2007), Journal of the American Statistical Association 102, for the continuous
ranked probability score; Ferro (2014), Quarterly Journal of the Royal Meteorological Society 140, for its fair form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

FINE = 128
"""Most points at which the distribution of an ensemble is worked out."""
WIDE = 6.0
"""Standard deviations around the ensemble that are looked at."""
AT_ONCE = 32
"""Resamples that are worked out together, so that what they need fits into memory."""


@dataclass(frozen=True)
class Weights:
    """Weights of sets and replicates in resamples.

    Attributes
    ----------
    sets : ndarray, shape (B, W)
    replicates : ndarray, shape (B, R)
        Each row adds up to 1.
    """

    sets: Floats
    replicates: Floats

    def mean(self, values: Floats) -> Floats:
        """Weighted mean in each resample over the runs that have a value, shape (B,)."""
        there = np.isfinite(values)
        held = self._sum(np.where(there, values, 0.0))
        with np.errstate(invalid="ignore"):
            return held / self._sum(there.astype(np.float64))

    def _sum(self, values: Floats) -> Floats:
        return np.asarray(((self.sets @ values) * self.replicates).sum(axis=1))

    def parts(self) -> Iterator[Weights]:
        """Some resamples at a time."""
        for begin in range(0, len(self.sets), AT_ONCE):
            rows = slice(begin, begin + AT_ONCE)
            yield Weights(self.sets[rows], self.replicates[rows])


def brier(probability: Floats, happened: float) -> Floats:
    """Squared distance of a probability from what happened, 1 or 0."""
    return np.asarray((probability - happened) ** 2)


def log_score(probability: Floats, happened: float, runs: int) -> Floats:
    """Minus the logarithm of the probability of what happened.

    A share of so many runs is never more certain than half a run: it is clipped to [1/(2n), 1 - 1/(2n)].
    """
    edge = 1.0 / (2.0 * runs)
    return np.asarray(-np.log(np.clip(probability if happened else 1.0 - probability, edge, 1.0 - edge)))


def crps_normal(mean: float, deviation: float, happened: float) -> float:
    """Score of a normal distribution: that of one number whose measurement has an error."""
    return float(_distance((happened - mean) / deviation) - 1.0 / sqrt(pi)) * deviation


@dataclass(frozen=True)
class Spread:
    """An ensemble of numbers seen through an error of measurement: each run is a normal distribution about its value.

    Attributes
    ----------
    values : ndarray, shape (W, R)
        At least one of them a number.
    deviation : float
        Standard deviation of the error.
    """

    values: Floats
    deviation: float

    @cached_property
    def there(self) -> Floats:
        """1 where a run has a value, else 0."""
        return np.isfinite(self.values).astype(np.float64)

    @cached_property
    def _filled(self) -> Floats:
        return np.where(self.there > 0, self.values, 0.0)

    @cached_property
    def grid(self) -> Floats:
        """Points at which the distribution is worked out, half an error apart where that many are enough."""
        held = self.values[np.isfinite(self.values)]
        low, high = held.min() - WIDE * self.deviation, held.max() + WIDE * self.deviation
        points = int(min(FINE, 2 + 2 * (high - low) / self.deviation))
        return np.linspace(low, high, points)

    @cached_property
    def below(self) -> Floats:
        """Probability that a run's measurement lies below each point, shape (W, R, G); 0 where it has no value."""
        found = ndtr((self.grid - self._filled[..., None]) / self.deviation)
        return np.asarray(found * self.there[..., None])

    def crps(self, happened: float, weights: Weights) -> Floats:
        """Fair continuous ranked probability score in each resample, shape (B,).

        E|Z - y| - E|Z - Z'| / 2, where Z and Z' are measurements of two runs that share neither set nor replicate. A
        few runs are then scored as many are: a small ensemble is not blamed for being small.
        """
        away = _distance((self._filled - happened) / self.deviation) * self.deviation
        first = weights.mean(np.where(self.there > 0, away, np.nan))
        return np.asarray(first - np.concatenate([self._half_apart(part) for part in weights.parts()]))

    def _half_apart(self, weights: Weights) -> Floats:
        """Half the mean distance between measurements of two such runs: the area of F (1 - F), taken over pairs."""
        first, product = _over_pairs(self.below, self.there, weights)
        return np.asarray(np.trapezoid(first - product, self.grid, axis=1))

    def place_of(self, happened: float, weights: Weights) -> Floats:
        """Probability that a measurement lies below what happened; evenly spread over [0, 1] if the ensemble is right.

        Source: Dawid (1984), Journal of the Royal Statistical Society A 147.
        """
        found = ndtr((happened - self._filled) / self.deviation)
        return weights.mean(np.where(self.there > 0, found, np.nan))

    def quantiles(self, levels: tuple[float, ...]) -> Floats:
        """Quantiles of a measurement, where all runs count the same."""
        below = self.below.sum(axis=(0, 1)) / self.there.sum()
        return np.interp(levels, below, self.grid)


def weighted_median(values: Floats, weights: Floats) -> float:
    """The least value below which, itself included, half of the weight lies; NaN values do not count."""
    there = np.isfinite(values)
    held, weighed = values[there], weights[there]
    if not len(held) or not weighed.sum():
        return float("nan")
    order = np.argsort(held, kind="stable")
    ends = np.cumsum(weighed[order])
    return float(held[order][np.searchsorted(ends, 0.5 * ends[-1])])


def _distance(z: float | Floats) -> Floats:
    """Mean distance of a standard normal number from a point that lies z away from its mean."""
    z = np.asarray(z, np.float64)
    return np.asarray(z * (2.0 * ndtr(z) - 1.0) + 2.0 * np.exp(-0.5 * z * z) / sqrt(2.0 * pi))


def _over_pairs(one: Floats, there: Floats, weights: Weights) -> tuple[Floats, Floats]:
    """Weighted means over pairs of runs that share neither set nor replicate, each of shape (B, G).

    All pairs, less those of one set, less those of one replicate, and those of one run once again. Where there is a
    single set, or a single replicate, pairs may share it; of a single run there is no pair, and both means are 0.

    Parameters
    ----------
    one : ndarray, shape (W, R, G)
        0 where a run has no value.
    there : ndarray, shape (W, R)
        1 where it has one.
    weights : Weights

    Returns
    -------
    first : ndarray
        Mean of one run of a pair.
    product : ndarray
        Mean product of both.
    """
    ones = there[..., None]
    sums, ends = _Sums.of(one, weights), _Sums.of(ones, weights)
    pairs = _pairs(ends, ends, ends.squares, weights, one.shape)
    whole = np.where(pairs > 0.0, pairs, np.inf)
    first = _pairs(sums, ends, sums.squares, weights, one.shape)
    product = _pairs(sums, sums, _of_sets(weights.sets**2, one * one), weights, one.shape)
    return first / whole, product / whole


@dataclass(frozen=True)
class _Sums:
    """Weighted sums of an array (W, R, G): over replicates (B, W, G); over sets (B, R, G), by weights and squares."""

    rows: Floats
    columns: Floats
    squares: Floats

    @classmethod
    def of(cls, values: Floats, weights: Weights) -> _Sums:
        rows = np.matmul(weights.replicates, values).transpose(1, 0, 2)
        return cls(rows, _of_sets(weights.sets, values), _of_sets(weights.sets**2, values))


def _pairs(first: _Sums, second: _Sums, both: Floats, weights: Weights, shape: tuple[int, ...]) -> Floats:
    """Weighted sum of products over such pairs; `both` holds the products of a run with itself, summed over sets."""
    sets, replicates = weights.sets[..., None], weights.replicates[..., None]
    total = (sets * first.rows).sum(axis=1) * (sets * second.rows).sum(axis=1)
    if shape[0] > 1:
        total = total - (sets**2 * first.rows * second.rows).sum(axis=1)
    if shape[1] > 1:
        total = total - (replicates**2 * first.columns * second.columns).sum(axis=1)
    if shape[0] > 1 and shape[1] > 1:
        total = total + (replicates**2 * both).sum(axis=1)
    return np.asarray(total)


def _of_sets(weights: Floats, values: Floats) -> Floats:
    """Weighted sums over sets, shape (B, R, G)."""
    found = weights @ values.reshape(len(values), -1)
    return found.reshape(len(weights), *values.shape[1:])
