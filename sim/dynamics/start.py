"""The state before tick 0, from what the scenario gives."""

from __future__ import annotations

from sim.dynamics.alignment import mark_starting_forces, sum_triads
from sim.dynamics.arms import observe_opponents, trade_arms
from sim.dynamics.contests import update_strength
from sim.dynamics.influence import update_influence
from sim.dynamics.levers import share_out
from sim.dynamics.perception import perceive, update_alignment, update_leanings
from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, atanh
from sim.kernel.memory import World
from sim.kernel.packing import compare_lanes
from sim.quantities import FIGHTING, NEVER
from sim.rules.arms import grievance_constant


@part
def place_states(world: World) -> None:
    """Capability and stability, alignments, levers."""
    given, now = world.given, world.now
    for i in range(len(now.states)):
        for w in range(LANES):
            now.states[i].capability[w] = given.states[i].capability[w]
            now.states[i].stability[w] = given.states[i].stability[w]
        for j in range(len(now.states)):
            if i != j:
                for w in range(LANES):
                    now.pairs[i, j].latent[w] = atanh(given.alignments[i, j].start[w])
    for e in range(len(now.ties)):
        for w in range(LANES):
            now.ties[e].level[w] = given.ties[e].level[w]
    for g in range(len(world.wiring.groups)):
        share_out(world, g)
    for e in range(len(now.ties)):
        for w in range(LANES):
            now.ties[e].level_start[w] = now.ties[e].level[w]


@part
def place_contests(world: World) -> None:
    """Control, phase and age; the camp in office and the host's alignment with its patrons."""
    given, now, wiring = world.given, world.now, world.wiring
    for c in range(len(wiring.contests)):
        contest, said = now.contests[c], given.contests[c]
        for w in range(LANES):
            contest.control[w] = said.control[w]
            contest.phase[w] = said.phase[w]
            contest.age[w] = 0.0 if said.phase[w] == FIGHTING else said.age[w]
            contest.ending[w] = said.phase[w]
            contest.governs[w] = 1.0 if said.control[w] > 0.5 else 0.0
        if wiring.contests[c].domestic:
            place_camps(world, c)


@part
def place_camps(world: World, c: int) -> None:
    """The host is as aligned with each third party as its camp in office leans to it."""
    now, wire, contest = world.now, world.wiring.contests[c], world.now.contests[c]
    for e in range(wire.first, wire.last):
        latent = now.pairs[wire.challenger, world.wiring.parties[e].state].latent
        challenger, holder = now.relations[e, 0].latent, now.relations[e, 1].latent
        for w in range(LANES):
            latent[w] = challenger[w] if contest.governs[w] > 0.0 else holder[w]


@part
def place_enmity(world: World) -> None:
    """Enmity as given, else (1 − mean mutual alignment)/2, written over the input so that an event starts from it.

    Camps of one state without a value are half enemies.
    """
    now, wiring = world.now, world.wiring
    for c in range(len(wiring.contests)):
        wire, said, contest = wiring.contests[c], world.given.contests[c].enmity, now.contests[c]
        there = now.alignment[wire.challenger, wire.holder]
        back = now.alignment[wire.holder, wire.challenger]
        for w in range(LANES):
            derived = 0.5 * (1.0 - 0.5 * (there[w] + back[w]))
            said[w] = said[w] if said[w] >= 0.0 else derived
            contest.enmity[w] = said[w]


@part
def mark_start(world: World) -> None:
    """Starting values from which forces count, and procurement's constant."""
    given, now = world.given, world.now
    for i in range(len(now.states)):
        for j in range(len(now.states)):
            pair, alignment = now.pairs[i, j], now.alignment[i, j]
            for w in range(LANES):
                pair.anchor[w] = pair.latent[w]
                pair.alignment_start[w] = alignment[w]
                pair.influence_start[w] = pair.influence[w]
                pair.threat_start[w] = pair.threat[w]
            if i != j:
                sum_triads(now.alignment, i, j, pair.triads_start)
    mark_starting_forces(world)
    for e in range(len(now.ties)):
        for w in range(LANES):
            now.ties[e].delivered_start[w] = now.ties[e].delivered[w]
    for i in range(len(now.states)):
        me, traits = now.states[i], given.states[i]
        for w in range(LANES):
            me.offered_start[w] = me.offered[w]
            me.constant[w] = grievance_constant(
                traits.fatigue[w], traits.reaction[w], traits.capability[w], me.opponent[w]
            )


@part
def rest_of_the_world(world: World) -> None:
    """Part of each client's arms that no tie covers: home and the rest of the world."""
    now, wiring = world.now, world.wiring
    for i in range(len(now.states)):
        for w in range(LANES):
            now.states[i].rest[w] = 1.0
    for e in range(len(wiring.ties)):
        if wiring.ties[e].arms:
            rest = now.states[wiring.ties[e].client].rest
            for w in range(LANES):
                rest[w] -= now.ties[e].level[w]
    for i in range(len(now.states)):
        for w in range(LANES):
            now.states[i].rest[w] = max(now.states[i].rest[w], 0.0)


@phase
def begin(world: World) -> None:
    """Set the whole state from the inputs; nothing of an earlier run in the block remains.

    Parameters
    ----------
    world : World
        Modified: `state`, and `base`, which keeps the inputs as they are before any event.
    """
    for row in range(len(world.state)):
        for w in range(LANES):
            world.state[row, w] = 0.0
    for t in range(len(world.wiring.times)):
        for w in range(LANES):
            world.state[world.wiring.times[t], w] = NEVER
    for e in range(len(world.buffers.active)):
        world.buffers.active[e] = 0
    place_states(world)
    update_leanings(world)
    compare_lanes(world)
    place_contests(world)
    update_alignment(world)
    place_enmity(world)
    update_influence(world)
    perceive(world)
    update_strength(world)
    rest_of_the_world(world)
    observe_opponents(world)
    trade_arms(world, False)
    mark_start(world)
    for row in range(len(world.inputs)):
        for w in range(LANES):
            world.base[row, w] = world.inputs[row, w]
