"""Phase: the sides decide. Truces begin, fighting begins; and what third parties may expect of that."""

from __future__ import annotations

from typing import Any

from sim.dynamics.perception import find_mediators
from sim.kernel.compiler import part, phase, rule
from sim.kernel.lanes import LANES, PACK, exp, log
from sim.kernel.memory import World
from sim.kernel.random import DECIDE, PURPOSES, counter, uniforms
from sim.quantities import FIGHTING, SETTLED, TRUCE, Action, Lane
from sim.rules.contests import control
from sim.rules.sides import (
    attack_hazard,
    exposure,
    gain,
    odds_of_calm,
    preference,
    silence,
    truce_hazard,
    utility_of_fighting,
    utility_of_holding,
    utility_of_truce,
    waiting_time,
    weariness,
)

MOST_CHANGES = 64
"""Changes of phase within one tick beyond which the rest of it stays as it is; even extreme rates have fewer."""


@part
def weigh_options(world: World, c: int, x: int) -> None:
    """Readiness of one side for a truce and its preference for attack, from the utilities at the middle of the tick.

    Control and weariness are those expected then: taken at its start, a long tick would have sides that fight tire
    too late. Peacekeepers face nobody while the guns speak: they stand in the way of an attack alone.
    """
    behaviour, given, half = world.given.behaviour[0], world.given.contests[c], 0.5 * world.dt
    contest, side = world.now.contests[c], world.now.sides[c, x]
    for w in range(LANES):
        fought = contest.fighting[w]
        line = control(contest.control[w], given.pace[w], contest.win_probability[w], 0.0, half * fought)
        tired = weariness(side.weariness[w], behaviour.weariness_grow[w], behaviour.weariness_fade[w], fought, half)
        p = contest.win_probability[w] if x == 0 else 1.0 - contest.win_probability[w]
        held = line if x == 0 else 1.0 - line
        fight = utility_of_fighting(
            given.stake[w], gain(p, held), behaviour.boldness[w], side.backing[w],
            behaviour.war_cost[w], tired, behaviour.deterrence[w], side.opposing_presence[w],
        )  # fmt: skip
        truce = utility_of_truce(
            behaviour.persuasion[w], contest.best_mediator[w], behaviour.satisfaction[w], held,
            behaviour.guarantee[w], contest.peacekeepers[w], behaviour.distrust[w], contest.enmity[w],
        )  # fmt: skip
        hold = utility_of_holding(
            behaviour.satisfaction[w], held, behaviour.guarantee[w], contest.peacekeepers[w],
            behaviour.upkeep[w], behaviour.persuasion[w], contest.best_mediator[w],
        )  # fmt: skip
        attack = fight - behaviour.deterrence[w] * contest.neutral_presence[w]
        side.readiness[w] = preference(behaviour.side_rationality[w], truce, fight)
        side.aggression[w] = preference(behaviour.side_rationality[w], attack, hold)


@part
def estimate_hazards(world: World, c: int) -> None:
    """Hazards of a truce while fighting, and of an attack by either side otherwise, before their exposure."""
    behaviour, contest, buffer = world.given.behaviour[0], world.now.contests[c], world.buffers.sides[0]
    challenger, holder = world.now.sides[c, 0], world.now.sides[c, 1]
    for w in range(LANES):
        alive = 1.0 if contest.phase[w] < SETTLED else 0.0
        fights = contest.phase[w] == FIGHTING
        fresh = exp(-contest.age[w] / behaviour.attack_decay[w])
        truce = alive * truce_hazard(behaviour.truce_rate[w], challenger.readiness[w], holder.readiness[w])
        attack = attack_hazard(behaviour.attack_rate[w], challenger.aggression[w] + holder.aggression[w], alive)
        buffer.truce[w], buffer.attack[w] = truce, attack
        buffer.fresh[w] = 1.0 if fights else fresh
        contest.truce_hazard[w] = truce if fights else 0.0
        contest.attack_hazard[w] = 0.0 if fights else attack * (behaviour.attack_floor[w] + fresh)


