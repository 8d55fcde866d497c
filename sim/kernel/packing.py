"""Lanes in which a third party reconsiders, packed one behind the other: only there are postures weighed.

A posture's utility takes a logarithm and an exponential, its probability another; in a tick many runs need
neither. What the choice reads is gathered from those that do, and the loops go over as many lanes as there are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import part
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.quantities import Backing, Lane, Motives

PACK = math.gcd(8, LANES)
"""Packed lanes come in packs of so many, the last filled up, that loops over them are whole vectors."""


@part
def gather_lanes(reconsiders: Lane, everybody: bool, who: NDArray[np.int64]) -> int:
    """Number of lanes in which the choice is made, and which; those that fill the last vector repeat one of them."""
    count = 0
    for w in range(LANES):
        who[count] = w
        count += 1 if everybody or reconsiders[w] > 0.0 else 0
    for w in range(count, min(count + PACK, LANES)):
        who[w] = who[0]
    return count


@part
def gather_motives(who: NDArray[np.int64], n: int, motives: Motives, out: Motives) -> None:
    """What the choice reads of motives, packed."""
    for w in range(n * PACK):
        lane = who[w]
        out.of_aid[w] = motives.of_aid[lane]
        out.of_mediation[w] = motives.of_mediation[lane]
        out.of_presence[w] = motives.of_presence[lane]
        out.of_effort[w] = motives.of_effort[lane]
        out.precedent[w] = motives.precedent[lane]
        out.concern[w] = motives.concern[lane]
        out.shortfall[w] = motives.shortfall[lane]


@part
def gather_backing(who: NDArray[np.int64], n: int, backing: Backing, out: Backing) -> None:
    """What the choice reads of the backing of one side, packed."""
    for w in range(n * PACK):
        lane = who[w]
        out.of_aid[w] = backing.of_aid[lane]
        out.strength[w] = backing.strength[lane]
        out.reinforcement[w] = backing.reinforcement[lane]


@part
def compare_lanes(world: World) -> None:
    """Whether what all third parties share is the same in all lanes and need not be packed; only events change that."""
    postures, spread = world.given.postures, world.scratch[0]
    behaviour, habit = world.given.behaviour[0], world.given.weights[0].habit
    for w in range(LANES):
        spread[w] = abs(behaviour.decisiveness[w] - behaviour.decisiveness[0])
        spread[w] += abs(behaviour.rationality[w] - behaviour.rationality[0]) + abs(habit[w] - habit[0])
    for k in range(len(postures)):
        posture = postures[k]
        for w in range(LANES):
            spread[w] += abs(posture.aid[w] - posture.aid[0]) + abs(posture.presence[w] - posture.presence[0])
            spread[w] += abs(posture.mediation[w] - posture.mediation[0]) + abs(posture.effort[w] - posture.effort[0])
    apart = 0.0
    for w in range(LANES):
        world.who[w] = w
        apart += spread[w]
    world.alike[0] = 1 if apart == 0.0 else 0
    gather_shared(world, LANES // PACK)


@part
def gather_shared(world: World, n: int) -> None:
    """What all third parties share, packed: the menu, rationality, decisiveness and habit."""
    behaviour, habit, who = world.given.behaviour[0], world.given.weights[0].habit, world.who
    packed, asked = world.weighing[0], world.asked[0]
    for w in range(n * PACK):
        lane = who[w]
        packed.decisiveness[w] = behaviour.decisiveness[lane]
        packed.rationality[w] = behaviour.rationality[lane]
        asked.habit[w] = habit[lane]
    for k in range(len(world.menu)):
        posture, out = world.given.postures[k], world.menu[k]
        for w in range(n * PACK):
            lane = who[w]
            out.aid[w] = posture.aid[lane]
            out.presence[w] = posture.presence[lane]
            out.mediation[w] = posture.mediation[lane]
            out.effort[w] = posture.effort[lane]


@part
def gather_setting(world: World, e: int, n: int) -> None:
    """The posture that a third party held, the one that it is held to, and its luck, packed."""
    traits, before, luck = world.given.parties[e], world.now.parties[e].before, world.luck[e, 1]
    packed, asked, who = world.weighing[0], world.asked[0], world.who
    for w in range(n * PACK):
        lane = who[w]
        asked.before[w] = before[lane]
        packed.policy[w] = traits.posture_policy[lane] if traits.salience[lane] > 0.0 else 0.0
        packed.luck[w] = luck[lane]
