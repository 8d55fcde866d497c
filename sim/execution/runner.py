"""A plan is run: what it keeps, where that goes, what computes it, block by block, until nothing is missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from math import isfinite
from time import monotonic
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import ConfigError, Fault
from sim.execution.adaptive import next_round, spread_of
from sim.execution.demand import admit
from sim.execution.engine import EXPLAINED, mean_terms, open_engine, outcomes_of, source_digest, try_model
from sim.execution.options import RunOptions, custom_model
from sim.experiments.plan import Plan
from sim.experiments.points import chunks
from sim.experiments.replicates import Adaptive
from sim.experiments.shards import share
from sim.experiments.stages import MOST_PARTS, Stage, first_stage, part_count
from sim.kernel.threads import in_order
from sim.outcomes import Column
from sim.phrases import nearest
from sim.quantities import TERMS
from sim.results.prepare import find_results
from sim.results.results import Results
from sim.results.target import Target, open_target
from sim.results.worlds import sets_of
from sim.storage.manifest import REASONS, manifest_of
from sim.storage.signals import stop_signals
from sim.tables import reasons_table

MOST_EXPLAINED = 16
"""Points whose utility terms are kept; in larger designs only the first point's are."""
SETS_EXPLAINED = 8
"""Plausible sets of many whose utility terms are kept, at even steps and at the first levels of factors."""
TOLD_EVERY = 1.0
"""Seconds between two reports to other terminals."""


def execute(plan: Plan, options: RunOptions) -> Results:
    """Run a plan and give its results; see `simulate` for errors."""
    columns, series = outcomes_of(plan)
    manifest = wanted_manifest(plan, columns, series, options)
    found = find_results(options.get("out"), manifest)
    if found is not None:
        return found
    admit(plan, options, columns, series)
    try_model(options, plan, columns, series)
    with open_target(plan, manifest, columns, series, options) as target:
        if not target.found:
            fill(target, plan, columns, series, options)
    return target.results()


def fill(target: Target, plan: Plan, columns: Sequence[Column], series: Sequence[Column], options: RunOptions) -> None:
    """Compute what a target lacks of a plan."""
    report, stop = Report(target, options), threading.Event()
    with stop_signals(stop):
        target.put_design()
        with open_engine(options, plan, columns, series) as engine:
            for missing in target.stages(partial(next_stage, plan)):
                report.now()
                with closing(engine.blocks(missing(engine.chunk), stop)) as blocks:
                    for block in blocks:
                        target.add(block)
                        report.now()
        explain(target, plan, engine.threads)
        target.finish()


def wanted_manifest(
    plan: Plan, columns: Sequence[Column], series: Sequence[Column], options: RunOptions
) -> dict[str, Any]:
    """Manifest of a plan's results, of which nothing is there yet; raises ConfigError for what cannot be stored."""
    _refuse_unkept(plan, [column.name for column in columns])
    engine, model = options.get("engine", "ensemble"), custom_model(options)
    manifest = manifest_of(plan, columns, series, source_digest(), engine, model)
    manifest["explained"] = EXPLAINED  # runs whose mean the stored reasons are
    begun = first_stage(plan.points, plan.replicates)
    _refuse_parts(plan, part_count([begun], manifest["series"]["rows"], manifest["series"]["replicates"]))
    shard = share(plan, begun.count, options.get("shard"), extend=options.get("extend", False))
    return manifest | {"stages": [begun.said()], "shard": shard}


def next_stage(plan: Plan, target: Target) -> Stage | None:
    """The next round of adaptive replicates, decided by all runs that are stored."""
    rule = plan.replicates
    if not isinstance(rule, Adaptive):
        return None
    spread = spread_of(plan.points, target.values(rule.outcome))
    stage = next_round(rule, spread)
    if stage is None:
        widths = spread.half_width(rule.confidence)
        target.manifest["adaptive"] = {
            "rounds": len(target.manifest["stages"]),
            "runs": spread.runs.tolist(),
            "half_width": [float(width) if isfinite(width) else None for width in widths],
            "not_reached": int((widths > rule.half_width).sum()),
        }
    return stage


