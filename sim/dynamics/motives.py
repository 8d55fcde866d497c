"""Motives: what a unit of everything that a posture brings is worth to a third party, and the terms of a posture."""

from __future__ import annotations

from typing import Any

from sim.kernel.compiler import entry, part
from sim.kernel.lanes import LANES, PACK, log
from sim.kernel.memory import World
from sim.kernel.packing import ROWS, look_up, same_everywhere
from sim.kernel.sums import add_up, terms
from sim.quantities import Action, Lane
from sim.rules import motives as rules
from sim.rules.contests import win_probability


@part
def strength_without(world: World, e: int, x: int, out: Any) -> None:
    """Strength of a side without the aid that a third party gives it now, and what a unit of its aid adds."""
    me, added, sign = world.now.parties[e], world.now.relations[e, x].reinforcement, 1.0 - 2.0 * x
    strength = world.now.sides[world.wiring.parties[e].contest, x].strength
    for w in range(LANES):
        aid = me.aid[w] if me.side[w] == sign else 0.0
        out.reinforcement[w] = added[w]
        out.strength[w] = strength[w] - aid * added[w]


@part
def form_outlook(world: World, e: int) -> None:
    """The outcome of its contest as a third party sees it."""
    traits, out = world.given.parties[e], world.buffers.outlook[0]
    contest = world.now.contests[world.wiring.parties[e].contest]
    for w in range(LANES):
        out.shortfall[w] = rules.shortfall(contest.control[w], traits.goal[w])
    strength_without(world, e, 0, world.buffers.side_outlook[0])
    strength_without(world, e, 1, world.buffers.side_outlook[1])


@part
def value_mediation(world: World, e: int, value: Any) -> None:
    """Motives to mediate, and to keep the outcome near the goal."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, traits, contest, me = given.weights[0], given.parties[e], now.contests[wire.contest], now.parties[e]
    for w in range(LANES):
        s, turmoil, fighting = traits.salience[w], contest.turmoil[w], contest.fighting[w]
        value.balance[w] = weights.balance[w] * rules.balance(s, turmoil)
        value.order[w] = weights.order[w] * rules.order(s, turmoil, me.sway[w])
        value.primacy[w] = weights.primacy[w] * rules.primacy(s, me.rival_mediation[w])
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
    backed, other = now.relations[e, x], now.relations[e, 1 - x]
    treaty = wire.challenger_treaty if x == 0 else wire.holder_treaty
    level, covered = now.ties[max(treaty, 0)].level, given.sides[wire.contest, x].covered
    bound = 1.0 if treaty >= 0 else 0.0
    for w in range(LANES):
        s, mine, others = salience[w], backed.leverage[w], other.leverage[w]
        value.fidelity[w] = weights.fidelity[w] * rules.fidelity(s, backed.affinity[w], other.affinity[w])
        value.wedge[w] = weights.wedge[w] * rules.wedge(s, others, mine, floor[w])
        value.friction[w] = weights.friction[w] * rules.friction(backed.opposed[w])
    for w in range(LANES):
        value.obligation[w] = weights.obligation[w] * rules.obligation(salience[w], bound * level[w], covered[w])


@part
def weigh_motives(world: World, e: int) -> None:
    """Value all that may speak for or against a posture, for one third party."""
    buffers = world.buffers
    values, challenger, holder = buffers.values[0], buffers.side_values[0], buffers.side_values[1]
    form_outlook(world, e)
    value_mediation(world, e, values)
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
def log_strength_backed(n: int, side: Any, aid: Lane, out: Lane) -> None:
    """Logarithm of the strength of a side with aid of the third party; packed."""
    for w in range(n * PACK):
        out[w] = log(side.strength[w] + aid[w] * side.reinforcement[w])


@part
def expected_distance(n: int, challenger: Lane, holder: Lane, decisiveness: Lane, shortfall: Lane, out: Lane) -> None:
    """Distance from the goal, with the win probability as it would be under a posture; packed."""
    for w in range(n * PACK):
        p = win_probability(challenger[w], holder[w], decisiveness[w])
        out[w] = rules.distance(p, shortfall[w])


@part
def work_out(world: World, held: Lane, before: Lane, action: Action) -> None:
    """Amounts that depend on more than the menu, of postures that may differ from lane to lane, in all lanes."""
    buffers, n = world.buffers, LANES // PACK
    outlook, challenger, holder = buffers.outlook[0], buffers.choice[0].challenger, buffers.choice[0].holder
    log_strength_backed(n, buffers.side_outlook[0], action.aid_to_challenger, challenger)
    log_strength_backed(n, buffers.side_outlook[1], action.aid_to_holder, holder)
    decisiveness = world.given.behaviour[0].decisiveness
    expected_distance(n, challenger, holder, decisiveness, outlook.shortfall, action.distance)
    for w in range(LANES):
        action.held[w] = 1.0 if held[w] == before[w] else 0.0


@part
def keep_terms(world: World, e: int) -> None:
    """Utility terms of the posture held by the third party whose motives were weighed last."""
    buffers, held = world.buffers, world.now.parties[e].posture
    action = buffers.action[0]
    look_up(held, same_everywhere(held), buffers.menu_rows, ROWS, buffers.action_rows)
    work_out(world, held, world.now.parties[e].before, action)
    terms(action, buffers.values[0], buffers.side_values[0], buffers.side_values[1], world.now.chosen[e])


@part
def keep_all_terms(world: World, e: int) -> None:
    """Utility terms of every posture that the third party may take whose motives were weighed last."""
    buffers, held = world.buffers, world.buffers.choice[0].candidate
    for k in range(len(buffers.menu)):
        if world.wiring.available[e, k]:
            for w in range(LANES):
                held[w] = k
            work_out(world, held, world.now.parties[e].before, buffers.menu[k])
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
