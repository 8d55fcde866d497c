"""Weighted samples: their size, quantiles and tests, for many numbers at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def effective(weights: Floats) -> float:
    """Size of the equally weighted sample that is worth as much (Kish 1965); 0 for none."""
    total = float((weights**2).sum())
    return float(weights.sum() ** 2 / total) if total > 0.0 else 0.0


def quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> Floats:
    """Weighted quantiles of each column, shape ``(shares, columns)``: the first value that reaches the share."""
    order = np.argsort(values, axis=0, kind="stable")
    ends = np.cumsum(weights[order], axis=0) / weights.sum()
    ranked = np.take_along_axis(values, order, axis=0)
    places = [np.minimum((ends < share - 1e-12).sum(axis=0), len(values) - 1) for share in shares]
    return np.array([np.take_along_axis(ranked, place[None, :], axis=0)[0] for place in places])


def two_sample_p(one: Floats, weights: Floats, other: Floats) -> Floats:
    """P-value of each column for the two samples having one distribution.

    Kolmogorov and Smirnov's statistic, with the effective size of the weighted sample in its asymptotic law.

    Parameters
    ----------
    one : ndarray, shape (n, columns)
    weights : ndarray, shape (n,)
        Of the first sample.
    other : ndarray, shape (m, columns)
    """
    from scipy.special import kolmogorov  # noqa: PLC0415 (takes a while to import)

    size = effective(weights)
    if not size or not len(other):
        return np.ones(one.shape[1])
    root = np.sqrt(size * len(other) / (size + len(other)))
    distance = largest_gap(
        np.concatenate([one, other]), np.concatenate([weights / weights.sum(), np.full(len(other), -1.0 / len(other))])
    )
    found: Floats = kolmogorov((root + 0.12 + 0.11 / root) * distance)
    return found


def largest_gap(values: Floats, signed: Floats) -> Floats:
    """Largest absolute sum of signed weights below any value, of each column; equal values count together."""
    order = np.argsort(values, axis=0, kind="stable")
    ranked, sums = np.take_along_axis(values, order, axis=0), np.cumsum(signed[order], axis=0)
    ends = np.ones(values.shape, bool)
    ends[:-1] = ranked[1:] > ranked[:-1]
    return np.asarray(np.where(ends, np.abs(sums), 0.0).max(axis=0))


def false_discoveries(p: Floats) -> Floats:
    """P-values adjusted for their number by Benjamini and Hochberg (1995), shape as given."""
    from scipy.stats import false_discovery_control  # noqa: PLC0415 (takes a second to import)

    flat = np.clip(p.ravel(), 0.0, 1.0)
    return np.asarray(false_discovery_control(flat)).reshape(p.shape) if flat.size else p
