"""Third parties draw a posture by a logit, and take it up."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, chance
from sim.kernel.memory import World
from sim.kernel.packing import PACK
from sim.kernel.random import REVISE, counter, uniforms
from sim.quantities import Lane, PartyNow, Weighing
from sim.rules.choice import logit_weight


@part
def throw(keys: NDArray[np.uint64], key: np.uint64, tick: int, within: Lane, reconsiders: Lane, luck: Lane) -> None:
    """Draws of a third party: whether it reconsiders, at tick 0 for certain, and which posture it then takes."""
    when = counter(tick, REVISE)
    for w in range(LANES):
        u, luck[w] = uniforms(keys[0, w], keys[1, w], when, key)
        reconsiders[w] = 1.0 if u < within[w] or tick == 0 else 0.0


@part
def throw_for_all(world: World, tick: int) -> None:
    """Draws of all third parties, who reconsider within a tick by the same chance."""
    parties, revision, within = world.wiring.parties, world.given.behaviour[0].revision, world.scratch[0]
    for w in range(LANES):
        within[w] = chance(revision[w], world.dt)
    for e in range(len(parties)):
        throw(world.keys, parties[e].key, tick, within, world.luck[e, 0], world.luck[e, 1])


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
def held_everywhere(held: Lane) -> bool:
    """Whether all lanes hold the posture of the first."""
    others = 0
    for w in range(LANES):
        others += 1 if held[w] != held[0] else 0
    return others == 0


@part
def bring(held: Lane, menu_side: NDArray[np.int64], postures: Any, out: Any) -> None:
    """What postures bring, one a lane, as a third party or a deed: side, aid, presence, mediation, effort, proxies."""
    if held_everywhere(held):  # looked up once, for most third parties nearly always abstain
        k = int(held[0])
        posture, side = postures[k], np.float64(menu_side[k])
        for w in range(LANES):
            out.side[w], out.aid[w], out.presence[w] = side, posture.aid[w], posture.presence[w]
            out.mediation[w], out.effort[w] = posture.mediation[w], posture.effort[w]
            out.proxies[w] = posture.proxies[w]
    else:
        for w in range(LANES):
            k = int(held[w])
            out.side[w] = menu_side[k]
            out.aid[w] = postures[k].aid[w]
            out.presence[w] = postures[k].presence[w]
            out.mediation[w] = postures[k].mediation[w]
            out.effort[w] = postures[k].effort[w]
            out.proxies[w] = postures[k].proxies[w]


@part
def acts_anywhere(me: PartyNow) -> bool:
    """Whether a third party gives aid, brings forces or sends fighters in any lane; the phases pass over others."""
    lanes = 0
    for w in range(LANES):
        lanes += 1 if me.aid[w] > 0.0 or me.presence[w] > 0.0 or me.proxies[w] > 0.0 else 0
    return lanes > 0


@phase
def take_up_postures(world: World) -> None:
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
        bring(me.posture, wiring.menu_side, given.postures, me)
        world.buffers.active[e] = 1 if acts_anywhere(me) else 0
        for w in range(LANES):
            total = contest.proxies[w] + me.proxies[w]
            contest.proxies[w] = total if total < 1.0 else 1.0
