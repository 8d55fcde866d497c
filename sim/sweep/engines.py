"""Where a plan's rows come from: the compiled ensemble, or one Mesa run after the other; the same rows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from os import cpu_count
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Block, Design, Ensemble, default_columns, default_series, in_order, mean_reasons
from sim.jit import source_digest
from sim.sweep.columns import Column, described, expanded
from sim.sweep.design import Plan

if TYPE_CHECKING:
    from sim.sweep.execution import Running

__all__ = ["ensemble_of", "explained", "open_engine", "outcomes_of", "source_digest"]


def outcomes_of(plan: Plan) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Columns of runs and of series that a plan keeps."""
    layout, structure = plan.scenario.layout, plan.scenario.structure
    columns = expanded(plan.scenario.outcomes, layout, statistics=True) or default_columns(structure)
    series: tuple[str, ...] = ()
    if plan.series.replicates:
        series = expanded(plan.series.outcomes, layout, statistics=False) or default_series(structure)
    return described(columns, layout), described(series, layout)


def ensemble_of(plan: Plan, columns: Sequence[Column], series: Sequence[Column]) -> Ensemble:
    """The ensemble that keeps the columns of a plan."""
    structure = plan.scenario.structure
    return Ensemble(
        structure,
        plan.scenario.inputs(),
        columns=[column.name for column in columns],
        series=[column.name for column in series],
        every=max(1, round(plan.series.every / structure.dt)),
    )


Work = tuple[int, NDArray[np.int64], Design]
"""A chunk: position of its first run, point and replicate of each, and the points."""


class Engine:
    """Computes runs of a plan, chunk by chunk."""

    def __init__(self, running: Running, plan: Plan, ensemble: Ensemble) -> None:
        self._running, self._plan, self._ensemble = running, plan, ensemble

    def blocks(self, chunks: Iterable[tuple[int, NDArray[np.int64]]], stop: threading.Event) -> Iterator[Block]:
        """Blocks of the chunks in order; once `stop` is set, no more come."""
        work = ((first, runs, self._design(runs)) for first, runs in chunks)
        for done in self._computed(work, stop):
            yield from done
            if stop.is_set():
                return

    def _computed(self, work: Iterable[Work], stop: threading.Event) -> Iterator[Iterable[Block]]:
        """Blocks of each chunk, chunk after chunk."""
        if self._running.engine == "mesa":
            return (_placed(first, self._by_mesa(runs, design)) for first, runs, design in work)

        def task(chunk: Work) -> list[Block]:
            first, runs, design = chunk
            return list(_placed(first, self._by_ensemble(runs, design, stop)))

        self._ensemble.compile()  # here, lest every thread wait for the compiler where no stop is heard
        return in_order(task, work, self._running.threads or cpu_count() or 1)

    def _design(self, runs: NDArray[np.int64]) -> Design:
        """The points of a chunk alone: a design may be too large to be held whole."""
        points = np.unique(runs[:, 0])
        return Design(self._plan.paths, self._plan.values(points), points)

    def _by_mesa(self, runs: NDArray[np.int64], design: Design) -> Iterator[Block]:
        from sim.model import run_replicates  # noqa: PLC0415 (mesa takes a second to import)

        plan = self._plan
        return run_replicates(plan.scenario, design, runs, plan.seed, self._ensemble, plan.series.replicates)

    def _by_ensemble(self, runs: NDArray[np.int64], design: Design, stop: threading.Event) -> Iterator[Block]:
        plan = self._plan
        kept, heard = plan.series.replicates, stop.is_set
        return self._ensemble.blocks(design, runs, plan.seed, threads=1, series_replicates=kept, cancelled=heard)


def _placed(first: int, blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks of a chunk, placed among all runs."""
    for block in blocks:
        yield replace(block, first=block.first + first, kept=block.kept + first)


@contextmanager
def open_engine(running: Running, plan: Plan, columns: Sequence[Column], series: Sequence[Column]) -> Iterator[Engine]:
    """An engine for a plan, as long as the body runs."""
    yield Engine(running, plan, ensemble_of(plan, columns, series))


def explained(plan: Plan, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks, and mean utility terms of every posture at one point: shapes (T,) and (T, E, Q, K)."""
    structure = plan.scenario.structure
    terms = mean_reasons(structure, plan.inputs(point), plan.seed)
    return np.arange(len(terms), dtype=np.float64) * structure.dt, terms
