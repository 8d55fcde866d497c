"""What a plan will take, said before anything of it runs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim import tables
from sim.ensemble import Block, Design, Ensemble
from sim.execution.demand import memory_of
from sim.execution.engine import ensemble_of, outcomes_of
from sim.execution.job import Job, pieces
from sim.execution.options import RunOptions
from sim.experiments.plan import Plan
from sim.experiments.replicates import Adaptive
from sim.experiments.stages import Schedule, first_stage
from sim.kernel.lanes import LANES
from sim.kernel.threads import cores
from sim.outcomes import Column
from sim.phrases import between, data_size, duration, plural

if TYPE_CHECKING:
    from sim.execution.custom_model import CustomModel

SECONDS = 2.0
"""Most that a calibration takes, once the kernel is compiled; one warm block is always timed."""
MOST_BLOCKS = 8
MESA_TIMED = 3


@dataclass(frozen=True)
class Stored:
    """Bytes and seconds that storing one more takes, and the bytes of a file besides its rows."""

    size: float
    seconds: float
    file: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """What a plan will take.

    Attributes
    ----------
    points : int
    dropped : int
        Points that constraints took out.
    replicates : int or Adaptive
    runs, most_runs : int
        Runs that are sure to be made, and that may be; they differ where replicates are adaptive.
    parts : int
        Parts in which the former are stored.
    rate : float
        Runs that are computed a second.
    workers : int
        Threads, or processes of Mesa runs.
    run, series : Stored
        What storing takes: a run, and its series where it is kept.
    kept, most_kept : int
        Runs whose series is kept, of `runs` and of `most_runs`.
    memory : float
        Bytes that the runs take at their peak, Python and its libraries apart.
    """

    points: int
    dropped: int
    replicates: int | Adaptive
    runs: int
    most_runs: int
    parts: int
    rate: float
    workers: int
    run: Stored
    series: Stored
    kept: int
    most_kept: int
    memory: float

    @property
    def seconds(self) -> tuple[float, float]:
        """Time for `runs` and for `most_runs`."""
        return self._whole(1 / self.rate + self.run.seconds, self.series.seconds)

    @property
    def size(self) -> tuple[float, float]:
        """Bytes on disk of `runs` and of `most_runs`."""
        files = self.parts * (self.run.file + self.series.file)
        least, most = self._whole(self.run.size, self.series.size)
        return least + files, most + files

    def _whole(self, a_run: float, a_series: float) -> tuple[float, float]:
        return self.runs * a_run + self.kept * a_series, self.most_runs * a_run + self.most_kept * a_series


def estimate(
    plan: Plan,
    workers: int | None = None,
    rate: float | None = None,
    *,
    mesa: bool = False,
    model: CustomModel | None = None,
) -> Estimate:
    """Estimate what a plan will take, by timing a few of its runs on this machine.

    Parameters
    ----------
    plan : Plan
    workers : int, optional
        Threads, or processes of Mesa runs, that will run it; by default one a core.
    rate : float, optional
        Runs a second, all workers together, where it is known; otherwise some runs are timed on one thread.
    mesa : bool
        Run one after the other through a Mesa model.
    model : CustomModel, optional
        That model; by default the project's own.
    """
    columns, series = outcomes_of(plan)
    ensemble = ensemble_of(plan, columns, series)
    workers = workers or cores()
    blocks, seconds = _timed(plan, ensemble)
    rate = rate or workers * (_mesa_rate(plan, ensemble, model) if mesa else _count_of(blocks) / seconds)
    schedule = Schedule((first_stage(plan.points, plan.replicates),), len(ensemble.weeks), plan.series.replicates)
    least, most = _replicates(plan)
    how = RunOptions(out=Path(), threads=workers, engine="mesa" if mesa else "ensemble", processes=workers)
    run, kept = _storing(blocks, columns, series, ensemble.weeks)
    return Estimate(
        points=plan.points,
        dropped=plan.dropped,
        replicates=plan.replicates,
        runs=plan.points * least,
        most_runs=plan.points * most,
        parts=len(schedule.parts),
        rate=rate,
        workers=workers,
        run=run,
        series=kept,
        kept=plan.points * min(least, plan.series.replicates),
        most_kept=plan.points * min(most, plan.series.replicates),
        memory=memory_of(plan, how, columns, series),
    )


def said(plan: Plan, found: Estimate) -> list[str]:
    """An estimate in lines for people."""
    dropped = f" ({found.dropped:,} more broke a constraint and were dropped)" if found.dropped else ""
    each = f"{found.replicates:,}" if isinstance(found.replicates, int) else _adaptive(found.replicates)
    return [
        f"{plan.title}",
        f"design      {plan.sampling['design']} over {plural(len(plan.factors), 'factor')}",
        f"points      {found.points:,}{dropped}",
        f"replicates  {each}",
        f"runs        {between(f'{found.runs:,}', f'{found.most_runs:,}')}",
        f"parts       {found.parts:,}{'' if found.runs == found.most_runs else ' or more'}",
        f"time        about {between(*(duration(one) for one in found.seconds))} "
        f"({found.runs / found.seconds[0]:,.0f} runs a second, {plural(found.workers, 'worker')})",
        f"memory      about {data_size(found.memory)}, besides Python",
        f"disk        about {between(*(data_size(one) for one in found.size))}",
    ]


def _adaptive(rule: Adaptive) -> str:
    return f"{rule.least:,} to {rule.most:,}, until {rule.outcome} is known to ± {rule.half_width:g}"


def _replicates(plan: Plan) -> tuple[int, int]:
    rule = plan.replicates
    return (rule.least, rule.most) if isinstance(rule, Adaptive) else (rule, rule)


def _timed(plan: Plan, ensemble: Ensemble) -> tuple[list[Block], float]:
    """Some blocks of the plan, of points spread over the design, and the seconds that they took."""
    least = _replicates(plan)[0]
    count = min(plan.points * least, MOST_BLOCKS * LANES)
    points = np.linspace(0, plan.points - 1, -(-count // least)).astype(np.int64)
    runs = np.column_stack([np.repeat(np.arange(len(points)), least), np.tile(np.arange(least), len(points))])[:count]
    design = Design(plan.paths, plan.values(points))
    for _ in _blocks(plan, ensemble, design, runs[:LANES]):
        pass  # the kernel is compiled, and the memory of a block allocated
    blocks, begun = [], time.perf_counter()
    for block in _blocks(plan, ensemble, design, runs):
        blocks.append(block)
        if time.perf_counter() - begun > SECONDS:
            break
    return blocks, time.perf_counter() - begun


def _mesa_rate(plan: Plan, ensemble: Ensemble, model: CustomModel | None) -> float:
    """Runs a second of one process, by a few runs of the first point."""
    made = None if model is None else model.made
    job = Job(plan.scenario, ensemble, plan.seed, plan.series.replicates, mesa=True, model=made)
    first = np.zeros(1, np.int64)
    design, begun = Design(plan.paths, plan.values(first)), time.perf_counter()
    with ThreadPoolExecutor(1) as pool:  # Ctrl-C is then heard here, and not taken for a failure of the run
        for replicate in range(MESA_TIMED):
            pool.submit(list, job.blocks((0, np.array([[0, replicate]]), design))).result()
    return MESA_TIMED / (time.perf_counter() - begun)


def _count_of(blocks: Sequence[Block]) -> int:
    return sum(len(block.summary) for block in blocks)


def _blocks(plan: Plan, ensemble: Ensemble, design: Design, runs: NDArray[np.int64]) -> Iterator[Block]:
    job = Job(plan.scenario, ensemble, plan.seed, plan.series.replicates)
    for work in pieces([(0, runs, design)], LANES):
        yield from job.blocks(work)


def _storing(
    blocks: Sequence[Block], columns: Sequence[Column], series: Sequence[Column], weeks: NDArray[np.float64]
) -> tuple[Stored, Stored]:
    """What storing a run, and its series, adds to a file."""
    summary = np.concatenate([block.summary for block in blocks])
    failure = [one for block in blocks for one in block.failure]
    runs = np.column_stack([np.zeros(len(summary), np.int64), np.arange(len(summary))])
    over_time = [block.series for block in blocks if len(block.kept)] or [np.zeros((0, len(weeks), len(series)))]
    kept = np.concatenate(over_time).astype(np.float32)

    def runs_table(count: int) -> pa.Table:
        return tables.runs_table(columns, runs[:count], summary[:count], failure[:count])

    def series_table(count: int) -> pa.Table:
        return tables.series_table(series, runs[:count], weeks, kept[:count])

    of_series = _marginal(series_table, min(len(kept), 2 * LANES)) if len(kept) and series else Stored(0, 0)
    return _marginal(runs_table, len(summary)), of_series


def _marginal(table: Callable[[int], pa.Table], count: int) -> Stored:
    """What one more row adds, a file of all rows less one of half of them; the rest is the file's own."""
    few = count // 2
    begun = time.perf_counter()
    whole = _written(table(count))
    seconds = (time.perf_counter() - begun) / count
    size = (whole - (_written(table(few)) if few else 0)) / (count - few)
    return Stored(size, seconds, max(0.0, whole - count * size))


def _written(table: pa.Table) -> int:
    stream = io.BytesIO()
    tables.write([table], stream)
    return len(stream.getvalue())
