"""Memory for a block of runs, allocated in one place."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim import quantities as qt
from sim.kernel import buffers as bf
from sim.kernel.lanes import LANES
from sim.kernel.layout import event_rows
from sim.kernel.memory import Given, Now, World, given_blocks, lanes_of_zeros, now_blocks, records_of_zeros, size
from sim.kernel.structure import Structure
from sim.kernel.wiring import Wiring, wire


@lru_cache(maxsize=16)
def wired(structure: Structure) -> Wiring:
    """Wiring of a structure, made once; nothing writes to it."""
    return wire(structure, event_rows(structure))


def buffers_of(structure: Structure) -> bf.Buffers:
    """Buffers of one block of runs, zeroed."""
    return bf.Buffers(
        events=records_of_zeros(bf.EventsBuffer, 1),
        influence=records_of_zeros(bf.InfluenceBuffer, 1),
        perception=records_of_zeros(bf.PerceptionBuffer, 1),
        arms=records_of_zeros(bf.ArmsBuffer, 1),
        contests=records_of_zeros(bf.ContestsBuffer, 1),
        stability=records_of_zeros(bf.StabilityBuffer, 1),
        levers=records_of_zeros(bf.LeversBuffer, 1),
        alignment=records_of_zeros(bf.AlignmentBuffer, 1),
        active=np.zeros(len(structure.parties), np.int64),
    )


def allocate(structure: Structure, reasons: bool = False) -> World:
    """Memory for one block of runs, zeroed.

    Parameters
    ----------
    structure : Structure
        Who there is.
    reasons : bool
        Keep the utility terms of every posture of every third party, not only of the posture held.
    """
    given, now = given_blocks(structure), now_blocks(structure)
    inputs = lanes_of_zeros(size(given))
    state = lanes_of_zeros(size(now))
    parties, menu = len(structure.parties), len(structure.postures)
    return World(
        Given(**{name: block.view(inputs) for name, block in given.items()}),
        Now(**{name: block.view(state) for name, block in now.items()}),
        wired(structure),
        inputs,
        lanes_of_zeros(size(given)),
        state,
        records_of_zeros(qt.Motives, 1),
        records_of_zeros(qt.Backing, 2),
        records_of_zeros(qt.Deed, 1),
        buffers_of(structure),
        np.zeros(1, np.int64),
        lanes_of_zeros(parties, 2),
        np.zeros(LANES, np.int64),
        records_of_zeros(qt.Weighing, 1),
        records_of_zeros(qt.Motives, 1),
        records_of_zeros(qt.Backing, 2),
        records_of_zeros(qt.Posture, menu),
        lanes_of_zeros(2, menu),
        records_of_zeros(qt.Terms, parties if reasons else 0, menu),
        lanes_of_zeros(4),
        lanes_of_zeros(2, len(structure.states)),
        np.zeros((2, LANES), np.uint64),
        float(structure.dt),
    )
