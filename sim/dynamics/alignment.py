"""Phase: alignment."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.dynamics.perception import update_alignment
from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.kernel.random import ALIGNMENT, counter, normals
from sim.quantities import Lane
from sim.rules.alignment import aid_felt, force, latent, net_force


@part
def feel_aid(world: World) -> None:
    """Support of third parties for the sides of contests, as those sides feel it, added to pairs' support."""
    behaviour, now, wiring = world.given.behaviour[0], world.now, world.wiring
    for c in range(len(wiring.contests)):
        wire, contest = wiring.contests[c], now.contests[c]
        for x in range(1 if wire.domestic else 2):
            me = wire.challenger if x == 0 else wire.holder
            follows, own_sign = (1.0, 0.0) if wire.domestic else (0.0, 1.0 - 2.0 * x)
            behind_challenger, behind_holder = now.sides[c, 0].backing, now.sides[c, 1].backing
            for e in range(wire.first, wire.last):
                if world.buffers.active[e] == 0:
                    continue
                party, pair = now.parties[e], now.pairs[me, wiring.parties[e].state]
                for w in range(LANES):
                    # a host sides with its camp in office
                    sign = own_sign + follows * (2.0 * contest.governs[w] - 1.0)
                    one, two, aid, side = behind_challenger[w], behind_holder[w], party.aid[w], party.side[w]
                    against = two if sign > 0.0 else one
                    need = against if against < 1.0 else 1.0
                    mine = aid if side == sign else 0.0
                    theirs = aid if side == -sign else 0.0
                    pair.support[w] += aid_felt(behaviour.gratitude[w], need, behaviour.grievance[w], mine, theirs)


@part
def feel_needs(world: World) -> None:
    """Aid that the opponents of each state receive, at most 1."""
    now, wiring = world.now, world.wiring
    for i in range(len(now.states)):
        for w in range(LANES):
            now.states[i].need[w] = 0.0
    for d in range(len(wiring.interstate)):
        interstate = wiring.interstate[d]
        me, theirs = now.states[interstate.state], now.sides[interstate.contest, 1 - interstate.side]
        for w in range(LANES):
            total = me.need[w] + theirs.backing[w]
            me.need[w] = total if total < 1.0 else 1.0


@part
def feel_arms(world: World) -> None:
    """Arms delivered to a state and to its opponents, less their start, added to pairs' support."""
    behaviour, now, wiring = world.given.behaviour[0], world.now, world.wiring
    for e in range(len(wiring.ties)):
        wire, tie = wiring.ties[e], now.ties[e]
        if not wire.arms:
            continue
        me, pair = now.states[wire.client], now.pairs[wire.client, wire.patron]
        for w in range(LANES):
            more = tie.delivered[w] - tie.delivered_start[w]
            pair.support[w] += aid_felt(behaviour.gratitude[w], me.need[w], behaviour.grievance[w], more, 0.0)
        for d in range(len(wiring.interstate)):
            if wiring.interstate[d].opponent == wire.client and wiring.interstate[d].state != wire.patron:
                other = now.pairs[wiring.interstate[d].state, wire.patron]
                for w in range(LANES):
                    more = tie.delivered[w] - tie.delivered_start[w]
                    other.support[w] += aid_felt(behaviour.gratitude[w], 0.0, behaviour.grievance[w], 0.0, more)


@part
def third(m: int, low: int, high: int, n: int) -> int:
    """The m-th state that is neither of two; beyond the last the lower one, whose alignment with itself is 0."""
    k = m + (1 if m >= low else 0) + (1 if m + 1 >= high else 0)
    return k if k < n else low


