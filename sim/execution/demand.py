"""What a plan asks of this machine, found out before anything of it runs, and refused where it is too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import ConfigError, Fault, warn
from sim.execution.engine import CHUNK_RUNS, ensemble_of
from sim.experiments.plan import Plan
from sim.experiments.stages import PART_RUNS, first_stage
from sim.kernel.lanes import LANES
from sim.kernel.memory import given_blocks, now_blocks, size
from sim.kernel.threads import cores, free_memory
from sim.outcomes import Column, Derived
from sim.phrases import data_size, duration
from sim.quantities import TERMS

if TYPE_CHECKING:
    from sim.execution.options import RunOptions

NUMBER, STORED = 8, 4
"""Bytes of a number while it is worked out, and of one of a stored series."""
WORKING = 3
"""Courses over time that an expression holds at once beside those that it is worked out of."""
SLOWEST_ROW = 3e-8
"""Seconds a tick and run for each row of the state, at most: what is quick by this measure is not timed."""
LARGE_MEMORY, LONG_TIME = 500 * 10**6, 600.0
"""Bytes and seconds above which a plan is worth a word."""
MOST_OF_FREE, LONGEST_TIME = 0.8, 86_400.0
"""Share of the free memory, and seconds, above which a plan is refused."""
LIFT = "or lift the limit by --large (in Python large=True)"


@dataclass(frozen=True)
class Demand:
    """Bytes of memory and seconds that a plan takes; seconds are 0 where they are few or cannot be known."""

    memory: float
    seconds: float


def admit(plan: Plan, options: RunOptions, columns: Sequence[Column], series: Sequence[Column]) -> None:
    """Warn of a plan that takes much memory or time, and refuse one that takes far too much.

    Parameters
    ----------
    plan : Plan
    options : RunOptions
        With `large` nothing is refused; runs elsewhere are not looked at.
    columns, series : sequence of Column
        What is kept of each run, and over time.

    Raises
    ------
    ConfigError
        If it takes more memory than is free here, or more than a day.
    """
    if options.get("large") or options.get("executor") is not None:
        return
    needed, free = memory_of(plan, options, columns, series), free_memory()
    if free is not None and needed > max(MOST_OF_FREE * free, LARGE_MEMORY):
        rule = f"must fit into {MOST_OF_FREE:.0%} of the {data_size(free)} that are free"
        remedy = f"keep fewer series (`series`), take fewer threads or a smaller config, {LIFT}"
        raise ConfigError([Fault(plan.name, "memory", rule, f"about {data_size(needed)}", remedy)])
    found = Demand(needed, seconds_of(plan, options, columns, series))
    if found.seconds > LONGEST_TIME:
        remedy = f"take fewer replicates or points, divide it by --shard, {LIFT}"
        raise ConfigError(
            [Fault(plan.name, "time", "must be at most a day", f"about {duration(found.seconds)}", remedy)]
        )
    if found.memory > LARGE_MEMORY or found.seconds > LONG_TIME:
        takes = f"about {data_size(found.memory)} of memory" + (
            f" and {duration(found.seconds)}" if found.seconds else ""
        )
        warn(Fault(plan.name, "the runs", "take much", takes, "--large (in Python large=True) keeps this quiet"))


def memory_of(plan: Plan, options: RunOptions, columns: Sequence[Column], series: Sequence[Column]) -> float:
    """Bytes that the runs take at their peak, Python and its libraries apart.

    Counted are, for each thread, the state of a block, what is kept of it, and the courses at every tick that declared
    outcomes are worked out of; series that wait to be stored; and at
    the end the utility terms of every posture.
    """
    structure = plan.scenario.structure
    workers = (options.get("processes") if options.get("engine") == "mesa" else options.get("threads")) or cores()
    runs = _runs(plan, options)
    kept = min(runs, plan.points * plan.series.replicates)
    weeks = structure.weeks / plan.series.every
    rows: float = 2 * size(given_blocks(structure)) + size(now_blocks(structure)) + len(columns)
    rows += len(series) * weeks if kept else 0
    followed = len(Derived(structure, plan.scenario.declared).series)
    rows += (followed + WORKING) * structure.ticks if followed else 0
    terms = len(structure.parties) * len(structure.postures) * len(TERMS) * (LANES + structure.ticks)
    waiting = min(kept, 2 * min(workers, -(-runs // CHUNK_RUNS)) * CHUNK_RUNS)
    stored = kept if options.get("out") is None else min(kept, PART_RUNS)
    blocks = min(workers, -(-runs // LANES))
    return NUMBER * (blocks * LANES * rows + terms) + len(series) * weeks * (NUMBER * waiting + STORED * stored)


def seconds_of(plan: Plan, options: RunOptions, columns: Sequence[Column], series: Sequence[Column]) -> float:
    """Seconds that the runs take, by timing one tick; 0 where they are surely few, or a Mesa model computes them."""
    structure, runs = plan.scenario.structure, _runs(plan, options)
    lane_ticks = runs * structure.ticks
    at_once = min(options.get("threads") or cores(), -(-runs // LANES))
    if (
        options.get("engine") == "mesa"
        or SLOWEST_ROW * size(now_blocks(structure)) * lane_ticks / at_once < LONG_TIME / 10
    ):
        return 0.0
    return ensemble_of(plan, columns, series).tick_seconds() / LANES * lane_ticks / at_once


def _runs(plan: Plan, options: RunOptions) -> int:
    """Runs that are sure to be made."""
    count = first_stage(plan.points, plan.replicates).count
    return count if options.get("shard") is None else -(-count // options["shard"][1])
