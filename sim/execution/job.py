"""Runs computed elsewhere: what a worker must know of a plan, as bytes that travel, and the task that it is given."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Block, Design, Ensemble
from sim.errors import ConfigError, ResultsError, UnknownNameError
from sim.execution.custom_model import load_model
from sim.experiments.lengths import WEEKS
from sim.kernel.compiler import source_digest
from sim.scenario.scenario import Scenario, rebuilt

if TYPE_CHECKING:
    from sim.execution.custom_model import CustomModel
    from sim.experiments.plan import Plan
    from sim.model import InfluenceModel
    from sim.outcomes import Column

Work = tuple[int, NDArray[np.int64], Design]
"""Some runs: position of the first, point and replicate of each, and the points."""


@dataclass(frozen=True)
class Job:
    """What computes the runs of a plan.

    Attributes
    ----------
    scenario : Scenario
    ensemble : Ensemble
        Keeps the columns of the plan.
    seed : int
    kept : int
        Replicates whose series is kept.
    mesa : bool
        One run after the other through a Mesa model, instead of blocks through the compiled ensemble.
    model : subclass of InfluenceModel or None
        That Mesa model; None for the project's own.
    """

    scenario: Scenario
    ensemble: Ensemble
    seed: int
    kept: int
    mesa: bool = False
    model: type[InfluenceModel] | None = None
    _others: dict[int, Job] = field(default_factory=dict)

    def blocks(self, work: Work, cancelled: Callable[[], bool] | None = None) -> Iterator[Block]:
        """Blocks of some runs, placed among all; none that is not finished when it is cancelled."""
        first, runs, design = work
        for block in self._computed(runs, design, cancelled):
            yield _placed(block, first)

    def lost(self, work: Work, why: str) -> Block:
        """The block of a single run of which nothing came back."""
        first, runs, _ = work
        return _placed(self.ensemble.lost(runs, 0, self.seed, self.kept, why), first)

    def _computed(
        self, runs: NDArray[np.int64], design: Design, cancelled: Callable[[], bool] | None
    ) -> Iterable[Block]:
        if WEEKS not in design.paths:
            return self._alike(runs, design, cancelled)
        return self._of_lengths(runs, design, cancelled)

    def _of_lengths(
        self, runs: NDArray[np.int64], design: Design, cancelled: Callable[[], bool] | None
    ) -> Iterator[Block]:
        """Runs of several lengths as one block in their order, computed length by length."""
        weeks, rest = _apart(design, runs[:, 0])
        whole, done = self._empty(runs), 0
        failure: list[str | None] = [None] * len(runs)
        for length in np.unique(weeks).tolist():
            places = np.flatnonzero(weeks == length)
            for block in self._lasting(int(length))._alike(runs[places], rest, cancelled):
                at = places[block.first : block.first + len(block.summary)]
                whole.summary[at] = block.summary
                kept = np.searchsorted(whole.kept, places[block.kept])
                whole.series[kept, : block.series.shape[1]] = block.series
                for place, why in zip(at.tolist(), block.failure, strict=True):
                    failure[place] = why
                done += len(at)
        if done == len(runs):
            yield replace(whole, failure=tuple(failure))

    def _empty(self, runs: NDArray[np.int64]) -> Block:
        """A block for some runs that holds nothing yet."""
        ensemble = self.ensemble
        kept = np.flatnonzero(runs[:, 1] < self.kept) if ensemble.series_columns else np.zeros(0, np.int64)
        series = np.full((len(kept), len(ensemble.weeks), len(ensemble.series_columns)), np.nan)
        return Block(0, np.full((len(runs), len(ensemble.columns)), np.nan), series, kept, ())

    def _lasting(self, weeks: int) -> Job:
        """The same for runs that last so many weeks."""
        if weeks not in self._others:
            structure = replace(self.scenario.structure, weeks=weeks)
            scenario = replace(self.scenario, structure=structure)
            self._others[weeks] = replace(self, scenario=scenario, ensemble=self.ensemble.lasting(weeks), _others={})
        return self._others[weeks]

    def _alike(self, runs: NDArray[np.int64], design: Design, cancelled: Callable[[], bool] | None) -> Iterable[Block]:
        """Blocks of runs that last as long as the scenario says."""
        if not self.mesa:
            return self.ensemble.blocks(
                design, runs, self.seed, threads=1, series_replicates=self.kept, cancelled=cancelled
            )
        from sim.execution.mesa_runs import run_replicates  # noqa: PLC0415 (mesa takes a second to import)
        from sim.model import InfluenceModel  # noqa: PLC0415

        model = self.model or InfluenceModel
        return run_replicates(self.scenario, design, runs, self.seed, self.ensemble, self.kept, model)


def ensemble_of(plan: Plan, columns: Sequence[Column], series: Sequence[Column]) -> Ensemble:
    """The ensemble that keeps the columns of a plan."""
    return _ensemble(plan.scenario, _names(columns), _names(series), _every(plan))


def pack(
    plan: Plan, columns: Sequence[Column], series: Sequence[Column], mesa: bool, model: CustomModel | None
) -> bytes:
    """The job of a plan as bytes, some 20 kB, for `compute` in another process or on another machine."""
    said = {
        "scenario": plan.scenario.resolved() | {"map": {}, "fitted": {}},
        "columns": _names(columns),
        "series": _names(series),
        "every": _every(plan),
        "seed": plan.seed,
        "kept": plan.series.replicates,
        "mesa": mesa,
        "model": model and model.to_dict(),
        "sources": source_digest(),
    }
    return zlib.compress(json.dumps(said).encode())


def compute(job: bytes, work: Work) -> list[Block]:
    """Compute some runs of a job; what an executor's workers are handed.

    Parameters
    ----------
    job : bytes
        What `pack` gave.
    work : Work

    Raises
    ------
    ResultsError
        If another version of Counterpoise, or of the custom model, is installed where this runs.
    """
    blocks = unpack(job).blocks(work)
    return [replace(block, series=block.series.astype(np.float32)) for block in blocks]  # as it is stored


def try_once(job: bytes) -> None:
    """Make the custom model of a job once, which runs nothing.

    Raises
    ------
    UnknownNameError
        If it gives its agents or outcomes names that the scenario has not, which no run could mend. Whatever else
        is wrong with it, its runs say.
    """
    said = unpack(job)
    try:
        if said.model is not None:
            said.model(said.scenario, seed=said.seed, replicate=0)
    except UnknownNameError:
        raise
    except BaseException:  # noqa: BLE001 (it is code of others)
        return


@lru_cache(maxsize=4)
def unpack(job: bytes) -> Job:
    """What computes the runs of a packed job, ready to begin; raises as `compute`."""
    said = json.loads(zlib.decompress(job))
    if said["sources"] != source_digest():
        raise ResultsError("a worker has another version of Counterpoise; install the same everywhere")
    model: type[InfluenceModel] | None = None
    if said["model"] is not None:
        custom = _loaded(said["model"]["name"])
        if custom.to_dict() != said["model"]:
            raise ResultsError(f"a worker has another version of {custom.name}; put the same file everywhere")
        model = custom.made
    scenario = rebuilt(said["scenario"])
    ensemble = _ensemble(scenario, said["columns"], said["series"], said["every"])
    ensemble.compile()
    return Job(scenario, ensemble, said["seed"], said["kept"], said["mesa"], model)


def _loaded(name: str) -> CustomModel:
    """A model as a worker finds it."""
    try:
        return load_model(name)
    except ConfigError as error:
        raise ResultsError(f"a worker cannot use the model: {error}; its module must be there, too") from error


def pieces(work: Iterable[Work], size: int) -> Iterator[Work]:
    """The same runs in pieces of at most so many."""
    for first, runs, design in work:
        for begin in range(0, len(runs), size):
            part = runs[begin : begin + size]
            points = np.unique(part[:, 0])
            yield first + begin, part, Design(design.paths, design.at(points), points)


def _apart(design: Design, points: NDArray[np.int64]) -> tuple[NDArray[np.float64], Design]:
    """Weeks that runs of some points last, and the design without these lengths, as an ensemble takes it."""
    place = design.paths.index(WEEKS)
    paths = design.paths[:place] + design.paths[place + 1 :]
    return design.at(points)[:, place], Design(paths, np.delete(design.values, place, axis=1), design.points)


def _placed(block: Block, first: int) -> Block:
    """A block whose first run has another position."""
    return replace(block, first=block.first + first, kept=block.kept + first)


def _ensemble(scenario: Scenario, columns: Sequence[str], series: Sequence[str], every: int) -> Ensemble:
    """The ensemble of a scenario; `columns` may name its declared outcomes, which it works out in any case."""
    own = {one.name for one in scenario.declared}
    modelled = [name for name in columns if name not in own]
    return Ensemble(
        scenario.structure, scenario.inputs(), columns=modelled, series=series, every=every, declared=scenario.declared
    )


def _names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]


def _every(plan: Plan) -> int:
    """Ticks between two rows of a series."""
    return max(1, round(plan.series.every / plan.scenario.structure.dt))
