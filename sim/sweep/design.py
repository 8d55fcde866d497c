"""Designs: which points of a scenario's parameter space are run.

A factor has levels, a level sets one or more numeric paths, a point is one level of each factor.
Everything that an engine needs of a design is one table of numbers, points by paths, whatever way the
points were chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.scenario import Scenario, SeriesChoice

LARGEST_DESIGN = 1_000_000


@dataclass(frozen=True)
class Level:
    """One value of a factor.

    Attributes
    ----------
    label : str
        How the level is called in results: a word of a policy, a number, the name of a variant.
    settings : tuple of (path, value)
        Numeric paths that the level sets; values in the units of their quantities, policies as codes.
    """

    label: str
    settings: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Factor:
    """Something that a design varies.

    Attributes
    ----------
    column : str
        Column in ``design.parquet``: the path, or the label of a factor of variants.
    label : str
        Name for people.
    levels : tuple of Level
        In the order of the file; the first is the baseline.
    numeric : bool
        Whether levels are numbers rather than words.
    """

    column: str
    label: str
    levels: tuple[Level, ...]
    numeric: bool

    def entry(self, level: int) -> float | str:
        """What stands in ``design.parquet`` for a level."""
        return self.levels[level].settings[0][1] if self.numeric else self.levels[level].label


@dataclass(frozen=True)
class Plan:
    """A scenario, the points to run it at, and how often.

    Attributes
    ----------
    name, title : str
        Folder name of the results, and one line for people.
    kind : str
        ``run`` for a single point, ``sweep`` otherwise.
    scenario : Scenario
        What all points share.
    factors : tuple of Factor
    choices : ndarray of int64, shape (points, factors)
        Level of each factor at each point.
    replicates, seed : int
        Runs a point, and the seed that all points share (common random numbers).
    series : SeriesChoice
        Which courses over time are kept, of how many replicates of each point, and how often.
    """

    name: str
    title: str
    kind: str
    scenario: Scenario
    factors: tuple[Factor, ...]
    choices: NDArray[np.int64]
    replicates: int
    seed: int
    series: SeriesChoice

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.choices)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Paths that any level sets, sorted."""
        return tuple(sorted({path for f in self.factors for level in f.levels for path, _ in level.settings}))

    @cached_property
    def _inputs(self) -> NDArray[np.float64]:
        """All numbers of the scenario as it stands."""
        return self.scenario.inputs()

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """Row of each of `paths` among the scenario's numbers."""
        layout = self.scenario.layout
        return np.array([layout.row(path) for path in self.paths], dtype=np.int64)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """Value of each of `paths` at each point, shape (points, paths); else the scenario's own.

        Where levels of two factors set the same path, the later factor wins.
        """
        column = {path: index for index, path in enumerate(self.paths)}
        values = np.tile(self._inputs[self._rows], (self.points, 1))
        for index, factor in enumerate(self.factors):
            for chosen, level in enumerate(factor.levels):
                at = self.choices[:, index] == chosen
                for path, value in level.settings:
                    values[at, column[path]] = value
        return values

    def inputs(self, point: int) -> NDArray[np.float64]:
        """All numbers of the scenario at one point, in the order of their rows, shape (P,)."""
        inputs = self._inputs.copy()
        inputs[self._rows] = self.values[point]
        return inputs

    def runs(self) -> NDArray[np.int64]:
        """Point and replicate of every run, points in order, shape (points · replicates, 2)."""
        points = np.repeat(np.arange(self.points, dtype=np.int64), self.replicates)
        return np.column_stack([points, np.tile(np.arange(self.replicates, dtype=np.int64), self.points)])


def grid(factors: Sequence[Factor]) -> NDArray[np.int64]:
    """Every combination of levels, the last factor fastest, shape (points, factors)."""
    combinations = list(product(*(range(len(factor.levels)) for factor in factors)))
    return np.array(combinations, dtype=np.int64).reshape(len(combinations), len(factors))


def single(scenario: Scenario, replicates: int, seed: int) -> Plan:
    """Plan that runs a scenario as it stands."""
    return Plan(scenario.name, scenario.title, "run", scenario, (), grid(()), replicates, seed, scenario.series)
