"""Plans: which points of a scenario's parameter space are run, and how often.

A factor has levels or a range, a point is one level value of each factor, and whatever way the points were chosen an
engine sees only numbers: the values of some paths at the points that it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.experiments.assignment import Assignment, numbered_columns
from sim.experiments.factors import Factor
from sim.experiments.lengths import WEEKS
from sim.experiments.points import Grid, Points, chunks
from sim.experiments.replicates import Adaptive, runs_said
from sim.phrases import plural, printable

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario, SeriesChoice


@dataclass(frozen=True)
class Plan:
    """A scenario, the points to run it at, and how often.

    Attributes
    ----------
    name, title : str
        Folder name of the results, and one line for people.
    kind : str
        ``run`` for a single point, ``sweep`` for more, ``fit`` for the draws of a fit.
    scenario : Scenario
        What all points share.
    design : Points
    replicates : int or Adaptive
        Runs a point, or the rule by which it gets them.
    seed : int
        What all points share (common random numbers).
    series : SeriesChoice
        Which courses over time are kept, of how many replicates of each point, and how often.
    sampling : mapping
        How the points were chosen, as JSON can hold it: kind and options of the design, and for ``saltelli`` and
        ``morris`` the problem that SALib needs in order to analyse the results.
    dropped : int
        Points that constraints took out.
    """

    name: str
    title: str
    kind: str
    scenario: Scenario
    design: Points
    replicates: int | Adaptive
    seed: int
    series: SeriesChoice
    sampling: Mapping[str, Any] = field(default_factory=lambda: {"design": "grid"})
    dropped: int = 0

    def __repr__(self) -> str:
        size = f"{plural(self.points, 'point')}, {runs_said(self.points, self.replicates)}, seed {self.seed}"
        return printable(f"<Plan {self.name} of {self.scenario.name}: {size}>")

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What varies, in the order of the columns of ``design.parquet``."""
        return self.design.factors

    @property
    def points(self) -> int:
        """Number of points."""
        return self.design.count

    @property
    def paths(self) -> tuple[str, ...]:
        """Numeric paths that any factor sets, sorted."""
        return self._assignment.paths

    def values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Value of each of `paths` at some points, shape (n, paths); else the scenario's own.

        Parameters
        ----------
        points : ndarray of int64, shape (n,)
        """
        return self._assignment.values(self.design.level_values(points))

    def inputs(self, point: int) -> NDArray[np.float64]:
        """All numbers of the scenario at one point, in the order of their rows, shape (P,)."""
        inputs = self._assignment.inputs.copy()
        inputs[self._assignment.rows] = self.values(np.array([point]))[0, self._assignment.are_inputs]
        return inputs

    def lengths(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Weeks that the runs of some points last, shape (n,)."""
        if WEEKS not in self.paths:
            return np.full(len(points), float(self.scenario.structure.weeks))
        return self.values(points)[:, self.paths.index(WEEKS)]

    def all_lengths(self) -> NDArray[np.float64]:
        """Every length that a point has, ascending."""
        some = chunks(self.design) if WEEKS in self.paths else [np.zeros(1, np.int64)]
        return np.unique(np.concatenate([np.unique(self.lengths(points)) for points in some]))

    def design_tables(self) -> Iterator[pa.Table]:
        """Rows of ``design.parquet``, one a point with one column a factor, at most 65,536 at a time."""
        for points in chunks(self.design):
            yield self._assignment.table(points, self.design.level_values(points))

    @cached_property
    def design_digest(self) -> str:
        """SHA-256 over paths, labels and values: the same for the same points, however they were declared."""
        return self._assignment.digest(self.design.level_values(points) for points in chunks(self.design))

    @cached_property
    def _assignment(self) -> Assignment:
        return Assignment(self.scenario, self.factors, numbered_columns(self.sampling))


def single(scenario: Scenario, replicates: int, seed: int) -> Plan:
    """Plan that runs a scenario as it stands."""
    return Plan(scenario.name, scenario.title, "run", scenario, Grid(()), replicates, seed, scenario.series)
