"""Phase: alignment."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import ALIGNMENT, counter, normals
from sim.dynamics.perceive import show_alignment
from sim.jit import part, phase
from sim.lanes import LANES
from sim.quantities import Behaviour, Lane, PairNow
from sim.rules.alignment import aid_felt, force, from_rest, latent
from sim.world.memory import World


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
                if world.active[e] == 0:
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
    for d in range(len(wiring.duels)):
        duel = wiring.duels[d]
        me, theirs = now.states[duel.state], now.sides[duel.contest, 1 - duel.side]
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
        for d in range(len(wiring.duels)):
            if wiring.duels[d].opponent == wire.client and wiring.duels[d].state != wire.patron:
                other = now.pairs[wiring.duels[d].state, wire.patron]
                for w in range(LANES):
                    more = tie.delivered[w] - tie.delivered_start[w]
                    other.support[w] += aid_felt(behaviour.gratitude[w], 0.0, behaviour.grievance[w], 0.0, more)


@part
def sum_triads(alignment: NDArray[np.float64], i: int, j: int, out: Lane) -> None:
    """Mean product of alignments of i and j over third states.

    Five at a time, for adding up in memory takes time; beyond the last the diagonal, which is 0 and adds nothing.
    """
    n = len(alignment)
    for k in range(0, n, 5):
        k1, k2 = k + 1 if k + 1 < n else i, k + 2 if k + 2 < n else i
        k3, k4 = k + 3 if k + 3 < n else i, k + 4 if k + 4 < n else i
        for w in range(LANES):
            so_far = out[w] if k > 0 else 0.0
            out[w] = so_far + (
                alignment[i, k, w] * alignment[k, j, w]
                + alignment[i, k1, w] * alignment[k1, j, w]
                + alignment[i, k2, w] * alignment[k2, j, w]
                + alignment[i, k3, w] * alignment[k3, j, w]
                + alignment[i, k4, w] * alignment[k4, j, w]
            )
    scale = 1.0 / max(n - 2, 1)
    for w in range(LANES):
        out[w] = out[w] * scale


@part
def shake(
    keys: NDArray[np.uint64],
    one: np.uint64,
    other: np.uint64,
    when: np.uint64,
    amplitude: Lane,
    shocks: NDArray[np.float64],
) -> None:
    """Shocks to the latent alignments of two couples, there and back, into the first four rows of shocks.

    Two at a time: a draw is a long chain of operations, and one chain runs while the other waits.
    """
    for w in range(LANES):
        y, z = normals(keys[0, w], keys[1, w], when, one)
        shocks[0, w], shocks[1, w] = amplitude[w] * y, amplitude[w] * z
        y, z = normals(keys[0, w], keys[1, w], when, other)
        shocks[2, w], shocks[3, w] = amplitude[w] * y, amplitude[w] * z


@part
def shift(behaviour: Behaviour, pair: PairNow, influence: PairNow, triads: Lane, shock: Lane, dt: float) -> None:
    """Latent alignment of one pair after a tick."""
    rest = behaviour.from_rest
    for w in range(LANES):
        drive = force(
            behaviour.pull[w], from_rest(influence.influence[w], influence.influence_start[w], rest[w]),
            pair.support[w],
            behaviour.fear[w], from_rest(pair.threat[w], pair.threat_start[w], rest[w]),
            behaviour.balance[w], from_rest(triads[w], pair.triads_start[w], rest[w]),
            behaviour.memory[w], pair.latent[w] - pair.anchor[w],
        )  # fmt: skip
        pair.latent[w] = latent(pair.latent[w], behaviour.adaptation[w], drive, shock[w], dt)
        pair.support[w] = 0.0  # felt; the next tick's adds up anew


@part
def drift(world: World, tick: int) -> None:
    """Latent alignments of all couples after a tick."""
    behaviour, now, couples, scratch = world.given.behaviour[0], world.now, world.wiring.couples, world.scratch
    amplitude, when, scale = scratch[4], counter(tick, ALIGNMENT), math.sqrt(world.dt)
    for w in range(LANES):
        amplitude[w] = behaviour.alignment_noise[w] * scale
    for n in range(0, len(couples), 2):
        last = min(n + 1, len(couples) - 1)
        shake(world.keys, couples[n].key, couples[last].key, when, amplitude, scratch)
        for m in range(n, last + 1):
            low, high, row = couples[m].low, couples[m].high, 2 * (m - n)
            there, back, triads = now.pairs[low, high], now.pairs[high, low], scratch[5]
            sum_triads(now.alignment, low, high, triads)
            shift(behaviour, there, back, triads, scratch[row], world.dt)
            sum_triads(now.alignment, high, low, triads)
            shift(behaviour, back, there, triads, scratch[row + 1], world.dt)


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
    drift(world, tick)
    show_alignment(world)
