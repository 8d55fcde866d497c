"""An effect of a factor on an outcome, and how an outcome spreads over the points of a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.outcomes import Outcome
from sim.dashboard.statistics import Estimate


@dataclass(frozen=True)
class Effect:
    """How one outcome answers to one factor.

    Attributes
    ----------
    path : str
        The factor.
    outcome : Outcome
    kind : str
        ``pairs``: another level instead of the first, all else equal. ``steps``: the number raised by a step, all else
        equal. ``groups``: points at another level against points at the first, other factors free. ``ranks``:
        Spearman's rank correlation over points.
    level : Any
        The level that is compared with the first; None for a number.
    estimate : Estimate
        Mean difference or correlation, its 95% interval, and what the interval counts: replicates in pairs and steps,
        points in groups, units drawn together in ranks.
    p : float
        Two-sided p-value of no effect.
    size : float
        Mean absolute difference over worlds (Morris's mu star for steps), or the correlation's absolute value.
    worlds : int
        Settings of all other factors in which it was measured; 0 where they were not held equal.
    spread : tuple of float
        5% and 95% quantile of the difference over worlds.
    rises, falls : int
        Worlds in which the mean difference is above or below zero.
    """

    path: str
    outcome: Outcome
    kind: str
    level: Any
    estimate: Estimate
    p: float
    size: float
    worlds: int = 0
    spread: tuple[float, float] = (float("nan"), float("nan"))
    rises: int = 0
    falls: int = 0


@dataclass(frozen=True)
class Spread:
    """How an outcome is distributed over the points of a design.

    Attributes
    ----------
    mean : Estimate
        Over all runs; its interval counts chance alone, over replicates.
    low, middle, high : float
        5%, 50% and 95% quantile of the points' means.
    chance, explained : float
        See `parts_of_variance`.
    means : ndarray, shape (P,)
        Mean of each point's runs.
    """

    mean: Estimate
    low: float
    middle: float
    high: float
    chance: float
    explained: float
    means: NDArray[np.float64]
