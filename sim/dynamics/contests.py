"""Phase: contests move, victories settle them, camps take office, backers fall out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, chance
from sim.kernel.memory import World
from sim.kernel.random import CONTROL, RIVALRY, counter, normals, uniforms
from sim.quantities import SETTLED, Behaviour, ContestNow, Lane, PairNow, PartyNow
from sim.rules.contests import moved, rivalry_hazard, worn
from sim.rules.influence import interdependence


@part
def fight(world: World, c: int, tick: int) -> None:
    """Control moves with the odds; the capabilities of states wear down."""
    given, now, wire = world.given, world.now, world.wiring.contests[c]
    behaviour, contest, pace = given.behaviour[0], now.contests[c], given.contests[c].pace
    when, scale = counter(tick, CONTROL), math.sqrt(world.dt)
    for w in range(LANES):
        z, _ = normals(world.keys[0, w], world.keys[1, w], when, wire.key)
        shock = behaviour.control_noise[w] * scale * z
        after = moved(contest.control[w], pace[w], contest.odds[w], shock, world.dt)
        contest.control[w] = after if contest.fighting[w] > 0.0 else contest.control[w]
    if wire.domestic:
        return
    challenger, holder = now.states[wire.challenger], now.states[wire.holder]
    for w in range(LANES):
        p, loss = contest.odds[w], behaviour.loss[w] * contest.fighting[w]
        challenger.capability[w] = worn(challenger.capability[w], loss, 1.0 - p, world.dt)
        holder.capability[w] = worn(holder.capability[w], loss, p, world.dt)


@part
def settle(world: World, c: int, tick: int) -> None:
    """Victory: at once for a challenger with all the stake, after some weeks of fighting for a holder."""
    behaviour, contest = world.given.behaviour[0], world.now.contests[c]
    week = tick * world.dt
    for w in range(LANES):
        margin = behaviour.victory_margin[w]
        won = contest.control[w] >= 1.0 - margin
        kept = contest.control[w] <= margin and contest.age[w] >= behaviour.victory_weeks[w]
        ends = contest.fighting[w] > 0.0 and (won or kept)
        contest.phase[w] = SETTLED if ends else contest.phase[w]
        contest.age[w] = 0.0 if ends else contest.age[w]
        contest.fighting[w] = 0.0 if ends else contest.fighting[w]
        contest.fresh[w] = 1.0 if ends else contest.fresh[w]
        contest.settlement[w] = week if ends else contest.settlement[w]


@part
def govern(world: World, c: int, tick: int) -> None:
    """In a fresh truce or settlement the camp with the majority of control takes office; the host follows it."""
    now, wire = world.now, world.wiring.contests[c]
    contest, pull = now.contests[c], world.given.behaviour[0].camp_pull
    week = tick * world.dt
    for w in range(LANES):
        majority = 1.0 if contest.control[w] > 0.5 else 0.0
        after = majority if contest.fresh[w] > 0.0 else contest.governs[w]
        taken = after > contest.governs[w] and contest.takeover[w] < 0.0
        contest.takeover[w] = week if taken else contest.takeover[w]
        contest.governs[w] = after
    for e in range(wire.first, wire.last):
        pair = now.pairs[wire.challenger, world.wiring.parties[e].state]
        challenger, holder = now.stances[e, 0].latent, now.stances[e, 1].latent
        for w in range(LANES):
            leaning = challenger[w] if contest.governs[w] > 0.0 else holder[w]
            shift = world.dt * pull[w] * (leaning - pair.anchor[w])
            pair.anchor[w] += shift
            pair.latent[w] += shift


@part
def cut_ties(world: World, one: int, two: int, clashed: Lane) -> None:
    """A clash cuts the ties between two states in the lanes in which they clashed."""
    cut = world.given.behaviour[0].clash_tie_cut
    for e in range(len(world.wiring.ties)):
        tie = world.wiring.ties[e]
        if (tie.patron == one and tie.client == two) or (tie.patron == two and tie.client == one):
            level = world.now.ties[e].level
            for w in range(LANES):
                level[w] = level[w] * (1.0 - cut[w] * clashed[w])


@part
def provoke(
    behaviour: Behaviour, one: PartyNow, two: PartyNow, bound: Lane, luck: NDArray[np.float64], dt: float
) -> bool:
    """Whether two third parties dispute and clash; luck holds two draws in rows 0 and 1, and then the answers.

    True where any lane has a clash.
    """
    disputed, clashed = luck[0], luck[1]
    clashes = 0
    for w in range(LANES):
        opposed = 1.0 if one.side[w] * two.side[w] < 0.0 else 0.0
        aid_one, aid_two = one.aid[w] * opposed, two.aid[w] * opposed
        presence = 0.5 * (one.presence[w] + two.presence[w])
        dispute = rivalry_hazard(behaviour.dispute_rate[w], aid_one, aid_two, 1.0, bound[w])
        clash = rivalry_hazard(behaviour.clash_rate[w], aid_one, aid_two, presence, bound[w])
        clashes += 1 if clashed[w] < chance(clash, dt) else 0
        disputed[w] = 1.0 if disputed[w] < chance(dispute, dt) else 0.0
        clashed[w] = 1.0 if clashed[w] < chance(clash, dt) else 0.0
    return clashes > 0


@part
def opposed_anywhere(one: Lane, two: Lane) -> bool:
    """Whether two third parties are on opposite sides in any lane."""
    count = 0
    for w in range(LANES):
        count += 1 if one[w] * two[w] < 0.0 else 0
    return count > 0


@part
def throw(keys: NDArray[np.uint64], key: np.uint64, tick: int, luck: NDArray[np.float64]) -> None:
    """Two draws for a pair of third parties into the first two rows of luck."""
    when = counter(tick, RIVALRY)
    first, second = luck[0], luck[1]
    for w in range(LANES):
        first[w], second[w] = uniforms(keys[0, w], keys[1, w], when, key)


@part
def resent(
    behaviour: Behaviour,
    contest: ContestNow,
    there: PairNow,
    back: PairNow,
    luck: NDArray[np.float64],
    week: float,
) -> None:
    """Disputes and clashes cool both states toward each other and are counted."""
    disputed, clashed = luck[0], luck[1]
    for w in range(LANES):
        cut = behaviour.dispute_cut[w] * disputed[w] + behaviour.clash_cut[w] * clashed[w]
        there.latent[w] -= cut
        back.latent[w] -= cut
    for w in range(LANES):
        contest.disputes[w] += disputed[w]
        contest.clashes[w] += clashed[w]
        new_dispute = disputed[w] > 0.0 and contest.first_dispute[w] < 0.0
        new_clash = clashed[w] > 0.0 and contest.first_clash[w] < 0.0
        contest.first_dispute[w] = week if new_dispute else contest.first_dispute[w]
        contest.first_clash[w] = week if new_clash else contest.first_clash[w]


@part
def fall_out(world: World, b: int, tick: int) -> None:
    """Disputes and clashes between two third parties on opposite sides."""
    now, wire, luck = world.now, world.wiring.rivalries[b], world.scratch
    one, two = now.parties[wire.one], now.parties[wire.two]
    if opposed_anywhere(one.side, two.side):
        i, j = world.wiring.parties[wire.one].state, world.wiring.parties[wire.two].state
        there, back = now.pairs[i, j], now.pairs[j, i]
        behaviour = world.given.behaviour[0]
        throw(world.keys, wire.key, tick, luck)
        for w in range(LANES):
            luck[2, w] = interdependence(there.dependence[w], back.dependence[w])
        clashed = provoke(behaviour, one, two, luck[2], luck, world.dt)
        resent(behaviour, now.contests[wire.contest], there, back, luck, tick * world.dt)
        if clashed:
            cut_ties(world, i, j, luck[1])


@part
def note_entry(world: World, c: int, tick: int) -> None:
    """Weight of mediators from outside the arena, and the first week in which one mediates or comes."""
    contest = world.now.contests[c]
    present = world.scratch[0]
    for w in range(LANES):
        contest.entry[w] = 0.0
        present[w] = 0.0
    for e in range(world.wiring.contests[c].first, world.wiring.contests[c].last):
        if world.wiring.parties[e].outsider:
            party = world.now.parties[e]
            for w in range(LANES):
                contest.entry[w] += party.mediation[w]
                present[w] += party.mediation[w] + party.presence[w]
    for w in range(LANES):
        new = present[w] > 0.0 and contest.first_entry[w] < 0.0
        contest.first_entry[w] = tick * world.dt if new else contest.first_entry[w]


@phase
def move(world: World, tick: int) -> None:
    """Contests move and settle, camps take office, backers fall out with each other.

    Parameters
    ----------
    world : World
        Modified: contests' control, phase, governs, counts and times; capabilities of fighting states;
        latent alignments and anchors; ties between states that clash.
    tick : int
        Current tick.
    """
    for c in range(len(world.wiring.contests)):
        fight(world, c, tick)
        settle(world, c, tick)
        if world.wiring.contests[c].domestic:
            govern(world, c, tick)
        note_entry(world, c, tick)
    for b in range(len(world.wiring.rivalries)):
        fall_out(world, b, tick)
