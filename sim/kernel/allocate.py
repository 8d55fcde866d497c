"""Memory for a block of runs, allocated in one place."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim import quantities as qt
from sim.kernel.lanes import LANES
from sim.kernel.layout import event_rows, time_rows
from sim.kernel.memory import Given, Now, World, given_blocks, lanes_of_zeros, now_blocks, records_of_zeros, size
from sim.kernel.structure import Structure
from sim.kernel.wire import wire
from sim.kernel.wiring import Wiring


@lru_cache(maxsize=16)
def wired(structure: Structure) -> Wiring:
    """Wiring of a structure, made once; nothing writes to it."""
    return wire(structure, event_rows(structure), time_rows(structure))


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
        given=Given(**{name: block.view(inputs) for name, block in given.items()}),
        now=Now(**{name: block.view(state) for name, block in now.items()}),
        wiring=wired(structure),
        inputs=inputs,
        base=lanes_of_zeros(size(given)),
        state=state,
        motives=records_of_zeros(qt.Motives, 1),
        backing=records_of_zeros(qt.Backing, 2),
        deed=records_of_zeros(qt.Deed, 1),
        active=np.zeros(parties, np.int64),
        alike=np.zeros(1, np.int64),
        luck=lanes_of_zeros(parties, 2),
        who=np.zeros(LANES, np.int64),
        weighing=records_of_zeros(qt.Weighing, 1),
        asked=records_of_zeros(qt.Motives, 1),
        asked_backing=records_of_zeros(qt.Backing, 2),
        menu=records_of_zeros(qt.Posture, menu),
        trial=lanes_of_zeros(2, menu),
        reasons=records_of_zeros(qt.Terms, parties if reasons else 0, menu),
        scratch=lanes_of_zeros(4),
        camps=lanes_of_zeros(2, len(structure.states)),
        keys=np.zeros((2, LANES), np.uint64),
        dt=float(structure.dt),
    )
