"""Third parties say why: the named terms of the utility of a posture, that which they hold or another."""

from __future__ import annotations

from sim.dynamics.choice import bring
from sim.kernel.compiler import entry, part
from sim.kernel.lanes import LANES, log, pick
from sim.kernel.memory import World
from sim.kernel.packing import PACK
from sim.quantities import Backing, Deed, Lane, Motives, Terms
from sim.rules import motives as terms
from sim.rules.contests import win_probability


@part
def look_without(world: World, e: int, x: int, out: Backing) -> None:
    """What a third party's aid adds to a side, and its strength without the aid that it gives now."""
    me, added, sign = world.now.parties[e], world.now.stances[e, x].reinforcement, 1.0 - 2.0 * x
    strength = world.now.sides[world.wiring.parties[e].contest, x].strength
    for w in range(LANES):
        aid = me.aid[w] if me.side[w] == sign else 0.0
        out.reinforcement[w] = added[w]
        out.strength[w] = strength[w] - aid * added[w]


@part
def look_ahead(world: World, e: int) -> None:
    """What the outcome of its contest is to a third party, and the strength of both sides without its present aid."""
    weight, traits, out = world.given.weights[0].balance, world.given.parties[e], world.motives[0]
    contest = world.now.contests[world.wiring.parties[e].contest]
    for w in range(LANES):
        out.concern[w] = weight[w] * traits.salience[w] * contest.turmoil[w]
        out.shortfall[w] = terms.shortfall(contest.control[w], traits.goal[w])
    look_without(world, e, 0, world.backing[0])
    look_without(world, e, 1, world.backing[1])


@part
def value_outcome(n: int, motives: Motives, challenger: Lane, holder: Lane, decisiveness: Lane, out: Lane) -> None:
    """Balance: the distance from one's goal, with the odds as they would be under the posture.

    challenger and holder are the logarithms of the sides' strengths under the posture.
    """
    for w in range(n * PACK):
        p = win_probability(challenger[w], holder[w], decisiveness[w])
        out[w] = motives.concern[w] * terms.balance(1.0, 1.0, p, motives.shortfall[w])


