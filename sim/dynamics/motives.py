"""Phase: third parties weigh postures, each by named utility terms, and draw one.

All terms but the balance of the outcome are proportional to what a posture brings: aid, mediation, presence or
effort. So each is valued once a third party, for a unit; a posture's utility is its own amounts times their sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.dynamics.choice import draw, rate, settle_on, throw_for_all
from sim.dynamics.measures import Tally
from sim.dynamics.perception import observe_others
from sim.dynamics.tell import look_ahead, tell, tell_all, value_outcome
from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, log
from sim.kernel.memory import World
from sim.kernel.packing import PACK, gather_backing, gather_lanes, gather_motives, gather_setting, gather_shared
from sim.quantities import Backing, Lane, Motives, Posture
from sim.rules import motives as terms


@part
def value_mediation(world: World, e: int, out: Motives) -> None:
    """Sum of the terms of a unit of mediation; effort, precedent."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, traits, contest, me = given.weights[0], given.parties[e], now.contests[wire.contest], now.parties[e]
    for w in range(LANES):
        s, fighting = traits.salience[w], contest.fighting[w]
        order = weights.order[w] * terms.order(s, contest.turmoil[w], 1.0, me.sway[w])
        primacy = weights.primacy[w] * terms.primacy(s, 1.0, me.rival_mediation[w])
        spillover = weights.spillover[w] * terms.spillover(1.0, traits.near[w], fighting, me.other_proxies[w])
        entry = weights.entry[w] * terms.entry(1.0, 0.0, traits.entry_cost[w])
        out.of_mediation[w] = order + primacy + spillover + entry
        out.of_effort[w] = terms.effort(1.0, me.attention[w])
        out.precedent[w] = weights.precedent[w] * terms.precedent(1.0, traits.precedent[w])


@part
def value_presence(world: World, e: int, out: Motives) -> None:
    """Sum of the terms of a unit of presence; those of a unit of aid that depend on no side, or only by its sign."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, traits, me, sides = given.weights[0], given.parties[e], now.parties[e], world.wiring.contests[wire.contest]
    fighting = now.contests[wire.contest].fighting
    challenger, holder = now.stances[e, 0].affinity, now.stances[e, 1].affinity
    one, two = given.stances[e, 0].diaspora, given.stances[e, 1].diaspora
    over = now.pairs[wire.state, sides.challenger].influence
    over_other = now.pairs[wire.state, sides.holder].influence
    for w in range(LANES):
        visibility = weights.visibility[w] * terms.visibility(1.0, 0.0, over[w], over_other[w])
        access = weights.access[w] * terms.access(1.0, traits.access[w])
        reaction = weights.reaction[w] * terms.reaction(1.0, me.hostility[w])
        entry = weights.entry[w] * terms.entry(0.0, 1.0, traits.entry_cost[w])
        out.whichever[w] = visibility
        out.of_presence[w] = visibility + access + reaction + entry
    for w in range(LANES):
        diaspora = weights.diaspora[w] * terms.diaspora(1.0, one[w], two[w], fighting[w])
        out.whichever[w] = diaspora + out.whichever[w]
        out.fidelity[w] = weights.fidelity[w] * terms.fidelity(traits.salience[w], 1.0, 1.0, challenger[w], holder[w])


@part
def value_backing(world: World, e: int, x: int, motives: Motives, out: Backing) -> None:
    """Sum of the terms of a unit of aid to one side; to nobody, whose aid is weighed as if to the last side valued."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, salience, floor = given.weights[0], given.parties[e].salience, given.behaviour[0].wedge_floor
    backed, other, sign = now.stances[e, x], now.stances[e, 1 - x].leverage, 1.0 - 2.0 * x
    treaty = wire.challenger_treaty if x == 0 else wire.holder_treaty
    level, covered = now.ties[max(treaty, 0)].level, given.sides[wire.contest, x].covered
    held = 1.0 if treaty >= 0 else 0.0
    for w in range(LANES):
        out.of_aid[w] = weights.obligation[w] * terms.obligation(salience[w], 1.0, held * level[w], covered[w])
    for w in range(LANES):
        wedge = weights.wedge[w] * terms.wedge(salience[w], 1.0, other[w], backed.leverage[w], floor[w])
        friction = weights.friction[w] * terms.friction(1.0, backed.opposed[w])
        of_aid = out.of_aid[w] + wedge + friction + motives.whichever[w]
        motives.of_aid[w] = of_aid
        out.of_aid[w] = of_aid + sign * motives.fidelity[w]


@part
def unreinforced(n: int, backing: Backing) -> None:
    """Logarithm of the strength of a side that gets nothing from the third party."""
    for w in range(n * PACK):
        backing.log_strength[w] = log(backing.strength[w])


@part
def reinforced(n: int, posture: Posture, backed: Backing, out: Lane) -> None:
    """Logarithm of the strength of a side with the aid of a posture."""
    for w in range(n * PACK):
        out[w] = log(backed.strength[w] + posture.aid[w] * backed.reinforcement[w])


