"""Phase: levers move; the shares of one client in one domain never sum above 1."""

from __future__ import annotations

from sim.jit import part, phase
from sim.lanes import LANES
from sim.rules.levers import aligned_level, crowding, lever
from sim.rules.supply import arms_level
from sim.world.memory import World


@part
def crowd(world: World, g: int) -> None:
    """Scale the levers over one client in one domain where they sum above 1; one alone never does."""
    total, group = world.scratch[0], world.wiring.groups[g]
    if group.last - group.first < 2:
        return
    for w in range(LANES):
        total[w] = 0.0
    for e in range(group.first, group.last):
        tie = world.now.ties[e]
        for w in range(LANES):
            total[w] += tie.level[w]
    for w in range(LANES):
        total[w] = crowding(total[w])
    for e in range(group.first, group.last):
        tie = world.now.ties[e]
        for w in range(LANES):
            tie.level[w] = tie.level[w] * total[w]


@part
def pull_lever(world: World, e: int) -> None:
    """One lever after a tick: arms follow deliveries, the others the client's alignment."""
    given, now, wire, tie = world.given, world.now, world.wiring.ties[e], world.now.ties[e]
    start, rate, gain = given.ties[e].level, given.levers[wire.lever].rate, given.behaviour[0].lever_gain
    alignment, at_start = now.alignment[wire.client, wire.patron], now.pairs[wire.client, wire.patron].alignment_start
    if wire.arms:
        for w in range(LANES):
            target = arms_level(start[w], tie.delivered[w], tie.delivered_start[w])
            tie.level[w] = lever(tie.level[w], target, rate[w], world.dt)
    else:
        for w in range(LANES):
            target = aligned_level(start[w], gain[w], alignment[w], at_start[w])
            tie.level[w] = lever(tie.level[w], target, rate[w], world.dt)


@phase
def pull_levers(world: World) -> None:
    """Every lever moves toward its level, and makes room for the others over the same client in the same domain.

    Parameters
    ----------
    world : World
        Modified: ties' level.
    """
    for g in range(len(world.wiring.groups)):
        for e in range(world.wiring.groups[g].first, world.wiring.groups[g].last):
            pull_lever(world, e)
        crowd(world, g)
