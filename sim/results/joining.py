"""Runs joined with their design: beside their factors, summed up by point, or paired by replicate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.arguments import argument_fault
from sim.errors import ConfigError, ResultsError
from sim.experiments.factors import factors_alone
from sim.phrases import shown
from sim.results.measures import FAILED, less, numbers, runs_of
from sim.results.pairs import Choice, counterparts, same_runs

if TYPE_CHECKING:
    from sim.results.results import Results

STATISTICS = {"mean": "mean", "sd": "std", "n": "count"}


def wide(results: Results, by: str) -> pd.DataFrame:
    """One row a run, or one a point; see `Results.wide`."""
    if by not in ("run", "point"):
        raise ConfigError([argument_fault("by", "must be run or point", shown(by))])
    if by == "point":
        return _by_point(results)
    runs = runs_of(results)
    factors = _factors(results, ["point", *runs.columns]).loc[runs["point"]].set_axis(runs.index)
    return pd.concat([runs[["point", "replicate"]], factors, runs.drop(columns=["point", "replicate"])], axis=1)


def paired(results: Results, treatment: Choice, baseline: Choice) -> pd.DataFrame:
    """Differences of runs of the treatment and of the baseline; see `Results.pairs`."""
    listed = results.manifest["factors"]
    points = counterparts(factors_alone(results.design), listed, treatment, baseline)
    runs = runs_of(results)
    runs = runs[runs[FAILED].isna()]
    sides = [runs.iloc[rows].reset_index(drop=True) for rows in same_runs((runs, runs), points)]
    if sides[0].empty:
        raise ResultsError("treatment and baseline have no replicate in common that did not fail; run more replicates")
    names = numbers(results)
    found = pd.DataFrame(
        {"point": sides[0]["point"], "baseline": sides[1]["point"], "replicate": sides[0]["replicate"]}
    )
    treated, usual = (side[names].to_numpy(np.float64, na_value=np.nan) for side in sides)
    values = pd.DataFrame(less(treated, usual), columns=names)
    factors = _factors(results, [*found.columns, *names])
    first, second = (factors.reindex(one).reset_index(drop=True) for one in points)
    shared = [name for name in factors if first[name].equals(second[name])]
    return pd.concat([found, factors[shared].loc[found["point"]].set_axis(found.index), values], axis=1)


def _by_point(results: Results) -> pd.DataFrame:
    runs, names = runs_of(results), numbers(results)
    grouped = runs[runs[FAILED].isna()].groupby("point")[names]
    tables = {short: grouped.agg(name).reindex(results.design["point"]) for short, name in STATISTICS.items()}
    columns = {f"{name}.{short}": tables[short][name] for name in names for short in STATISTICS}
    summary = pd.DataFrame(columns).fillna({name: 0 for name in columns if name.endswith(".n")})
    counts = {name: np.int64 for name in columns if name.endswith(".n")}
    whole = pd.concat([_factors(results, ["point", *columns]), summary.astype(counts)], axis=1)
    return whole.copy().reset_index()  # in one piece again


def _factors(results: Results, taken: Sequence[str]) -> pd.DataFrame:
    """Columns of the design by point; a factor whose label is a column already is marked as one."""
    design = factors_alone(results.design).set_index("point")
    return design.rename(columns={name: f"{name} (factor)" for name in design.columns if name in taken})
