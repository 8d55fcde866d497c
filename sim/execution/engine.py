"""Where a plan's rows come from: threads of this process, processes of their own, or any executor; the same rows."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Block, Design
from sim.errors import CounterpoiseError, ResultsError
from sim.execution.job import Job, Work, compute, ensemble_of, pack, pieces, try_once, unpack
from sim.execution.options import custom_model
from sim.execution.workers import Isolated, LostError
from sim.experiments.plan import Plan
from sim.experiments.stages import first_stage
from sim.kernel.compiler import source_digest
from sim.kernel.lanes import LANES
from sim.kernel.threads import cores, futures_in_order, in_order
from sim.outcomes import Column, default_columns, default_series, described, described_expressions, expanded
from sim.phrases import printable
from sim.reasons import EXPLAINED, mean_reasons

if TYPE_CHECKING:
    from sim.execution.options import RunOptions

__all__ = [
    "EXPLAINED",
    "ensemble_of",
    "mean_terms",
    "open_engine",
    "outcomes_of",
    "source_digest",
    "try_model",
]

Blocks = Generator[Block, None, None]
Lists = Generator[list[Block], None, None]

CHUNK_RUNS = 2 * LANES
LARGEST_CHUNK, FEWEST_CHUNKS = 8 * LANES, 64
"""Runs that a task is handed elsewhere, where tasks cost more: up to so many, if there are enough for so many tasks."""
UNDER_WAY = 256 * 2**20
"""Bytes of results that may be under way from an executor, whose number of workers nobody knows."""
FEWEST, MOST = 4, 1024
"""Tasks under way, at least and at most."""
MESA_RUNS = 16
"""Runs of a Mesa model that an executor's task computes: half a second of work."""
RUNS_AHEAD = 32
"""Runs under way for each process of its own, so that the others need not wait for one that hangs."""


