"""What is observed each tick: primacy; imbalance, frustration and polarity of the alignment graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.quantities import Lane

EXACT_UP_TO = 12
"""States up to which every split into two camps is tried; beyond, descent from several splits."""
STARTS = 12
"""Descents beyond that size: enough to find the best split nearly always, and cheap for 100 states."""
EVERY = 4
"""Ticks between two looks at the alignment graph, whose best split is costly to find."""


@part
def lead_over(world: World, client: int) -> None:
    """The strongest influence on a client and the second strongest, into the buffer."""
    first, second = world.buffers.measures[0].first, world.buffers.measures[0].second
    for w in range(LANES):
        first[w], second[w] = 0.0, 0.0
    for i in range(len(world.now.states)):
        if world.wiring.tied[i, client]:
            held = world.now.pairs[i, client].influence
            for w in range(LANES):
                below = first[w] if held[w] > first[w] else held[w]
                second[w] = below if below > second[w] else second[w]
                first[w] = held[w] if held[w] > first[w] else first[w]


@part
def observe_primacy(world: World) -> None:
    """Primacy of each patron: mean over clients of I/(I + strongest rival's I)."""
    now, clients, patrons = world.now, world.wiring.clients, world.wiring.patrons
    first, second = world.buffers.measures[0].first, world.buffers.measures[0].second
    for p in range(len(patrons)):
        for w in range(LANES):
            now.patrons[p].primacy[w] = 0.0
    for c in range(len(clients)):
        lead_over(world, clients[c])
        for p in range(len(patrons)):
            if patrons[p] != clients[c]:
                mine, out = now.pairs[patrons[p], clients[c]].influence, now.patrons[p].primacy
                for w in range(LANES):
                    both = mine[w] + (first[w] if mine[w] < first[w] else second[w])
                    out[w] += mine[w] / both if both > 0.0 else 0.0
    for p in range(len(patrons)):
        count, out = len(clients), now.patrons[p].primacy
        for c in range(len(clients)):
            count -= 1 if clients[c] == patrons[p] else 0
        for w in range(LANES):
            out[w] = out[w] / max(count, 1)


@part
def gather_mutual(world: World) -> None:
    """Symmetric alignment ā_ij = (a_ij + a_ji)/2 of every pair."""
    mutual, alignment, n = world.now.mutual, world.now.alignment, len(world.now.states)
    for i in range(n):
        for j in range(n):
            if i != j:
                for w in range(LANES):
                    mutual[i, j, w] = 0.5 * (alignment[i, j, w] + alignment[j, i, w])


@part
def observe_imbalance(world: World) -> None:
    """Share of triads whose product of symmetric alignments is negative (Heider 1946)."""
    mutual, n, out = world.now.mutual, len(world.now.states), world.now.region[0].imbalance
    count = 0
    for w in range(LANES):
        out[w] = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            for k in range(j + 1, n):
                count += 1
                for w in range(LANES):
                    out[w] += 1.0 if mutual[i, j, w] * mutual[j, k, w] * mutual[i, k, w] < 0.0 else 0.0
    for w in range(LANES):
        out[w] = out[w] / max(count, 1)


@part
def gain_of_flip(camp: NDArray[np.float64], ties: NDArray[np.float64], mine: Lane, gain: Lane) -> None:
    """Change of landscape energy in each lane if a state changed camp, 2 u_i Σ_j ā_ij u_j.

    camp and ties have shape ``(N, W)``: the split, and the state's alignment with each other, 0 with itself;
    mine is the state's own camp; gain is written.
    """
    n = len(camp)
    for w in range(LANES):
        gain[w] = 0.0
    for j in range(0, n - 4, 5):  # five at a time: adding up in memory is what takes time
        for w in range(LANES):
            gain[w] += (
                ties[j, w] * camp[j, w]
                + ties[j + 1, w] * camp[j + 1, w]
                + ties[j + 2, w] * camp[j + 2, w]
                + ties[j + 3, w] * camp[j + 3, w]
                + ties[j + 4, w] * camp[j + 4, w]
            )
    rest = n - n % 5
    for j in range(rest, n - 1, 2):
        for w in range(LANES):
            gain[w] += ties[j, w] * camp[j, w] + ties[j + 1, w] * camp[j + 1, w]
    if n % 5 % 2 == 1:
        for w in range(LANES):
            gain[w] += ties[n - 1, w] * camp[n - 1, w]
    for w in range(LANES):
        gain[w] = 2.0 * mine[w] * gain[w]


@part
def start_split(world: World, alone: int) -> None:
    """The split that sets one state (none: n) against the rest, with its energy −Σ ā_ij u_i u_j.

    Landscape energy of Axelrod and Bennett (1993), British Journal of Political Science 23(2).
    """
    camp, mutual, n, energy = (
        world.buffers.split,
        world.now.mutual,
        len(world.now.states),
        world.buffers.measures[0].energy,
    )
    for i in range(n):
        for w in range(LANES):
            camp[i, w] = -1.0 if i == alone else 1.0
    for w in range(LANES):
        energy[w] = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            tie = mutual[i, j]
            for w in range(LANES):
                energy[w] -= tie[w] * camp[i, w] * camp[j, w]


@part
def keep_best(world: World) -> None:
    """Keep the split at hand in the lanes where its energy is the lowest yet."""
    camp, kept = world.buffers.split, world.buffers.best_split
    energy, best = world.buffers.measures[0].energy, world.buffers.measures[0].best
    for i in range(len(world.now.states)):
        for w in range(LANES):
            kept[i, w] = camp[i, w] if energy[w] < best[w] else kept[i, w]
    for w in range(LANES):
        best[w] = energy[w] if energy[w] < best[w] else best[w]


@part
def next_flip(code: int) -> int:
    """State that changes camp between two neighbours of the Gray code: the trailing zeros of the step's number."""
    flipped = 0
    while code % 2 == 0:
        code //= 2
        flipped += 1
    return flipped


@part
def enumerate_splits(world: World) -> None:
    """Best split by trying all 2^(n − 1), one state changing camp at a time.

    The first pass finds the best energy and the number of its split, the second rebuilds that split.
    """
    n, camp, kept, mutual = len(world.now.states), world.buffers.split, world.buffers.best_split, world.now.mutual
    buffer = world.buffers.measures[0]
    gain, energy, best, number = buffer.gain, buffer.energy, buffer.best, buffer.number
    start_split(world, n)
    for w in range(LANES):
        best[w], number[w] = energy[w], 0.0
    for code in range(1, 2 ** (n - 1)):
        i = next_flip(code)
        gain_of_flip(camp, mutual[i], camp[i], gain)
        for w in range(LANES):
            lower = energy[w] + gain[w]
            number[w] += code - number[w] if lower < best[w] else 0.0
            best[w] = lower if lower < best[w] else best[w]
            energy[w] = lower
            camp[i, w] = -camp[i, w]
    for i in range(n):
        for w in range(LANES):
            code = int(number[w])
            gray = code ^ (code >> 1)
            kept[i, w] = -1.0 if (gray >> i) % 2 == 1 else 1.0


@part
def descend(world: World) -> None:
    """Let states change camp one by one while that lowers the energy."""
    camp, mutual = world.buffers.split, world.now.mutual
    gain, energy = world.buffers.measures[0].gain, world.buffers.measures[0].energy
    moved = True
    while moved:
        moved = False
        for i in range(len(world.now.states)):
            gain_of_flip(camp, mutual[i], camp[i], gain)
            for w in range(LANES):
                better = gain[w] < -1e-12
                moved = moved or better
                energy[w] += gain[w] if better else 0.0
                camp[i, w] = -camp[i, w] if better else camp[i, w]


@part
def descend_splits(world: World) -> None:
    """Best split found by descent from splits that set one state against the rest, `STARTS` states in turn."""
    best, n = world.buffers.measures[0].best, len(world.now.states)
    for w in range(LANES):
        best[w] = 1e300
    for start in range(min(STARTS, n)):
        start_split(world, start * n // min(STARTS, n))
        descend(world)
        keep_best(world)


@part
def observe_camps(world: World) -> None:
    """Frustration and polarity of the best split into two camps.

    Frustration is the share of all alignment that the split leaves unsatisfied, friends apart and foes
    together; polarity the share that is hostility across it.
    """
    n, region, mutual, kept = len(world.now.states), world.now.region[0], world.now.mutual, world.buffers.best_split
    if n <= EXACT_UP_TO:
        enumerate_splits(world)
    else:
        descend_splits(world)
    best, total = world.buffers.measures[0].best, world.buffers.measures[0].total
    for w in range(LANES):
        total[w] = 0.0
        region.polarity[w] = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            tie = mutual[i, j]
            for w in range(LANES):
                total[w] += abs(tie[w])
                region.polarity[w] += -tie[w] if tie[w] < 0.0 and kept[i, w] != kept[j, w] else 0.0
    for w in range(LANES):
        region.frustration[w] = 0.5 * (best[w] / total[w] + 1.0) if total[w] > 0.0 else 0.0
        region.polarity[w] = region.polarity[w] / total[w] if total[w] > 0.0 else 0.0


@phase
def observe(world: World, tick: int, graph_from: int) -> None:
    """Measures of the whole after a tick.

    Parameters
    ----------
    world : World
        Modified: patrons' primacy; the region's imbalance, frustration and polarity, every `EVERY` ticks.
    tick : int
        Current tick.
    graph_from : int
        First tick at which the region is measured.
    """
    observe_primacy(world)
    if tick % EVERY == 0 and tick >= graph_from:
        gather_mutual(world)
        observe_imbalance(world)
        observe_camps(world)
