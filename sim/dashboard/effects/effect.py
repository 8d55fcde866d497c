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
        ``pairs``: another level instead of the first, all else equal. ``apart``: the same where no two runs meet the
        same chance events. ``steps``: the number raised by a step, all else equal. ``groups``: points at another level
        against points at the first, other factors free. ``ranks``: Spearman's rank correlation over points.
    level : Any
        The level that is compared with the first; None for a number.
    estimate : Estimate
        Mean difference or correlation, and the number of runs behind it. Its 95% interval counts chance; that of groups
        and ranks counts the choice of points too. NaN ends where the interval cannot be known.
    p : float
        Two-sided p-value of no effect; NaN where it cannot be known.
    worlds : int
        Settings of all other factors in which it was measured, or plausible sets; 0 where they were not held equal.
    spread : tuple of float
        5% and 95% quantile of the difference over worlds, chance included; over plausible sets without its noise.
    rises, falls : int
        Worlds in which the mean difference does not round to none, by its sign; chance included.
    before : float
        Mean of the outcome at the first level, of the runs that are compared; NaN of a number's effect.
    """

    path: str
    outcome: Outcome
    kind: str
    level: Any
    estimate: Estimate
    p: float
    worlds: int = 0
    spread: tuple[float, float] = (float("nan"), float("nan"))
    rises: int = 0
    falls: int = 0
    before: float = float("nan")

    @property
    def ends(self) -> tuple[float, float]:
        """Mean of the outcome at the first level and at the other; NaN of a number's effect."""
        return self.before, self.before + self.estimate.value

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return bool(np.isfinite(self.estimate.low))


@dataclass(frozen=True)
class Spread:
    """How an outcome is distributed over the points of a design.

    Attributes
    ----------
    mean : Estimate
        Mean of the points' means, and the number of runs. Its interval counts chance alone; NaN with one replicate.
    low, middle, high : float
        5%, 50% and 95% quantile of the points' means.
    chance, explained, p : float
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
    p: float
    means: NDArray[np.float64]

    @property
    def differ(self) -> bool:
        """Whether the points are told apart from chance."""
        return self.p <= LEVEL


LEVEL = 0.05
"""P-value up to which something is clear of chance; of many effects, the expected share of false ones."""