@part
def foresee(world: World, deed: Deed) -> None:
    """Balance of the outcome under the deed of the third party that looked ahead last."""
    motives, challenger, holder = world.motives[0], world.backing[0], world.backing[1]
    for w in range(LANES):
        side, aid = deed.side[w], deed.aid[w]
        one, other = aid if side > 0.0 else 0.0, aid if side < 0.0 else 0.0
        deed.challenger[w] = log(challenger.strength[w] + one * challenger.reinforcement[w])
        deed.holder[w] = log(holder.strength[w] + other * holder.reinforcement[w])
    decisiveness = world.given.behaviour[0].decisiveness
    value_outcome(LANES // PACK, motives, deed.challenger, deed.holder, decisiveness, deed.balance)


@part
def tell_of_mediation(world: World, e: int, deed: Deed, out: Terms) -> None:
    """Terms of mediation and of presence, balance and effort."""
    given, now = world.given, world.now
    weights, traits, me = given.weights[0], given.parties[e], now.parties[e]
    contest = now.contests[world.wiring.parties[e].contest]
    for w in range(LANES):
        s, mediation, others = traits.salience[w], deed.mediation[w], me.other_proxies[w]
        out.balance[w] = deed.balance[w]
        out.order[w] = weights.order[w] * terms.order(s, contest.turmoil[w], mediation, me.sway[w])
        out.primacy[w] = weights.primacy[w] * terms.primacy(s, mediation, me.rival_mediation[w])
        calm = terms.spillover(mediation, traits.near[w], contest.fighting[w], others)
        out.spillover[w] = weights.spillover[w] * calm
    for w in range(LANES):
        presence = deed.presence[w]
        out.access[w] = weights.access[w] * terms.access(presence, traits.access[w])
        out.reaction[w] = weights.reaction[w] * terms.reaction(presence, me.hostility[w])
        out.entry[w] = weights.entry[w] * terms.entry(deed.mediation[w], presence, traits.entry_cost[w])
        out.effort[w] = terms.effort(deed.effort[w], me.attention[w])


@part
def tell_of_aid(world: World, e: int, deed: Deed, out: Terms) -> None:
    """Terms of aid to one side, of which one counts; to neither, none does."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, salience, floor = given.weights[0], given.parties[e].salience, given.behaviour[0].wedge_floor
    challenger, holder = now.stances[e, 0], now.stances[e, 1]
    for w in range(LANES):
        side, aid, s = deed.side[w], deed.aid[w], salience[w]
        backed = pick(side, challenger.leverage[w], holder.leverage[w])
        other = pick(side, holder.leverage[w], challenger.leverage[w])
        out.fidelity[w] = weights.fidelity[w] * terms.fidelity(s, aid, side, challenger.affinity[w], holder.affinity[w])
        out.wedge[w] = weights.wedge[w] * terms.wedge(s, aid, other, backed, floor[w])
        opposed = pick(side, challenger.opposed[w], holder.opposed[w])
        out.friction[w] = weights.friction[w] * terms.friction(aid, opposed)
    one, two = now.ties[max(wire.challenger_treaty, 0)].level, now.ties[max(wire.holder_treaty, 0)].level
    here, there = given.sides[wire.contest, 0].covered, given.sides[wire.contest, 1].covered
    bound = 1.0 if wire.challenger_treaty >= 0 else 0.0
    bound_too = 1.0 if wire.holder_treaty >= 0 else 0.0
    for w in range(LANES):
        treaty = pick(deed.side[w], bound * one[w], bound_too * two[w])
        covered = pick(deed.side[w], here[w], there[w])
        out.obligation[w] = weights.obligation[w] * terms.obligation(salience[w], deed.aid[w], treaty, covered)


@part
def tell_of_self(world: World, e: int, held: Lane, deed: Deed, out: Terms) -> None:
    """Terms of what the third party is itself: its own communities, how it looks, habit and precedent."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    weights, traits, me, sides = given.weights[0], given.parties[e], now.parties[e], world.wiring.contests[wire.contest]
    fighting = now.contests[wire.contest].fighting
    one, two = given.stances[e, 0].diaspora, given.stances[e, 1].diaspora
    over = now.pairs[wire.state, sides.challenger].influence
    over_other = now.pairs[wire.state, sides.holder].influence
    for w in range(LANES):
        aid = deed.aid[w]
        out.diaspora[w] = weights.diaspora[w] * terms.diaspora(aid, one[w], two[w], fighting[w])
        out.visibility[w] = weights.visibility[w] * terms.visibility(aid, deed.presence[w], over[w], over_other[w])
    for w in range(LANES):
        same, abstains = 1.0 if held[w] == me.before[w] else 0.0, 1.0 if held[w] == 0.0 else 0.0
        out.habit[w] = weights.habit[w] * terms.habit(same)
        out.precedent[w] = weights.precedent[w] * terms.precedent(abstains, traits.precedent[w])


@part
def tell(world: World, e: int, held: Lane, out: Terms) -> None:
    """Utility terms of the postures in held, one a lane, of the third party that looked ahead last."""
    deed = world.deed[0]
    bring(held, world.wiring.menu_side, world.given.postures, deed)
    foresee(world, deed)
    tell_of_mediation(world, e, deed, out)
    tell_of_aid(world, e, deed, out)
    tell_of_self(world, e, held, deed, out)


@part
def tell_all(world: World, e: int) -> None:
    """Utility terms of every posture that a third party may take."""
    held = world.scratch[0]
    for k in range(len(world.wiring.menu_side)):
        if world.wiring.available[e, k]:
            for w in range(LANES):
                held[w] = k
            tell(world, e, held, world.reasons[e, k])


@entry
def explain(world: World, e: int) -> None:
    """Form the utility terms of the posture held by one third party anew; of a world that keeps reasons.

    Parameters
    ----------
    world : World
        Modified: chosen.
    e : int
        Row of the third party.
    """
    look_ahead(world, e)
    tell(world, e, world.now.parties[e].posture, world.now.chosen[e])
