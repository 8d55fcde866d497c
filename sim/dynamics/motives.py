"""Motives: what a unit of everything that a posture brings is worth to a third party, and the terms of a posture."""

from __future__ import annotations

from typing import Any

from sim.dynamics.sides import (
    foresee,
    foresee_alone,
    foresee_contest,
    foresee_side,
    foresee_without,
    push_of,
    push_of_rival,
)
from sim.kernel.compiler import entry, part, rule
from sim.kernel.lanes import LANES, PACK, log
from sim.kernel.memory import World
from sim.kernel.packing import ROWS, look_up, same_everywhere
from sim.kernel.sums import add_up, terms
from sim.quantities import DERIVED, Action, Lane
from sim.rules import motives as rules
from sim.rules.contests import win_probability


@part
def form_outlook(world: World, e: int) -> None:
    """The contest and its prospects as a third party sees them, without its own part."""
    foresee_contest(world, e)
    foresee_side(world, e, 0)
    foresee_side(world, e, 1)


@part
def value_prospects(world: World, e: int, value: Any) -> None:
    """Motives that rest on what is ahead: on silence, and on the line."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, traits, contest, me = given.weights[0], given.parties[e], now.contests[wire.contest], now.parties[e]
    for w in range(LANES):
        s, turmoil, fighting = traits.salience[w], contest.turmoil[w], contest.fighting[w]
        wanted = 1.0 if traits.goal[w] > DERIVED else 0.0
        value.balance[w] = wanted * weights.balance[w] * rules.balance(s, turmoil)
        value.order[w] = weights.order[w] * rules.order(s, turmoil)
        value.primacy[w] = weights.primacy[w] * rules.primacy(s, turmoil)
        value.spillover[w] = weights.spillover[w] * rules.spillover(traits.near[w], fighting, me.other_proxies[w])


@part
def value_presence(world: World, e: int, value: Any) -> None:
    """Motives against presence, and to stay as one is."""
    weights, traits, me = world.given.weights[0], world.given.parties[e], world.now.parties[e]
    for w in range(LANES):
        value.access[w] = weights.access[w] * rules.access(traits.access[w])
        value.reaction[w] = weights.reaction[w] * rules.reaction(me.hostility[w])
        value.entry[w] = weights.entry[w] * rules.entry(traits.entry_cost[w])
        value.effort[w] = rules.effort(me.attention[w])
        value.habit[w] = weights.habit[w] * rules.habit()
        value.precedent[w] = weights.precedent[w] * rules.precedent(traits.precedent[w])


@part
def value_taking_sides(world: World, e: int, value: Any) -> None:
    """Motives against aid to either side."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, sides, fighting = (
        given.weights[0],
        world.wiring.contests[wire.contest],
        now.contests[wire.contest].fighting,
    )
    one, two = given.relations[e, 0].diaspora, given.relations[e, 1].diaspora
    over = now.pairs[wire.state, sides.challenger].influence
    over_other = now.pairs[wire.state, sides.holder].influence
    for w in range(LANES):
        value.diaspora[w] = weights.diaspora[w] * rules.diaspora(one[w], two[w], fighting[w])
        value.visibility[w] = weights.visibility[w] * rules.visibility(over[w], over_other[w])


