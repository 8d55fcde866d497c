"""The kernel's time phase by phase, beside plain C on the same memory: ``python tests/bench/phases.py``.

Both are stamped by the processor's time counter between phases, tick by tick, over a whole run of one block. Of
every phase of every tick the shortest of several runs counts, since a shared machine only ever adds. Whole runs
are timed without stamps, in turn, in processor time of the thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import llvmlite.ir as llvm
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray
from reference import Reference, compiler, packed
from timing import SCENARIO, machine, spread, table

from sim.dynamics.alignment import align, mark_starting_forces
from sim.dynamics.arms import supply_arms
from sim.dynamics.choice import choose_postures, take_up_postures
from sim.dynamics.contests import move_contests, update_strength
from sim.dynamics.events import apply_events
from sim.dynamics.influence import update_influence
from sim.dynamics.levers import move_levers
from sim.dynamics.measures import Tally, check_finite, observe, summarise
from sim.dynamics.perception import perceive, update_alignment, update_leanings
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.dynamics.sides import decide
from sim.dynamics.stability import update_stability
from sim.ensemble import Ensemble
from sim.kernel.allocate import allocate
from sim.kernel.compiler import ByPointer, entry
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.kernel.packing import compare_lanes
from sim.scenario.load import load_scenario

REPEATS = 30
LIMITS = {
    "events": "dates compared; work in seven of 104 ticks",
    "perceive": "79 logarithms of levers, more than half of it; then divisions and loads over all pairs",
    "supply": "9 logistics and the selects of nine policies; loads",
    "choose": "arithmetic: 13 third parties, each in the 57 % of lanes that reconsider, 6 logarithms, 5 odds, 7 exponentials of the logit (one 8, 7 and 9); loads",
    "act": "what postures bring, by index for the 7 of 13 third parties whose lanes differ; a logarithm and an exponential a contest",
    "decide": "arithmetic: 7 exponentials and a draw a contest",
    "move": "arithmetic: a normal draw a contest, a draw for each pair of opposing backers",
    "domestic": "arithmetic: a normal draw a state",
    "levers": "loads and stores: 79 ties, a quarter to a third of a megabyte; the levels of 53 that share a domain summed",
    "alignment": "arithmetic: 36 pairs of normals, 72 hyperbolic tangents; 504 products of triads from the second-level cache",
    "observe": "loads, a division for each of 20 patrons and clients; 255 flips in the last weeks alone",
    "summarise": "memory: 39 rows, at the end 150, from the third-level cache",
    "check_finite": "memory: every 52nd tick the whole state, 2.5 MB, from the third-level cache",
}
"""What limits each phase, in C above all: judged by counting operations and bytes and by timing parts, on Zen 3."""


@dataclass(frozen=True, eq=False)
class Stamps(ByPointer):
    """The time counter before each phase of each tick and after the last, shape (T, phases + 1)."""

    times: NDArray[np.int64]


@intrinsic
def stamp(typingctx: Any) -> Any:
    """The processor's time counter."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = llvm.FunctionType(llvm.IntType(64), [])
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", fnty=kind), [])

    return types.int64(), codegen


@entry
def advance_stamped(world: World, first: int, last: int, tally: Tally, stamps: Stamps) -> None:
    """Whole ticks as `advance` computes them, with the time before each phase and after the last."""
    for tick in range(first, last):
        row = stamps.times[tick]
        row[0] = stamp()
        if apply_events(world, tick):
            update_alignment(world)
            update_leanings(world)
            compare_lanes(world)
            mark_starting_forces(world)
        row[1] = stamp()
        update_influence(world)
        perceive(world)
        update_strength(world)
        row[2] = stamp()
        supply_arms(world)
        row[3] = stamp()
        choose_postures(world, tick, tally)
        row[4] = stamp()
        take_up_postures(world)
        update_strength(world)
        row[5] = stamp()
        decide(world, tick)
        row[6] = stamp()
        move_contests(world, tick)
        row[7] = stamp()
        update_stability(world, tick)
        row[8] = stamp()
        move_levers(world)
        row[9] = stamp()
        align(world, tick)
        row[10] = stamp()
        observe(world, tick, tally.graph_from)
        row[11] = stamp()
        summarise(world, tick, tally)
        row[12] = stamp()
        check_finite(world, tick, tally)
        row[13] = stamp()


