"""Phase: levers move; the shares of one client in one domain never sum above 1."""

from __future__ import annotations

from sim.jit import part, phase
from sim.lanes import LANES
from sim.rules.levers import aligned_level, crowding, lever
from sim.rules.supply import arms_level
from sim.world.memory import World


@part
def make_room(world: World) -> None:
    """Scale the levers over each client in each domain where they sum above 1."""
    total = world.scratch[0]
    for g in range(len(world.wiring.groups)):
        group = world.wiring.groups[g]
        for w in range(LANES):
            total[w] = 0.0
        for e in range(group.first, group.last):
            tie = world.now.ties[e]
            for w in range(LANES):
                total[w] += tie.level[w]
        for e in range(group.first, group.last):
            tie = world.now.ties[e]
            for w in range(LANES):
                tie.level[w] = tie.level[w] * crowding(total[w])


@phase
def pull_levers(world: World) -> None:
    """Every lever moves toward its level: arms follow deliveries, the others the client's alignment.

    Parameters
    ----------
    world : World
        Modified: ties' level.
    """
    given, now, wiring = world.given, world.now, world.wiring
    gain = given.behaviour[0].lever_gain
    for e in range(len(wiring.ties)):
        wire, tie, start = wiring.ties[e], now.ties[e], given.ties[e].level
        rate, toward = given.levers[wire.lever].rate, now.pairs[wire.client, wire.patron]
        alignment = now.alignment[wire.client, wire.patron]
        if wire.arms:
            for w in range(LANES):
                target = arms_level(start[w], tie.delivered[w], tie.delivered_start[w])
                tie.level[w] = lever(tie.level[w], target, rate[w], world.dt)
        else:
            for w in range(LANES):
                target = aligned_level(start[w], gain[w], alignment[w], toward.alignment_start[w])
                tie.level[w] = lever(tie.level[w], target, rate[w], world.dt)
    make_room(world)
