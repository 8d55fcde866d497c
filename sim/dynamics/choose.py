"""Phase: third parties choose postures, each by a logit over named utility terms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import REVISE, counter, uniforms
from sim.dynamics.perceive import weigh
from sim.jit import entry, part, phase
from sim.lanes import LANES, chance, log, pick
from sim.quantities import Case, Lane, Option, PartyNow, PartyTraits, Posture, Terms, Weights
from sim.rules import posture as terms
from sim.rules.contest import odds
from sim.rules.threat import danger
from sim.world.memory import World


@phase
def watch_others(world: World, e: int) -> None:
    """What a third party sees of the others: rivals that mediate, sanctioners, foreign fighters, backers."""
    given, now, wiring = world.given, world.now, world.wiring
    me, party = now.parties[e], wiring.parties[e]
    votes, seen = world.scratch[0], world.scratch[1]
    for w in range(LANES):
        votes[w], seen[w] = 0.0, 0.0
    for v in range(len(wiring.rivals)):
        rival = wiring.rivals[v]
        if rival.owner == e:
            mediation = now.parties[max(rival.party, 0)].mediation
            for w in range(LANES):
                votes[w] += given.rivals[v].weight[w]
                seen[w] += given.rivals[v].weight[w] * (mediation[w] if rival.party >= 0 else 0.0)
    for w in range(LANES):
        me.rival_mediation[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0
        votes[w], seen[w] = 0.0, 0.0
    for v in range(len(wiring.sanctioners)):
        if wiring.sanctioners[v].owner == e:
            toward = now.alignment[wiring.sanctioners[v].state, party.state]
            for w in range(LANES):
                votes[w] += given.sanctioners[v].weight[w]
                seen[w] += given.sanctioners[v].weight[w] * (1.0 - toward[w]) * 0.5
    for w in range(LANES):
        me.hostility[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0


@phase
def watch_backers(world: World, e: int) -> None:
    """Friction with those who back either side, and the foreign fighters that others bring."""
    now, wiring = world.now, world.wiring
    me, party = now.parties[e], wiring.parties[e]
    contest = wiring.contests[party.contest]
    toward_challenger, toward_holder = now.stances[e, 0], now.stances[e, 1]
    mine = now.states[party.state].capability
    for w in range(LANES):
        me.other_proxies[w] = 0.0
        toward_challenger.opposed[w] = 0.0
        toward_holder.opposed[w] = 0.0
    for other in range(contest.first, contest.last):
        if other == e:
            continue
        backer, pair = now.parties[other], now.pairs[party.state, wiring.parties[other].state]
        theirs = now.states[wiring.parties[other].state].capability
        toward = now.alignment[party.state, wiring.parties[other].state]
        for w in range(LANES):
            against = terms.opposed_by(backer.aid[w], pair.interdependence[w], toward[w], danger(mine[w], theirs[w]))
            toward_challenger.opposed[w] += against if backer.side[w] < 0.0 else 0.0
            toward_holder.opposed[w] += against if backer.side[w] > 0.0 else 0.0
            me.other_proxies[w] += backer.proxies[w]
    for w in range(LANES):
        me.other_proxies[w] = me.other_proxies[w] if me.other_proxies[w] < 1.0 else 1.0


@phase
def open_case(world: World, e: int) -> None:
    """Gather what the third party knows of the contest and of itself; one record keeps the next loops fast."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    contest, behaviour, case = now.contests[wire.contest], given.behaviour[0], world.case[0]
    traits, me = given.parties[e], now.parties[e]
    for w in range(LANES):
        case.turmoil[w] = contest.turmoil[w]
        case.fighting[w] = contest.fighting[w]
        case.control[w] = contest.control[w]
    for w in range(LANES):
        case.salience[w] = traits.salience[w]
        case.goal[w] = traits.goal[w]
        case.near[w] = traits.near[w]
        case.access[w] = traits.access[w]
        case.entry_cost[w] = traits.entry_cost[w]
        case.precedent[w] = traits.precedent[w]
    for w in range(LANES):
        case.sway[w] = me.sway[w]
        case.rival_mediation[w] = me.rival_mediation[w]
        case.other_proxies[w] = me.other_proxies[w]
        case.hostility[w] = me.hostility[w]
        case.attention[w] = me.attention[w]
        case.posture[w] = me.posture[w]
    for w in range(LANES):
        case.decisiveness[w] = behaviour.decisiveness[w]
        case.wedge_floor[w] = behaviour.wedge_floor[w]


