"""First and total order indices of variance, from Saltelli's design, without the noise of replicates.

`N` samples, `D` factors or groups, `R` replicates. Every square and product is a mean over pairs of different
replicates (`sim.analysis.sensitivity.bootstrap`), so that what chance adds to the variance is in neither side of an
index. From one replicate the noise cannot be told apart: it is at most the least of all total effects, and the
intervals allow for that much of it.

Sources: Saltelli et al. (2010), Computer Physics Communications 181, for the first order; Jansen (1999), Computer
Physics Communications 117, for the total order. SALib has both, for one value a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.analysis.sensitivity.bootstrap import interval, over_pairs, rank_interval, resampled

Floats = NDArray[np.float64]

MOST_NOISE = 0.9
"""Share of the variance that noise is taken to be at most, so that an index has an upper end."""


@dataclass(frozen=True)
class Indices:
    """Indices of D factors: values and ends of their 95% intervals, each of shape (D,).

    `half` is the total order from the first half of the samples, `ranks` the interval of each place by it.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    half: Floats
    ranks: tuple[NDArray[np.int64], NDArray[np.int64]]


def indices(values: Floats) -> Indices | None:
    """Indices of one outcome; None where it does not vary.

    Parameters
    ----------
    values : ndarray, shape (N, D + 2, R)
        By sample: the point A, then A with each factor from B, then B. No value may be missing.
    """
    parts = _Parts.of(values)
    found, spread = resampled(parts.terms, len(values), values.shape[2])
    half = _Parts.of(values[: max(1, len(values) // 2)]).terms(*_even(max(1, len(values) // 2), values.shape[2]))
    count = values.shape[1] - 2
    if not found[-1] > 0:
        return None
    first, total = partial(_share, slice(0, count)), partial(_share, slice(count, 2 * count))
    firsts, totals = first(spread), total(spread)
    ends = [*interval(firsts), *interval(totals)]
    if values.shape[2] == 1:
        noise = float(np.quantile(totals.min(axis=1), 0.975))
        ends[1] = np.where(ends[1] > 0, ends[1] / (1.0 - min(noise, MOST_NOISE)), ends[1])
        ends[2] = ends[2] - noise
    value = found[None]
    return Indices(
        first(value)[0],
        ends[0],
        ends[1],
        total(value)[0],
        ends[2],
        ends[3],
        total(half[None])[0],
        rank_interval(totals),
    )


def _share(which: slice, terms: Floats) -> Floats:
    """Terms as shares of the variance, the last term; 0 where nothing varies."""
    variance = terms[:, -1:]
    return np.asarray(np.where(variance > 0, terms[:, which] / np.where(variance > 0, variance, 1.0), 0.0))


def _even(units: int, replicates: int) -> tuple[Floats, Floats]:
    return np.full(units, 1.0 / units), np.full(replicates, 1.0 / replicates)


@dataclass(frozen=True)
class _Parts:
    """What every resample of the terms is made of, each of shape (N, R) or (N, D, R)."""

    a: Floats
    b: Floats
    moved: Floats
    aa: Floats
    bb: Floats
    squares: Floats
    products: Floats

    @classmethod
    def of(cls, values: Floats) -> _Parts:
        a, b = values[:, 0], values[:, -1]
        moved = values[:, 1:-1] - a[:, None]
        return cls(a, b, moved, a * a, b * b, moved**2, b[:, None] * moved)

    def terms(self, samples: Floats, replicates: Floats) -> Floats:
        """First order terms, total order terms and the variance, shape (2 D + 1,)."""
        w = replicates
        mean = samples @ (self.a + self.b) / 2.0
        shift = np.tensordot(samples, self.moved, axes=1)
        first = samples @ over_pairs(self.b[:, None], self.moved, self.products, w)
        first = first - over_pairs(mean, shift, mean * shift, w)
        total = samples @ over_pairs(self.moved, self.moved, self.squares, w) / 2.0
        square = over_pairs(self.a, self.a, self.aa, w) + over_pairs(self.b, self.b, self.bb, w)
        variance = samples @ square / 2.0 - over_pairs(mean, mean, mean**2, w)
        return np.concatenate([first, total, [variance]])