@rule
def changes(  # noqa: PLR0913 (two hazards, and how the second fades)
    fights: bool, left: float, u: float, v: float, truce: float, attack: float, floor: float, fresh: float, decay: float
) -> tuple[float, float]:
    """When, within what is left of a tick, the phase changes, and changes back; beyond it for never.

    u decides the first change and v the second. Waiting times are those of hazards integrated over time, so that
    they do not depend on the tick.
    """
    first, second = -log(u), -log(v)
    until_truce = waiting_time(first if fights else second, truce)
    start = (until_truce if until_truce < left else left) if fights else 0.0
    calm = left - start
    hazard = attack_hazard(attack, 1.0, exposure(floor, fresh, decay, calm))
    until_attack = waiting_time((second if fights else first) * calm, hazard)
    one = until_truce if fights else until_attack
    other = until_attack if fights else until_truce
    return one, one + other


@part
def change_phase(world: World, c: int, tick: int) -> None:
    """Phases change in continuous time, several times a tick where rates are high; how much of it was fought."""
    contest, key, when = world.now.contests[c], world.wiring.contests[c].key, counter(tick, DECIDE)
    behaviour, buffer, dt = world.given.behaviour[0], world.buffers.sides[0], world.dt
    for w in range(LANES):
        u, v = uniforms(world.keys[0, w], world.keys[1, w], when, key)
        fights = contest.phase[w] == FIGHTING
        one, two = changes(
            fights, dt, u, v, buffer.truce[w], buffer.attack[w],
            behaviour.attack_floor[w], buffer.fresh[w], behaviour.attack_decay[w],
        )  # fmt: skip
        first, second = (one if one < dt else dt), (two if two < dt else dt)
        buffer.first[w], buffer.second[w] = first, second
        spell = second - first
        contest.fighting[w] = (dt - spell) / dt if fights else spell / dt
        buffer.more[w] = 1.0 if second < dt else 0.0
    further = 0
    for w in range(LANES):
        further += 1 if buffer.more[w] > 0.0 else 0
    count_changes(world, c, tick)
    if further > 0:
        for w in range(LANES):
            if buffer.more[w] > 0.0:
                change_again(world, c, tick, w)


@part
def count_changes(world: World, c: int, tick: int) -> None:
    """Phase, age and counts after the first two changes of a tick."""
    contest, buffer, dt = world.now.contests[c], world.buffers.sides[0], world.dt
    for w in range(LANES):
        before, first, second = contest.phase[w], buffer.first[w], buffer.second[w]
        once, twice = first < dt, second < dt
        fights = before == FIGHTING
        stops, starts = (once if fights else twice), (twice if fights else once)
        at = tick * dt + (first if fights else second)
        contest.truces[w] += 1.0 if stops else 0.0
        contest.truces_broken[w] += 1.0 if starts and (fights or before == TRUCE) else 0.0
        contest.first_truce[w] = at if stops and contest.first_truce[w] < 0.0 else contest.first_truce[w]
        contest.fresh[w] = 1.0 if stops else 0.0
        changed = (TRUCE if fights else FIGHTING) if once else before
        contest.phase[w] = (FIGHTING if fights else TRUCE) if twice else changed
        contest.age[w] = dt - (second if twice else first) if once else contest.age[w] + dt


@part
def change_again(world: World, c: int, tick: int, w: int) -> None:
    """Further changes of phase in one lane, after the second one of a tick."""
    contest, key, buffer, dt = world.now.contests[c], world.wiring.contests[c].key, world.buffers.sides[0], world.dt
    behaviour = world.given.behaviour[0]
    clock, number = buffer.second[w], 1
    while clock < dt and number < MOST_CHANGES // 2:
        when = counter(tick, DECIDE + PURPOSES * number)
        u, v = uniforms(world.keys[0, w], world.keys[1, w], when, key)
        fights, left = contest.phase[w] == FIGHTING, dt - clock
        one, two = changes(
            fights, left, u, v, buffer.truce[w], buffer.attack[w],
            behaviour.attack_floor[w], 1.0, behaviour.attack_decay[w],
        )  # fmt: skip
        first, second = (one if one < left else left), (two if two < left else left)
        # up to now the phase was taken to last until the end of the tick
        contest.fighting[w] += (first - left if fights else left - first) / dt if first < left else 0.0
        contest.fighting[w] += (left - second if fights else second - left) / dt if second < left else 0.0
        stops, starts = (first < left, second < left) if fights else (second < left, first < left)
        contest.truces[w] += 1.0 if stops else 0.0
        contest.truces_broken[w] += 1.0 if starts else 0.0
        contest.fresh[w] = 1.0 if stops else contest.fresh[w]
        if first < left:
            contest.phase[w] = TRUCE if fights else FIGHTING
            contest.age[w] = left - first
        if second < left:
            contest.phase[w] = FIGHTING if fights else TRUCE
            contest.age[w] = left - second
        clock += second
        number += 1


