"""Memory for a block of runs, allocated in one place."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.kernel import buffers as bf
from sim.kernel.lanes import LANES, PACK
from sim.kernel.layout import event_rows, time_rows
from sim.kernel.memory import (
    Given,
    Now,
    World,
    given_blocks,
    lanes_of_zeros,
    now_blocks,
    records,
    records_of_zeros,
    size,
)
from sim.kernel.structure import Structure
from sim.kernel.wire import wire
from sim.kernel.wiring import Wiring


@lru_cache(maxsize=16)
def wired(structure: Structure) -> Wiring:
    """Wiring of a structure, made once; nothing writes to it."""
    return wire(structure, event_rows(structure), time_rows(structure))


def actions(*shape: int) -> tuple[Any, NDArray[np.float64]]:
    """Zeroed records of `Action`, and their rows."""
    rows = lanes_of_zeros(*shape, len(qt.quantities(qt.Action)))
    return records(qt.Action, rows, *shape or (1,)), rows


def weighed() -> tuple[Any, Any, Any, NDArray[np.float64]]:
    """Worth, outlook and outlook on both sides of one third party, zeroed, and the rows of all."""
    widths = [len(qt.quantities(one)) for one in (qt.Action, bf.Outlook, bf.SideOutlook, bf.SideOutlook)]
    rows = lanes_of_zeros(sum(widths))
    worth, outlook, sides = np.split(rows, np.cumsum(widths[:2]))
    return records(qt.Action, worth, 1), records(bf.Outlook, outlook, 1), records(bf.SideOutlook, sides, 2), rows


def buffers(structure: Structure, postures: NDArray[np.float64], parties: NDArray[np.float64]) -> bf.Buffers:
    """Buffers of one block of runs, zeroed; with the rows of the menu and of third parties."""
    count = len(structure.postures)
    menu, menu_rows = actions(count)
    action, action_rows = actions()
    packed_action, packed_action_rows = actions()
    worth, outlook, side_outlook, weighed_rows = weighed()
    packed_worth, packed_outlook, packed_sides, packed_rows = weighed()
    return bf.Buffers(
        events=records_of_zeros(bf.EventsBuffer, 1),
        influence=records_of_zeros(bf.InfluenceBuffer, 1),
        perception=records_of_zeros(bf.PerceptionBuffer, 1),
        arms=records_of_zeros(bf.ArmsBuffer, 1),
        contests=records_of_zeros(bf.ContestsBuffer, 1),
        sides=records_of_zeros(bf.SidesBuffer, 1),
        stability=records_of_zeros(bf.StabilityBuffer, 1),
        levers=records_of_zeros(bf.LeversBuffer, 1),
        alignment=records_of_zeros(bf.AlignmentBuffer, 1),
        measures=records_of_zeros(bf.MeasuresBuffer, 1),
        tally=records_of_zeros(bf.TallyBuffer, 1),
        split=lanes_of_zeros(len(structure.states)),
        best_split=lanes_of_zeros(len(structure.states)),
        active=np.zeros(len(structure.parties), np.int64),
        posture_rows=postures,
        party_rows=parties,
        menu=menu,
        menu_rows=menu_rows,
        amounts=np.zeros((count, len(qt.quantities(qt.Action)))),
        calms=np.zeros(count, np.int64),
        shared_menu=np.zeros(1, np.int64),
        shared_scale=np.zeros(1, np.int64),
        action=action,
        action_rows=action_rows,
        values=records_of_zeros(qt.Values, 1),
        side_values=records_of_zeros(qt.SideValues, 2),
        worth=worth,
        outlook=outlook,
        side_outlook=side_outlook,
        weighed_rows=weighed_rows,
        choice=records_of_zeros(bf.ChoiceBuffer, 1),
        lanes=np.zeros(LANES, np.int64),
        chosen_lanes=np.zeros(LANES // PACK, np.int64),
        packed_places=np.zeros(LANES // PACK, np.int64),
        packed_action=packed_action,
        packed_action_rows=packed_action_rows,
        packed_worth=packed_worth,
        packed_outlook=packed_outlook,
        packed_sides=packed_sides,
        packed_rows=packed_rows,
        trial=lanes_of_zeros(2, count),
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
    inputs, state = lanes_of_zeros(size(given)), lanes_of_zeros(size(now))
    explained = len(structure.parties) if reasons else 0
    return World(
        given=Given(**{name: block.view(inputs) for name, block in given.items()}),
        now=Now(**{name: block.view(state) for name, block in now.items()}),
        wiring=wired(structure),
        inputs=inputs,
        base=lanes_of_zeros(size(given)),
        state=state,
        buffers=buffers(structure, given["postures"].matrix(inputs), now["parties"].matrix(state)),
        reasons=records_of_zeros(qt.Terms, explained, len(structure.postures)),
        keys=np.zeros((2, LANES), np.uint64),
        dt=float(structure.dt),
    )