def outcomes_of(plan: Plan) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Columns of runs and of series that a plan keeps; declared outcomes stand last."""
    layout, structure = plan.scenario.layout, plan.scenario.structure
    wanted = plan.scenario.outcomes
    columns = expanded(wanted, layout, statistics=True) if wanted else default_columns(structure)
    series: tuple[str, ...] = ()
    if plan.series.replicates:
        series = expanded(plan.series.outcomes, layout, statistics=False) or default_series(structure)
    declared = described_expressions(plan.scenario.declared)
    return described(columns, layout) + declared, described(series, layout)


class Engine:
    """Computes runs of a plan, chunk by chunk, on threads of this process.

    Parameters
    ----------
    plan : Plan
    job : Job
    threads : int

    Attributes
    ----------
    chunk : int
        Runs that it is handed at once, whole blocks of them.
    threads : int
        Threads of this process that it computes on.
    """

    chunk = CHUNK_RUNS

    def __init__(self, plan: Plan, job: Job, threads: int) -> None:
        self._plan, self._job, self.threads = plan, job, threads

    def blocks(self, chunks: Iterable[tuple[int, NDArray[np.int64]]], stop: threading.Event) -> Blocks:
        """Blocks of the chunks in order; once `stop` is set, no more come."""
        work = ((first, runs, self._design(runs)) for first, runs in chunks)
        with closing(self._computed(work, stop)) as computed:
            for done in computed:
                yield from done
                if stop.is_set():
                    return

    def _computed(self, work: Iterable[Work], stop: threading.Event) -> Lists:
        """Blocks of each chunk, chunk after chunk."""
        self._job.ensemble.compile()  # here, lest every thread wait for the compiler where no stop is heard
        yield from in_order(lambda chunk: list(self._job.blocks(chunk, stop.is_set)), work, self.threads)

    def _design(self, runs: NDArray[np.int64]) -> Design:
        """The points of a chunk alone: a design may be too large to be held whole."""
        points = np.unique(runs[:, 0])
        return Design(self._plan.paths, self._plan.values(points), points)


class Elsewhere(Engine):
    """Computes runs by the tasks of an executor.

    Parameters
    ----------
    plan : Plan
    job : Job
    executor : concurrent.futures.Executor
    text : bytes
        The job as the workers get it.
    size, ahead : int
        Runs a task, and tasks under way.
    """

    def __init__(self, plan: Plan, job: Job, executor: Executor, text: bytes, size: int, ahead: int) -> None:
        super().__init__(plan, job, 1)
        self._executor, self._text, self._size, self._ahead = executor, text, size, ahead
        self.chunk = max(size, CHUNK_RUNS)

    def _computed(self, work: Iterable[Work], stop: threading.Event) -> Lists:
        tasks = futures_in_order(
            lambda piece: self._executor.submit(compute, self._text, piece), pieces(work, self._size), self._ahead
        )
        with closing(tasks):
            try:
                for piece, future in tasks:
                    try:
                        yield future.result()
                    except LostError as lost:
                        if not stop.is_set():
                            yield [self._job.lost(piece, str(lost))]
            except (CounterpoiseError, MemoryError):
                raise
            except Exception as error:  # whatever a kind of executor raises when its workers are gone
                text = printable(" ".join(str(error).split()))
                said = f"{type(error).__name__}: {text}" if text else type(error).__name__
                raise ResultsError(
                    f"what computes the runs has failed ({said}); its workers or their scheduler may be gone. The runs "
                    "that were finished are stored, and the same command goes on, with these workers or without them"
                ) from error


@contextmanager
def open_engine(
    options: RunOptions, plan: Plan, columns: Sequence[Column], series: Sequence[Column]
) -> Iterator[Engine]:
    """An engine for a plan, as long as the body runs."""
    mesa, model, executor = options.get("engine") == "mesa", custom_model(options), options.get("executor")
    job = Job(plan.scenario, ensemble_of(plan, columns, series), plan.seed, plan.series.replicates)
    if executor is None and not mesa:
        yield Engine(plan, job, options.get("threads") or cores())
        return
    text = pack(plan, columns, series, mesa, model)
    if executor is not None:
        size = MESA_RUNS if mesa else _chunk(first_stage(plan.points, plan.replicates).count)
        yield Elsewhere(plan, job, executor, text, size, _under_way(plan, job, size))
        return
    job.ensemble.compile()  # so that the processes find it in the cache
    workers = options.get("processes") or cores()
    with Isolated(workers, options.get("time_limit"), unpack, text) as isolated:
        yield Elsewhere(plan, job, isolated, text, 1, RUNS_AHEAD * workers)


def try_model(options: RunOptions, plan: Plan, columns: Sequence[Column], series: Sequence[Column]) -> None:
    """Make a custom model once, in a process that it may take down; raises UnknownNameError as `try_once`."""
    model = custom_model(options)
    if model is None:
        return
    text = pack(plan, columns, series, True, model)
    with Isolated(1, options.get("time_limit"), unpack, text) as isolated, suppress(LostError):
        isolated.submit(try_once, text).result()


def _chunk(runs: int) -> int:
    """Runs a task, whole blocks of them, where so many are to be run."""
    return min(max(runs // FEWEST_CHUNKS // LANES * LANES, CHUNK_RUNS), LARGEST_CHUNK)


def _under_way(plan: Plan, job: Job, size: int) -> int:
    """Tasks of so many runs that an executor may have under way."""
    kept = size if plan.series.replicates else 0
    values = size * len(job.ensemble.columns) + kept * len(job.ensemble.weeks) * len(job.ensemble.series_columns)
    return min(max(UNDER_WAY // (8 * max(values, 1)), FEWEST), MOST)


def mean_terms(plan: Plan, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks, and mean utility terms of every posture at one point: shapes (T,) and (T, E, Q, K)."""
    structure = plan.scenario.structure
    ticks = round(plan.lengths(np.array([point]))[0] / structure.dt)
    terms = mean_reasons(structure, plan.inputs(point), plan.seed, ticks)
    return np.arange(len(terms), dtype=np.float64) * structure.dt, terms
