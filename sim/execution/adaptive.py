"""Rounds of adaptive replicates: which points get further runs, from the runs that are stored.

After each round the Student interval of the mean of an outcome is taken at every point,

    mean ± t(n - 1, (1 + confidence) / 2) · s / √n

(Student 1908, Biometrika 6: 1-25), over the runs that have a value. A point whose half width is not yet small enough
gets as many runs as its present variance asks for and a tenth more, at least a quarter more than it has and at most
twice as many, so that few rounds suffice (Law, Simulation Modeling and Analysis, 5th ed., 9.4.1). What a point gets
depends on its own runs alone: it is the same in any design, on any machine, and after any interruption.

Looking at the data in order to stop makes the interval cover a little less often than it says, since a sample whose
variance is small by chance stops early; the less so the larger `least` is, and not at all in the limit of narrow
intervals (Chow and Robbins 1965, Annals of Mathematical Statistics 36: 457-462).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.experiments.replicates import Adaptive
from sim.experiments.stages import Stage, stage

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

SPARE, LEAST_GROWTH, MOST_GROWTH = 1.1, 1.25, 2.0
"""What is asked for beyond the estimate; least and most growth of a point's runs in a round."""


class Spread:
    """Runs of each point so far, and mean and variance of an outcome over those that have it.

    Deviations are from the first value of a point, so that equal values have no variance at all.

    Parameters
    ----------
    points : int

    Attributes
    ----------
    runs, valid : ndarray of int64, shape (points,)
        Runs, and those with a value.
    """

    def __init__(self, points: int) -> None:
        self.runs: Whole = np.zeros(points, np.int64)
        self.valid: Whole = np.zeros(points, np.int64)
        self._origin, self._sum, self._squares = (np.zeros(points) for _ in range(3))

    def add(self, point: Whole, value: Numbers) -> None:
        """Take further runs; a value that is missing is NaN."""
        there = np.isfinite(value)
        count = len(self.runs)
        self.runs += np.bincount(point, minlength=count)
        point, value = point[there], value[there]
        seen, first = np.unique(point, return_index=True)
        new = self.valid[seen] == 0
        self._origin[seen[new]] = value[first[new]]
        deviation = value - self._origin[point]
        self.valid += np.bincount(point, minlength=count)
        np.add.at(self._sum, point, deviation)  # run by run: what a part holds must not change the last digit
        np.add.at(self._squares, point, deviation**2)

    def half_width(self, confidence: float) -> Numbers:
        """Half the width of the interval of each point's mean; infinite with fewer than two values."""
        from scipy.special import stdtrit  # noqa: PLC0415 (only where replicates are adaptive)

        n = np.maximum(self.valid, 2).astype(np.float64)
        variance = np.maximum(self._squares - self._sum**2 / n, 0.0) / (n - 1)
        width = stdtrit(n - 1, (1 + confidence) / 2) * np.sqrt(variance / n)
        return np.where(self.valid < 2, np.inf, width)


def spread_of(points: int, tables: Iterable[tuple[Whole, Numbers]]) -> Spread:
    """Spread of an outcome over stored runs, given as pairs of points and values."""
    found = Spread(points)
    for point, value in tables:
        found.add(point, value)
    return found


def next_round(rule: Adaptive, spread: Spread) -> Stage | None:
    """Further runs of the points that need them; None where no point does.

    Parameters
    ----------
    rule : Adaptive
    spread : Spread
        Of all runs that were made.
    """
    runs, width = spread.runs.astype(np.float64), spread.half_width(rule.confidence)
    wanting = np.flatnonzero((width > rule.half_width) & (spread.runs < rule.most))
    if not len(wanting):
        return None
    with np.errstate(invalid="ignore"):
        estimate = SPARE * runs * (width / rule.half_width) ** 2
    larger = np.clip(estimate, LEAST_GROWTH * runs, MOST_GROWTH * runs)
    last = np.minimum(np.ceil(larger), rule.most).astype(np.int64)
    return stage(wanting, spread.runs[wanting], last[wanting])
