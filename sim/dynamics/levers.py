"""Phase: levers move; the shares of one client in one domain never sum above 1."""

from __future__ import annotations

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.quantities import Lane
from sim.rules.arms import arms_level
from sim.rules.levers import crowding, lever, response


@part
def share_out(world: World, g: int) -> None:
    """Scale the levers over one client in one domain where they sum above 1; one alone never does."""
    total, group = world.buffers.levers[0].total, world.wiring.groups[g]
    if group.last - group.first < 2:
        return
    for w in range(LANES):
        total[w] = 0.0
    for e in range(group.first, group.last):
        tie = world.now.ties[e]
        for w in range(LANES):
            total[w] += tie.level[w]
    crowded = 0
    for w in range(LANES):
        crowded += 1 if total[w] > 1.0 else 0
        total[w] = crowding(total[w])
    if crowded == 0:
        return
    for e in range(group.first, group.last):
        tie = world.now.ties[e]
        for w in range(LANES):
            tie.level[w] = tie.level[w] * total[w]


@part
def move_lever(world: World, e: int, relative: Lane) -> None:
    """One lever after a tick: arms follow deliveries, the others the client's alignment."""
    wire, tie, dt = world.wiring.ties[e], world.now.ties[e], world.dt
    start, rate = world.given.ties[e].level, world.given.levers[wire.lever].rate
    if wire.arms:
        for w in range(LANES):
            target = arms_level(start[w], tie.delivered[w], tie.delivered_start[w])
            tie.level[w] = lever(tie.level[w], target, rate[w], dt)
    else:
        for w in range(LANES):
            tie.level[w] = lever(tie.level[w], start[w] * relative[w], rate[w], dt)


@part
def move_dyad(world: World, d: int) -> None:
    """The levers of one patron over one client after a tick."""
    dyad, gain = world.wiring.dyads[d], world.given.behaviour[0].lever_gain
    relative = world.buffers.levers[0].response
    alignment = world.now.alignment[dyad.client, dyad.patron]
    at_start = world.now.pairs[dyad.client, dyad.patron].alignment_start
    for w in range(LANES):
        relative[w] = response(gain[w], alignment[w], at_start[w])
    for m in range(dyad.first, dyad.last):
        move_lever(world, world.wiring.by_dyad[m], relative)


@phase
def move_levers(world: World) -> None:
    """Every lever moves toward its level, and makes room for the others over the same client in the same domain.

    Parameters
    ----------
    world : World
        Modified: ties' level.
    """
    for d in range(len(world.wiring.dyads)):
        move_dyad(world, d)
    for g in range(len(world.wiring.groups)):
        share_out(world, g)
