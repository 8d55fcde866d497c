"""Elementary effects of Morris's design: mean, mean size and spread, without the noise of replicates.

`N` trajectories, `D` factors or groups, `R` replicates. The size of an effect with noise is never nothing, so the sign
that turns an effect into its size is taken from the other replicates: of a factor without effect the sizes then cancel.
With few replicates some signs are wrong, and such a size is too small, as the plain one is too large: the interval goes
from the lower end of the one to the upper end of the other. From one replicate the noise cannot be told apart: it is at
most the least of all mean sizes, and the lower ends allow for that.

Sources: Morris (1991), Technometrics 33; Campolongo, Cariboni and Saltelli (2007), Environmental Modelling & Software
22, for the mean size μ* and for groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.sensitivity.bootstrap import interval, over_pairs, rank_interval, resampled

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Screened:
    """Statistics of D factors, each of shape (D,): mean, mean size μ* with its interval, and spread σ.

    `half` is μ* from the first half of the trajectories, `ranks` the interval of each one's place by μ*.
    """

    mean: Floats
    size: Floats
    low: Floats
    high: Floats
    sigma: Floats
    half: Floats
    ranks: tuple[NDArray[np.int64], NDArray[np.int64]]


def elementary_effects(numbers: Floats, values: Floats, groups: Sequence[str], delta: float) -> Floats:
    """Effect of each factor or group along each trajectory, a range of the factor being 1.

    A step between two shares of one level of words moves nothing: its effect is 0.

    Parameters
    ----------
    numbers : ndarray, shape (N, D + 1, factors)
        Numbers of the factors at the points of each trajectory.
    values : ndarray, shape (N, D + 1, R)
    groups : sequence of str
        Group of each factor, its own name where it has none.
    delta : float
        Length of a step, as a share of the range.

    Returns
    -------
    ndarray, shape (N, D, R)
        By order of the groups' first factors; those of a group of several factors have no sign of their own.
    """
    order = list(dict.fromkeys(groups))
    member = np.array([order.index(group) for group in groups])
    steps, moved = np.diff(numbers, axis=1), np.diff(values, axis=1)
    effects = np.zeros((len(values), len(order), values.shape[2]))
    for group in range(len(order)):
        mine = steps[:, :, member == group]
        trajectory, step = np.nonzero((mine != 0).any(axis=2))
        first = np.argmax(mine[trajectory, step] != 0, axis=1)
        sign = np.sign(mine[trajectory, step, first])
        effects[trajectory, group] = (moved[trajectory, step].T * sign).T / delta
    return effects


def screened(effects: Floats) -> Screened:
    """Statistics of elementary effects of one outcome.

    Parameters
    ----------
    effects : ndarray, shape (N, D, R)
        No value may be missing.
    """
    count, replicates = effects.shape[0], effects.shape[2]
    found, spread = resampled(lambda p, w: _statistics(effects, p, w), count, replicates)
    low, high = interval(spread[:, 1])[0], interval(spread[:, 3])[1]
    if replicates == 1:
        low = low - float(np.quantile(spread[:, 1].min(axis=1), 0.975))
    part = effects[: max(1, count // 2)]
    half = _statistics(part, np.full(len(part), 1.0 / len(part)), np.full(replicates, 1.0 / replicates))[1]
    sigma = np.sqrt(np.maximum(0.0, found[2]) * count / max(1, count - 1))
    return Screened(found[0], np.maximum(0.0, found[1]), low, high, sigma, half, rank_interval(spread[:, 1]))


def _statistics(effects: Floats, trajectories: Floats, replicates: Floats) -> Floats:
    """Mean, mean size, variance and plain mean size over trajectories, shape (4, D)."""
    weighed = effects @ replicates
    plain = sizes = np.abs(weighed)
    if effects.shape[2] > 1:
        others = weighed[:, :, None] - effects * replicates
        sizes = (np.sign(others) * effects) @ replicates
    by_replicate = np.tensordot(trajectories, effects, axes=1)
    square = trajectories @ over_pairs(effects, effects, effects**2, replicates)
    variance = square - over_pairs(by_replicate, by_replicate, by_replicate**2, replicates)
    return np.array([trajectories @ weighed, trajectories @ sizes, variance, trajectories @ plain])
