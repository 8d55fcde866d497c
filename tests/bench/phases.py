"""The kernel's time phase by phase: ``python tests/bench/phases.py``.

The processor's time counter is read between phases, tick by tick, over a whole run of one block. Of every phase of
every tick the shortest of several runs counts, since a shared machine only ever adds. Whole runs are timed without
stamps, in processor time of the thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import llvmlite.ir as llvm
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray
from timing import SCENARIO, machine, spread, table

from sim.dynamics.alignment import align, mark_starting_forces
from sim.dynamics.arms import supply_arms
from sim.dynamics.choice import choose_postures, take_up_postures
from sim.dynamics.contests import move_contests, update_strength
from sim.dynamics.events import apply_events
from sim.dynamics.influence import update_influence
from sim.dynamics.levers import move_levers
from sim.dynamics.measures import observe
from sim.dynamics.perception import divide_attention, perceive, update_alignment, update_leanings
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.dynamics.sides import decide
from sim.dynamics.stability import update_stability
from sim.ensemble import Ensemble
from sim.kernel.allocate import allocate
from sim.kernel.compiler import ByPointer, entry
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.kernel.packing import compare_lanes
from sim.kernel.tally import Tally, check_finite, summarise
from sim.scenario.load import load_scenario

REPEATS = 30
PHASES = (
    "events", "perceive", "supply", "choose", "act", "decide", "move", "domestic", "levers", "alignment", "observe",
    "summarise", "check_finite",
)  # fmt: skip


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
        divide_attention(world)
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
    """One block of the base scenario, played again and again."""

    def __init__(self) -> None:
        scenario = load_scenario(SCENARIO)
        self.ticks = scenario.structure.ticks
        self.inputs = scenario.inputs()
        self.world = allocate(scenario.structure)
        self.tally = Ensemble(scenario.structure, self.inputs).tally(series=False)
        self.stamps = Stamps(np.zeros((self.ticks, len(PHASES) + 1), np.int64))

    def begin(self) -> None:
        """Set the state before the first tick: the first replicates of seed 1."""
        self.world.inputs[:] = self.inputs[:, None]
        self.world.keys[0] = 1
        self.world.keys[1] = np.arange(LANES)
        self.tally.failed[:] = -1.0
        advance(self.world, 0, 0, BEGIN, self.tally)

    def play(self) -> None:
        """A whole run."""
        advance(self.world, 0, self.ticks, WHOLE, self.tally)

    def play_stamped(self) -> None:
        """A whole run with stamps."""
        advance_stamped(self.world, 0, self.ticks, self.tally, self.stamps)

    def outcome(self, play: Callable[[], None]) -> NDArray[np.float64]:
        """State and summary after a whole run."""
        self.begin()
        play()
        return np.concatenate([self.world.state, self.tally.summary])

    def cost(self) -> float:
        """Processor time of a whole run, ns per run and tick."""
        self.begin()
        begun = time.thread_time_ns()
        self.play()
        return (time.thread_time_ns() - begun) / LANES / self.ticks

    def shortest(self) -> NDArray[np.float64]:
        """Times of every phase, ns per run and tick; the stamps' unit comes from the clock."""
        best = np.full((self.ticks, len(PHASES)), np.inf)
        nanoseconds = stamped = 0
        times = self.stamps.times
        for _ in range(REPEATS):
            self.begin()
            begun = time.perf_counter_ns()
            self.play_stamped()
            nanoseconds += time.perf_counter_ns() - begun
            stamped += int(times[-1, -1] - times[0, 0])
            best = np.minimum(best, np.diff(times, axis=1))
        return best.mean(axis=0) / LANES * (nanoseconds / stamped)


def main() -> None:
    """Measure and print."""
    bench = Bench()
    assert np.array_equal(bench.outcome(bench.play), bench.outcome(bench.play_stamped))
    print(f"{machine()}; {SCENARIO}, {bench.ticks} weeks, {LANES} runs; ns per run and tick\n")
    costs = bench.shortest()
    rows = [[name, f"{cost:.1f}", f"{cost / costs.sum():.0%}"] for name, cost in zip(PHASES, costs, strict=True)]
    table(["phase", "time", "share"], [*rows, ["all phases", f"{costs.sum():.0f}", "100%"]])
    whole = [bench.cost() for _ in range(REPEATS)]
    print(f"\nWhole runs without stamps: {spread(whole)} ns per run and tick.")


if __name__ == "__main__":
    main()
