"""What stored runs say of each target, by plausible set and replicate: as they went on, and if nothing had changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.hindcast.scores import Weights
from sim.analysis.hindcast.targets import ORDER, SIGN, Target, Targets
from sim.analysis.sensitivity.bootstrap import resampled
from sim.errors import ResultsError
from sim.outcomes import is_time
from sim.results.stored import Stored
from sim.results.worlds import worlds

Floats = NDArray[np.float64]
CLOSE = 1e-9


@dataclass(frozen=True)
class Ensembles:
    """Runs held against targets.

    Attributes
    ----------
    model, frozen : mapping of str to ndarray, shape (W, R)
        By target: whether it holds in a run, or the run's number, NaN where it has none. In `frozen` every outcome
        stays as it was in the run on the fit's last day.
    control : mapping of str to ndarray, shape (W, R)
        By contest: share that the challenger holds at the end; and `control_before` on the fit's last day.
    counts : ndarray of int64, shape (W,)
        How often each set counts.
    """

    model: Mapping[str, Floats]
    frozen: Mapping[str, Floats]
    control: Mapping[str, Floats]
    control_before: Mapping[str, Floats]
    counts: NDArray[np.int64]

    def weights(self) -> Weights:
        """The ensemble as it is, and resamples of its sets and replicates."""
        size, many = next(iter(self.model.values())).shape
        value, spread = resampled(lambda one, other: np.concatenate([one, other]), size, many)
        both = np.vstack([value, spread])
        sets = both[:, :size] * self.counts
        return Weights(sets / sets.sum(axis=1, keepdims=True), both[:, size:])


def ensembles_of(results: Stored, targets: Targets) -> Ensembles:
    """Work out targets of the runs of a hindcast.

    Raises
    ------
    ResultsError
        If the results are not of plausible sets, or no course is kept.
    """
    sets = worlds(results.manifest, results.design)
    courses = results.series
    if sets is None or courses.empty:
        raise ResultsError("these results are of no hindcast; `counterpoise hindcast` makes some")
    outcomes = [name for name in courses.columns if name not in ("point", "replicate", "week")]
    weeks = np.sort(courses["week"].unique()).astype(np.float64)
    runs, held = _arrays(courses, outcomes, len(weeks))
    rows = np.searchsorted(results.design["point"].to_numpy(), runs["point"].to_numpy())
    replicates = runs["replicate"].to_numpy()
    before = int(np.searchsorted(weeks, targets.known_week + CLOSE, side="right"))
    stayed = {name: _frozen(values, before) for name, values in held.items()}

    def by_set(values: Floats) -> Floats:
        return sets.by_set(rows, replicates, values[:, None])[..., 0]

    contests = [name.partition(".")[2] for name in outcomes if name.startswith("control.")]
    return Ensembles(
        {one.name: by_set(_of_runs(one, held, weeks)) for one in targets.targets},
        {one.name: by_set(_of_runs(one, stayed, weeks)) for one in targets.targets},
        {code: by_set(held[f"control.{code}"][:, -1]) for code in contests},
        {code: by_set(held[f"control.{code}"][:, before - 1]) for code in contests},
        sets.weights,
    )


def _arrays(courses: pd.DataFrame, outcomes: list[str], weeks: int) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """Runs that have a whole course, and each outcome's, shape (N, T); a time that never came is NaN."""
    lengths = courses.groupby(["point", "replicate"], sort=True).size()
    runs = lengths[lengths == weeks].index.to_frame(index=False)
    whole = courses.merge(runs, on=["point", "replicate"]).sort_values(["point", "replicate", "week"], kind="stable")
    held = {name: whole[name].to_numpy(np.float64, na_value=np.nan).reshape(len(runs), weeks) for name in outcomes}
    never = {name: np.where(values < 0, np.nan, values) for name, values in held.items() if is_time(name)}
    return runs, held | never


def _frozen(course: Floats, rows: int) -> Floats:
    """A course that stays from a row on as it was in the last before."""
    found = course.copy()
    found[:, rows:] = course[:, rows - 1 : rows]
    return found


def _of_runs(target: Target, held: Mapping[str, Floats], weeks: Floats) -> Floats:
    """What each run says of a target, shape (N,)."""
    rows = int(np.searchsorted(weeks, target.week + CLOSE, side="right"))
    seen = {name: held[name][:, :rows] for name in target.needs}
    found = [one.evaluate({}, seen, weeks[:rows]) for one in target.expressions]
    if target.kind == SIGN:
        moved = np.where(np.isnan(found[0]), np.nan, np.sign(found[0]))
        return np.where(np.isnan(moved), np.nan, (moved == target.value).astype(np.float64))
    if target.kind == ORDER:
        steps = np.diff(np.array(found), axis=0)
        return np.where(np.isnan(steps).any(axis=0), np.nan, (steps < 0).all(axis=0).astype(np.float64))
    return found[0]
