"""Landscape theory of alignment: the energy of every split into two camps, its minima and their basins.

After Axelrod and Bennett (1993), "A landscape theory of aggregation", British Journal of Political Science 23(2). A
split has the energy E = Σᵢ Σⱼ sᵢ sⱼ pᵢⱼ dᵢⱼ over ordered pairs: s the size of a state, p its propensity to work with
another, d 1 between camps and 0 within one. States go where they are less frustrated, one at a time, so that a split
that no single change lowers is where they end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arguments import LARGEST_KEY, argument_fault, refuse, whole_faults
from sim.errors import ConfigError

Floats = NDArray[np.float64]
Camps = NDArray[np.int8]

EXACT_UP_TO = 20
"""States up to which all 2^(n − 1) splits are tried."""
MOST_STATES = 1000
MOST_STARTS = 1_000_000
STARTS = 1000
"""Splits from which descent begins beyond that size, unless another number is given."""
ROUNDING = 1e-12
"""Share of the largest energy below which a difference counts as none."""


@dataclass(frozen=True)
class Landscape:
    """Minima of the landscape energy.

    Attributes
    ----------
    camps : ndarray of int8, shape (M, N)
        A minimum a row, the lowest first: camp of each state, that of the first state 0.
    energies : ndarray, shape (M,)
        Energy of each minimum.
    basins : ndarray, shape (M,)
        Share of all splits from which steepest descent ends in it; without enumeration, of the starts.
    every_energy : ndarray, shape (2^(N − 1),), or None
        Energy of every split; bit i − 1 of its number is the camp of state i. None beyond 20 states.
    """

    camps: Camps
    energies: Floats
    basins: Floats
    every_energy: Floats | None

    @property
    def exact(self) -> bool:
        """Whether every split was tried, so that no minimum is missing."""
        return self.every_energy is not None

    def __len__(self) -> int:
        return len(self.energies)


def landscape(
    propensity: ArrayLike, size: ArrayLike | None = None, *, starts: int = STARTS, seed: int = 1
) -> Landscape:
    """Splits of states into two camps that no single state would leave, with their energies and basins.

    Up to 20 states every split is tried. Beyond, states descend from `starts` random splits, and minima may be missing.
    A state that is as frustrated in one camp as in the other gives a minimum of each.

    Parameters
    ----------
    propensity : array_like, shape (N, N)
        How far the first state is inclined to work with the second, negative against it. The diagonal counts nothing.
    size : array_like, shape (N,), optional
        Weight of each state; 1 by default.
    starts : int
        Splits to descend from, beyond 20 states.
    seed : int
        Of these splits.

    Returns
    -------
    Landscape

    Raises
    ------
    ConfigError
        For propensities that are not a square of finite numbers, and sizes that are negative or not one a state.

    Examples
    --------
    >>> from sim.analysis import landscape
    >>> found = landscape([[0, 1, -1], [1, 0, -1], [-1, -1, 0]])
    >>> found.camps.tolist(), found.energies.tolist()
    ([[0, 0, 1]], [-4.0])
    """
    refuse([*whole_faults("starts", starts, 1, MOST_STARTS), *whole_faults("seed", seed, 0, LARGEST_KEY)])
    costs = separation_costs(propensity, size)
    if len(costs) > EXACT_UP_TO:
        return _sampled(costs, int(starts), int(seed))
    energy = split_energies(costs[None])[0]
    ends = _ends(energy, _rounding(costs))
    codes, counts = np.unique(ends, return_counts=True)
    order = np.argsort(energy[codes], kind="stable")
    codes, counts = codes[order], counts[order]
    return Landscape(camps_of(codes, len(costs)), energy[codes], counts / len(energy), energy)


def separation_costs(propensity: ArrayLike, size: ArrayLike | None) -> Floats:
    """What it adds to the energy that two states stand apart, sᵢ sⱼ (pᵢⱼ + pⱼᵢ), shape (N, N); see `landscape`."""
    given = _numbers("propensity", propensity)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or not 2 <= len(given) <= MOST_STATES:
        rule = f"must be a square of numbers for 2 to {MOST_STATES} states"
        raise ConfigError([argument_fault("propensity", rule, f"shape {given.shape}")])
    sizes = np.ones(len(given)) if size is None else _numbers("size", size)
    if sizes.shape != (len(given),) or (sizes < 0).any():
        rule = f"must be {len(given)} numbers that are not negative, one a state"
        raise ConfigError([argument_fault("size", rule, f"shape {sizes.shape}")])
    costs = np.outer(sizes, sizes) * (given + given.T)
    np.fill_diagonal(costs, 0.0)
    return costs


def split_energies(costs: Floats) -> Floats:
    """Energy of every split of some landscapes, the first state in camp 0, shape (K, 2^(N − 1)).

    State by state: who joins camp 0 stands apart from all of camp 1 so far, and the other way round.

    Parameters
    ----------
    costs : ndarray, shape (K, N, N)
        As `separation_costs` gives them.
    """
    count = costs.shape[1]
    energy = np.zeros((len(costs), 1))
    for state in range(1, count):
        across = np.zeros((len(costs), 1))
        for other in range(1, state):
            across = np.concatenate([across, across + costs[:, state, other, None]], axis=1)
        whole = costs[:, state, :state].sum(axis=1)[:, None]
        energy = np.concatenate([energy + across, energy + (whole - across)], axis=1)
    return energy


def camps_of(codes: NDArray[np.int64], count: int) -> Camps:
    """Camps of splits by their numbers, shape (M, N)."""
    found = np.zeros((len(codes), count), np.int8)
    found[:, 1:] = (codes[:, None] >> np.arange(count - 1)) & 1
    return found


def descend(costs: Floats, camps: Camps) -> Camps:
    """Let the most relieved state of each split change camp, until none is relieved; the first state's camp is 0.

    Parameters
    ----------
    costs : ndarray, shape (N, N)
        As `separation_costs` gives them.
    camps : ndarray of int8, shape (S, N)
    """
    signs, slack = 1.0 - 2.0 * camps, _rounding(costs)
    moving = np.arange(len(signs))
    while len(moving):
        here = signs[moving]
        change = here * (here @ costs)  # who stands with friends would pay for leaving them
        best = change.argmin(axis=1)
        relieved = change[np.arange(len(here)), best] < -slack
        moving, best = moving[relieved], best[relieved]
        signs[moving, best] *= -1.0
    return np.asarray(signs != signs[:, :1], dtype=np.int8)


def energies_of(costs: Floats, camps: Camps) -> Floats:
    """Energy of some splits, shape (S,)."""
    signs = 1.0 - 2.0 * camps
    return np.asarray((costs.sum() - np.einsum("si,si->s", signs @ costs, signs)) / 4.0)


def _sampled(costs: Floats, starts: int, seed: int) -> Landscape:
    """Minima that descent finds from random splits."""
    drawn = np.random.default_rng(seed).integers(0, 2, (starts, len(costs)), np.int8)
    camps, counts = np.unique(descend(costs, drawn), axis=0, return_counts=True)
    energies = energies_of(costs, camps)
    order = np.argsort(energies, kind="stable")
    return Landscape(camps[order], energies[order], counts[order] / starts, None)


def _ends(energy: Floats, slack: float) -> NDArray[np.int64]:
    """Number of the split in which steepest descent from each split ends."""
    codes = np.arange(len(energy), dtype=np.int64)
    change, following = np.full(len(energy), -slack), codes.copy()
    moves = [len(energy) - 1, *(1 << bit for bit in range(len(energy).bit_length() - 1))]
    for move in moves:  # the first state changes camp where all others do
        other = codes ^ move
        lower = energy[other] - energy
        better = lower < change
        change[better], following[better] = lower[better], other[better]
    while True:
        further = following[following]
        if np.array_equal(further, following):
            return following
        following = further


def _rounding(costs: Floats) -> float:
    return ROUNDING * float(np.abs(costs).sum())


def _numbers(name: str, given: ArrayLike) -> Floats:
    try:
        read = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        read = np.array(np.nan)
    if not np.isfinite(read).all():
        raise ConfigError([argument_fault(name, "must be finite numbers")])
    return read
