"""Phase: domestic stability."""

from __future__ import annotations

import math

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.kernel.random import STABILITY, counter, normals
from sim.rules.stability import diaspora_unrest, stability


@part
def strain_of_contests(world: World, i: int) -> None:
    """Strain on one state from contests it fights in or sits beside, added to scratch row 0."""
    given, now, wiring = world.given, world.now, world.wiring
    behaviour, strain, fights = given.behaviour[0], world.scratch[0], world.scratch[1]
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
        challenger, holder = given.stances[e, 0].diaspora, given.stances[e, 1].diaspora
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
def strain_of_remittances(world: World, i: int) -> None:
    """Strain on one state from remittances lost since the start, added to scratch row 0."""
    weight, strain = world.given.behaviour[0].remittance_strain, world.scratch[0]
    for e in range(len(world.wiring.ties)):
        wire, tie = world.wiring.ties[e], world.now.ties[e]
        if wire.remittances and wire.client == i:
            for w in range(LANES):
                lost = tie.level_start[w] - tie.level[w]
                strain[w] += weight[w] * (lost if lost > 0.0 else 0.0)


@phase
def live(world: World, tick: int) -> None:
    """Stability of every state after a tick.

    Parameters
    ----------
    world : World
        Modified: states' stability.
    tick : int
        Current tick.
    """
    given, now, states = world.given, world.now, world.wiring.states
    behaviour, when, scale = given.behaviour[0], counter(tick, STABILITY), math.sqrt(world.dt)
    strain = world.scratch[0]
    for i in range(len(now.states)):
        for w in range(LANES):
            strain[w] = 0.0
        strain_of_contests(world, i)
        strain_of_remittances(world, i)
        me, normal, key = now.states[i], given.states[i].stability, states[i].key
        for w in range(LANES):
            z, _ = normals(world.keys[0, w], world.keys[1, w], when, key)
            shock = behaviour.stability_noise[w] * scale * z
            me.stability[w] = stability(me.stability[w], normal[w], behaviour.recovery[w], strain[w], shock, world.dt)
