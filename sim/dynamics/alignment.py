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
def count_triads(world: World) -> None:
    """Mean product of alignments over third states; the diagonal is 0 and adds nothing."""
    pairs, alignment, n = world.now.pairs, world.now.alignment, len(world.now.states)
    scale = 1.0 / max(n - 2, 1)
    for i in range(n):
        for j in range(n):
            out = pairs[i, j].triads
            for w in range(LANES):
                out[w] = 0.0
        for k in range(0, n - 2, 3):  # three at a time: adding up in memory is what takes time
            for j in range(n):  # innermost, so that rows of alignment are read in their order
                if j != i:
                    out = pairs[i, j].triads
                    for w in range(LANES):
                        out[w] += (
                            alignment[i, k, w] * alignment[k, j, w]
                            + alignment[i, k + 1, w] * alignment[k + 1, j, w]
                            + alignment[i, k + 2, w] * alignment[k + 2, j, w]
                        )
        for k in range(n - n % 3, n):
            for j in range(n):
                if j != i:
                    out = pairs[i, j].triads
                    for w in range(LANES):
                        out[w] += alignment[i, k, w] * alignment[k, j, w]
        for j in range(n):
            out = pairs[i, j].triads
            for w in range(LANES):
                out[w] = out[w] * scale


@part
def shake(
    keys: NDArray[np.uint64], key: np.uint64, tick: int, noise: Lane, dt: float, shocks: NDArray[np.float64]
) -> None:
    """Shocks to the latent alignments of a couple, into the first two rows of shocks, shape ``(2+, W)``."""
    when, scale = counter(tick, ALIGNMENT), math.sqrt(dt)
    there, back = shocks[0], shocks[1]
    for w in range(LANES):
        y, z = normals(keys[0, w], keys[1, w], when, key)
        there[w] = noise[w] * scale * y
        back[w] = noise[w] * scale * z


@part
def shift(behaviour: Behaviour, pair: PairNow, influence: PairNow, shock: Lane, dt: float) -> None:
    """Latent alignment of one pair after a tick."""
    rest = behaviour.from_rest
    for w in range(LANES):
        drive = force(
            behaviour.pull[w], from_rest(influence.influence[w], influence.influence_start[w], rest[w]),
            pair.support[w],
            behaviour.fear[w], from_rest(pair.threat[w], pair.threat_start[w], rest[w]),
            behaviour.balance[w], from_rest(pair.triads[w], pair.triads_start[w], rest[w]),
            behaviour.memory[w], pair.latent[w] - pair.anchor[w],
        )  # fmt: skip
        pair.latent[w] = latent(pair.latent[w], behaviour.adaptation[w], drive, shock[w], dt)


@phase
def align(world: World, tick: int) -> None:
    """Every state's disposition toward every other after a tick.

    Parameters
    ----------
    world : World
        Modified: pairs' support, triads, latent and alignment; states' need.
    tick : int
        Current tick.
    """
    behaviour, now, wiring = world.given.behaviour[0], world.now, world.wiring
    for i in range(len(now.states)):
        for j in range(len(now.states)):
            for w in range(LANES):
                now.pairs[i, j].support[w] = 0.0
    feel_needs(world)
    feel_aid(world)
    feel_arms(world)
    count_triads(world)
    for n in range(len(wiring.couples)):
        couple = wiring.couples[n]
        there, back = now.pairs[couple.low, couple.high], now.pairs[couple.high, couple.low]
        shake(world.keys, couple.key, tick, behaviour.alignment_noise, world.dt, world.scratch)
        shift(behaviour, there, back, world.scratch[0], world.dt)
        shift(behaviour, back, there, world.scratch[1], world.dt)
    show_alignment(world)
