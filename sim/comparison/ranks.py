"""Rank correlations of numbers with outcomes over the rows of the design that drew the numbers.

`P` points, `N` rows of a design or of its member, `G` groups of replicates, `O` outcomes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.student import spearman_p, student_p
from sim.comparison.variance import jackknife, mean_of

Floats = NDArray[np.float64]

LEAST_UNITS = 20
"""Fewer rows or blocks than this say too little of a rank correlation to give it an error."""
MOST_CELLS = 100_000
"""Rows times outcomes that are taken at a time."""


class Ranks:
    """Ranks of outcomes over the rows of a design, and their correlations with its numbers.

    Parameters
    ----------
    means : ndarray, shape (P, O)
        Mean of each point's runs, so rounded that equal means are the same.
    without : ndarray, shape (P, G, O)
        The same without each group of replicates; of a single group there is none.
    row : ndarray of int, shape (P,)
        Row that each point is at; the points of a row are averaged.
    block : ndarray of int, shape (N,)
        Rows of one block were drawn together and depend on each other.
    """

    def __init__(self, means: Floats, without: Floats, row: NDArray[np.int64], block: NDArray[np.int64]) -> None:
        outcomes = _averaged(means, row, len(block))
        self._row = row
        self._known: NDArray[np.bool_] = np.asarray(np.isfinite(outcomes).all(axis=1))
        _, self._block = np.unique(block[self._known], return_inverse=True)
        self._single = len(self._block) == 0 or int(np.bincount(self._block).max()) == 1
        self._ranks = _scaled(outcomes[self._known])
        groups = [_averaged(without[:, group], row, len(block))[self._known] for group in range(without.shape[1])]
        self._without = [_scaled(one) for one in groups]

    @property
    def blocks(self) -> int:
        """Number of blocks, or of rows where each was drawn by itself."""
        return int(self._block.max()) + 1 if len(self._block) else 0

    def correlations(self, number: Floats) -> tuple[Floats, Floats, Floats]:
        """Spearman's rank correlation with each outcome, and its standard errors, each of shape (O,).

        Parameters
        ----------
        number : ndarray, shape (P,)
            The same at all points of a row.

        Returns
        -------
        value, by_points, by_chance : ndarray, shape (O,)
            The first error leaves out one block of rows at a time, the second one group of replicates; NaN where
            there are too few.

        Source: Spearman (1904), American Journal of Psychology 15; Efron and Stein (1981), Annals of Statistics 9.
        """
        at_row = np.full(len(self._known), np.nan)
        at_row[self._row] = number
        x = _scaled(at_row[self._known][:, None])
        value = (x * self._ranks).sum(axis=0)
        unknown = np.full(len(value), np.nan)
        if self.blocks < LEAST_UNITS:
            return value, unknown, unknown
        by_chance = jackknife(np.array([(x * one).sum(axis=0) for one in self._without]).reshape(-1, len(value)))
        return value, self._without_blocks(x), by_chance

    def p_value(self, value: Floats, by_points: Floats) -> Floats:
        """Two-sided p-value of no correlation over the choice of points, shape (O,)."""
        return spearman_p(value, self.blocks) if self._single else student_p(value, by_points, self.blocks)

    def _without_blocks(self, x: Floats) -> Floats:
        """Jackknife over blocks: correlations from sums over all rows, less those of each block.

        Some outcomes at a time, as the sums of all take many times the room of the ranks.
        """
        n, a, aa = (self._without_each(one) for one in (np.ones_like(x), x, x * x))
        errors = []
        step = max(1, MOST_CELLS // max(1, len(x)))
        for y in np.split(self._ranks, range(step, self._ranks.shape[1], step), axis=1):
            b, bb, ab = (self._without_each(one) for one in (y, y * y, x * y))
            with np.errstate(invalid="ignore", divide="ignore"):
                left_out = (n * ab - a * b) / np.sqrt((n * aa - a * a) * (n * bb - b * b))
            errors.append(jackknife(np.nan_to_num(left_out, posinf=0.0, neginf=0.0)))
        return np.concatenate(errors)

    def _without_each(self, values: Floats) -> Floats:
        """Sums over all rows, less those of each block, shape (blocks, O) from (N, O)."""
        sums = _summed(values, self._block, self.blocks)
        return np.asarray(sums.sum(axis=0) - sums)


def _averaged(values: Floats, row: NDArray[np.int64], rows: int) -> Floats:
    """Mean of the points of each row, shape (N, O)."""
    if rows == len(row):
        return values
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(rows))
    return np.array([mean_of(part, axis=0) for part in np.split(values[order], starts[1:])])


def _scaled(values: Floats) -> Floats:
    """Ranks of each column, centred and of length 1, so that products add up to correlations; 0 where all are equal."""
    ranks = pd.DataFrame(values, copy=False).rank().to_numpy(dtype=np.float64)
    centred = ranks - ranks.mean(axis=0)
    del ranks  # each is as large as all outcomes
    length = np.sqrt((centred**2).sum(axis=0))
    centred /= np.where(length > 0, length, 1.0)
    return np.asarray(centred)


def _summed(values: Floats, block: NDArray[np.int64], blocks: int) -> Floats:
    """Sums of rows by block, shape (blocks, O)."""
    if blocks == len(values):
        return values
    order = np.argsort(block, kind="stable")
    return np.asarray(np.add.reduceat(values[order], np.searchsorted(block[order], np.arange(blocks)), axis=0))