@part
def sum_triads(alignment: NDArray[np.float64], i: int, j: int, out: Lane) -> None:
    """Mean product of alignments of i and j over third states, seven at a time: adding up in memory takes time."""
    n, low, high = len(alignment), min(i, j), max(i, j)
    scale = 1.0 / max(n - 2, 1)
    for m in range(0, max(n - 2, 1), 7):
        k0, k1, k2 = third(m, low, high, n), third(m + 1, low, high, n), third(m + 2, low, high, n)
        k3, k4, k5 = third(m + 3, low, high, n), third(m + 4, low, high, n), third(m + 5, low, high, n)
        k6 = third(m + 6, low, high, n)
        for w in range(LANES):
            so_far = out[w] if m > 0 else 0.0
            out[w] = so_far + scale * (
                alignment[i, k0, w] * alignment[k0, j, w]
                + alignment[i, k1, w] * alignment[k1, j, w]
                + alignment[i, k2, w] * alignment[k2, j, w]
                + alignment[i, k3, w] * alignment[k3, j, w]
                + alignment[i, k4, w] * alignment[k4, j, w]
                + alignment[i, k5, w] * alignment[k5, j, w]
                + alignment[i, k6, w] * alignment[k6, j, w]
            )


@part
def shake(keys: NDArray[np.uint64], key: np.uint64, when: np.uint64, amplitude: Lane, there: Lane, back: Lane) -> None:
    """Shocks to the latent alignments of two states, there and back."""
    for w in range(LANES):
        y, z = normals(keys[0, w], keys[1, w], when, key)
        there[w], back[w] = amplitude[w] * y, amplitude[w] * z


@part
def move_pair(world: World, i: int, j: int, triads: Lane, shock: Lane) -> None:
    """Latent alignment of one pair after a tick.

    Where influence or support can be nothing but 0, that of a state on itself is read: it lies in the nearest cache.
    """
    behaviour, pair, dt = world.given.behaviour[0], world.now.pairs[i, j], world.dt
    other, felt = world.now.pairs[j, i], world.wiring.feels[i, j]
    nothing = world.now.pairs[0, 0]
    influence = other.influence if world.wiring.tied[j, i] else nothing.influence
    support = pair.support if felt else nothing.support
    for w in range(LANES):
        forced = force(
            behaviour.pull[w], influence[w], support[w], behaviour.fear[w], pair.threat[w],
            behaviour.balance[w], triads[w],
        )  # fmt: skip
        memory, displacement = behaviour.memory[w], pair.latent[w] - pair.anchor[w]
        net = net_force(forced, pair.force_start[w], behaviour.from_rest[w], memory, displacement)
        pair.latent[w] = latent(pair.latent[w], behaviour.adaptation[w], net, shock[w], dt)
    if felt:
        for w in range(LANES):
            pair.support[w] = 0.0  # felt; the next tick's adds up anew


@part
def move_latent(world: World, tick: int) -> None:
    """Latent alignments of all pairs of states after a tick."""
    behaviour, alignment, unordered_pairs = world.given.behaviour[0], world.now.alignment, world.wiring.unordered_pairs
    buffer = world.buffers.alignment[0]
    there, back, triads, amplitude = buffer.there, buffer.back, buffer.triads, buffer.amplitude
    when, scale = counter(tick, ALIGNMENT), math.sqrt(world.dt)
    for w in range(LANES):
        amplitude[w] = behaviour.alignment_noise[w] * scale
    for m in range(len(unordered_pairs)):
        low, high = unordered_pairs[m].low, unordered_pairs[m].high
        shake(world.keys, unordered_pairs[m].key, when, amplitude, there, back)
        sum_triads(alignment, low, high, triads)
        move_pair(world, low, high, triads, there)
        sum_triads(alignment, high, low, triads)
        move_pair(world, high, low, triads, back)


@part
def mark_starting_forces(world: World) -> None:
    """Forces at the start; only events that change a weight change them."""
    behaviour, pairs = world.given.behaviour[0], world.now.pairs
    for i in range(len(pairs)):
        for j in range(len(pairs)):
            pair, influence = pairs[i, j], pairs[j, i].influence_start
            for w in range(LANES):
                pair.force_start[w] = force(
                    behaviour.pull[w], influence[w], 0.0, behaviour.fear[w], pair.threat_start[w],
                    behaviour.balance[w], pair.triads_start[w],
                )  # fmt: skip


@phase
def align(world: World, tick: int) -> None:
    """Every state's disposition toward every other after a tick.

    Parameters
    ----------
    world : World
        Modified: pairs' support, latent and alignment; states' need.
    tick : int
        Current tick.
    """
    feel_needs(world)
    feel_aid(world)
    feel_arms(world)
    move_latent(world, tick)
    update_alignment(world)