@phase
def open_sides(world: World, e: int) -> None:
    """Gather what the third party knows of the sides: likings, communities, influence, strength without its aid."""
    given, now, wire, case = world.given, world.now, world.wiring.parties[e], world.case[0]
    sides, me = world.wiring.contests[wire.contest], now.parties[e]
    challenger, holder = now.stances[e, 0], now.stances[e, 1]
    one, two = now.sides[wire.contest, 0].strength, now.sides[wire.contest, 1].strength
    persons, others = given.stances[e, 0].diaspora, given.stances[e, 1].diaspora
    over_one, over_two = (
        now.pairs[wire.state, sides.challenger].influence,
        now.pairs[wire.state, sides.holder].influence,
    )
    for w in range(LANES):
        case.like_challenger[w] = challenger.liking[w]
        case.like_holder[w] = holder.liking[w]
    for w in range(LANES):
        case.persons_challenger[w] = persons[w]
        case.persons_holder[w] = others[w]
        case.over_challenger[w] = over_one[w]
        case.over_holder[w] = over_two[w]
    for w in range(LANES):
        aid, side = me.aid[w], me.side[w]
        case.strength_challenger[w] = one[w] - (aid if side > 0.0 else 0.0) * challenger.reinforcement[w]
        case.strength_holder[w] = two[w] - (aid if side < 0.0 else 0.0) * holder.reinforcement[w]
    for w in range(LANES):
        case.log_challenger[w] = log(case.strength_challenger[w])
        case.log_holder[w] = log(case.strength_holder[w])


@phase
def open_option(world: World, e: int, x: int) -> None:
    """Gather what backing one side would mean: treaty, leverage at stake, friction, reinforcement."""
    given, now, wire, option = world.given, world.now, world.wiring.parties[e], world.options[x]
    treaty = wire.challenger_treaty if x == 0 else wire.holder_treaty
    level, covered = now.ties[max(treaty, 0)].level, given.sides[wire.contest, x].covered
    backed, other, held = now.stances[e, x], now.stances[e, 1 - x], 1.0 if treaty >= 0 else 0.0
    for w in range(LANES):
        option.treaty[w] = held * level[w]
        option.covered[w] = covered[w]
    for w in range(LANES):
        option.leverage[w] = backed.leverage[w]
        option.opposed[w] = backed.opposed[w]
        option.reinforcement[w] = backed.reinforcement[w]
        option.leverage_other[w] = other.leverage[w]


@phase
def look_around(world: World, e: int) -> None:
    """All that a third party has before it when it weighs the postures."""
    watch_others(world, e)
    watch_backers(world, e)
    open_case(world, e)
    open_sides(world, e)
    for x in range(2):
        open_option(world, e, x)


@part
def value_aims(side: int, weights: Weights, posture: Posture, case: Case, option: Option, out: Terms) -> None:
    """Terms for and against taking a side or mediating, all but costs and the balance of the outcome."""
    for w in range(LANES):
        s, aid, mediation, fighting = case.salience[w], posture.aid[w], posture.mediation[w], case.fighting[w]
        out.fidelity[w] = weights.fidelity[w] * terms.fidelity(
            s, aid, side, case.like_challenger[w], case.like_holder[w]
        )
        out.order[w] = weights.order[w] * terms.order(s, case.turmoil[w], mediation, case.sway[w])
        out.primacy[w] = weights.primacy[w] * terms.primacy(s, mediation, case.rival_mediation[w])
        out.obligation[w] = weights.obligation[w] * terms.obligation(s, aid, option.treaty[w], option.covered[w])
        out.spillover[w] = weights.spillover[w] * terms.spillover(
            mediation, case.near[w], fighting, case.other_proxies[w]
        )
        out.wedge[w] = weights.wedge[w] * terms.wedge(
            s, aid, option.leverage_other[w], option.leverage[w], case.wedge_floor[w]
        )
        out.friction[w] = weights.friction[w] * terms.friction(aid, option.opposed[w])
        out.diaspora[w] = weights.diaspora[w] * terms.diaspora(
            aid, case.persons_challenger[w], case.persons_holder[w], fighting
        )