class Bench:
    """One block of the base scenario, played again and again by either kernel."""

    def __init__(self) -> None:
        scenario = load_scenario(SCENARIO)
        self.ticks = scenario.structure.ticks
        self.inputs = scenario.inputs()
        self.world = allocate(scenario.structure)
        self.tally = Ensemble(scenario.structure, self.inputs).tally(series=False)
        self.stamps = Stamps(np.zeros((self.ticks, len(LIMITS) + 1), np.int64))

    def begin(self) -> None:
        """Set the state before the first tick: the first replicates of seed 1."""
        self.world.inputs[:] = self.inputs[:, None]
        self.world.keys[0] = 1
        self.world.keys[1] = np.arange(LANES)
        self.tally.failed[:] = -1.0
        advance(self.world, 0, 0, BEGIN, self.tally)

    def outcome(self, play: Callable[[int], None], ticks: int) -> NDArray[np.float64]:
        """State and summary after some ticks, a row a run."""
        self.begin()
        play(ticks)
        return np.concatenate([self.world.state, self.tally.summary]).T.copy()

    def cost(self, play: Callable[[int], None]) -> float:
        """Processor time of a whole run, ns per run and tick."""
        self.begin()
        begun = time.thread_time_ns()
        play(self.ticks)
        return (time.thread_time_ns() - begun) / LANES / self.ticks

    def shortest(self, plays: Sequence[Callable[[int], None]]) -> NDArray[np.float64]:
        """Times of every phase, taken in turn, ns per run and tick; the stamps' unit comes from the clock."""
        best = np.full((len(plays), self.ticks, len(LIMITS)), np.inf)
        nanoseconds = stamped = 0
        times = self.stamps.times
        for turn in range(REPEATS * len(plays)):
            of = turn % len(plays)
            self.begin()
            begun = time.perf_counter_ns()
            plays[of](self.ticks)
            nanoseconds += time.perf_counter_ns() - begun
            stamped += int(times[-1, -1] - times[0, 0])
            best[of] = np.minimum(best[of], np.diff(times, axis=1))
        return best.mean(axis=1) / LANES * (nanoseconds / stamped)


def agreeing(numba: NDArray[np.float64], c: NDArray[np.float64]) -> int:
    """Runs in which every number agrees to 10⁻⁹ of its size, or of 10⁻³ where it is smaller."""
    return int((abs(numba - c) <= 1e-9 * np.maximum(abs(numba), 1e-3)).all(axis=1).sum())


def check(
    bench: Bench, kernel: Callable[[int], None], stamped: Callable[[int], None], c: Callable[[int], None]
) -> None:
    """Stop where the stamped kernel is not the kernel, or where C computes something else.

    Random choices may flip where a sum is rounded otherwise, so a few runs may part ways after some weeks.
    """
    assert np.array_equal(bench.outcome(kernel, bench.ticks), bench.outcome(stamped, bench.ticks))
    for ticks, least in ((1, LANES), (26, 0.95 * LANES)):
        agree = agreeing(bench.outcome(kernel, ticks), bench.outcome(c, ticks))
        assert agree >= least, f"{agree} of {LANES} runs agree after {ticks} weeks"
    agree = agreeing(bench.outcome(kernel, bench.ticks), bench.outcome(c, bench.ticks))
    print(f"{agree} of {LANES} runs agree in every number to 10⁻⁹ after {bench.ticks} weeks.\n")


def main() -> None:
    """Measure and print."""
    bench = Bench()
    world, tally, stamps = bench.world, bench.tally, bench.stamps
    own, libmvec = Reference(world, tally), Reference(world, tally, "LIBMVEC")
    block, kept = packed(world), packed(tally)
    plays: dict[str, Callable[[int], None]] = {
        "Numba": lambda ticks: advance(world, 0, ticks, WHOLE, tally),
        "C": lambda ticks: own.call("advance", block, 0, ticks, kept, None),
        "C with libmvec": lambda ticks: libmvec.call("advance", block, 0, ticks, kept, None),
    }
    stamped: list[Callable[[int], None]] = [
        lambda ticks: advance_stamped(world, 0, ticks, tally, stamps),
        lambda ticks: own.call("advance", block, 0, ticks, kept, stamps.times),
    ]
    print(f"{machine()}; gcc {compiler()}; {SCENARIO}, {bench.ticks} weeks, {LANES} runs; ns per run and tick\n")
    check(bench, plays["Numba"], stamped[0], plays["C"])
    numba, c = bench.shortest(stamped)
    rows = [
        [p, f"{n:.1f}", f"{m:.1f}", f"{n / m:.2f}", why]
        for (p, why), n, m in zip(LIMITS.items(), numba, c, strict=True)
    ]
    rows.append(["all phases", f"{numba.sum():.0f}", f"{c.sum():.0f}", f"{numba.sum() / c.sum():.2f}", ""])
    table(["phase", "Numba", "C", "ratio", "what limits it"], rows)
    times = np.array([[bench.cost(play) for play in plays.values()] for _ in range(REPEATS)])
    print()
    table(
        ["whole run", "ns per run and tick: median (lowest to highest)", "Numba over it, median of runs in turn"],
        [[name, spread(times[:, i]), f"{np.median(times[:, 0] / times[:, i]):.2f}"] for i, name in enumerate(plays)],
    )


if __name__ == "__main__":
    main()