def explain(target: Target, plan: Plan, threads: int) -> None:
    """Store the mean utility terms of every posture: why parties chose as they did."""
    structure, manifest = plan.scenario.structure, target.manifest
    elsewhere = manifest["shard"] is not None and manifest["shard"]["index"] != 1  # the first shard has them for all
    unknown = manifest["model"] is not None  # of a model of one's own nobody knows what moves it
    if elsewhere or unknown or not structure.parties or REASONS in manifest["parts"]:
        return
    target.put(REASONS, [pa.concat_tables(_reasons(plan, explained_points(plan), threads))])


def explained_points(plan: Plan) -> Sequence[int]:
    """Points whose utility terms are kept."""
    if plan.points <= MOST_EXPLAINED:
        return range(plan.points)
    if sets_of(plan.sampling) is None:
        return [0]
    points = np.concatenate([numbers[_at_first_levels(plan, numbers)] for numbers in chunks(plan.design)])
    steps = np.linspace(0, len(points) - 1, SETS_EXPLAINED).round().astype(np.int64)
    return sorted({int(point) for point in points[steps]}) if len(points) else [0]


def _at_first_levels(plan: Plan, points: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which points are at the first level of every factor that has levels."""
    values, held = plan.design.level_values(points), np.ones(len(points), np.bool_)
    for place, factor in enumerate(plan.factors):
        if factor.levels:
            held &= values[:, place] == factor.level_values[0]
    return held


def _reasons(plan: Plan, points: Sequence[int], threads: int) -> Iterator[pa.Table]:
    structure = plan.scenario.structure
    names: dict[str, Sequence[Any]] = {
        "parties": [(contest.code, party.state) for contest, party in structure.parties],
        "postures": [name for name, _ in structure.postures],
        "terms": TERMS,
    }
    for point, means in zip(points, in_order(partial(mean_terms, plan), points, threads), strict=True):
        yield reasons_table(point, names, *means)


class Report:
    """Says how far the runs are: to the caller after each block, to other terminals now and then.

    Parameters
    ----------
    target : Target
    options : RunOptions
        With ``progress`` and ``watch``.
    """

    def __init__(self, target: Target, options: RunOptions) -> None:
        self._target = target
        self._progress, self._watch = options.get("progress"), options.get("watch")
        self._begun: tuple[float, int] | None = None
        self._told = monotonic()

    def now(self) -> None:
        """Say it as it is now."""
        target, now = self._target, monotonic()
        if self._begun is None:
            self._begun, self._told = (now, target.done), now
            self._count("stored", target.done)
        if target.done and self._progress is not None:
            self._progress(target.done, target.total)
        if target.failed:
            self._count("failed", target.failed)
        if now - self._told > TOLD_EVERY:
            self._told = now
            rate = (target.done - self._begun[1]) / (now - self._begun[0])
            target.say(rate=round(rate, 3))

    def _count(self, what: str, count: int) -> None:
        if self._watch is not None:
            self._watch(what, count)


def _refuse_parts(plan: Plan, parts: int) -> None:
    """Refuse more runs than a folder can list."""
    if parts > MOST_PARTS:
        where = (plan.name, "replicates", f"must come to at most {MOST_PARTS:,} parts of a folder", f"{parts:,}")
        raise ConfigError([Fault(*where, "run fewer replicates or points")])


def _refuse_unkept(plan: Plan, columns: list[str]) -> None:
    """Refuse replicates that wait for an outcome which the runs do not keep."""
    rule = plan.replicates
    if isinstance(rule, Adaptive) and rule.outcome not in columns:
        remedy = nearest(rule.outcome, columns) or "add it to the outcomes of the scenario"
        where = (plan.name, "replicates.until.outcome", "must be among the outcomes that are kept", rule.outcome)
        raise ConfigError([Fault(*where, remedy)])
