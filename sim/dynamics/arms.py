"""Phase: arms. Offers, deliveries, and capability."""

from __future__ import annotations

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.quantities import DERIVED, ENDOGENOUS
from sim.rules.arms import capability, demand, offer, offer_by_policy, wanted_of_suppliers


@part
def update_offer(world: World, e: int, by_policy: bool) -> None:
    """Offer of one supplier to one client, averaged over the client's interstate contests."""
    given, now, wiring = world.given, world.now, world.wiring
    patron, client = wiring.ties[e].patron, wiring.ties[e].client
    me, tie, toward = given.states[patron], now.ties[e], now.alignment[patron, client]
    buffer = world.buffers.arms[0]
    lead, affinity_gap, strength_gap, sign = buffer.lead, buffer.affinity_gap, buffer.strength_gap, buffer.sign
    count = 0
    for w in range(LANES):
        lead[w], affinity_gap[w], strength_gap[w], sign[w] = 0.0, 0.0, 0.0, 0.0
    for d in range(len(wiring.interstate)):
        interstate = wiring.interstate[d]
        if interstate.state != client or interstate.opponent == patron:
            continue
        count += 1
        contest = now.contests[interstate.contest]
        party = wiring.party_of[patron, interstate.contest]
        rival = now.alignment[patron, interstate.opponent]
        goal = given.parties[max(party, 0)].goal
        for w in range(LANES):
            minds = party >= 0 and goal[w] > DERIVED
            wanted = goal[w] if minds else contest.strength_balance[w]
            lead[w] += interstate.sign * (contest.strength_balance[w] - wanted)
            affinity_gap[w] += toward[w] - rival[w]
            strength_gap[w] += interstate.sign * contest.strength_balance[w]
            sign[w] += interstate.sign
    for w in range(LANES):
        behind = lead[w] / max(count, 1)
        free = offer(me.commerce[w], me.arms_fidelity[w], toward[w], me.arms_balancing[w], behind)
        policy = me.arms_policy[w] if by_policy and count > 0 else ENDOGENOUS
        tie.offer[w] = offer_by_policy(policy, free, sign[w], affinity_gap[w], strength_gap[w])


@part
def deliver(world: World) -> None:
    """Shares of every supplier in its client's deliveries, and the part of demand that is met."""
    now, wiring, substitution = world.now, world.wiring, world.given.behaviour[0].substitution
    for j in range(len(now.states)):
        me = now.states[j]
        for w in range(LANES):
            me.offered[w] = me.rest[w]
    for e in range(len(wiring.ties)):
        if wiring.ties[e].arms:
            me, tie = now.states[wiring.ties[e].client], now.ties[e]
            for w in range(LANES):
                me.offered[w] += tie.level[w] * tie.offer[w]
    for j in range(len(now.states)):
        me = now.states[j]
        for w in range(LANES):
            wanted = wanted_of_suppliers(me.offered[w], me.offered_start[w], substitution[w])
            me.procured[w] = me.offered[w] / wanted if wanted > 0.0 else 0.0
    for e in range(len(wiring.ties)):
        if wiring.ties[e].arms:
            me, tie = now.states[wiring.ties[e].client], now.ties[e]
            for w in range(LANES):
                supplied = tie.level[w] * tie.offer[w] * me.procured[w]
                tie.delivered[w] = supplied / me.offered[w] if me.offered[w] > 0.0 else 0.0


@part
def trade_arms(world: World, by_policy: bool) -> None:
    """Offers and deliveries; without policies for the starting values, so that a policy has an effect."""
    for e in range(len(world.wiring.ties)):
        if world.wiring.ties[e].arms:
            update_offer(world, e, by_policy)
    deliver(world)


@part
def observe_opponents(world: World) -> None:
    """Mean capability of each state's opponents in interstate contests."""
    now, wiring = world.now, world.wiring
    for j in range(len(now.states)):
        me = now.states[j]
        count = 0
        for w in range(LANES):
            me.opponent[w] = 0.0
        for d in range(len(wiring.interstate)):
            if wiring.interstate[d].state == j:
                count += 1
                other = now.states[wiring.interstate[d].opponent]
                for w in range(LANES):
                    me.opponent[w] += other.capability[w]
        for w in range(LANES):
            me.opponent[w] = me.opponent[w] / max(count, 1)


@phase
def supply_arms(world: World) -> None:
    """Arms are offered, delivered and wear out.

    Parameters
    ----------
    world : World
        Modified: ties' offer and delivered; states' opponent, offered, procured and capability.
    """
    given, now = world.given, world.now
    trade_arms(world, True)
    observe_opponents(world)
    for j in range(len(now.states)):
        me, traits = now.states[j], given.states[j]
        for w in range(LANES):
            wanted = demand(
                me.constant[w],
                traits.reaction[w],
                me.opponent[w],
                traits.fatigue[w],
                me.capability[w],
                traits.wear[w],
            )
            me.capability[w] = capability(me.capability[w], wanted, me.procured[w], traits.wear[w], world.dt)
