"""Which of many mean differences are distinguishable from zero at the number of units there are.

Sources: Fisher (1935), The Design of Experiments, for the test by sign flips, with Phipson & Smyth (2010),
Statistical Applications in Genetics and Molecular Biology 9, for its p-value; Welch (1947), Biometrika 34;
Holm (1979), Scandinavian Journal of Statistics 6; Benjamini & Hochberg (1995), Journal of the Royal Statistical
Society B 57.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from sim.comparison.intervals import CHUNK_CELLS, Floats, Sample

EXACT_UNITS = 13
"""Up to so many units, all patterns of signs are tried."""
ROUNDING = 1e-6
"""Relative difference below which two sums in single precision count as equal."""


def sign_flips(paired: Sample, resamples: int, seed: int) -> Floats:
    """Two-sided p-values of paired differences: how often flipping the signs of units at random gives as much.

    Exact where differences are symmetric about zero under the hypothesis, for any number of units: with n units
    no p-value is below 2 to the power 1 - n. For a difference of shares it is McNemar's exact test.

    Parameters
    ----------
    paired : Sample
    resamples, seed : int

    Returns
    -------
    ndarray, shape (Y,)
        NaN where no unit has a value.
    """
    sums = paired.sums
    scale = np.abs(sums).max(axis=0, initial=0.0)
    scaled = (sums / np.where(scale == 0, 1.0, scale)).astype(np.float32)
    size = np.abs(scaled).sum(axis=0)
    least = np.abs(scaled.sum(axis=0)) - ROUNDING * size
    exact = len(sums) <= EXACT_UNITS
    patterns = _all_signs(len(sums)) if exact else _signs(len(sums), resamples, seed)
    reached, tried = np.zeros(sums.shape[1]), 0
    for signs in patterns:
        reached += (np.abs(signs @ scaled) >= least).sum(axis=0)
        tried += len(signs)
    p = reached / tried if exact else (reached + 1) / (tried + 1)
    return np.asarray(np.where(paired.counts.sum(axis=0) > 0, p, np.nan))


def welch(first: Sample, second: Sample) -> Floats:
    """Two-sided p-values of the difference between the means of two independent samples, shape (Y,).

    None is below that of a permutation test with so few units; NaN with fewer than two in a sample.
    """
    numbers = len(first.sums), len(second.sums)
    if min(numbers) < 2:
        return np.full(first.sums.shape[1], np.nan)
    variances = [(one.pull**2).sum(axis=0) / (n - 1) / n for one, n in zip((first, second), numbers, strict=True)]
    total, difference = variances[0] + variances[1], second.mean - first.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = total**2 / (variances[0] ** 2 / (numbers[0] - 1) + variances[1] ** 2 / (numbers[1] - 1))
        p = 2 * stdtr(freedom, -np.abs(difference) / np.sqrt(total))
    p = np.where(total == 0, np.where(difference == 0, 1.0, 0.0), p)
    arrangements = np.prod((np.arange(numbers[1]) + numbers[0] + 1.0) / (np.arange(numbers[1]) + 1.0))
    return np.asarray(np.where(np.isnan(difference), np.nan, np.clip(p, min(1.0, 2 / arrangements), 1.0)))


def holm(p: Floats) -> Floats:
    """P-values adjusted so that the chance of even one false finding stays below the level (Holm); NaN stay."""
    return _adjusted(p, _stepped_down)


def benjamini_hochberg(p: Floats) -> Floats:
    """P-values adjusted so that the expected share of false ones among the findings stays below the level."""
    return _adjusted(p, _stepped_up)


def _adjusted(p: Floats, rule: Any) -> Floats:
    adjusted = np.full(p.shape, np.nan)
    held = np.isfinite(p)
    if held.any():
        adjusted[held] = rule(p[held])
    return adjusted


def _stepped_down(p: Floats) -> Floats:
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return adjusted


def _stepped_up(p: Floats) -> Floats:
    """As in scipy.stats, which takes a second and 30 MB to import."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    raised = p[order] * (len(p) / np.arange(1, len(p) + 1))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return adjusted


def _signs(units: int, resamples: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """Random signs, shape (resamples of a chunk, units)."""
    draws = np.random.Generator(np.random.Philox(key=seed))
    rows = max(1, CHUNK_CELLS // units)
    for first in range(0, resamples, rows):
        drawn = draws.integers(0, 256, size=(min(rows, resamples - first), -(-units // 8)), dtype=np.uint8)
        yield 1 - 2 * np.unpackbits(drawn, axis=1, count=units).astype(np.float32)


def _all_signs(units: int) -> Iterator[NDArray[np.float32]]:
    """Every pattern of signs whose first is positive; the others mirror them."""
    patterns = np.arange(2 ** max(units - 1, 0))[:, None] >> np.arange(units)
    yield (1 - 2 * (patterns & 1)).astype(np.float32)
