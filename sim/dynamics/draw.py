"""Third parties draw a posture by a logit, say why, and take it up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import REVISE, counter, uniforms
from sim.dynamics.perceive import weigh
from sim.jit import entry, part, phase
from sim.lanes import LANES, pick
from sim.quantities import Backing, Deed, Lane, Motives, PartyNow, PartyTraits, Posture, Terms
from sim.rules.posture import logit_weight
from sim.world.memory import World


@part
def rate(
    rationality: Lane,
    traits: PartyTraits,
    available: NDArray[np.int64],
    utility: NDArray[np.float64],
    probability: NDArray[np.float64],
    scratch: NDArray[np.float64],
) -> None:
    """Weights of all postures of one third party in the draw, not yet scaled to probabilities.

    The best utility is taken from row 1 of scratch, the sum of weights is left in row 2.
    """
    held_to, best, total = scratch[0], scratch[1], scratch[2]
    for w in range(LANES):
        held_to[w] = traits.posture_policy[w] if traits.salience[w] > 0.0 else 0.0
        total[w] = 0.0
    for k in range(len(utility)):
        if available[k]:
            for w in range(LANES):
                free = logit_weight(rationality[w], utility[k, w], best[w])
                bound = 1.0 if held_to[w] == k else 0.0
                weight = free if held_to[w] < 0.0 else bound
                probability[k, w] = weight
                total[w] += weight
        else:
            for w in range(LANES):
                bound = 1.0 if held_to[w] == k else 0.0
                probability[k, w] = bound
                total[w] += bound


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
    """Reconsider with the chance `within` a tick (at tick 0 for certain) and draw a posture.

    Probabilities are scaled on the way: their sum is expected in row 2 of scratch.
    """
    when, last = counter(tick, REVISE), len(probability) - 1
    posture, passed, share, level, reconsiders = scratch[0], scratch[1], scratch[2], scratch[3], scratch[5]
    for w in range(LANES):
        u, v = uniforms(keys[0, w], keys[1, w], when, key)
        reconsiders[w] = 1.0 if u < within[w] or tick == 0 else 0.0
        level[w] = v
    for w in range(LANES):
        posture[w], passed[w], share[w] = -1.0, 0.0, 1.0 / share[w]
    for k in range(len(probability)):
        for w in range(LANES):
            p = probability[k, w] * share[w]
            probability[k, w] = p
            passed[w] += p
            hit = posture[w] < 0.0 and p > 0.0 and (level[w] < passed[w] or k == last)
            posture[w] += k + 1.0 if hit else 0.0
    for w in range(LANES):
        # rounding may leave the sum of probabilities below a draw close to 1 while the last is barred
        chosen = posture[w] if posture[w] >= 0.0 and reconsiders[w] > 0.0 else me.posture[w]
        me.changes[w] += 1.0 if chosen != me.posture[w] and tick > 0 else 0.0
        me.posture[w] = chosen


@part
def held_anywhere(held: Lane, k: int) -> bool:
    """Whether a posture is held in any lane."""
    takers = 0
    for w in range(LANES):
        takers += 1 if held[w] == k else 0
    return takers > 0


@part
def bring(k: int, side: float, posture: Posture, balance: Lane, held: Lane, deed: Deed) -> None:
    """Add what a posture brings, in the lanes that hold it, to deeds that start from nothing.

    Added, for where one of two is chosen and stored in its own place, the compiler masks the store, which takes long.
    """
    for w in range(LANES):
        hit = held[w] == k
        deed.side[w] += side if hit else 0.0
        deed.aid[w] += posture.aid[w] if hit else 0.0
        deed.presence[w] += posture.presence[w] if hit else 0.0
        deed.mediation[w] += posture.mediation[w] if hit else 0.0
        deed.effort[w] += posture.effort[w] if hit else 0.0
        deed.balance[w] += balance[w] if hit else 0.0


@part
def spell(held: Lane, deed: Deed, motives: Motives, challenger: Backing, holder: Backing, out: Terms) -> None:
    """The named terms of a posture: what it brings times the terms of a unit of it."""
    for w in range(LANES):
        side, aid, presence, mediation = deed.side[w], deed.aid[w], deed.presence[w], deed.mediation[w]
        out.fidelity[w] = side * aid * motives.fidelity[w]
        out.balance[w] = deed.balance[w]
        out.order[w] = mediation * motives.order[w]
        out.primacy[w] = mediation * motives.primacy[w]
        out.obligation[w] = aid * pick(side, challenger.obligation[w], holder.obligation[w])
        out.wedge[w] = aid * pick(side, challenger.wedge[w], holder.wedge[w])
        out.friction[w] = aid * pick(side, challenger.friction[w], holder.friction[w])
        out.diaspora[w] = aid * motives.diaspora[w]
        out.spillover[w] = mediation * motives.spillover[w]
        out.visibility[w] = (aid + presence) * motives.visibility[w]
        out.access[w] = presence * motives.access[w]
        out.reaction[w] = presence * motives.reaction[w]
        out.entry[w] = (mediation + presence) * motives.entry[w]
        out.effort[w] = deed.effort[w] * motives.effort[w]
        out.habit[w] = motives.habit[w] if held[w] == motives.held[w] else 0.0
        out.precedent[w] = motives.precedent[w] if held[w] == 0.0 else 0.0


@part
def tell(world: World, slot: int, held: Lane, out: Terms) -> None:
    """Utility terms of the postures in held, one a lane, of the third party whose motives lie in a slot."""
    menu_side, deed, balance = world.wiring.menu_side, world.deed[0], world.balance[slot]
    for w in range(LANES):
        deed.side[w], deed.aid[w], deed.presence[w] = 0.0, 0.0, 0.0
        deed.mediation[w], deed.effort[w], deed.balance[w] = 0.0, 0.0, 0.0
    for k in range(len(menu_side)):
        if held_anywhere(held, k):
            bring(k, np.float64(menu_side[k]), world.given.postures[k], balance[k], held, deed)
    spell(held, deed, world.motives[slot], world.backing[slot, 0], world.backing[slot, 1], out)


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
    tell(world, e, world.now.parties[e].posture, world.now.chosen[e])


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
        for w in range(LANES):
            me.side[w], me.aid[w], me.presence[w] = 0.0, 0.0, 0.0
            me.mediation[w], me.effort[w], me.proxies[w] = 0.0, 0.0, 0.0
        for k in range(len(wiring.menu_side)):
            if held_anywhere(me.posture, k):
                take_up(k, np.float64(wiring.menu_side[k]), given.postures[k], me)
        for w in range(LANES):
            total = contest.proxies[w] + me.proxies[w]
            contest.proxies[w] = total if total < 1.0 else 1.0
    weigh(world)
