"""Phases: contests. Strength and win probability; control, victory and office; disputes and clashes of backers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, chance, log
from sim.kernel.memory import World
from sim.kernel.random import COLLAPSE, CONTROL, RIVALRY, counter, normals, uniforms
from sim.quantities import HOLDER_WON, NEVER, SETTLED, TRUCE, Behaviour, ContestNow, Lane, PairNow, PartyNow
from sim.rules.contests import (
    camp_strength,
    capability,
    control,
    rivalry_hazard,
    shift,
    strength_balance,
    weeks_at_the_end,
    win_probability,
)
from sim.rules.influence import interdependence
from sim.rules.sides import waiting_time


@part
def own_strength(world: World, c: int) -> None:
    """Strength of both sides of a contest before anybody's aid."""
    given, now, wiring = world.given, world.now, world.wiring
    coercion = given.behaviour[0].coercion
    contest = wiring.contests[c]
    challenger, holder, governs = now.sides[c, 0], now.sides[c, 1], now.contests[c].governs
    if contest.domestic:
        stability = now.states[contest.challenger].stability
        share, other = given.sides[c, 0].share, given.sides[c, 1].share
        for w in range(LANES):
            challenger.strength[w] = camp_strength(share[w], coercion[w], stability[w], governs[w])
            holder.strength[w] = camp_strength(other[w], coercion[w], stability[w], 1.0 - governs[w])
    else:
        mine, theirs = now.states[contest.challenger].capability, now.states[contest.holder].capability
        for w in range(LANES):
            challenger.strength[w] = mine[w]
            holder.strength[w] = theirs[w]


@part
def add_backers(world: World, c: int, x: int) -> None:
    """What third parties add to one side of a contest, and the presence on the other side's part."""
    now, wire, side, sign = world.now, world.wiring.contests[c], world.now.sides[c, x], 1.0 - 2.0 * x
    for w in range(LANES):
        side.backing[w] = 0.0
        side.opposing_presence[w] = 0.0
    for e in range(wire.first, wire.last):
        if world.buffers.active[e] == 0:
            continue
        party, relation = now.parties[e], now.relations[e, x]
        for w in range(LANES):
            aid = party.aid[w] if party.side[w] == sign else 0.0
            forces = party.presence[w] if party.side[w] == sign else 0.0
            side.backing[w] += aid
            side.strength[w] += aid * relation.reinforcement[w] + forces * relation.forces[w]
            side.opposing_presence[w] += party.presence[w] if party.side[w] == -sign else 0.0


@phase
def update_strength(world: World) -> None:
    """Strength of both sides and the challenger's win probability, with the postures now held.

    Parameters
    ----------
    world : World
        Modified: sides' strength, backing and opposing presence; contests' win probability and strength balance.
    """
    now, decisiveness = world.now, world.given.behaviour[0].decisiveness
    for c in range(len(world.wiring.contests)):
        own_strength(world, c)
        add_backers(world, c, 0)
        add_backers(world, c, 1)
        contest, challenger, holder = now.contests[c], now.sides[c, 0].strength, now.sides[c, 1].strength
        for w in range(LANES):
            contest.win_probability[w] = win_probability(log(challenger[w]), log(holder[w]), decisiveness[w])
            contest.strength_balance[w] = strength_balance(challenger[w], holder[w])


@part
def fight(world: World, c: int, tick: int) -> None:
    """Control moves with the win probability; the capabilities of states wear down; as far as the tick was fought."""
    given, now, wire, hopeless = world.given, world.now, world.wiring.contests[c], world.buffers.contests[0].hopeless
    behaviour, contest, pace = given.behaviour[0], now.contests[c], given.contests[c].pace
    when, margin = counter(tick, CONTROL), behaviour.victory_margin
    for w in range(LANES):
        hopeless[w] = 0.0
    if not anywhere(contest.fighting):
        return
    for w in range(LANES):
        z, _ = normals(world.keys[0, w], world.keys[1, w], when, wire.key)
        weeks = world.dt * contest.fighting[w]
        shock = behaviour.control_noise[w] * math.sqrt(weeks) * z
        before, p = contest.control[w], contest.win_probability[w]
        hopeless[w] = weeks_at_the_end(before, shift(pace[w], p, shock, weeks), margin[w], weeks)
        contest.control[w] = control(before, pace[w], p, shock, weeks) if weeks > 0.0 else before
    if wire.domestic:
        return
    challenger, holder = now.states[wire.challenger], now.states[wire.holder]
    for w in range(LANES):
        p, weeks = contest.win_probability[w], world.dt * contest.fighting[w]
        challenger.capability[w] = capability(challenger.capability[w], behaviour.loss[w], 1.0 - p, weeks)
        holder.capability[w] = capability(holder.capability[w], behaviour.loss[w], p, weeks)


