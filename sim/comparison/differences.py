"""Differences of all measures of two sets of runs, with intervals and p-values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.intervals import Floats, Sample, intervals, sample
from sim.comparison.over_sets import over_sets
from sim.comparison.significance import sign_flips, welch
from sim.comparison.units import INDEPENDENT, REPLICATES, RUNS, Pairing
from sim.results.measures import PAIRS_ONLY, SHARE, Measure, less, rounded
from sim.results.worlds import Worlds

SEED = 1
RESOLUTION = 4
"""The least p-value that sign flips can give is so many times smaller than the strictest level of a correction."""
MOST_FLIPS = 200_000


@dataclass(frozen=True)
class Precision:
    """How finely differences are judged.

    Attributes
    ----------
    confidence : float
        Of each interval.
    resamples : int
        Of the bootstrap, and at least of the sign flips.
    tests : int
        How many tests there will be, to the number of which sign flips are fitted.
    """

    confidence: float
    resamples: int
    tests: int

    @property
    def flips(self) -> int:
        """Patterns of signs to draw."""
        finest = int(np.ceil(RESOLUTION * self.tests / (1 - self.confidence)))
        return max(self.resamples, min(finest, MOST_FLIPS))


@dataclass(frozen=True)
class Read:
    """Measures of two sets of runs, Y of them.

    Attributes
    ----------
    found : list of Measure
        Y measures, for their names.
    first, second : ndarray, shapes (R first, Y) and (R second, Y)
    """

    found: list[Measure]
    first: Floats
    second: Floats


@dataclass(frozen=True)
class Sides:
    """What is compared, of Y measures.

    Attributes
    ----------
    means : list of ndarray, each of shape (Y,)
        Of the first and of the second side.
    counts : ndarray of int, shape (Y,)
        Pairs, or runs of the smaller side.
    samples : tuple of Sample
        Of paired differences, or of the two sides.
    """

    means: list[Floats]
    counts: NDArray[np.int64]
    samples: tuple[Sample, ...]


def aligned(first: Sequence[Measure], second: Sequence[Measure], kind: str) -> Read:
    """Measures that occur on either side; a share that one side cannot have is zero there.

    Parameters
    ----------
    first, second : sequence of Measure
        Whose first one says which runs failed.
    kind : str
        Of the pairing: but for runs in pairs, times are not compared where they came in both.
    """
    sides = [{(one.outcome, one.measure): one for one in side} for side in (first, second)]
    every = {**sides[0], **sides[1]}
    if kind != RUNS:
        every = {key: one for key, one in every.items() if PAIRS_ONLY not in one.measure}
    matrices = []
    for side, known in ((first, sides[0]), (second, sides[1])):
        alive = np.where(side[0].values > 0, np.nan, 0.0)
        matrices.append(np.column_stack([known[key].values if key in known else alive for key in every]))
    return Read(list(every.values()), matrices[0], matrices[1])


@dataclass(frozen=True)
class RunsBySet:
    """Plausible sets that N pairs of runs stand in.

    Attributes
    ----------
    worlds : Worlds
    rows, replicates : ndarray of int64, shape (N,)
        Row of the design that each pair is at, and its replicate.
    """

    worlds: Worlds
    rows: NDArray[np.int64]
    replicates: NDArray[np.int64]

    def assumptions(self, moved: Floats) -> dict[str, Floats]:
        """Range of the sets' own differences, and the share of sets by sign, for each of Y measures.

        Parameters
        ----------
        moved : ndarray, shape (N, Y)
            Differences of the pairs; NaN where one has none.
        """
        by_set = self.worlds.by_set(self.rows, self.replicates, moved)
        found = [over_sets(by_set[:, :, y], self.worlds.weights) for y in range(moved.shape[1])]
        return {
            "assumptions_low": np.array([one.assumptions[0] for one in found]),
            "assumptions_high": np.array([one.assumptions[1] for one in found]),
            "rises": np.array([one.rises for one in found]),
            "falls": np.array([one.falls for one in found]),
        }


def differences(read: Read, pairing: Pairing, precision: Precision, sets: RunsBySet | None = None) -> pd.DataFrame:
    """One row a measure; those that no run has on either side get none.

    Parameters
    ----------
    read : Read
    pairing : Pairing
    precision : Precision
    sets : RunsBySet, optional
        Plausible sets that the pairs of `pairing` stand in.

    Returns
    -------
    DataFrame
        ``outcome``, ``measure``, ``unit``, ``first``, ``second``, ``difference``, ``low``, ``high``, ``n``, ``p`` and
        ``varies``, which is false where nothing differs but by rounding; with `sets` also what `assumptions` gives.
    """
    sides = _sides(read, pairing)
    shown = _worth_showing(read.found, sides)
    found = [one for one, held in zip(read.found, shown, strict=True) if held]
    samples = tuple(Sample(one.sums[:, shown], one.counts[:, shown]) for one in sides.samples)
    low, high = intervals(samples, precision.confidence, precision.resamples, SEED)
    if len(samples) == 1:
        difference, p = samples[0].mean, sign_flips(samples[0], precision.flips, SEED)
    else:
        difference, p = samples[1].mean - samples[0].mean, welch(samples[0], samples[1])
    numbers = np.stack([sides.means[0][shown], sides.means[1][shown], difference, low, high])
    first, second, difference, low, high = rounded(numbers, numbers)
    varies: NDArray[Any] = np.any([one.pull.any(axis=0) for one in samples], axis=0) | (difference != 0)
    return pd.DataFrame(
        {
            "outcome": [one.outcome for one in found],
            "measure": [one.measure for one in found],
            "unit": [one.unit for one in found],
            "first": first,
            "second": second,
            "difference": difference,
            "low": low,
            "high": high,
            "n": sides.counts[shown],
            "p": np.where(difference == 0, np.maximum(p, 1.0), p),
            "varies": varies,
            **({} if sets is None else sets.assumptions(_moved(read, pairing)[:, shown])),
        }
    )


def _moved(read: Read, pairing: Pairing) -> Floats:
    """Differences of pairs of runs, shape (N, Y)."""
    return less(read.second[pairing.rows[1]], read.first[pairing.rows[0]])


def _worth_showing(found: list[Measure], sides: Sides) -> NDArray[np.bool_]:
    """Measures that some run has; not twice the week of what came in all runs, nor shares of what came in none."""
    of_runs = np.array([one.unit == SHARE for one in found])
    some = np.nan_to_num(sides.means[0]) + np.nan_to_num(sides.means[1]) > 0
    pairs_only = np.array([PAIRS_ONLY in one.measure for one in found])
    always = pairs_only & (sides.counts == np.roll(sides.counts, 1))  # behind the weeks without it, which all have
    return np.asarray((sides.counts > 0) & (~of_runs | some) & ~always)


def _sides(read: Read, pairing: Pairing) -> Sides:
    """What is compared: paired differences, or each side for itself."""
    values = [read.first[pairing.rows[0]], read.second[pairing.rows[1]]]
    units = pairing.units
    if pairing.kind == REPLICATES:
        gathered = [sample(side, unit) for side, unit in zip(values, units, strict=True)]
        with np.errstate(invalid="ignore"):
            values = [one.sums / one.counts for one in gathered]
        units = (np.unique(units[0]), np.unique(units[1]))
    held = [np.isfinite(side) for side in values]
    if pairing.kind == INDEPENDENT:
        samples = tuple(sample(side, unit) for side, unit in zip(values, units, strict=True))
        counts = np.minimum(held[0].sum(axis=0), held[1].sum(axis=0))
        return Sides([one.mean for one in samples], counts, samples)
    both = held[0] & held[1]
    means = [_mean(np.where(both, side, np.nan)) for side in values]
    return Sides(means, both.sum(axis=0), (sample(less(values[1], values[0]), units[0]),))


def _mean(values: Floats) -> Floats:
    return sample(values, np.zeros(len(values), np.int64)).mean
