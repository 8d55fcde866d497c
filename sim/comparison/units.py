"""How two sets of results are paired: run by run, replicate by replicate, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.factors import factors_alone
from sim.phrases import plural
from sim.results.pairs import same_points, same_runs
from sim.results.worlds import same_sets

if TYPE_CHECKING:
    from sim.results.results import Results

RUNS, REPLICATES, INDEPENDENT = "paired runs", "paired replicates", "independent runs"
UNITS = ("replicate", "point")
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pairing:
    """Which runs are compared, and what was drawn independently.

    Attributes
    ----------
    kind : str
        `RUNS`: a run with the run of the same point and replicate; `REPLICATES`: where designs differ, the mean over
        a replicate's runs with the same mean of the other folder; `INDEPENDENT`: no pairs.
    rows : pair of ndarray of int64
        Rows of the two tables of runs; paired one by one for `RUNS`.
    units : pair of ndarray of int64
        Unit of each of those rows: its replicate or its point.
    points : pair of ndarray of int64
        Points of the first folder and their counterparts in the second; empty where designs differ.
    unit : str
        ``replicate`` or ``point``.
    said : tuple of str
        All this in sentences.
    """

    kind: str
    rows: tuple[Rows, Rows]
    units: tuple[Rows, Rows]
    points: tuple[Rows, Rows]
    unit: str
    said: tuple[str, ...]

    def at(self, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Pairing:
        """The same for some of the rows of each side."""
        rows = self.rows[0][first], self.rows[1][second]
        return replace(self, rows=rows, units=(self.units[0][first], self.units[1][second]))

    def by_replicate(self, first: pd.DataFrame, second: pd.DataFrame) -> Pairing:
        """The same with the replicate as the unit, as it is at a single point."""
        units = (
            first["replicate"].to_numpy(np.int64)[self.rows[0]],
            second["replicate"].to_numpy(np.int64)[self.rows[1]],
        )
        return replace(self, units=units, unit="replicate")


def pair_up(first: Results, second: Results, unit: str | None = None) -> Pairing:
    """How two sets of results can be compared.

    Runs of one seed and replicate share their chance events, whatever their point or scenario. So the replicate
    is the unit that was drawn independently, and a hundred points of one replicate are no hundred draws. Where
    there is one replicate only, points are the unit: intervals then speak of points like these, not of chance.

    Parameters
    ----------
    first, second : Results
    unit : str, optional
        ``replicate`` or ``point``, instead of that choice: points where they are a random sample of their own.
    """
    seeds = first.manifest["seed"], second.manifest["seed"]
    points, said = _points(first, second)
    replicates = _common_replicates(first.runs, second.runs)
    if seeds[0] != seeds[1] or not len(replicates):
        reason = f"seeds {seeds[0]} and {seeds[1]} differ" if seeds[0] != seeds[1] else "no replicate is in both"
        return _independent(first.runs, second.runs, points, unit, (f"not paired: {reason}", *said))
    if not len(points[0]):
        return _by_replicate(first.runs, second.runs, (*said, f"paired by replicate, seed {seeds[0]}"))
    rows = same_runs((first.runs, second.runs), points)
    pairs, _ = (table.iloc[one] for table, one in zip((first.runs, second.runs), rows, strict=True))
    words = f"{len(pairs):,} pairs of runs that share chance events: seed, replicate and point are the same"
    chosen = _unit(unit, pairs)
    units = pairs[chosen].to_numpy(np.int64)
    left = _left_over(first, second, len(pairs))
    return Pairing(RUNS, rows, (units, units), points, chosen, (words, *said, *left, _rest_on(chosen, units)))


def _points(first: Results, second: Results) -> tuple[tuple[Rows, Rows], tuple[str, ...]]:
    """Points that are counterparts, and what is to be said of them."""
    if not same_sets(first.manifest, second.manifest):
        return _common_points(factors_alone(first.design), factors_alone(second.design))
    numbers = first.design["point"].to_numpy(np.int64)
    return (numbers, numbers), ("points are the same plausible sets in both",)


def _common_points(first: pd.DataFrame, second: pd.DataFrame) -> tuple[tuple[Rows, Rows], tuple[str, ...]]:
    """Points that two designs share, and what is to be said of the others."""
    factors = [column for column in first.columns if column != "point"]
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if set(factors) != set(second.columns) - {"point"}:
        return nothing, ("the designs vary different factors: means over all their points are compared",)
    if any(first[name].dtype != second[name].dtype for name in factors):
        return nothing, ("the designs have values of different kinds: means over all their points are compared",)
    points = same_points(first, second, factors)
    if not len(points[0]):
        return nothing, ("the designs have no point in common: means over all their points are compared",)
    shared = len(points[0])
    left = len(first) - shared, len(second) - shared
    words = f"{shared:,} points are in both designs; {left[0]:,} of the first, {left[1]:,} of the second left out"
    return points, ((words,) if any(left) else ())


def _common_replicates(first: pd.DataFrame, second: pd.DataFrame) -> Rows:
    return np.intersect1d(first["replicate"].to_numpy(np.int64), second["replicate"].to_numpy(np.int64))


def _by_replicate(first: pd.DataFrame, second: pd.DataFrame, said: tuple[str, ...]) -> Pairing:
    """Replicates that every point of both designs has, so that all means are over the same points."""
    held = np.intersect1d(_everywhere(first), _everywhere(second))
    rows = _rows_of(first, held), _rows_of(second, held)
    units = tuple(table["replicate"].to_numpy(np.int64)[one] for table, one in zip((first, second), rows, strict=True))
    nothing = np.zeros(0, np.int64)
    words = (*said, _rest_on("replicate", held))
    return Pairing(REPLICATES, rows, (units[0], units[1]), (nothing, nothing), "replicate", words)


def _independent(
    first: pd.DataFrame, second: pd.DataFrame, points: tuple[Rows, Rows], unit: str | None, said: tuple[str, ...]
) -> Pairing:
    rows, units = [], []
    chosen = "replicate" if unit is None else unit
    if unit is None and min(first["replicate"].nunique(), second["replicate"].nunique()) < 2:
        chosen = "point"
    for table, shared in zip((first, second), points, strict=True):
        at = np.isin(table["point"].to_numpy(), shared) if len(shared) else np.full(len(table), True)
        rows.append(np.flatnonzero(at))
        units.append(table[chosen].to_numpy(np.int64)[rows[-1]])
    words = (*said, *(_rest_on(chosen, one) for one in units))
    return Pairing(INDEPENDENT, (rows[0], rows[1]), (units[0], units[1]), points, chosen, tuple(dict.fromkeys(words)))


def _everywhere(runs: pd.DataFrame) -> Rows:
    """Replicates that every point has."""
    counts = runs["replicate"].value_counts()
    return counts.index[counts == runs["point"].nunique()].to_numpy(np.int64)


def _rows_of(runs: pd.DataFrame, replicates: Rows) -> Rows:
    return np.flatnonzero(np.isin(runs["replicate"].to_numpy(np.int64), replicates))


def _unit(unit: str | None, pairs: pd.DataFrame) -> str:
    return unit or ("replicate" if pairs["replicate"].nunique() > 1 else "point")


def _left_over(first: Results, second: Results, pairs: int) -> tuple[str, ...]:
    left = len(first.runs) - pairs, len(second.runs) - pairs
    words = f"without a partner and left out: {plural(left[0], 'run')} of the first, {left[1]:,} of the second"
    return (words,) if any(left) else ()


def _rest_on(unit: str, units: Rows) -> str:
    number = len(np.unique(units))
    if unit == "point":
        return f"intervals rest on {number:,} points: they say how far points like these agree, nothing about chance"
    return f"intervals rest on {number:,} replicates: runs of one replicate share chance events at all points"
