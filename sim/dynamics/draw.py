"""Third parties draw a posture by a logit, and take it up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import REVISE, counter, uniforms
from sim.dynamics.pack import PACK
from sim.dynamics.perceive import weigh
from sim.jit import part, phase
from sim.lanes import LANES, chance
from sim.quantities import Lane, PartyNow, Posture, Weighing
from sim.rules.posture import logit_weight
from sim.world.memory import World


@part
def throw_for_two(
    keys: NDArray[np.uint64],
    one: np.uint64,
    other: np.uint64,
    tick: int,
    within: Lane,
    luck: NDArray[np.float64],
) -> None:
    """Draws of two third parties, shape ``(2, 2, W)``: whether they reconsider (at tick 0 for certain), and which.

    Two at a time: a draw is a long chain of operations, and one chain runs while the other waits.
    """
    when = counter(tick, REVISE)
    for w in range(LANES):
        u, v = uniforms(keys[0, w], keys[1, w], when, one)
        luck[0, 0, w], luck[0, 1, w] = 1.0 if u < within[w] or tick == 0 else 0.0, v
        u, v = uniforms(keys[0, w], keys[1, w], when, other)
        luck[1, 0, w], luck[1, 1, w] = 1.0 if u < within[w] or tick == 0 else 0.0, v


@part
def throw_for_all(world: World, tick: int) -> None:
    """Draws of all third parties, who reconsider within a tick by the same chance; the last of an odd number twice."""
    parties, revision, within = world.wiring.parties, world.given.behaviour[0].revision, world.scratch[0]
    for w in range(LANES):
        within[w] = chance(revision[w], world.dt)
    for e in range(0, len(parties), 2):
        other = min(e + 1, len(parties) - 1)
        throw_for_two(world.keys, parties[e].key, parties[other].key, tick, within, world.luck[e : e + 2])


@part
def rate(
    n: int,
    packed: Weighing,
    available: NDArray[np.int64],
    utility: NDArray[np.float64],
    probability: NDArray[np.float64],
) -> None:
    """Weights of all postures of one third party in the draw, not yet scaled to probabilities, and their sum."""
    for w in range(n * PACK):
        packed.total[w] = 0.0
    for k in range(len(utility)):
        if available[k]:
            for w in range(n * PACK):
                free = logit_weight(packed.rationality[w], utility[k, w], packed.best[w])
                bound = 1.0 if packed.policy[w] == k else 0.0
                weight = free if packed.policy[w] < 0.0 else bound
                probability[k, w] = weight
                packed.total[w] += weight
        else:
            for w in range(n * PACK):
                bound = 1.0 if packed.policy[w] == k else 0.0
                probability[k, w] = bound
                packed.total[w] += bound


@part
def draw(n: int, packed: Weighing, probability: NDArray[np.float64]) -> None:
    """Draw a posture; probabilities are scaled on the way."""
    last = len(probability) - 1
    for w in range(n * PACK):
        packed.posture[w], packed.passed[w], packed.total[w] = -1.0, 0.0, 1.0 / packed.total[w]
    for k in range(len(probability)):
        for w in range(n * PACK):
            p = probability[k, w] * packed.total[w]
            probability[k, w] = p
            passed = packed.passed[w] + p
            packed.passed[w] = passed
            hit = packed.posture[w] < 0.0 and p > 0.0 and (packed.luck[w] < passed or k == last)
            packed.posture[w] += k + 1.0 if hit else 0.0


@part
def settle_on(world: World, e: int, tick: int, count: int) -> None:
    """A third party holds the posture drawn, where it reconsiders."""
    me, who, drawn, reconsiders = world.now.parties[e], world.who, world.weighing[0].posture, world.luck[e, 0]
    for w in range(count):
        lane = who[w]
        # rounding may leave the sum of probabilities below a draw close to 1 while the last is barred
        chosen = drawn[w] if drawn[w] >= 0.0 and reconsiders[lane] > 0.0 else me.posture[lane]
        me.changes[lane] += 1.0 if chosen != me.posture[lane] and tick > 0 else 0.0
        me.posture[lane] = chosen


@part
def held_anywhere(held: Lane, k: int) -> bool:
    """Whether a posture is held in any lane."""
    takers = 0
    for w in range(LANES):
        takers += 1 if held[w] == k else 0
    return takers > 0


@part
def take_up(k: int, side: float, posture: Posture, me: PartyNow) -> None:
    """Add what a posture brings, in the lanes that hold it."""
    for w in range(LANES):
        hit = me.posture[w] == k
        me.side[w] += side if hit else 0.0
        me.aid[w] += posture.aid[w] if hit else 0.0
        me.presence[w] += posture.presence[w] if hit else 0.0
        me.mediation[w] += posture.mediation[w] if hit else 0.0
        me.effort[w] += posture.effort[w] if hit else 0.0
        me.proxies[w] += posture.proxies[w] if hit else 0.0


@part
def acts_anywhere(me: PartyNow) -> bool:
    """Whether a third party gives aid, brings forces or sends fighters in any lane; the phases pass over others."""
    lanes = 0
    for w in range(LANES):
        lanes += 1 if me.aid[w] > 0.0 or me.presence[w] > 0.0 or me.proxies[w] > 0.0 else 0
    return lanes > 0


@phase
def act(world: World) -> None:
    """Third parties take up the postures that they hold: aid, presence, mediation, effort; odds follow.

    Parameters
    ----------
    world : World
        Modified: active; parties' side, aid, presence, mediation, effort, proxies; contests' proxies; sides.
    """
    given, now, wiring = world.given, world.now, world.wiring
    for c in range(len(wiring.contests)):
        for w in range(LANES):
            now.contests[c].proxies[w] = 0.0
    for e in range(len(wiring.parties)):
        me, contest = now.parties[e], now.contests[wiring.parties[e].contest]
        for w in range(LANES):
            me.side[w], me.aid[w], me.presence[w] = 0.0, 0.0, 0.0
            me.mediation[w], me.effort[w], me.proxies[w] = 0.0, 0.0, 0.0
        for k in range(len(wiring.menu_side)):
            if held_anywhere(me.posture, k):
                take_up(k, np.float64(wiring.menu_side[k]), given.postures[k], me)
        world.active[e] = 1 if acts_anywhere(me) else 0
        for w in range(LANES):
            total = contest.proxies[w] + me.proxies[w]
            contest.proxies[w] = total if total < 1.0 else 1.0
    weigh(world)
