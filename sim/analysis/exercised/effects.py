"""From paired runs to exercised influence: outcomes with a patron's levers less those without, over sets and chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.exercised.plan import COLUMN, NOTHING, Removal, removals
from sim.analysis.exercised.readings import Reading, readings
from sim.comparison.over_sets import OverSets, over_sets
from sim.errors import ResultsError
from sim.kernel.structure import Structure
from sim.results.measures import FAILED, less, runs_of
from sim.results.stored import Stored
from sim.results.worlds import Worlds, worlds
from sim.scenario.scenario import rebuilt

Floats = NDArray[np.float64]
Capacities = Mapping[tuple[str, str], OverSets]


@dataclass(frozen=True)
class Effect:
    """What some levers make of an outcome.

    Attributes
    ----------
    removal : Removal
        The levers.
    reading : Reading
    present, absent : float
        Mean of the outcome with and without them.
    exercised : OverSets
        Difference in pairs, with them less without.
    pairs : ndarray, shape (W, R)
        That difference by plausible set and replicate.
    """

    removal: Removal
    reading: Reading
    present: float
    absent: float
    exercised: OverSets
    pairs: Floats = field(repr=False)

    @property
    def verdict(self) -> str:
        """What can be said of it: ``raises``, ``lowers``, ``undecided`` or ``inert``."""
        if not np.nan_to_num(self.pairs).any():
            return "inert"
        low, high = self.exercised.chance
        if low > 0 or high < 0:
            return "raises" if low > 0 else "lowers"
        return "undecided"


class PairedRuns:
    """Runs of a plan of exercised influence, by version, plausible set and replicate.

    Parameters
    ----------
    results : Stored

    Raises
    ------
    ResultsError
        For results of another plan.
    """

    def __init__(self, results: Stored) -> None:
        design = results.design
        if COLUMN not in design:
            raise ResultsError("these results are not of exercised influence; `counterpoise influence` makes some")
        self.structure: Structure = rebuilt(results.manifest["scenario"]).structure
        runs = runs_of(results)
        self._runs = runs[runs[FAILED].isna()]
        self._design = design.set_index("point")
        self._worlds = worlds(results.manifest, design) or Worlds(np.zeros(len(design), np.int64), np.ones(1, np.int64))
        self._rows = pd.Series(np.arange(len(design)), index=design["point"])

    @property
    def weights(self) -> NDArray[np.int64]:
        """How often each plausible set counts, shape (W,)."""
        return self._worlds.weights

    @cached_property
    def removals(self) -> tuple[Removal, ...]:
        """Versions that were run, in their order."""
        known = set(self._design[COLUMN])
        every = removals(self.structure, clients=self.structure.states)
        return tuple(removal for removal in every if removal.label in known)

    def values(self, label: str, read: Sequence[Reading]) -> Floats:
        """Readings of a version by set and replicate, shape (W, R, Y)."""
        runs = self._of_version.get_group(label)
        values = np.column_stack([reading.values(runs) for reading in read])
        found = np.full((len(self.weights), len(self._replicates), len(read)), np.nan)
        own = np.unique(runs["replicate"].to_numpy())
        rows = self._rows.loc[runs["point"]].to_numpy(np.int64)
        by_set = self._worlds.by_set(rows, runs["replicate"].to_numpy(np.int64), values)
        found[:, np.searchsorted(self._replicates, own)] = by_set
        return found

    @cached_property
    def _replicates(self) -> NDArray[np.int64]:
        return np.unique(self._runs["replicate"].to_numpy(np.int64))

    @cached_property
    def _of_version(self) -> pd.api.typing.DataFrameGroupBy:  # type: ignore[type-arg]
        return self._runs.groupby(self._design.loc[self._runs["point"], COLUMN].to_numpy())


def effects(paired: PairedRuns) -> list[Effect]:
    """What each removal makes of each outcome of its patron and client."""
    found = []
    for removal in paired.removals:
        read = list(readings(paired.structure, removal.patron, removal.client))
        present, absent = paired.values(NOTHING, read), paired.values(removal.label, read)
        flat = less(present.reshape(-1, len(read)), absent.reshape(-1, len(read)))
        pairs = flat.reshape(present.shape)
        found += [
            Effect(removal, reading, _mean(present[..., y], paired), _mean(absent[..., y], paired),
                   over_sets(pairs[..., y], paired.weights), pairs[..., y])
            for y, reading in enumerate(read)
        ]  # fmt: skip
    return found


def capacities(paired: PairedRuns) -> Capacities:
    """Capacity of each patron over each client, mean of all weeks, where nothing is taken away."""
    dyads = list(dict.fromkeys((removal.patron, removal.client) for removal in paired.removals))
    read = [Reading("capacity", "", "share", (f"capacity.{patron}.{client}:mean",)) for patron, client in dyads]
    values = paired.values(NOTHING, read)
    return {dyad: over_sets(values[..., y], paired.weights) for y, dyad in enumerate(dyads)}


def _mean(values: Floats, paired: PairedRuns) -> float:
    return over_sets(values, paired.weights).value