@part
def settle(world: World, c: int, tick: int) -> None:
    """Victory: a side with hardly any of the stake left may collapse while it fights; the other then holds all.

    It waits in continuous time, so that neither how often nor how long sides fight on depends on the tick. A truce that
    the tick ends with would have come after the collapse, and does not count.
    """
    behaviour, contest, key = world.given.behaviour[0], world.now.contests[c], world.wiring.contests[c].key
    end, when, hopeless = (tick + 1) * world.dt, counter(tick, COLLAPSE), world.buffers.contests[0].hopeless
    if anywhere(hopeless):
        for w in range(LANES):
            u, _ = uniforms(world.keys[0, w], world.keys[1, w], when, key)
            spared = hopeless[w] - waiting_time(-log(u), behaviour.collapse[w])
            ends = spared > 0.0
            undone = ends and contest.phase[w] == TRUCE
            spared += contest.age[w] if undone else 0.0
            unfought = contest.age[w] if undone else 0.0
            contest.truces[w] -= 1.0 if undone else 0.0
            contest.first_truce[w] = NEVER if undone and contest.truces[w] < 0.5 else contest.first_truce[w]
            winner = 1.0 if contest.control[w] > 0.5 else 0.0
            contest.control[w] = winner if ends else contest.control[w]
            contest.phase[w] = SETTLED if ends else contest.phase[w]
            contest.age[w] = spared if ends else contest.age[w]
            contest.fresh[w] = 1.0 if ends else contest.fresh[w]
            contest.weeks_fought[w] -= spared - unfought if ends else 0.0
            contest.settlement[w] = end - spared if ends else contest.settlement[w]
    for w in range(LANES):
        lost = contest.phase[w] == SETTLED and contest.control[w] < 0.5
        contest.ending[w] = HOLDER_WON if lost else contest.phase[w]


@part
def anywhere(row: Lane) -> bool:
    """Whether a number is above 0 in any lane."""
    count = 0
    for w in range(LANES):
        count += 1 if row[w] > 0.0 else 0
    return count > 0


@part
def take_office(world: World, c: int, tick: int) -> None:
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
        challenger, holder = now.relations[e, 0].latent, now.relations[e, 1].latent
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
def opposed_anywhere(one: Lane, two: Lane) -> bool:
    """Whether two third parties are on opposite sides in any lane."""
    count = 0
    for w in range(LANES):
        count += 1 if one[w] * two[w] < 0.0 else 0
    return count > 0


@part
def draw_for_pair(keys: NDArray[np.uint64], key: np.uint64, tick: int, first: Lane, second: Lane) -> None:
    """Two uniform draws for a pair of third parties."""
    when = counter(tick, RIVALRY)
    for w in range(LANES):
        first[w], second[w] = uniforms(keys[0, w], keys[1, w], when, key)


@part
def draw_rivalry(
    behaviour: Behaviour, one: PartyNow, two: PartyNow, bound: Lane, disputed: Lane, clashed: Lane, dt: float
) -> bool:
    """Whether two third parties dispute and clash, written over the draws that decide; True where any lane clashes."""
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
def cool_down(
    behaviour: Behaviour,
    contest: ContestNow,
    there: PairNow,
    back: PairNow,
    disputed: Lane,
    clashed: Lane,
    week: float,
) -> None:
    """Disputes and clashes cool both states toward each other and are counted."""
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
    now, wire, buffer = world.now, world.wiring.rivalries[b], world.buffers.contests[0]
    one, two = now.parties[wire.one], now.parties[wire.two]
    if opposed_anywhere(one.side, two.side):
        disputed, clashed, bound = buffer.disputed, buffer.clashed, buffer.bound
        i, j = world.wiring.parties[wire.one].state, world.wiring.parties[wire.two].state
        there, back = now.pairs[i, j], now.pairs[j, i]
        behaviour = world.given.behaviour[0]
        draw_for_pair(world.keys, wire.key, tick, disputed, clashed)
        for w in range(LANES):
            bound[w] = interdependence(there.dependence[w], back.dependence[w])
        any_clash = draw_rivalry(behaviour, one, two, bound, disputed, clashed, world.dt)
        cool_down(behaviour, now.contests[wire.contest], there, back, disputed, clashed, tick * world.dt)
        if any_clash:
            cut_ties(world, i, j, clashed)


@part
def note_entry(world: World, c: int, tick: int) -> None:
    """Weight of mediators from outside the arena, and the first week in which one mediates or comes."""
    contest, present = world.now.contests[c], world.buffers.contests[0].present
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
def move_contests(world: World, tick: int) -> None:
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
            take_office(world, c, tick)
        note_entry(world, c, tick)
    for b in range(len(world.wiring.rivalries)):
        fall_out(world, b, tick)
