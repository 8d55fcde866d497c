"""What numbers that were drawn have to do with outcomes: rank correlations, plain and partial.

`n` rows that a design drew, `k` numbers, `R` replicates. Errors leave out one group of rows, or of replicates, at a
time, and both are added: the choice of points and chance.

Sources: Spearman (1904), American Journal of Psychology 15; Iman and Conover (1979), Technometrics 21, for partial
rank correlations; Efron and Stein (1981), Annals of Statistics 9, for the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sim.comparison.student import by_group, student_half
from sim.comparison.variance import jackknife, mean_of

Floats = NDArray[np.float64]

GROUPS = 20
"""Groups of rows, and of replicates, that are left out one at a time."""
SPARE = 10
"""Rows that there must be beside one for each number."""
SINGULAR = 1e-6
"""Part of a number that no other one explains, below which it counts as explained."""


@dataclass(frozen=True)
class Correlations:
    """Correlations of k numbers with one outcome, each with its interval: value, low and high of shape (k,).

    `half` is the partial correlation, or the plain one where there is none, from half of the rows.
    """

    rank: tuple[Floats, Floats, Floats]
    partial: tuple[Floats, Floats, Floats] | None
    half: Floats


def correlations(numbers: Floats, values: Floats) -> Correlations | None:
    """Rank correlations of one outcome; None from fewer rows than groups.

    Parameters
    ----------
    numbers : ndarray, shape (n, k)
    values : ndarray, shape (n, R)
        NaN where a run is missing; rows without any are left out.
    """
    held = np.isfinite(values).any(axis=1)
    numbers, values = numbers[held], values[held]
    if len(values) < GROUPS:
        return None
    groups = min(GROUPS, values.shape[1])
    sums = by_group(np.where(np.isfinite(values), values, 0.0)[:, :, None], groups)[:, :, 0]
    counts = by_group(np.isfinite(values).astype(np.float64)[:, :, None], groups)[:, :, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        left = (sums.sum(axis=1, keepdims=True) - sums) / (counts.sum(axis=1, keepdims=True) - counts)
    mean = mean_of(values, axis=1)
    without = [np.where(np.isfinite(one), one, mean) for one in left.T] if groups > 1 else []
    ranks = rankdata(numbers, axis=0)
    whole = _of(ranks, [mean, *without])
    enough = len(values) > numbers.shape[1] + SPARE + len(values) // GROUPS
    half = _of(ranks[::2], [mean[::2]])[0]
    return Correlations(
        _with_interval(whole, 0, groups),
        _with_interval(whole, 1, groups) if enough else None,
        half[1, 0] if enough and len(values) // 2 > numbers.shape[1] + SPARE else half[0, 0],
    )


def _of(ranks: Floats, outcomes: list[Floats]) -> tuple[Floats, Floats]:
    """Plain and partial correlations with each of m versions of an outcome, and the first's without groups of rows.

    Returns shapes (2, m, k) and (2, GROUPS, k).
    """
    table = np.column_stack([ranks, rankdata(np.column_stack(outcomes), axis=0)])
    table = table - table.mean(axis=0)
    group = np.arange(len(table)) % GROUPS
    squares = np.array([table[group == one].T @ table[group == one] for one in range(GROUPS)])
    sums = np.array([table[group == one].sum(axis=0) for one in range(GROUPS)])
    sizes = np.bincount(group, minlength=GROUPS)
    total, numbers = squares.sum(axis=0), ranks.shape[1]
    found = np.array([_both(total, numbers, numbers + one) for one in range(len(outcomes))])
    left = []
    for one in range(GROUPS):
        rest = sums.sum(axis=0) - sums[one]
        left.append(_both(total - squares[one] - np.outer(rest, rest) / (len(table) - sizes[one]), numbers, numbers))
    return found.transpose(1, 0, 2), np.array(left).transpose(1, 0, 2)


def _both(covariance: Floats, numbers: int, outcome: int) -> Floats:
    """Plain and partial correlation of each number with an outcome, shape (2, k); 0 for what does not vary."""
    chosen = [*range(numbers), outcome]
    part = covariance[np.ix_(chosen, chosen)]
    size = np.sqrt(np.maximum(np.diag(part), 0.0))
    flat = size <= 1e-9 * max(float(size.max()), 1.0)
    scaled = part / np.outer(np.where(flat, 1.0, size), np.where(flat, 1.0, size))
    scaled[np.diag_indices_from(scaled)] = 1.0
    inverse = _inverse(scaled)
    spread = np.sqrt(np.maximum(np.diag(inverse), 1e-300))
    partial = -inverse[:-1, -1] / (spread[:-1] * spread[-1])
    return np.clip(np.where(flat[:-1] | flat[-1], 0.0, [scaled[:-1, -1], partial]), -1.0, 1.0)


def _inverse(correlations: Floats) -> Floats:
    """Inverse of a correlation matrix; where some numbers follow from others its pseudo-inverse, ten times as slow."""
    try:
        left = float(np.linalg.cholesky(correlations).diagonal().min())
    except np.linalg.LinAlgError:
        left = 0.0
    found = np.linalg.inv(correlations) if left >= SINGULAR else np.linalg.pinv(correlations, hermitian=True)
    return np.asarray(found)


def _with_interval(found: tuple[Floats, Floats], which: int, groups: int) -> tuple[Floats, Floats, Floats]:
    """A correlation with its 95% interval over rows and, where there are several, replicates."""
    versions, left = found[0][which], found[1][which]
    by_chance = jackknife(versions[1:]) if groups > 1 else np.zeros(versions.shape[1])
    half = student_half(np.hypot(jackknife(left), by_chance), GROUPS if groups < 2 else min(GROUPS, max(groups, 3)))
    return versions[0], np.maximum(-1.0, versions[0] - half), np.minimum(1.0, versions[0] + half)
