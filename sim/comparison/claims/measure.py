"""From stored runs to the measure of each arm, by world and replicate."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.comparison.claims.arms import Arms
from sim.comparison.claims.claim import Measure, Part, Settings, World
from sim.outcomes import is_time
from sim.results.measures import FAILED
from sim.results.results import Results

Floats = NDArray[np.float64]
KEYS = ("point", "replicate")
MOST_HELD = 6
"""Columns in memory together; of millions of runs each takes hundreds of megabytes."""
LEAST = 1e-300
"""Probability that stands for one that is rounded to none, so that every log odds is a number."""


class Runs:
    """Values of all arms of a scenario.

    Parameters
    ----------
    arms : Arms
    results : Results
        Of its plan.
    """

    def __init__(self, arms: Arms, results: Results) -> None:
        self._arms, self._results = arms, results
        self._there = _there(arms, results)
        self._held: dict[str, Floats] = {}

    def effect(self, part: Part, world: World) -> Floats:
        """Effect of a part in a world, shape (W, R): NaN where a run is missing, or has no such number."""
        shape = len(self._arms.worlds), self._arms.replicates
        total = np.zeros(shape)
        for _, sign, settings in part.terms(world):
            total += sign * self.arm(part, settings)
        return total

    def arm(self, part: Part, settings: Settings) -> Floats:
        """Measure of a part in the runs of an arm, shape (W, R)."""
        measure, arm = part.measure, self._arms.number[settings]
        total = sum((self._of(column, arm) for column in measure.outcome), np.zeros(1))
        total = total - sum((self._of(column, arm) for column in measure.less), np.zeros(1))
        return np.where(self._there[:, arm], formed(measure, np.asarray(total)), np.nan)

    def _of(self, column: str, arm: int) -> Floats:
        """Values of a column in the runs of an arm; a few columns are held, as parts use the same ones in a row."""
        if column not in self._held:
            if len(self._held) == MOST_HELD:
                del self._held[next(iter(self._held))]
            self._held[column] = _read(self._arms, self._results, column, self._there)
        return self._held[column][:, arm]


def formed(measure: Measure, values: Floats) -> Floats:
    """A number of runs as a measure takes it, shape (W, R).

    A spread is the squared distance from the mean of the runs of a world, times R / (R - 1), so that its mean is the
    variance between them.
    """
    known = np.isfinite(values)
    if measure.codes:
        return np.where(known, np.isin(values, measure.codes).astype(np.float64), np.nan)
    if measure.between is not None:
        low, high = measure.between
        within = ((values >= low) & (values <= high)).astype(np.float64)
        return within if is_time(measure.outcome[0]) else np.where(known, within, np.nan)
    if measure.form == "log":
        return np.asarray(np.log(np.maximum(values, LEAST)))
    if measure.form == "log-odds":
        return np.asarray(np.log(np.maximum(values, LEAST)) - np.log(np.maximum(1.0 - values, LEAST)))
    if measure.form == "spread":
        runs = known.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / runs
            return np.asarray((values - mean) ** 2 * runs / (runs - 1))
    return values


def _there(arms: Arms, results: Results) -> NDArray[np.bool_]:
    """Which runs there are, by world, arm and replicate: neither missing nor failed."""
    there = np.zeros(_shape(arms), np.bool_)
    for table in results.tables("runs", [*KEYS, FAILED]):
        there[_places(table, arms)] = np.array(table[FAILED].is_null())
    return there


def _read(arms: Arms, results: Results, name: str, there: NDArray[np.bool_]) -> Floats:
    """Values of a column by world, arm and replicate, NaN where there is none.

    They are doubles: probabilities of rare postures lie far below what single precision can hold.
    """
    found = np.full(_shape(arms), np.nan)
    for table in results.tables("runs", [*KEYS, name]):
        found[_places(table, arms)] = table[name].to_pandas().to_numpy(np.float64, na_value=np.nan)
    found[~there] = np.nan
    return found


def _shape(arms: Arms) -> tuple[int, int, int]:
    return len(arms.worlds), len(arms.number), arms.replicates


def _places(table: pa.Table, arms: Arms) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """World, arm and replicate of each row; arms are the fastest in the design."""
    world, arm = np.divmod(table["point"].to_numpy(), len(arms.number))
    return world, arm, table["replicate"].to_numpy()
