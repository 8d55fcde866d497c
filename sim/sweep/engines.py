"""Where a plan's rows come from: the compiled ensemble, or one Mesa run after the other; the same rows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Block, Design, Ensemble, default_columns, default_series, mean_reasons
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


class Engine:
    """Computes runs of a plan, chunk by chunk."""

    def __init__(self, running: Running, plan: Plan, ensemble: Ensemble) -> None:
        self._running, self._plan, self._ensemble = running, plan, ensemble

    def blocks(self, chunks: Iterable[tuple[int, NDArray[np.int64]]], stop: threading.Event) -> Iterator[Block]:
        """Blocks of the chunks in order; once `stop` is set, no more come."""
        for first, runs in chunks:
            for block in self._chunk(runs, stop):
                yield replace(block, first=block.first + first, kept=block.kept + first)
            if stop.is_set():
                return

    def _chunk(self, runs: NDArray[np.int64], stop: threading.Event) -> Iterator[Block]:
        plan = self._plan
        if self._running.engine == "mesa":
            from sim.model import run_replicates  # noqa: PLC0415 (mesa takes a second to import)

            return run_replicates(plan.scenario, runs, plan.seed, self._ensemble, plan.series.replicates)
        return self._ensemble.blocks(
            Design(plan.paths, plan.values(np.arange(plan.points))),
            runs,
            plan.seed,
            threads=self._running.threads,
            series_replicates=plan.series.replicates,
            cancelled=stop.is_set,
        )


@contextmanager
def open_engine(running: Running, plan: Plan, columns: Sequence[Column], series: Sequence[Column]) -> Iterator[Engine]:
    """An engine for a plan, as long as the body runs."""
    yield Engine(running, plan, ensemble_of(plan, columns, series))


def explained(plan: Plan, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks, and mean utility terms of every posture at one point: shapes (T,) and (T, E, Q, K)."""
    structure = plan.scenario.structure
    terms = mean_reasons(structure, plan.inputs(point), plan.seed)
    return np.arange(len(terms), dtype=np.float64) * structure.dt, terms
