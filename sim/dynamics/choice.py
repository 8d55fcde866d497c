"""Phases: choice. Third parties reconsider, draw a posture by a logit, and take it up."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dynamics.motives import (
    consider,
    consider_line,
    consider_silence,
    gain_ahead,
    has_rivals,
    keep_all_terms,
    keep_terms,
    log_strength_backed,
    log_strength_with,
    look_ahead_alone,
    note_held,
    weigh_motives,
)
from sim.dynamics.perception import observe_others
from sim.dynamics.sides import foresee, push_of, push_with
from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, PACK, chance
from sim.kernel.memory import World
from sim.kernel.packing import ROWS, gather_lanes, gather_rows, gather_scale, look_up, same_everywhere
from sim.kernel.random import REVISE, counter, uniforms
from sim.kernel.sums import MENU_AMOUNTS, utility, utility_of_backing, utility_of_mediation
from sim.kernel.tally import Tally
from sim.quantities import AID, Lane, PartyNow, Posture, quantities
from sim.rules.choice import logit_weight

AT_AID, AT_MEDIATION, AT_EFFORT, AT_ABSTAINING, AT_FORCES, AT_PEACEKEEPERS = (
    MENU_AMOUNTS.index(name)
    for name in (AID[0], "mediation", "effort", "abstaining", "forces_for_challenger", "peacekeepers")
)
BROUGHT = len(quantities(Posture))
"""Rows of a third party that say what its posture brings: the first ones."""


@part
def draw_revision(world: World, e: int, tick: int) -> None:
    """Draws of a third party: whether it reconsiders, at tick 0 for certain, and which posture it then takes."""
    buffer, key, when = world.buffers.choice[0], world.wiring.parties[e].key, counter(tick, REVISE)
    within, reconsiders, drawn = buffer.within, buffer.reconsiders, buffer.drawn
    for w in range(LANES):
        u, drawn[w] = uniforms(world.keys[0, w], world.keys[1, w], when, key)
        reconsiders[w] = 1.0 if u < within[w] or tick == 0 else 0.0


@part
def look_ahead(world: World, n: int, k: int) -> None:
    """What is ahead under one posture of the menu, and its amounts that rest on that; packed."""
    buffers, side = world.buffers, world.wiring.menu_side[k]
    action, buffer, view = buffers.packed_action[0], buffers.choice[0], buffers.packed_outlook[0]
    gained = buffer.gained
    push_of(n, view, action, buffer.push)
    foresee(n, view, buffer.push, buffer.odds_challenger, buffer.odds_holder, buffer.silence)
    if side > 0:
        one, gained = buffers.packed_sides[0], buffer.gained_backed
        log_strength_backed(n, one, action.aid_to_challenger, action.forces_for_challenger, buffer.backed)
        gain_ahead(n, view, buffer.backed, buffer.holder, buffer.decisiveness, gained)
    elif side < 0:
        one, gained = buffers.packed_sides[1], buffer.gained_backed
        log_strength_backed(n, one, action.aid_to_holder, action.forces_for_holder, buffer.backed)
        gain_ahead(n, view, buffer.challenger, buffer.backed, buffer.decisiveness, gained)
    consider(n, view, buffer, buffer.silence, gained, action)
    note_held(n, buffer, k, action)


@part
def weigh_any(world: World, n: int, k: int, out: Lane) -> None:
    """Utility of one posture, which may bring anything and differ between lanes, and the best so far; packed."""
    buffers = world.buffers
    gather_rows(world, n, ROWS, buffers.menu_rows[k], buffers.packed_action_rows)
    look_ahead(world, n, k)
    utility(n, buffers.packed_action[0], buffers.packed_worth[0], out, buffers.choice[0].best)


@part
def weigh_mediation(world: World, n: int, k: int, out: Lane) -> None:
    """Utility of a posture that backs nobody and is the same in all lanes, and the best so far; packed.

    It leaves the line ahead as it is without the third party.
    """
    buffers, buffer, amounts = world.buffers, world.buffers.choice[0], world.buffers.amounts[k]
    action, view = buffers.packed_action[0], buffers.packed_outlook[0]
    push_with(n, view, amounts[AT_MEDIATION], amounts[AT_PEACEKEEPERS], buffer.push)
    foresee(n, view, buffer.push, buffer.odds_challenger, buffer.odds_holder, buffer.silence)
    consider_silence(n, view, buffer, amounts[AT_PEACEKEEPERS], action)
    note_held(n, buffer, k, action)
    mediation, effort, abstaining = amounts[AT_MEDIATION], amounts[AT_EFFORT], amounts[AT_ABSTAINING]
    utility_of_mediation(n, mediation, effort, abstaining, action, buffers.packed_worth[0], out, buffer.best)


@part
def gain_backed(world: World, n: int, k: int) -> None:
    """What the challenger gains if the fighting goes on with a side backed, the same in all lanes; packed."""
    buffers, amounts, side = world.buffers, world.buffers.amounts[k], world.wiring.menu_side[k]
    buffer, view = buffers.choice[0], buffers.packed_outlook[0]
    if side > 0:
        log_strength_with(n, buffers.packed_sides[0], amounts[AT_AID], amounts[AT_FORCES], buffer.backed)
        gain_ahead(n, view, buffer.backed, buffer.holder, buffer.decisiveness, buffer.gained_backed)
    else:
        log_strength_with(n, buffers.packed_sides[1], amounts[AT_AID + 1], amounts[AT_FORCES + 1], buffer.backed)
        gain_ahead(n, view, buffer.challenger, buffer.backed, buffer.decisiveness, buffer.gained_backed)


@part
def weigh_backing(world: World, n: int, k: int, has_goal: bool, out: Lane) -> None:
    """Utility of a posture that neither mediates nor keeps a peace, the same in all lanes, and the best; packed.

    It leaves the prospects of silence as they are without the third party. Where the line ahead is worth nothing to
    that one, what the posture makes of it need not be known.
    """
    buffers, buffer, amounts = world.buffers, world.buffers.choice[0], world.buffers.amounts[k]
    action, gained = buffers.packed_action[0], buffer.gained
    if has_goal and world.wiring.menu_side[k] != 0:
        gain_backed(world, n, k)
        gained = buffer.gained_backed
    consider_line(n, buffers.packed_outlook[0], buffer, gained, action)
    note_held(n, buffer, k, action)
    utility_of_backing(
        n, amounts[AT_AID], amounts[AT_AID + 1], amounts[AT_EFFORT], amounts[AT_ABSTAINING],
        amounts[AT_FORCES] + amounts[AT_FORCES + 1], buffer.left_alone, action, buffers.packed_worth[0],
        out, buffer.best,
    )  # fmt: skip


@part
def is_worth_anything(n: int, worth: Lane) -> bool:
    """Whether an amount has a value in any lane; packed."""
    lanes = 0
    for w in range(n * PACK):
        lanes += 1 if worth[w] != 0.0 else 0
    return lanes > 0


@part
def weigh_postures(world: World, e: int, n: int, out: NDArray[np.float64]) -> None:
    """Utilities of all postures that one third party may take, and the best of them; packed."""
    buffers, buffer = world.buffers, world.buffers.choice[0]
    for w in range(n * PACK):
        buffer.best[w] = -1e300
    look_ahead_alone(n, buffers.packed_outlook[0], buffers.packed_sides, has_rivals(world, e), buffer)
    has_goal = is_worth_anything(n, buffers.packed_worth[0].distance)
    for k in range(len(buffers.menu)):
        if world.wiring.available[e, k]:
            if buffers.shared_menu[0] == 1 and buffers.calms[k] == 0:
                weigh_backing(world, n, k, has_goal, out[k])
            elif buffers.shared_menu[0] == 1 and world.wiring.menu_side[k] == 0:
                weigh_mediation(world, n, k, out[k])
            else:
                weigh_any(world, n, k, out[k])


@part
def rate(
    n: int,
    buffer: Any,
    available: NDArray[np.int64],
    utility: NDArray[np.float64],
    probability: NDArray[np.float64],
) -> None:
    """Weights of all postures of one third party in the draw, not yet scaled to probabilities, and their sum."""
    for w in range(n * PACK):
        buffer.total[w] = 0.0
    for k in range(len(utility)):
        if available[k]:
            for w in range(n * PACK):
                free = logit_weight(buffer.rationality[w], utility[k, w], buffer.best[w])
                bound = 1.0 if buffer.policy[w] == k else 0.0
                weight = free if buffer.policy[w] < 0.0 else bound
                probability[k, w] = weight
                buffer.total[w] += weight
        else:
            for w in range(n * PACK):
                bound = 1.0 if buffer.policy[w] == k else 0.0
                probability[k, w] = bound
                buffer.total[w] += bound


@part
def draw(n: int, buffer: Any, probability: NDArray[np.float64]) -> None:
    """Draw a posture; probabilities are scaled on the way."""
    last = len(probability) - 1
    for w in range(n * PACK):
        buffer.posture[w], buffer.passed[w], buffer.total[w] = -1.0, 0.0, 1.0 / buffer.total[w]
    for k in range(len(probability)):
        for w in range(n * PACK):
            p = probability[k, w] * buffer.total[w]
            probability[k, w] = p
            passed = buffer.passed[w] + p
            buffer.passed[w] = passed
            hit = buffer.posture[w] < 0.0 and p > 0.0 and (buffer.uniform[w] < passed or k == last)
            buffer.posture[w] += k + 1.0 if hit else 0.0


@part
def settle_on(world: World, e: int, tick: int, count: int) -> None:
    """A third party holds the posture drawn, where it reconsiders."""
    me, lanes, buffer = world.now.parties[e], world.buffers.lanes, world.buffers.choice[0]
    drawn, reconsiders = buffer.posture, buffer.reconsiders
    for w in range(count):
        lane = lanes[w]
        # rounding may leave the sum of probabilities below a draw close to 1 while the last is barred
        chosen = drawn[w] if drawn[w] >= 0.0 and reconsiders[lane] > 0.0 else me.posture[lane]
        me.changes[lane] += 1.0 if chosen != me.posture[lane] and tick > 0 else 0.0
        me.posture[lane] = chosen


@part
def gather_setting(world: World, e: int, n: int) -> None:
    """The posture that a third party held, the one that it is held to, and its draw, packed."""
    traits, before = world.given.parties[e], world.now.parties[e].before
    buffer, lanes = world.buffers.choice[0], world.buffers.lanes
    for w in range(n * PACK):
        lane = lanes[w]
        buffer.before[w] = before[lane]
        buffer.policy[w] = traits.posture_policy[lane] if traits.salience[lane] > 0.0 else 0.0
        buffer.uniform[w] = buffer.drawn[lane]


@part
def reconsider(world: World, e: int, tick: int, everybody: bool) -> None:
    """One third party weighs its postures and draws one, in the lanes in which it reconsiders, or in all of them."""
    now, buffers, buffer = world.now, world.buffers, world.buffers.choice[0]
    count = gather_lanes(world, buffer.reconsiders, everybody)
    n = (count + PACK - 1) // PACK
    if n == 0:
        return
    utilities = now.utility[e] if everybody else buffers.trial[0]
    probability = now.probability[e] if everybody else buffers.trial[1]
    gather_rows(world, n, len(buffers.weighed_rows), buffers.weighed_rows, buffers.packed_rows)
    gather_setting(world, e, n)
    if buffers.shared_scale[0] == 0:
        gather_scale(world, n)
    weigh_postures(world, e, n, utilities)
    rate(n, buffer, world.wiring.available[e], utilities, probability)
    draw(n, buffer, probability)
    settle_on(world, e, tick, count)


@phase
def choose_postures(world: World, tick: int, tally: Tally) -> None:
    """Third parties reconsider, weigh the postures of the menu and draw one; it is not acted on yet.

    Whoever does not reconsider weighs nothing, unless the utilities and probabilities of all are kept.

    Parameters
    ----------
    world : World
        Modified: parties' posture, before, changes and what they see of others; utility, probability and chosen
        where the tally keeps them; reasons.
    tick : int
        Current tick; habit is off at tick 0, when everybody reconsiders.
    tally : Tally
        What is kept.
    """
    everybody, buffer = tally.weighed > 0, world.buffers.choice[0]
    revision = world.given.behaviour[0].revision
    for w in range(LANES):
        buffer.within[w] = chance(revision[w], world.dt)
    for e in range(len(world.wiring.parties)):
        me = world.now.parties[e]
        for w in range(LANES):
            me.before[w] = me.posture[w] if tick > 0 else -1.0
        draw_revision(world, e, tick)
        observe_others(world, e)
        weigh_motives(world, e)
        reconsider(world, e, tick, everybody)
        if everybody or tally.told[e] > 0:
            keep_terms(world, e)
        if len(world.reasons) > 0:
            keep_all_terms(world, e)


@part
def take_side(me: PartyNow, same: bool, menu_side: NDArray[np.int64]) -> None:
    """The side that the posture taken up supports; same where all lanes hold the same."""
    if same:
        side = np.float64(menu_side[int(me.posture[0])])
        for w in range(LANES):
            me.side[w] = side
    else:
        for w in range(LANES):
            me.side[w] = menu_side[int(me.posture[w])]


@part
def acts_anywhere(me: PartyNow) -> bool:
    """Whether a third party gives aid, brings forces or sends fighters in any lane; the phases pass over others."""
    lanes = 0
    for w in range(LANES):
        lanes += 1 if me.aid[w] > 0.0 or me.presence[w] > 0.0 or me.proxies[w] > 0.0 else 0
    return lanes > 0


@phase
def take_up_postures(world: World) -> None:
    """Third parties take up the postures that they hold.

    Parameters
    ----------
    world : World
        Modified: what the postures of parties bring, and their side; contests' proxies.
    """
    now, wiring, buffers = world.now, world.wiring, world.buffers
    for c in range(len(wiring.contests)):
        for w in range(LANES):
            now.contests[c].proxies[w] = 0.0
    for e in range(len(wiring.parties)):
        me, contest = now.parties[e], now.contests[wiring.parties[e].contest]
        same = same_everywhere(me.posture)
        look_up(me.posture, same, buffers.posture_rows, BROUGHT, buffers.party_rows[e])
        take_side(me, same, wiring.menu_side)
        buffers.active[e] = 1 if acts_anywhere(me) else 0
        for w in range(LANES):
            total = contest.proxies[w] + me.proxies[w]
            contest.proxies[w] = total if total < 1.0 else 1.0
