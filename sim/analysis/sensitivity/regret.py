"""Regret of policies over worlds: what each gives away against the policy that is best in a world.

`W` worlds, `L` policies, `R` replicates. The best of several noisy means is best partly by luck. So with two replicates
or more the best is chosen by half of the replicates and measured by the other half, both ways round.

Source: Savage (1951), Journal of the American Statistical Association 46; Lempert, Popper and Bankes (2003), Shaping
the Next One Hundred Years, for regret over many plausible worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.comparison.variance import mean_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Regret:
    """Regret of L policies, each of shape (L,): mean and largest over worlds, and share of worlds where it is best.

    A tie for the best place is shared among those that have it.
    """

    mean: Floats
    largest: Floats
    best: Floats
    worlds: int


def regret(values: Floats, weights: NDArray[np.int64]) -> Regret | None:
    """Regret where more of the outcome is better; None where no world has all policies.

    Parameters
    ----------
    values : ndarray, shape (W, L, R)
        NaN where a run is missing.
    weights : ndarray of int, shape (W,)
        How often each world counts.
    """
    held = np.asarray(np.asarray(np.isfinite(values).any(axis=2)).all(axis=1))
    values, share = values[held], weights[held] / max(1, weights[held].sum())
    if not len(values):
        return None
    means = mean_of(values, axis=2)
    ties = np.isclose(means, means.max(axis=1, keepdims=True), rtol=1e-9, atol=1e-12)
    given_away = _given_away(values, means)
    best = share @ (ties / ties.sum(axis=1, keepdims=True))
    return Regret(share @ given_away, given_away.max(axis=0), best, len(values))


def _given_away(values: Floats, means: Floats) -> Floats:
    """Regret by world and policy, shape (W, L)."""
    halves = [mean_of(values[:, :, start::2], axis=2) for start in (0, 1)] if values.shape[2] > 1 else []
    if not halves or not all(np.isfinite(half).all() for half in halves):
        return np.asarray(means.max(axis=1, keepdims=True) - means)
    found = []
    for chosen, measured in (halves, halves[::-1]):
        best = chosen == chosen.max(axis=1, keepdims=True)
        top = np.where(best, measured, 0.0).sum(axis=1, keepdims=True) / best.sum(axis=1, keepdims=True)
        found.append(top - measured)
    return np.asarray(np.mean(found, axis=0))
