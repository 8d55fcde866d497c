"""Phase: domestic stability."""

from __future__ import annotations

import math

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.kernel.random import STABILITY, counter, normals
from sim.rules.stability import diaspora_unrest, stability


@part
def add_strain_of_contests(world: World, i: int) -> None:
    """Strain on one state from contests that it fights in or sits beside."""
    given, now, wiring = world.given, world.now, world.wiring
    behaviour, strain, fights = given.behaviour[0], now.states[i].strain, world.buffers.stability[0].fights
    for w in range(LANES):
        fights[w] = 0.0
    for c in range(len(wiring.contests)):
        contest = now.contests[c]
        if wiring.contests[c].challenger == i or wiring.contests[c].holder == i:
            for w in range(LANES):
                fights[w] = contest.fighting[w] if contest.fighting[w] > fights[w] else fights[w]
        e = wiring.party_of[i, c]
        if e < 0:
            continue
        party, traits = now.parties[e], given.parties[e]
        challenger, holder = given.relations[e, 0].diaspora, given.relations[e, 1].diaspora
        for w in range(LANES):
            sent = contest.fighting[w] * party.presence[w] * abs(party.side[w])
            fights[w] = sent if sent > fights[w] else fights[w]
            strain[w] += diaspora_unrest(
                behaviour.unrest[w],
                challenger[w] + holder[w],
                contest.fighting[w],
                party.aid[w] * abs(party.side[w]),
            )
            strain[w] += behaviour.proxy_strain[w] * traits.near[w] * contest.proxies[w]
    for w in range(LANES):
        strain[w] += behaviour.war_strain[w] * fights[w]


@part
def add_strain_of_remittances(world: World, i: int) -> None:
    """Strain on one state from remittances lost since the start."""
    weight, strain = world.given.behaviour[0].remittance_strain, world.now.states[i].strain
    for e in range(len(world.wiring.ties)):
        wire, tie = world.wiring.ties[e], world.now.ties[e]
        if wire.remittances and wire.client == i:
            for w in range(LANES):
                lost = tie.level_start[w] - tie.level[w]
                strain[w] += weight[w] * (lost if lost > 0.0 else 0.0)


@phase
def update_stability(world: World, tick: int) -> None:
    """Stability of every state after a tick.

    Parameters
    ----------
    world : World
        Modified: states' strain and stability.
    tick : int
        Current tick.
    """
    given, now, states = world.given, world.now, world.wiring.states
    behaviour, when, scale = given.behaviour[0], counter(tick, STABILITY), math.sqrt(world.dt)
    for i in range(len(now.states)):
        me, normal, key = now.states[i], given.states[i].stability, states[i].key
        for w in range(LANES):
            me.strain[w] = 0.0
        add_strain_of_contests(world, i)
        add_strain_of_remittances(world, i)
        for w in range(LANES):
            z, _ = normals(world.keys[0, w], world.keys[1, w], when, key)
            shock = behaviour.stability_noise[w] * scale * z
            me.stability[w] = stability(
                me.stability[w], normal[w], behaviour.recovery[w], me.strain[w], shock, world.dt
            )
