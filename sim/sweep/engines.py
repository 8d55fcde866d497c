"""Where a plan's rows come from: the compiled ensemble, or one Mesa run after the other; the same rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Block, Design, Ensemble, default_columns, default_series, mean_reasons
from sim.jit import source_digest
from sim.sweep.columns import Column, described, expanded
from sim.sweep.design import Plan

__all__ = ["blocks", "ensemble_of", "explained", "outcomes_of", "source_digest"]


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


def blocks(engine: str, ensemble: Ensemble, plan: Plan, threads: int | None, stop: threading.Event) -> Iterator[Block]:
    """Blocks of a plan in run order; once `stop` is set, no more come."""
    if engine == "mesa":
        from sim.model import run_replicates  # noqa: PLC0415 (mesa takes a second to import)

        yield from run_replicates(plan.scenario, plan.runs(), plan.seed, ensemble, plan.series.replicates)
        return
    yield from ensemble.blocks(
        Design(plan.paths, plan.values(np.arange(plan.points))),
        plan.runs(),
        plan.seed,
        threads=threads,
        series_replicates=plan.series.replicates,
        cancelled=stop.is_set,
    )


def explained(plan: Plan, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks, and mean utility terms of every posture at one point: shapes (T,) and (T, E, Q, K)."""
    structure = plan.scenario.structure
    terms = mean_reasons(structure, plan.inputs(point), plan.seed)
    return np.arange(len(terms), dtype=np.float64) * structure.dt, terms