@part
def value_posture(
    n: int, k: int, posture: Posture, of_aid: Lane, motives: Motives, balance: Lane, utility: Lane, best: Lane
) -> None:
    """Utility of a posture, from the balance of the outcome and what it brings, and the best so far.

    The sum is always taken in the same order, for the order of additions is part of the result; abstaining is the
    first of the menu.
    """
    abstaining = 1.0 if k == 0 else 0.0
    for w in range(n * PACK):
        takes = balance[w] + posture.aid[w] * of_aid[w] + posture.mediation[w] * motives.of_mediation[w]
        costs = posture.presence[w] * motives.of_presence[w] + posture.effort[w] * motives.of_effort[w]
        stays = (motives.habit[w] if motives.before[w] == k else 0.0) + abstaining * motives.precedent[w]
        value = takes + costs + stays
        utility[w] = value
        best[w] = value if value > best[w] else best[w]


@part
def look_around(world: World, e: int, tick: int) -> None:
    """Value all that may speak for or against a posture, for one third party, and remember the posture it holds."""
    motives = world.motives[0]
    me = world.now.parties[e]
    for w in range(LANES):
        me.before[w] = me.posture[w] if tick > 0 else -1.0
    observe_others(world, e)
    look_ahead(world, e)
    value_mediation(world, e, motives)
    value_presence(world, e, motives)
    value_backing(world, e, 0, motives, world.backing[0])
    value_backing(world, e, 1, motives, world.backing[1])


@part
def weigh_postures(world: World, e: int, n: int, utility: NDArray[np.float64]) -> None:
    """Utilities of all postures that one third party may take, in the packed lanes, and the best of them."""
    menu, menu_side, motives, packed = world.menu, world.wiring.menu_side, world.asked[0], world.weighing[0]
    challenger, holder = world.asked_backing[0], world.asked_backing[1]
    for w in range(n * PACK):
        packed.best[w] = -1e300
    unreinforced(n, challenger)
    unreinforced(n, holder)
    value_outcome(n, motives, challenger.log_strength, holder.log_strength, packed.decisiveness, packed.unaided)
    for k in range(len(menu_side)):
        if not world.wiring.available[e, k]:
            continue
        one, other, balance, of_aid = challenger.log_strength, holder.log_strength, packed.unaided, motives.of_aid
        if menu_side[k] > 0:
            reinforced(n, menu[k], challenger, packed.strength)
            one, of_aid = packed.strength, challenger.of_aid
        elif menu_side[k] < 0:
            reinforced(n, menu[k], holder, packed.strength)
            other, of_aid = packed.strength, holder.of_aid
        if menu_side[k] != 0:
            balance = packed.balance
            value_outcome(n, motives, one, other, packed.decisiveness, balance)
        value_posture(n, k, menu[k], of_aid, motives, balance, utility[k], packed.best)


@part
def reconsider(world: World, e: int, tick: int, everybody: bool) -> None:
    """One third party weighs its postures and draws one, in the lanes in which it reconsiders, or in all of them."""
    now = world.now
    count = gather_lanes(world.luck[e, 0], everybody, world.who)
    n = (count + PACK - 1) // PACK
    if n == 0:
        return
    utility = now.utility[e] if everybody else world.trial[0]
    probability = now.probability[e] if everybody else world.trial[1]
    gather_motives(world.who, n, world.motives[0], world.asked[0])
    for x in range(2):
        gather_backing(world.who, n, world.backing[x], world.asked_backing[x])
    if world.alike[0] == 0:
        gather_shared(world, n)
    gather_setting(world, e, n)
    weigh_postures(world, e, n, utility)
    rate(n, world.weighing[0], world.wiring.available[e], utility, probability)
    draw(n, world.weighing[0], probability)
    settle_on(world, e, tick, count)


@phase
def choose_postures(world: World, tick: int, tally: Tally) -> None:
    """Third parties reconsider, weigh the postures of the menu and draw one; it is not acted on yet.

    Whoever does not reconsider weighs nothing, unless the utilities and probabilities of all are kept.

    Parameters
    ----------
    world : World
        Modified: parties' posture, before and changes; utility, probability and chosen where the tally keeps them;
        reasons; and what lies between: motives, backing, deed, luck, who, weighing, asked, asked_backing, trial.
    tick : int
        Current tick; habit is off at tick 0, when everybody reconsiders.
    tally : Tally
        What is kept.
    """
    everybody = tally.weighed > 0
    throw_for_all(world, tick)
    for e in range(len(world.wiring.parties)):
        look_around(world, e, tick)
        reconsider(world, e, tick, everybody)
        if everybody or tally.told[e] > 0:
            tell(world, e, world.now.parties[e].posture, world.now.chosen[e])
        if len(world.reasons) > 0:
            tell_all(world, e)
