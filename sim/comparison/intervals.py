"""Intervals of mean differences, for many outcomes at once.

A unit is what was drawn independently, such as a replicate with all its runs; it enters by the sum of its values
and by their number, so that units of different sizes and missing values need no further care. Resampling is one
matrix product for all outcomes. Random numbers come from a counter-based generator with a fixed seed.

Source: Efron (1987), Journal of the American Statistical Association 82.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

CHUNK_CELLS = 2**21
"""Cells of resampling weights held at a time."""


@dataclass(frozen=True)
class Sample:
    """Values of Y outcomes by unit.

    Attributes
    ----------
    sums, counts : ndarray, shape (units, Y)
        Sum of each unit's values that are not missing, and their number.
    """

    sums: Floats
    counts: Floats

    @property
    def mean(self) -> Floats:
        """Mean over all values, shape (Y,); NaN where there are none."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.sums.sum(axis=0) / self.counts.sum(axis=0))

    @property
    def pull(self) -> Floats:
        """How far each unit pulls the mean, times the number of units: shape (units, Y)."""
        size = self.counts.mean(axis=0)
        pull = (self.sums - np.nan_to_num(self.mean) * self.counts) / np.where(size == 0, 1.0, size)
        scale = np.abs(self.sums).max(axis=0, initial=0.0) / np.where(size == 0, 1.0, size)
        return np.asarray(np.where(np.abs(pull) <= 1e-14 * len(self.sums) * scale, 0.0, pull))


def sample(values: Floats, units: NDArray[Any]) -> Sample:
    """Gather values by unit.

    Parameters
    ----------
    values : ndarray, shape (R, Y)
        NaN where missing.
    units : ndarray of int, shape (R,)
        Unit of each row.
    """
    order = np.argsort(units, kind="stable")
    _, starts = np.unique(units[order], return_index=True)
    rows, held = values[order], np.isfinite(values[order])
    if not len(rows):
        return Sample(np.zeros((0, values.shape[1])), np.zeros((0, values.shape[1])))
    sums = np.add.reduceat(np.where(held, rows, 0.0), starts, axis=0)
    return Sample(sums, np.add.reduceat(held.astype(np.float64), starts, axis=0))


def intervals(samples: Sequence[Sample], confidence: float, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Bias-corrected and accelerated bootstrap interval of a mean, or of the second sample's less the first's.

    Parameters
    ----------
    samples : sequence of Sample
        One of paired differences, or two that were drawn independently.
    confidence : float
        Such as 0.95.
    resamples, seed : int

    Returns
    -------
    low, high : ndarray, shape (Y,)
        NaN where a sample has fewer than two units; both the mean where nothing varies.
    """
    signs = (1.0,) if len(samples) == 1 else (-1.0, 1.0)
    estimate = sum((sign * one.mean for sign, one in zip(signs, samples, strict=True)), np.zeros(1))
    draws = np.random.Generator(np.random.Philox(key=seed))
    if min(len(one.sums) for one in samples) < 2:
        return np.full_like(estimate, np.nan), np.full_like(estimate, np.nan)
    spread = sum(sign * _resampled(one, resamples, draws) for sign, one in zip(signs, samples, strict=True))
    pulls = [sign * one.pull for sign, one in zip(signs, samples, strict=True)]
    low, high = _accelerated(np.asarray(spread), pulls, confidence)
    return estimate + low, estimate + high


def _resampled(one: Sample, resamples: int, draws: np.random.Generator) -> Floats:
    """Means of resampled units less the mean itself, shape (resamples, Y)."""
    units = len(one.sums)
    pull = one.pull
    scale = np.abs(pull).max(axis=0, initial=0.0)
    scaled = pull / np.where(scale == 0, 1.0, scale)
    size = one.counts.mean(axis=0)
    sizes = one.counts / np.where(size == 0, 1.0, size)
    ragged = np.flatnonzero(np.ptp(one.counts, axis=0) > 0)
    parts = []
    for weights in _weights(units, resamples, draws):
        means = weights @ scaled / units * scale
        drawn = weights @ sizes[:, ragged] / units
        means[:, ragged] = np.where(drawn > 0, means[:, ragged] / np.where(drawn > 0, drawn, 1.0), 0.0)
        parts.append(means)
    return np.concatenate(parts)


def _weights(units: int, resamples: int, draws: np.random.Generator) -> Iterator[Floats]:
    """How often each unit is drawn in each resample, shape (resamples of a chunk, units)."""
    rows = max(1, CHUNK_CELLS // units)
    for first in range(0, resamples, rows):
        count = min(rows, resamples - first)
        drawn = draws.integers(0, units, size=(count, units), dtype=np.int32)
        drawn += (np.arange(count, dtype=np.int32) * units)[:, None]
        yield np.bincount(drawn.ravel(), minlength=count * units).reshape(count, units).astype(np.float64)


def _accelerated(spread: Floats, pulls: Sequence[Floats], confidence: float) -> tuple[Floats, Floats]:
    """Limits of the interval, less the estimate; the acceleration of a mean needs no jackknife to be computed."""
    bias = ndtri(((spread < 0).mean(axis=0) + (spread <= 0).mean(axis=0)) / 2)
    numbers = [len(pull) for pull in pulls]
    cubes = sum((pull**3).sum(axis=0) / n**3 for pull, n in zip(pulls, numbers, strict=True))
    squares = np.asarray(sum((pull**2).sum(axis=0) / n**2 for pull, n in zip(pulls, numbers, strict=True)))
    skew = cubes / np.where(squares == 0, 1.0, 6 * squares**1.5)
    bias = np.where(np.isfinite(bias) & (squares > 0), bias, 0.0)
    ordered = np.sort(spread, axis=0)
    limits = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        shifted = bias + ndtri(tail)
        limits.append(_quantiles(ordered, ndtr(bias + shifted / np.maximum(1 - skew * shifted, 1e-9))))
    return limits[0], limits[1]


def _quantiles(ordered: Floats, levels: Floats) -> Floats:
    """One quantile of each column, linear between its sorted values."""
    place = levels * (len(ordered) - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    part = place - below
    return np.asarray(ordered[below, columns] * (1 - part) + ordered[above, columns] * part)