@part
def value_outcome(weights: Weights, case: Case, challenger: Lane, holder: Lane, out: Terms) -> None:
    """Balance: the distance from one's goal, with the odds as they would be under the posture.

    challenger and holder are the logarithms of the sides' strengths under the posture.
    """
    for w in range(LANES):
        p = odds(challenger[w], holder[w], case.decisiveness[w])
        out.balance[w] = weights.balance[w] * terms.balance(
            case.salience[w], case.turmoil[w], case.control[w], p, case.goal[w]
        )


@part
def reinforced(posture: Posture, strength: Lane, per_aid: Lane, out: Lane) -> None:
    """Logarithm of the strength of a side with the aid of a posture."""
    for w in range(LANES):
        out[w] = log(strength[w] + posture.aid[w] * per_aid[w])


@part
def same_outcome(abstaining: Terms, out: Terms) -> None:
    """Balance of a posture that takes no side: the odds are those of abstaining."""
    for w in range(LANES):
        out.balance[w] = abstaining.balance[w]


@part
def value_costs(
    k: int, follows: float, weights: Weights, posture: Posture, case: Case, out: Terms, utility: Lane
) -> None:
    """Costs that salience does not multiply, habit (where follows is 1) and precedent; then the sum of all terms.

    The sum is always taken in the same order, for the order of additions is part of the result.
    """
    abstaining = 1.0 if k == 0 else 0.0
    for w in range(LANES):
        presence, mediation = posture.presence[w], posture.mediation[w]
        same = follows if case.posture[w] == k else 0.0
        out.visibility[w] = weights.visibility[w] * terms.visibility(
            posture.aid[w], presence, case.over_challenger[w], case.over_holder[w]
        )
        out.access[w] = weights.access[w] * terms.access(presence, case.access[w])
        out.reaction[w] = weights.reaction[w] * terms.reaction(presence, case.hostility[w])
        out.entry[w] = weights.entry[w] * terms.entry(mediation, presence, case.entry_cost[w])
        out.effort[w] = terms.effort(posture.effort[w], case.attention[w])
        out.habit[w] = weights.habit[w] * terms.habit(same)
        out.precedent[w] = weights.precedent[w] * terms.precedent(abstaining, case.precedent[w])
        motives = out.fidelity[w] + out.balance[w] + out.order[w] + out.primacy[w] + out.obligation[w]
        restraints = out.wedge[w] + out.friction[w] + out.diaspora[w] + out.spillover[w] + out.visibility[w]
        costs = out.access[w] + out.reaction[w] + out.entry[w] + out.effort[w]
        utility[w] = motives + restraints + costs + out.habit[w] + out.precedent[w]


@part
def rate(
    rationality: Lane,
    traits: PartyTraits,
    available: NDArray[np.int64],
    utility: NDArray[np.float64],
    probability: NDArray[np.float64],
    scratch: NDArray[np.float64],
) -> None:
    """Probability of every posture of one third party, from the utilities."""
    best, total, held_to = scratch[0], scratch[1], scratch[2]
    for w in range(LANES):
        best[w], total[w] = -1e300, 0.0
    for k in range(len(utility)):
        if available[k]:
            for w in range(LANES):
                best[w] = utility[k, w] if utility[k, w] > best[w] else best[w]
    for k in range(len(utility)):
        for w in range(LANES):
            policy = traits.posture_policy[w] if traits.salience[w] > 0.0 else 0.0
            held_to[w] = policy
            probability[k, w] = 1.0 if policy == k else 0.0
        if available[k]:
            for w in range(LANES):
                free = terms.logit_weight(rationality[w], utility[k, w], best[w])
                probability[k, w] = free if held_to[w] < 0.0 else probability[k, w]
        for w in range(LANES):
            total[w] += probability[k, w]
    for k in range(len(utility)):
        for w in range(LANES):
            probability[k, w] = probability[k, w] / total[w]


