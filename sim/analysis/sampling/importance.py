"""Adaptive importance sampling: draws from where those that pass lay, with weights that undo it.

A number's range is cut in bins, and each bin is proposed as much more often than under the ranges as draws that
passed lie in it more often (the cross-entropy method, Rubinstein and Kroese 2004, with independent numbers). Only
numbers whose draws differ from the ranges beyond chance are moved, for each costs weight. A part of the draws comes
from the ranges themselves, which bounds every weight (defensive mixture, Hesterberg 1995; Owen and Zhou 2000).
"""

from __future__ import annotations

import numpy as np

from sim.analysis.sampling.draws import Prior
from sim.analysis.sampling.space import Mask, Numbers
from sim.analysis.sampling.weighting import effective, false_discoveries, two_sample_p

BINS = 6
DEFENCE = 0.2
"""Share of the draws that comes from the ranges as they are."""
PRIOR_DRAWS = 12.0
"""Draws from the ranges that are mixed into the shares of bins, so that none is empty."""
LEVEL = 0.05
"""Share of the moved numbers that may differ by chance alone."""


class Importance:
    """Proposal in which each number is more often where it was in draws that passed.

    Parameters
    ----------
    elite : ndarray, shape (n, paths)
        Places in the unit cube of draws that passed, or came near to it.
    weights : ndarray, shape (n,)
        Their weights.
    plain : ndarray, shape (m, paths)
        Places of draws from the ranges.
    seed : int
    """

    said = "adaptive importance sampling with a defensive mixture"

    def __init__(self, elite: Numbers, weights: Numbers, plain: Numbers, seed: int) -> None:
        dimensions = elite.shape[1]
        self._even = Prior(dimensions + 1, seed)
        self.moved = np.flatnonzero(false_discoveries(two_sample_p(elite, weights, plain)) <= LEVEL)
        size = effective(weights)
        there = _shares(elite[:, self.moved], weights)
        usual = _shares(plain[:, self.moved], np.full(len(plain), 1.0 / len(plain)))
        mixed = (size * there + PRIOR_DRAWS * usual) / (size + PRIOR_DRAWS)
        ratio = mixed / np.maximum(usual, 1.0 / len(plain))
        self._bins = ratio / ratio.sum(axis=0)

    def units(self, chunk: int) -> Numbers:
        """Points of a chunk: those of a Latin hypercube, moved numbers bent; a number more says in which of them."""
        found = self._even.units(chunk)
        bent = found[:, -1] >= DEFENCE
        for number, shares in zip(self.moved, self._bins.T, strict=True):
            found[bent, number] = _quantiles(shares, found[bent, number])
        return found[:, :-1]

    def admits(self, units: Numbers) -> Mask:
        """Every point."""
        return np.ones(len(units), bool)

    def log_density(self, units: Numbers) -> Numbers:
        """Logarithm of the density of the mixture."""
        bins = np.minimum((units[:, self.moved] * BINS).astype(np.int64), BINS - 1)
        dense = np.log(BINS * np.take_along_axis(self._bins, bins, axis=0)).sum(axis=1)
        return np.asarray(np.logaddexp(np.log(DEFENCE), np.log1p(-DEFENCE) + dense))


def _shares(units: Numbers, weights: Numbers) -> Numbers:
    """Share of the weights in each bin, shape ``(BINS, numbers)``."""
    bins = np.minimum((units * BINS).astype(np.int64), BINS - 1)
    counts = [np.bincount(column, weights, BINS) for column in bins.T]
    return np.asarray(np.array(counts).reshape(-1, BINS).T / weights.sum())


def _quantiles(shares: Numbers, units: Numbers) -> Numbers:
    """Quantiles of a density that is even within each bin."""
    ends = np.concatenate([[0.0], np.cumsum(shares)])
    ends[-1] = 1.0
    return np.interp(units, ends, np.linspace(0.0, 1.0, BINS + 1))