@part
def update_weariness(world: World, c: int) -> None:
    """Weariness of both sides after a tick, and the weeks fought."""
    behaviour, contest = world.given.behaviour[0], world.now.contests[c]
    for w in range(LANES):
        contest.weeks_fought[w] += world.dt * contest.fighting[w]
    for x in range(2):
        side = world.now.sides[c, x]
        for w in range(LANES):
            side.weariness[w] = weariness(
                side.weariness[w],
                behaviour.weariness_grow[w],
                behaviour.weariness_fade[w],
                contest.fighting[w],
                world.dt,
            )


@phase
def decide(world: World, tick: int) -> None:
    """Sides weigh fighting, truce and holding; phases change.

    Parameters
    ----------
    world : World
        Modified: sides' readiness, aggression and weariness; contests' mediators, peacekeepers, hazards, phase, age,
        share of the tick that was fought, and counts.
    tick : int
        Current tick.
    """
    for c in range(len(world.wiring.contests)):
        find_mediators(world, c)
        weigh_options(world, c, 0)
        weigh_options(world, c, 1)
        estimate_hazards(world, c)
        change_phase(world, c, tick)
        update_weariness(world, c)


@part
def foresee_contest(world: World, e: int) -> None:
    """How the prospects of silence hang on mediators and peacekeepers, as a third party sees it."""
    me, traits, out = world.now.parties[e], world.given.parties[e], world.buffers.outlook[0]
    behaviour, c = world.given.behaviour[0], world.wiring.parties[e].contest
    contest, given = world.now.contests[c], world.given.contests[c]
    for w in range(LANES):
        fights = contest.fighting[w] > 0.0
        mine = me.mediation[w] * me.offer[w]
        neutral = me.presence[w] if me.side[w] == 0.0 else 0.0
        best = contest.next_mediator[w] if mine >= contest.best_mediator[w] else contest.best_mediator[w]
        most = contest.next_peacekeepers[w] if neutral >= contest.peacekeepers[w] else contest.peacekeepers[w]
        rational = behaviour.side_rationality[w]
        persuading = rational * behaviour.persuasion[w] * (1.0 if fights else behaviour.upkeep[w])
        out.offer[w], out.mediator[w] = persuading * me.offer[w], persuading * best
        out.rival[w] = persuading * (best if best > me.rival_offer[w] else me.rival_offer[w])
        out.keeping[w] = rational * behaviour.guarantee[w]
        out.peacekeepers[w] = out.keeping[w] * most
        out.deterring[w] = 0.0 if fights else rational * behaviour.deterrence[w]
        out.fighting[w] = contest.fighting[w]
        ahead = behaviour.truce_rate[w] * behaviour.foresight[w]
        out.scale[w] = ahead if fights else behaviour.attack_rate[w] * contest.exposure[w]
        out.reach[w] = behaviour.foresight[w] * given.pace[w]
        out.control[w] = contest.control[w]
        out.gap[w] = 2.0 * contest.control[w] - 1.0 - traits.goal[w]
        out.stake[w] = rational * given.stake[w]