@part
def draw(
    keys: NDArray[np.uint64],
    key: np.uint64,
    tick: int,
    within: Lane,
    me: PartyNow,
    probability: NDArray[np.float64],
    scratch: NDArray[np.float64],
) -> None:
    """Reconsider with the chance `within` a tick (at tick 0 for certain) and draw a posture."""
    when, last = counter(tick, REVISE), len(probability) - 1
    posture, passed, level, reconsiders = scratch[0], scratch[1], scratch[2], scratch[3]
    for w in range(LANES):
        u, v = uniforms(keys[0, w], keys[1, w], when, key)
        reconsiders[w] = 1.0 if u < within[w] or tick == 0 else 0.0
        level[w] = v
        posture[w], passed[w] = -1.0, 0.0
    for k in range(len(probability)):
        for w in range(LANES):
            passed[w] += probability[k, w]
            hit = posture[w] < 0.0 and probability[k, w] > 0.0 and (level[w] < passed[w] or k == last)
            posture[w] = k if hit else posture[w]
    for w in range(LANES):
        # rounding may leave the sum of probabilities below a draw close to 1 while the last is barred
        chosen = posture[w] if posture[w] >= 0.0 and reconsiders[w] > 0.0 else me.posture[w]
        me.changes[w] += 1.0 if chosen != me.posture[w] and tick > 0 else 0.0
        me.posture[w] = chosen


@part
def copy_terms(hit: Lane, out: Terms, chosen: Terms) -> None:
    """Take over the terms of a posture in the lanes that hold it."""
    for w in range(LANES):
        chosen.fidelity[w] = pick(hit[w], out.fidelity[w], chosen.fidelity[w])
        chosen.balance[w] = pick(hit[w], out.balance[w], chosen.balance[w])
        chosen.order[w] = pick(hit[w], out.order[w], chosen.order[w])
        chosen.primacy[w] = pick(hit[w], out.primacy[w], chosen.primacy[w])
        chosen.obligation[w] = pick(hit[w], out.obligation[w], chosen.obligation[w])
        chosen.wedge[w] = pick(hit[w], out.wedge[w], chosen.wedge[w])
        chosen.friction[w] = pick(hit[w], out.friction[w], chosen.friction[w])
        chosen.diaspora[w] = pick(hit[w], out.diaspora[w], chosen.diaspora[w])
        chosen.spillover[w] = pick(hit[w], out.spillover[w], chosen.spillover[w])
        chosen.visibility[w] = pick(hit[w], out.visibility[w], chosen.visibility[w])
        chosen.access[w] = pick(hit[w], out.access[w], chosen.access[w])
        chosen.reaction[w] = pick(hit[w], out.reaction[w], chosen.reaction[w])
        chosen.entry[w] = pick(hit[w], out.entry[w], chosen.entry[w])
        chosen.effort[w] = pick(hit[w], out.effort[w], chosen.effort[w])
        chosen.habit[w] = pick(hit[w], out.habit[w], chosen.habit[w])
        chosen.precedent[w] = pick(hit[w], out.precedent[w], chosen.precedent[w])


@part
def tell(held: Lane, reasons: Any, chosen: Terms, hit: Lane) -> None:
    """Terms of the posture held; reasons has shape ``(Q,)``."""
    for k in range(len(reasons)):
        takers = 0
        for w in range(LANES):
            hit[w] = 1.0 if held[w] == k else 0.0
            takers += 1 if held[w] == k else 0
        if takers > 0:
            copy_terms(hit, reasons[k], chosen)


