"""Phase: influence. What patrons could use, and what clients let through."""

from __future__ import annotations

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.quantities import Lane
from sim.rules.influence import capacity, dependence_on, influence, received, warmth


@part
def scale_levers(world: World, per_bandwidth: Lane, per_dependence: Lane) -> None:
    """One over the sum of all kinds' weights in bandwidth, and in dependence."""
    levers = world.given.levers
    for w in range(LANES):
        per_bandwidth[w] = 0.0
        per_dependence[w] = 0.0
    for k in range(len(levers)):
        kind = levers[k]
        for w in range(LANES):
            per_bandwidth[w] += kind.bandwidth[w]
            per_dependence[w] += kind.dependence[w]
    for w in range(LANES):  # a product takes less time than a division
        per_bandwidth[w], per_dependence[w] = 1.0 / per_bandwidth[w], 1.0 / per_dependence[w]


@part
def add_up_levers(world: World, d: int, bandwidth: Lane, dependence: Lane) -> None:
    """Weighted levels, and weighted dependence on them, of one patron over one client."""
    given, now, wiring = world.given, world.now, world.wiring
    for w in range(LANES):
        bandwidth[w] = 0.0
        dependence[w] = 0.0
    for m in range(wiring.dyads[d].first, wiring.dyads[d].last):
        tie = wiring.by_dyad[m]
        kind, level = given.levers[wiring.ties[tie].lever], now.ties[tie].level
        for w in range(LANES):
            bandwidth[w] += kind.bandwidth[w] * level[w]
            dependence[w] += kind.dependence[w] * dependence_on(level[w])


@part
def update_capacity(world: World) -> None:
    """Capacity and dependence of every tied pair, from its levers."""
    buffer, dyads = world.buffers.influence[0], world.wiring.dyads
    scale_levers(world, buffer.per_bandwidth, buffer.per_dependence)
    for d in range(len(dyads)):
        add_up_levers(world, d, buffer.bandwidth, buffer.dependence)
        pair = world.now.pairs[dyads[d].patron, dyads[d].client]
        for w in range(LANES):
            depends = buffer.dependence[w] * buffer.per_dependence[w]
            pair.dependence[w] = depends
            pair.capacity[w] = capacity(buffer.bandwidth[w] * buffer.per_bandwidth[w], depends)


@part
def regard_rivals(world: World, i: int, j: int, out: Lane) -> None:
    """Mean alignment of client j with the rivals of patron i."""
    count = 0
    for w in range(LANES):
        out[w] = 0.0
    for r in range(len(world.now.states)):
        if world.wiring.opposes[i, r] and r != j:
            count += 1
            alignment = world.now.alignment[j, r]
            for w in range(LANES):
                out[w] += alignment[w]
    for w in range(LANES):
        out[w] = out[w] / max(count, 1)


@phase
def update_influence(world: World) -> None:
    """Influence of every patron on every client.

    Parameters
    ----------
    world : World
        Modified: pairs' capacity, dependence and influence.
    """
    update_capacity(world)
    given, now, wiring = world.given, world.now, world.wiring
    rift, buffer = given.behaviour[0].rift, world.buffers.influence[0]
    total, toward = buffer.received, buffer.toward_rivals
    for j in range(len(now.states)):
        autonomy = given.states[j].autonomy
        for w in range(LANES):
            total[w] = 0.0
        for i in range(len(now.states)):
            if wiring.tied[i, j]:
                regard_rivals(world, i, j, toward)
                pair, back = now.pairs[i, j], now.alignment[j, i]
                for w in range(LANES):
                    let_in = received(pair.capacity[w], warmth(back[w], rift[w], toward[w]))
                    pair.influence[w] = let_in
                    total[w] += let_in
        for i in range(len(now.states)):
            if wiring.tied[i, j]:
                pair = now.pairs[i, j]
                for w in range(LANES):
                    pair.influence[w] = influence(pair.influence[w], total[w], autonomy[w])
