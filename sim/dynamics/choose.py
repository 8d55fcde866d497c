"""Phase: third parties choose postures, each by a logit over named utility terms."""

from __future__ import annotations

import numpy as np

from sim import quantities as qt
from sim.draws import REVISE, counter, uniforms
from sim.dynamics.perceive import weigh
from sim.jit import part, phase
from sim.lanes import LANES, chance
from sim.rules import posture as terms
from sim.rules.contest import odds
from sim.rules.threat import danger
from sim.world.memory import World

(
    FIDELITY, BALANCE, ORDER, PRIMACY, OBLIGATION, WEDGE, FRICTION, DIASPORA, SPILLOVER,
    VISIBILITY, ACCESS, REACTION, ENTRY, EFFORT, HABIT, PRECEDENT,
) = range(16)  # fmt: skip
TERMS = len(qt.TERMS)


@part
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
            toward = now.pairs[wiring.sanctioners[v].state, party.state].alignment
            for w in range(LANES):
                votes[w] += given.sanctioners[v].weight[w]
                seen[w] += given.sanctioners[v].weight[w] * (1.0 - toward[w]) * 0.5
    for w in range(LANES):
        me.hostility[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0


@part
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
        for w in range(LANES):
            against = terms.opposed_by(
                backer.aid[w], pair.interdependence[w], pair.alignment[w], danger(mine[w], theirs[w])
            )
            toward_challenger.opposed[w] += against if backer.side[w] < 0.0 else 0.0
            toward_holder.opposed[w] += against if backer.side[w] > 0.0 else 0.0
            me.other_proxies[w] += backer.proxies[w]
    for w in range(LANES):
        me.other_proxies[w] = me.other_proxies[w] if me.other_proxies[w] < 1.0 else 1.0


@part
def value_aims(world: World, e: int, k: int, slot: int) -> None:
    """Terms that speak for a posture: fidelity, order, primacy, obligation, spill-over."""
    given, now, wiring = world.given, world.now, world.wiring
    c, side = wiring.parties[e].contest, wiring.menu_side[k]
    x = 0 if side > 0 else 1
    treaty = wiring.parties[e].challenger_treaty if side > 0 else wiring.parties[e].holder_treaty
    weights, posture, traits, me = given.weights[0], given.postures[k], given.parties[e], now.parties[e]
    contest, liked, disliked = now.contests[c], now.stances[e, 0].liking, now.stances[e, 1].liking
    covered, level = given.sides[c, x].covered, now.ties[max(treaty, 0)].level
    out = world.reasons[slot, k]
    for w in range(LANES):
        s = traits.salience[w]
        bound = level[w] if treaty >= 0 else 0.0
        out[FIDELITY, w] = weights.fidelity[w] * terms.fidelity(s, posture.aid[w], side, liked[w], disliked[w])
        out[ORDER, w] = weights.order[w] * terms.order(s, contest.turmoil[w], posture.mediation[w], me.sway[w])
        out[PRIMACY, w] = weights.primacy[w] * terms.primacy(s, posture.mediation[w], me.rival_mediation[w])
        out[OBLIGATION, w] = weights.obligation[w] * terms.obligation(s, posture.aid[w], bound, covered[w])
        out[SPILLOVER, w] = weights.spillover[w] * terms.spillover(
            posture.mediation[w], traits.near[w], contest.fighting[w], me.other_proxies[w]
        )


@part
def value_outcome(world: World, e: int, k: int, slot: int) -> None:
    """Balance: the distance from one's goal, with the odds as they would be under the posture."""
    given, now, wiring = world.given, world.now, world.wiring
    c, side = wiring.parties[e].contest, wiring.menu_side[k]
    weights, posture, traits, me = given.weights[0], given.postures[k], given.parties[e], now.parties[e]
    contest, decisiveness = now.contests[c], given.behaviour[0].decisiveness
    challenger, holder = now.sides[c, 0].strength, now.sides[c, 1].strength
    for_challenger, for_holder = now.stances[e, 0].reinforcement, now.stances[e, 1].reinforcement
    out = world.reasons[slot, k]
    for w in range(LANES):
        now_challenger = me.aid[w] if me.side[w] > 0.0 else 0.0
        now_holder = me.aid[w] if me.side[w] < 0.0 else 0.0
        then_challenger = posture.aid[w] if side > 0 else 0.0
        then_holder = posture.aid[w] if side < 0 else 0.0
        p = odds(
            challenger[w] + (then_challenger - now_challenger) * for_challenger[w],
            holder[w] + (then_holder - now_holder) * for_holder[w],
            decisiveness[w],
        )
        out[BALANCE, w] = weights.balance[w] * terms.balance(
            traits.salience[w], contest.turmoil[w], contest.control[w], p, traits.goal[w]
        )


@part
def value_restraints(world: World, e: int, k: int, slot: int) -> None:
    """Terms that speak against taking sides: wedge, friction, diaspora, visibility."""
    given, now, wiring = world.given, world.now, world.wiring
    contest, side = wiring.parties[e].contest, wiring.menu_side[k]
    x = 0 if side > 0 else 1
    backed, other = now.stances[e, x], now.stances[e, 1 - x]
    states, party = wiring.contests[contest], wiring.parties[e].state
    over_challenger = now.pairs[party, states.challenger].influence
    over_holder = now.pairs[party, states.holder].influence
    weights, posture, traits = given.weights[0], given.postures[k], given.parties[e]
    persons, others = given.stances[e, 0].diaspora, given.stances[e, 1].diaspora
    floor, fighting = given.behaviour[0].wedge_floor, now.contests[contest].fighting
    out = world.reasons[slot, k]
    for w in range(LANES):
        aid, presence = posture.aid[w], posture.presence[w]
        out[WEDGE, w] = weights.wedge[w] * terms.wedge(
            traits.salience[w], aid, other.leverage[w], backed.leverage[w], floor[w]
        )
        out[FRICTION, w] = weights.friction[w] * terms.friction(aid, backed.opposed[w])
        out[DIASPORA, w] = weights.diaspora[w] * terms.diaspora(aid, persons[w], others[w], fighting[w])
        out[VISIBILITY, w] = weights.visibility[w] * terms.visibility(
            aid, presence, over_challenger[w], over_holder[w]
        )


@part
def value_costs(world: World, e: int, k: int, slot: int, first: bool) -> None:
    """Costs that salience does not multiply: access, reaction, entry, effort; and habit and precedent."""
    given, now = world.given, world.now
    weights, posture, traits, me = given.weights[0], given.postures[k], given.parties[e], now.parties[e]
    abstaining = 1.0 if k == 0 else 0.0
    out = world.reasons[slot, k]
    for w in range(LANES):
        presence, mediation = posture.presence[w], posture.mediation[w]
        same = 1.0 if me.posture[w] == k and not first else 0.0
        out[ACCESS, w] = weights.access[w] * terms.access(presence, traits.access[w])
        out[REACTION, w] = weights.reaction[w] * terms.reaction(presence, me.hostility[w])
        out[ENTRY, w] = weights.entry[w] * terms.entry(mediation, presence, traits.entry_cost[w])
        out[EFFORT, w] = terms.effort(posture.effort[w], me.attention[w])
        out[HABIT, w] = weights.habit[w] * terms.habit(same)
        out[PRECEDENT, w] = weights.precedent[w] * terms.precedent(abstaining, traits.precedent[w])


@part
def rate(world: World, e: int) -> None:
    """Probability of every posture of one third party, from the utilities."""
    given, now, wiring = world.given, world.now, world.wiring
    traits, rationality = given.parties[e], given.behaviour[0].rationality
    utility, probability = now.utility[e], now.probability[e]
    best, total = world.scratch[0], world.scratch[1]
    for w in range(LANES):
        best[w], total[w] = -1e300, 0.0
    for k in range(len(utility)):
        if wiring.available[e, k]:
            for w in range(LANES):
                best[w] = utility[k, w] if utility[k, w] > best[w] else best[w]
    for k in range(len(utility)):
        for w in range(LANES):
            free = terms.logit_weight(rationality[w], utility[k, w], best[w]) * wiring.available[e, k]
            policy = traits.posture_policy[w] if traits.salience[w] > 0.0 else 0.0
            fixed = 1.0 if policy == k else 0.0
            probability[k, w] = free if policy < 0.0 else fixed
            total[w] += probability[k, w]
    for k in range(len(utility)):
        for w in range(LANES):
            probability[k, w] = probability[k, w] / total[w]


@part
def draw(world: World, e: int, tick: int) -> None:
    """Reconsider with the hazard of revision (at tick 0 for certain) and draw a posture."""
    now, me = world.now, world.now.parties[e]
    key, when = world.wiring.parties[e].key, counter(tick, REVISE)
    revision, probability = world.given.behaviour[0].revision, now.probability[e]
    posture, passed = world.scratch[0], world.scratch[1]
    level, reconsiders = world.scratch[2], world.scratch[3]
    last = len(probability) - 1
    for w in range(LANES):
        u, v = uniforms(world.keys[0, w], world.keys[1, w], when, key)
        reconsiders[w] = 1.0 if u < chance(revision[w], world.dt) or tick == 0 else 0.0
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
def explain(world: World, e: int) -> None:
    """Copy the utility terms of the posture held by one third party."""
    slot = e if len(world.reasons) > 1 else 0
    held, chosen = world.now.parties[e].posture, world.now.chosen[e]
    for t in range(TERMS):
        for w in range(LANES):
            chosen[t, w] = 0.0
        for k in range(len(world.wiring.menu_side)):
            term = world.reasons[slot, k, t]
            for w in range(LANES):
                chosen[t, w] = term[w] if held[w] == k else chosen[t, w]


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
    for e in range(len(world.wiring.parties)):
        slot = e if len(world.reasons) > 1 else 0
        watch_others(world, e)
        watch_backers(world, e)
        for k in range(len(world.wiring.menu_side)):
            value_aims(world, e, k, slot)
            value_outcome(world, e, k, slot)
            value_restraints(world, e, k, slot)
            value_costs(world, e, k, slot, tick == 0)
            utility, out = world.now.utility[e, k], world.reasons[slot, k]
            for w in range(LANES):
                utility[w] = 0.0
            for t in range(TERMS):
                for w in range(LANES):
                    utility[w] += out[t, w]
        rate(world, e)
        draw(world, e, tick)
        explain(world, e)


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
            posture, side = given.postures[k], np.float64(wiring.menu_side[k])
            for w in range(LANES):
                held = me.posture[w] == k
                me.side[w] = side if held else me.side[w]
                me.aid[w] = posture.aid[w] if held else me.aid[w]
                me.presence[w] = posture.presence[w] if held else me.presence[w]
                me.mediation[w] = posture.mediation[w] if held else me.mediation[w]
                me.effort[w] = posture.effort[w] if held else me.effort[w]
                me.proxies[w] = posture.proxies[w] if held else me.proxies[w]
        for w in range(LANES):
            total = contest.proxies[w] + me.proxies[w]
            contest.proxies[w] = total if total < 1.0 else 1.0
    weigh(world)
