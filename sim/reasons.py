"""Why third parties do what they do: the utility terms of every posture, averaged over runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.kernel.allocate import allocate
from sim.kernel.lanes import LANES
from sim.kernel.structure import Structure
from sim.kernel.tally import no_tally

EXPLAINED = 128
"""Replicates over which utility terms of every posture are averaged."""


def mean_reasons(
    structure: Structure, inputs: NDArray[np.float64], seed: int, weeks: int | None = None
) -> NDArray[np.float64]:
    """Weighted utility terms of every posture, averaged over the first `EXPLAINED` replicates.

    Parameters
    ----------
    structure : Structure
    inputs : ndarray, shape (P,)
        One point.
    seed : int
    weeks : int, optional
        Ticks to look at; by default the horizon.

    Returns
    -------
    ndarray, shape (ticks, E, Q, T)
        In the order of the structure's parties, its menu, and `quantities.TERMS`; NaN for a posture that a
        party cannot take.
    """
    ticks = weeks or structure.ticks
    means = np.zeros((ticks, len(structure.parties), len(structure.postures), len(qt.TERMS)))
    world = allocate(structure, reasons=True)
    for first in range(0, EXPLAINED, LANES):
        world.inputs[:] = inputs[:, None]
        world.keys[0] = np.uint64(seed)
        world.keys[1] = np.arange(first, first + LANES, dtype=np.uint64)
        tally = no_tally()
        advance(world, 0, 0, BEGIN, tally)
        for tick in range(ticks if structure.parties else 0):
            advance(world, tick, tick + 1, WHOLE, tally)
            for t, term in enumerate(qt.TERMS):
                means[tick, :, :, t] += world.reasons[term][..., : EXPLAINED - first].sum(axis=-1)
    for e, (_, party) in enumerate(structure.parties):
        means[:, e, [name in party.without for name, _ in structure.postures]] = np.nan
    return means / EXPLAINED
