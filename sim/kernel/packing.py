"""Lanes in which a third party reconsiders, packed one behind the other: only there are postures weighed.

A posture's utility takes a logarithm and an exponential, its probability another; in a tick many runs need
neither. What the choice reads is gathered from those that do, and the loops go over as many lanes as there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import compress, part
from sim.kernel.lanes import LANES, PACK
from sim.kernel.memory import World
from sim.kernel.sums import MENU_AMOUNTS, act_by_menu
from sim.quantities import Lane

ROWS = len(MENU_AMOUNTS)
"""Rows of an `Action` that the menu gives: the first ones."""
GROUPS = LANES // PACK
"""Packs of all lanes."""


@part
def gather_lanes(world: World, reconsiders: Lane, everybody: bool) -> int:
    """Number of lanes in which the choice is made, and which; those that fill the last vector repeat one of them."""
    lanes, chosen, places = world.buffers.lanes, world.buffers.chosen_lanes, world.buffers.packed_places
    count = 0
    for g in range(GROUPS):
        bits, places[g] = 0, count
        for w in range(PACK):
            lane = g * PACK + w
            lanes[count] = lane
            takes = 1 if everybody or reconsiders[lane] > 0.0 else 0
            bits |= takes << w
            count += takes
        chosen[g] = bits
    for w in range(count, min(count + PACK, LANES)):
        lanes[w] = lanes[0]
    return count


@part
def gather(world: World, n: int, row: Lane, out: Lane) -> None:
    """One row, packed."""
    buffers = world.buffers
    first = row[buffers.lanes[0]]
    for w in range((n - 1) * PACK, n * PACK):
        out[w] = first
    for g in range(GROUPS):
        compress(PACK, row, g * PACK, buffers.chosen_lanes[g], first, out, buffers.packed_places[g])


@part
def gather_rows(world: World, n: int, count: int, rows: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """The first rows, packed."""
    for r in range(count):
        gather(world, n, rows[r], out[r])


@part
def same_everywhere(row: Lane) -> bool:
    """Whether all lanes hold the value of the first."""
    others = 0
    for w in range(LANES):
        others += 1 if row[w] != row[0] else 0
    return others == 0


@part
def look_up(held: Lane, same: bool, rows: NDArray[np.float64], count: int, out: NDArray[np.float64]) -> None:
    """The first rows of that entity which each lane holds the number of; same where all lanes hold the same."""
    if same:  # looked up once, for most third parties nearly always abstain
        k = int(held[0])
        for r in range(count):
            for w in range(LANES):
                out[r, w] = rows[k, r, w]
    else:
        for w in range(LANES):
            k = int(held[w])
            for r in range(count):
                out[r, w] = rows[k, r, w]


@part
def gather_scale(world: World, n: int) -> None:
    """How utilities and strengths are scaled, packed."""
    behaviour, buffers = world.given.behaviour[0], world.buffers
    gather(world, n, behaviour.decisiveness, buffers.choice[0].decisiveness)
    gather(world, n, behaviour.rationality, buffers.choice[0].rationality)


@part
def compare_lanes(world: World) -> None:
    """Actions of the menu, and whether they and the scale of choice are the same in all lanes; events change that."""
    behaviour, buffers, side = world.given.behaviour[0], world.buffers, world.wiring.menu_side
    apart = 0
    for k in range(len(side)):
        challenger, holder = 1.0 if side[k] > 0 else 0.0, 1.0 if side[k] < 0 else 0.0
        act_by_menu(world.given.postures[k], challenger, holder, 1.0 if k == 0 else 0.0, buffers.menu[k])
        calming = 0
        for w in range(LANES):
            calming += 1 if buffers.menu[k].mediation[w] > 0.0 or buffers.menu[k].peacekeepers[w] > 0.0 else 0
        buffers.calms[k] = 1 if calming > 0 else 0
        for a in range(ROWS):
            row = buffers.menu_rows[k, a]
            buffers.amounts[k, a] = row[0]
            apart += 0 if same_everywhere(row) else 1
    same = same_everywhere(behaviour.decisiveness) and same_everywhere(behaviour.rationality)
    buffers.shared_menu[0], buffers.shared_scale[0] = 1 if apart == 0 else 0, 1 if same else 0
    gather_scale(world, (gather_lanes(world, behaviour.rationality, True) + PACK - 1) // PACK)