@part
def value_aid(world: World, e: int, x: int, value: Any) -> None:
    """Motives for and against aid to one side."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, salience, floor = given.weights[0], given.parties[e].salience, given.behaviour[0].wedge_floor
    turmoil = now.contests[wire.contest].turmoil
    backed, other = now.relations[e, x], now.relations[e, 1 - x]
    treaty = wire.challenger_treaty if x == 0 else wire.holder_treaty
    level, covered = now.ties[max(treaty, 0)].level, given.sides[wire.contest, x].covered
    bound = 1.0 if treaty >= 0 else 0.0
    for w in range(LANES):
        s, mine, others = salience[w], backed.leverage[w], other.leverage[w]
        value.fidelity[w] = weights.fidelity[w] * rules.fidelity(s, turmoil[w], backed.affinity[w], other.affinity[w])
        value.wedge[w] = weights.wedge[w] * rules.wedge(s, others, mine, floor[w])
        value.friction[w] = weights.friction[w] * rules.friction(backed.opposed[w])
    for w in range(LANES):
        treated = bound * level[w]
        value.obligation[w] = weights.obligation[w] * rules.obligation(salience[w], turmoil[w], treated, covered[w])


@part
def weigh_motives(world: World, e: int) -> None:
    """Value all that may speak for or against a posture, for one third party."""
    buffers = world.buffers
    values, challenger, holder = buffers.values[0], buffers.side_values[0], buffers.side_values[1]
    form_outlook(world, e)
    value_prospects(world, e, values)
    value_presence(world, e, values)
    value_taking_sides(world, e, values)
    value_aid(world, e, 0, challenger)
    value_aid(world, e, 1, holder)
    add_up(values, challenger, holder, buffers.worth[0])


@part
def log_strength(n: int, side: Any, out: Lane) -> None:
    """Logarithm of the strength of a side that gets nothing from the third party; packed."""
    for w in range(n * PACK):
        out[w] = log(side.strength[w])


@part
def log_strength_with(n: int, side: Any, aid: float, forces: float, out: Lane) -> None:
    """Logarithm of the strength of a side with the same aid and forces of the third party in all lanes; packed."""
    for w in range(n * PACK):
        out[w] = log(side.strength[w] + aid * side.reinforcement[w] + forces * side.forces[w])


@part
def log_strength_backed(n: int, side: Any, aid: Lane, forces: Lane, out: Lane) -> None:
    """Logarithm of the strength of a side with aid and forces of the third party; packed."""
    for w in range(n * PACK):
        out[w] = log(side.strength[w] + aid[w] * side.reinforcement[w] + forces[w] * side.forces[w])


@part
def gain_ahead(n: int, view: Any, challenger: Lane, holder: Lane, decisiveness: Lane, out: Lane) -> None:
    """What the challenger gains if the fighting goes on, from the logarithms of strength; packed."""
    for w in range(n * PACK):
        p = win_probability(challenger[w], holder[w], decisiveness[w])
        out[w] = rules.line_ahead(view.control[w], view.reach[w], p)


@part
def look_ahead_alone(n: int, view: Any, sides: Any, rivals: bool, buffer: Any) -> None:
    """What is ahead of the contest without the third party, and with its best rival as mediator; packed."""
    log_strength(n, sides[0], buffer.challenger)
    log_strength(n, sides[1], buffer.holder)
    for w in range(n * PACK):
        buffer.alone[w] = win_probability(buffer.challenger[w], buffer.holder[w], buffer.decisiveness[w])
        buffer.gained[w] = rules.line_ahead(view.control[w], view.reach[w], buffer.alone[w])
    odds_challenger, odds_holder = buffer.odds_challenger, buffer.odds_holder
    foresee_without(n, view, sides, buffer.alone, odds_challenger, odds_holder)
    foresee_alone(n, view, odds_challenger, odds_holder, buffer.silence_alone)
    if rivals:
        push_of_rival(n, view, buffer.push)
        foresee(n, view, buffer.push, odds_challenger, odds_holder, buffer.silence_rival)
    else:
        for w in range(n * PACK):
            buffer.silence_rival[w] = 0.0
    for w in range(n * PACK):
        buffer.left_alone[w] = left_to_rivals(buffer.silence_rival[w], buffer.silence_alone[w])


@rule
def left_to_rivals(rival: float, silence: float) -> float:
    """By how much silence would be likelier with the best rival as mediator."""
    left = rival - silence
    return left if left > 0.0 else 0.0


@rule
def in_place(fights: bool, silence: float) -> float:
    """Share of peacekeepers that comes: they do once the guns are silent."""
    return silence if fights else 1.0


@rule
def without_consent(fights: bool, silence: float) -> float:
    """Share of peacekeepers that is unwelcome: those who keep a peace are welcome as far as they do."""
    return silence if fights else 1.0 - silence


@part
def note_held(n: int, buffer: Any, k: int, action: Action) -> None:
    """Where the third party holds a posture of the menu already; packed."""
    for w in range(n * PACK):
        action.held[w] = 1.0 if buffer.before[w] == k else 0.0


@part
def consider_line(n: int, view: Any, buffer: Any, gained: Lane, action: Action) -> None:
    """What rests on the line that is ahead, of an action that leaves the prospects of silence as they are; packed."""
    for w in range(n * PACK):
        action.distance[w] = rules.distance(view.gap[w], buffer.silence_alone[w], gained[w])


@part
def consider_silence(n: int, view: Any, buffer: Any, peacekeepers: float, action: Action) -> None:
    """Amounts that rest on what is ahead, of an action that backs nobody and is the same in all lanes; packed."""
    for w in range(n * PACK):
        silence = buffer.silence[w]
        action.distance[w] = rules.distance(view.gap[w], silence, buffer.gained[w])
        action.prospects[w] = silence - buffer.silence_alone[w]
        action.left_to_rivals[w] = left_to_rivals(buffer.silence_rival[w], silence)
    for w in range(n * PACK):
        silence, fights = buffer.silence[w], view.fighting[w] > 0.0
        action.deployed[w] = peacekeepers * in_place(fights, silence)
        action.unwelcome[w] = peacekeepers * without_consent(fights, silence)


@part
def consider(n: int, view: Any, buffer: Any, silence: Lane, gained: Lane, action: Action) -> None:
    """Amounts of an action that rest on what is ahead under it; packed."""
    for w in range(n * PACK):
        action.distance[w] = rules.distance(view.gap[w], silence[w], gained[w])
        action.prospects[w] = silence[w] - buffer.silence_alone[w]
        action.left_to_rivals[w] = left_to_rivals(buffer.silence_rival[w], silence[w])
        forces, fights = action.forces_for_challenger[w] + action.forces_for_holder[w], view.fighting[w] > 0.0
        action.deployed[w] = forces + action.peacekeepers[w] * in_place(fights, silence[w])
        action.unwelcome[w] = forces + action.peacekeepers[w] * without_consent(fights, silence[w])


@part
def has_rivals(world: World, e: int) -> bool:
    """Whether a third party has declared rivals among mediators."""
    return bool(world.wiring.parties[e].last_rival > world.wiring.parties[e].first_rival)


@part
def work_out(world: World, e: int, held: Lane, action: Action) -> None:
    """Amounts that depend on more than the menu, of postures that may differ from lane to lane, in all lanes."""
    buffers, n, buffer = world.buffers, LANES // PACK, world.buffers.choice[0]
    view, sides, before = buffers.outlook[0], buffers.side_outlook, world.now.parties[e].before
    for w in range(LANES):
        buffer.decisiveness[w] = world.given.behaviour[0].decisiveness[w]
    look_ahead_alone(n, view, sides, has_rivals(world, e), buffer)
    log_strength_backed(n, sides[0], action.aid_to_challenger, action.forces_for_challenger, buffer.challenger)
    log_strength_backed(n, sides[1], action.aid_to_holder, action.forces_for_holder, buffer.holder)
    gain_ahead(n, view, buffer.challenger, buffer.holder, buffer.decisiveness, buffer.gained)
    push_of(n, view, action, buffer.push)
    foresee(n, view, buffer.push, buffer.odds_challenger, buffer.odds_holder, buffer.silence)
    consider(n, view, buffer, buffer.silence, buffer.gained, action)
    for w in range(LANES):
        action.held[w] = 1.0 if held[w] == before[w] else 0.0


@part
def keep_terms(world: World, e: int) -> None:
    """Utility terms of the posture held by the third party whose motives were weighed last."""
    buffers, held = world.buffers, world.now.parties[e].posture
    action = buffers.action[0]
    look_up(held, same_everywhere(held), buffers.menu_rows, ROWS, buffers.action_rows)
    work_out(world, e, held, action)
    terms(action, buffers.values[0], buffers.side_values[0], buffers.side_values[1], world.now.chosen[e])


@part
def keep_all_terms(world: World, e: int) -> None:
    """Utility terms of every posture that the third party may take whose motives were weighed last."""
    buffers, held = world.buffers, world.buffers.choice[0].candidate
    for k in range(len(buffers.menu)):
        if world.wiring.available[e, k]:
            for w in range(LANES):
                held[w] = k
            work_out(world, e, held, buffers.menu[k])
            one, other = buffers.side_values[0], buffers.side_values[1]
            terms(buffers.menu[k], buffers.values[0], one, other, world.reasons[e, k])


@entry
def explain(world: World, e: int) -> None:
    """Form the utility terms of the posture held by one third party anew.

    Parameters
    ----------
    world : World
        Modified: chosen.
    e : int
        Row of the third party.
    """
    weigh_motives(world, e)
    keep_terms(world, e)
