"""From stored runs to the measure of each arm, by world and replicate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.comparison.claims.arms import Arms
from sim.comparison.claims.claim import Measure, Part, Settings, World
from sim.outcomes import is_time
from sim.results.measures import FAILED
from sim.results.results import Results

Floats = NDArray[np.float64]
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
        self._arms = arms
        self._values, self._there = _columns(arms, results)

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
        return self._values[column][:, arm]


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


def _columns(arms: Arms, results: Results) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """Values of each column by world, arm and replicate, and which runs there are: neither missing nor failed.

    Values are NaN where there is none. Probabilities of rare postures lie far below what single precision can hold.
    """
    names = list(results.manifest["columns"])
    count = len(arms.number)
    shape = len(arms.worlds), count, arms.replicates
    found = {name: np.full(shape, np.nan) for name in names}
    there = np.zeros(shape, np.bool_)
    for table in results.tables("runs"):
        good = np.array(table[FAILED].is_null())
        point = table["point"].to_numpy()[good]
        replicate = table["replicate"].to_numpy()[good]
        there[point // count, point % count, replicate] = True
        for name, column in _numbers(table, names):
            found[name][point // count, point % count, replicate] = column[good]
    return found, there


def _numbers(table: pa.Table, names: list[str]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for name in names:
        yield name, table[name].to_pandas().to_numpy(np.float64, na_value=np.nan)