@entry
def explain(world: World, e: int) -> None:
    """Copy the utility terms of the posture held by one third party.

    Parameters
    ----------
    world : World
        Modified: chosen.
    e : int
        Row of the third party.
    """
    slot = e if len(world.reasons) > 1 else 0
    tell(world.now.parties[e].posture, world.reasons[slot], world.now.chosen[e], world.scratch[0])


@part
def revise(world: World) -> None:
    """Chance of reconsidering within a tick, the same for all third parties, into scratch row 4."""
    revision = world.given.behaviour[0].revision
    for w in range(LANES):
        world.scratch[4, w] = chance(revision[w], world.dt)


@phase
def choose(world: World, tick: int) -> None:
    """Third parties weigh the postures of the menu, reconsider, and draw; the posture is not acted on yet.

    Parameters
    ----------
    world : World
        Modified: reasons, utility, probability, chosen; parties' posture and changes.
    tick : int
        Current tick; habit is off at tick 0.
    """
    given, now, wiring, scratch = world.given, world.now, world.wiring, world.scratch
    weights, case, follows = given.weights[0], world.case[0], 0.0 if tick == 0 else 1.0
    revise(world)
    for e in range(len(wiring.parties)):
        reasons = world.reasons[e if len(world.reasons) > 1 else 0]
        look_around(world, e)
        for k in range(len(wiring.menu_side)):
            if not wiring.available[e, k]:
                continue
            side, posture, out = wiring.menu_side[k], given.postures[k], reasons[k]
            option = world.options[0 if side > 0 else 1]
            value_aims(side, weights, posture, case, option, out)
            if side > 0:
                reinforced(posture, case.strength_challenger, option.reinforcement, scratch[0])
                value_outcome(weights, case, scratch[0], case.log_holder, out)
            elif side < 0:
                reinforced(posture, case.strength_holder, option.reinforcement, scratch[0])
                value_outcome(weights, case, case.log_challenger, scratch[0], out)
            elif k == 0:
                value_outcome(weights, case, case.log_challenger, case.log_holder, out)
            else:
                same_outcome(reasons[0], out)
            value_costs(k, follows, weights, posture, case, out, now.utility[e, k])
        me, probability = now.parties[e], now.probability[e]
        rate(
            given.behaviour[0].rationality,
            given.parties[e],
            wiring.available[e],
            now.utility[e],
            probability,
            scratch,
        )
        draw(world.keys, wiring.parties[e].key, tick, scratch[4], me, probability, scratch)
        tell(me.posture, reasons, now.chosen[e], scratch[0])


@part
def take_up(k: int, side: float, posture: Posture, me: PartyNow) -> None:
    """What a posture brings, in the lanes that hold it."""
    takers = 0
    for w in range(LANES):
        takers += 1 if me.posture[w] == k else 0
    if takers == 0:
        return
    for w in range(LANES):
        held = 1.0 if me.posture[w] == k else 0.0
        me.side[w] = pick(held, side, me.side[w])
        me.aid[w] = pick(held, posture.aid[w], me.aid[w])
        me.presence[w] = pick(held, posture.presence[w], me.presence[w])
        me.mediation[w] = pick(held, posture.mediation[w], me.mediation[w])
        me.effort[w] = pick(held, posture.effort[w], me.effort[w])
        me.proxies[w] = pick(held, posture.proxies[w], me.proxies[w])


@phase
def act(world: World) -> None:
    """Third parties take up the postures that they hold: aid, presence, mediation, effort; odds follow.

    Parameters
    ----------
    world : World
        Modified: parties' side, aid, presence, mediation, effort, proxies; contests' proxies; sides.
    """
    given, now, wiring = world.given, world.now, world.wiring
    for c in range(len(wiring.contests)):
        for w in range(LANES):
            now.contests[c].proxies[w] = 0.0
    for e in range(len(wiring.parties)):
        me, contest = now.parties[e], now.contests[wiring.parties[e].contest]
        for k in range(len(wiring.menu_side)):
            take_up(k, np.float64(wiring.menu_side[k]), given.postures[k], me)
        for w in range(LANES):
            total = contest.proxies[w] + me.proxies[w]
            contest.proxies[w] = total if total < 1.0 else 1.0
    weigh(world)