@part
def foresee_side(world: World, e: int, x: int) -> None:
    """What a side of the contest would weigh without the third party, the gain of fighting apart."""
    me, behaviour, c = world.now.parties[e], world.given.behaviour[0], world.wiring.parties[e].contest
    contest, side, relation = world.now.contests[c], world.now.sides[c, x], world.now.relations[e, x]
    view, out, sign = world.buffers.outlook[0], world.buffers.side_outlook[x], 1.0 - 2.0 * x
    for w in range(LANES):
        aid, forces = (me.aid[w], me.presence[w]) if me.side[w] == sign else (0.0, 0.0)
        out.reinforcement[w], out.forces[w] = relation.reinforcement[w], relation.forces[w]
        out.strength[w] = side.strength[w] - aid * relation.reinforcement[w] - forces * relation.forces[w]
    for w in range(LANES):
        fights = contest.fighting[w] > 0.0
        neutral = contest.neutral_presence[w] - (me.presence[w] if me.side[w] == 0.0 else 0.0)
        aid = me.aid[w] if me.side[w] == sign else 0.0
        opposing = side.opposing_presence[w] - (me.presence[w] if me.side[w] == -sign else 0.0)
        fight = utility_of_fighting(
            0.0, 0.0, behaviour.boldness[w], side.backing[w] - aid, behaviour.war_cost[w], side.weariness[w],
            behaviour.deterrence[w], opposing + (0.0 if fights else neutral),
        )  # fmt: skip
        held = contest.control[w] if x == 0 else 1.0 - contest.control[w]
        truce = utility_of_truce(
            0.0, 0.0, behaviour.satisfaction[w], held, 0.0, 0.0, behaviour.distrust[w], contest.enmity[w]
        )
        hold = utility_of_holding(behaviour.satisfaction[w], held, 0.0, 0.0, 0.0, 0.0, 0.0)
        calm = behaviour.side_rationality[w] * ((truce if fights else hold) - fight)
        out.calm[w] = calm + view.mediator[w] + view.peacekeepers[w]


@part
def foresee_without(n: int, view: Any, sides: Any, p: Lane, odds_challenger: Lane, odds_holder: Lane) -> None:
    """Odds of either side to keep calm without the third party; p the challenger's win probability then; packed."""
    challenger, holder = sides[0], sides[1]
    for w in range(n * PACK):
        mine, theirs = gain(p[w], view.control[w]), gain(1.0 - p[w], 1.0 - view.control[w])
        odds_challenger[w] = odds_of_calm(challenger.calm[w], view.stake[w], mine)
        odds_holder[w] = odds_of_calm(holder.calm[w], view.stake[w], theirs)


@part
def foresee_alone(n: int, view: Any, odds_challenger: Lane, odds_holder: Lane, out: Lane) -> None:
    """Prospects of silence without the third party; packed."""
    for w in range(n * PACK):
        out[w] = silence(view.fighting[w], view.scale[w], odds_challenger[w], odds_holder[w])


@part
def foresee(n: int, view: Any, push: Lane, odds_challenger: Lane, odds_holder: Lane, out: Lane) -> None:
    """Prospects of silence with what pushes both sides toward it, in units of their logit; packed."""
    for w in range(n * PACK):
        ease = exp(push[w])
        out[w] = silence(view.fighting[w], view.scale[w], odds_challenger[w] * ease, odds_holder[w] * ease)


@part
def push_of(n: int, view: Any, action: Action, out: Lane) -> None:
    """How far an action of the third party pushes both sides toward silence; packed.

    Only the best mediator counts, and the largest force of peacekeepers.
    """
    for w in range(n * PACK):
        better = action.mediation[w] * view.offer[w] - view.mediator[w]
        more = action.peacekeepers[w] * view.keeping[w] - view.peacekeepers[w]
        way = view.deterring[w] * action.peacekeepers[w]
        out[w] = (better if better > 0.0 else 0.0) + (more if more > 0.0 else 0.0) + way


@part
def push_with(n: int, view: Any, mediation: float, peacekeepers: float, out: Lane) -> None:
    """The same of mediation and peacekeepers that are the same in all lanes; packed."""
    for w in range(n * PACK):
        better = mediation * view.offer[w] - view.mediator[w]
        out[w] = better if better > 0.0 else 0.0
    if peacekeepers > 0.0:
        for w in range(n * PACK):
            more = peacekeepers * view.keeping[w] - view.peacekeepers[w]
            out[w] = out[w] + (more if more > 0.0 else 0.0) + view.deterring[w] * peacekeepers


@part
def push_of_rival(n: int, view: Any, out: Lane) -> None:
    """How far the best rival mediator would push both sides toward silence without the third party; packed."""
    for w in range(n * PACK):
        out[w] = view.rival[w] - view.mediator[w]
