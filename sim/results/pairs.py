"""Runs beside their factors, and in pairs: runs of one replicate share chance events, so they differ by treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arguments import argument_fault, as_whole
from sim.errors import ConfigError, Fault, ResultsError
from sim.experiments.factors import factors_alone
from sim.phrases import choose_from, shown
from sim.results.measures import FAILED, less, numbers, runs_of

if TYPE_CHECKING:
    from sim.results.stored import Stored

Choice = int | Mapping[str, Any]
"""Design points chosen by number, or by the values or labels of some factors."""
SHIFT = 2**32
STATISTICS = {"mean": "mean", "sd": "std", "n": "count"}


def wide(results: Stored, by: str) -> pd.DataFrame:
    """One row a run, or one a point; see `Results.wide`."""
    if by not in ("run", "point"):
        raise ConfigError([argument_fault("by", "must be run or point", shown(by))])
    if by == "point":
        return _by_point(results)
    runs = runs_of(results)
    factors = _factors(results, ["point", *runs.columns]).loc[runs["point"]].set_axis(runs.index)
    return pd.concat([runs[["point", "replicate"]], factors, runs.drop(columns=["point", "replicate"])], axis=1)


def differences(results: Stored, treatment: Choice, baseline: Choice) -> pd.DataFrame:
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


def _by_point(results: Stored) -> pd.DataFrame:
    runs, names = runs_of(results), numbers(results)
    grouped = runs[runs[FAILED].isna()].groupby("point")[names]
    tables = {short: grouped.agg(name).reindex(results.design["point"]) for short, name in STATISTICS.items()}
    columns = {f"{name}.{short}": tables[short][name] for name in names for short in STATISTICS}
    summary = pd.DataFrame(columns).fillna({name: 0 for name in columns if name.endswith(".n")})
    counts = {name: np.int64 for name in columns if name.endswith(".n")}
    whole = pd.concat([_factors(results, ["point", *columns]), summary.astype(counts)], axis=1)
    return whole.copy().reset_index()  # in one piece again


def _factors(results: Stored, taken: Sequence[str]) -> pd.DataFrame:
    """Columns of the design by point; a factor whose label is a column already is marked as one."""
    design = factors_alone(results.design).set_index("point")
    return design.rename(columns={name: f"{name} (factor)" for name in design.columns if name in taken})


def counterparts(
    design: pd.DataFrame, factors: Sequence[Mapping[str, Any]], treatment: Choice, baseline: Choice
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points of the treatment, and for each the point of the baseline that differs in nothing else.

    Parameters
    ----------
    design : DataFrame
        One row a point, a column for each factor.
    factors : sequence of mapping
        The manifest's list of factors, whose labels may stand for their values.
    treatment, baseline : int or mapping
        A point's number, or ``{factor: value or label}``. A factor that one of them leaves out has the value
        that the other one gives; what both leave out is the same in both.

    Returns
    -------
    tuple of ndarray of int64, each of shape (n,)

    Raises
    ------
    ConfigError
        For an unknown point, factor or value, all of them at once.
    ResultsError
        If no point of the treatment has its counterpart.
    """
    faults: list[Fault] = []
    named = [
        _settings(design, factors, choice, name, faults)
        for name, choice in (("treatment", treatment), ("baseline", baseline))
    ]
    if faults:
        raise ConfigError(faults)
    if isinstance(treatment, Mapping) != isinstance(baseline, Mapping):
        raise ResultsError("a point's number and a mapping make no pairs; give two numbers, or two mappings")
    rest = [column for column in design.columns if column != "point" and column not in {**named[0], **named[1]}]
    chosen = [_held(design, {**other, **own}) for own, other in (named, named[::-1])]
    first, second = same_points(chosen[0], chosen[1], rest if isinstance(treatment, Mapping) else ())
    if not len(first):
        raise ResultsError(
            "no point of the treatment has a point of the baseline that is equal in all other factors; "
            "name more factors, or give points by their numbers"
        )
    return first, second


def same_points(
    first: pd.DataFrame, second: pd.DataFrame, columns: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points of two designs that are equal in some columns, one to one; equal ones in the order they come.

    Parameters
    ----------
    first, second : DataFrame
        With ``point`` and `columns`.
    columns : sequence of str

    Returns
    -------
    tuple of ndarray of int64, each of shape (n,), in the order of `first`
    """
    keys = [*columns, "occurrence"]
    one, two = (_counted(table, columns) for table in (first, second))
    both = one.merge(two, on=keys, suffixes=("_first", "_second"))
    return both["point_first"].to_numpy(np.int64), both["point_second"].to_numpy(np.int64)


def same_runs(
    runs: tuple[pd.DataFrame, pd.DataFrame], points: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of two tables of runs that are pairs: counterparts among the points, and one replicate.

    Parameters
    ----------
    runs : pair of DataFrame
        With ``point`` and ``replicate``, a run in one row at most.
    points : pair of ndarray of int64, each of shape (n,)
        Counterparts, each point once at most.

    Returns
    -------
    pair of ndarray of int64, each of shape (pairs,)
        By order of `points`, then by replicate.
    """
    keys = [_keys(table, chosen) for table, chosen in zip(runs, points, strict=True)]
    rows = [np.flatnonzero(key >= 0) for key in keys]
    found = np.intersect1d(keys[0][rows[0]], keys[1][rows[1]], assume_unique=True, return_indices=True)
    return rows[0][found[1]], rows[1][found[2]]


def _keys(runs: pd.DataFrame, points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each run's point and its replicate as one number; negative for runs of other points."""
    own = runs["point"].to_numpy(np.int64)
    position = np.full(max(own.max(initial=-1), points.max(initial=-1)) + 1, -1, np.int64)
    position[points] = np.arange(len(points))
    return np.where(position[own] < 0, -1, position[own] * SHIFT + runs["replicate"].to_numpy(np.int64))


def _counted(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table with the number of equal rows before each."""
    kept = table[["point", *columns]].reset_index(drop=True)
    if not columns:
        return kept.assign(occurrence=np.arange(len(kept)))
    return kept.assign(occurrence=kept.groupby(list(columns), dropna=False).cumcount())


def _held(design: pd.DataFrame, settings: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Rows of the design that have all settings."""
    held = pd.Series(True, index=design.index)
    for at in settings.values():
        held &= at
    return design[held]


def _settings(
    design: pd.DataFrame, factors: Sequence[Mapping[str, Any]], choice: Choice, name: str, faults: list[Fault]
) -> dict[str, pd.Series]:
    """Which points have each value that a choice names, by column; what is wrong with it is added to `faults`."""
    if isinstance(choice, Mapping):
        return dict(_chosen(design, factors, item, f"{name}[{item[0]!r}]", faults) for item in choice.items())
    known = as_whole(choice) is not None
    at = design["point"] == choice if known else pd.Series(False, index=design.index)
    if not at.any():
        rule = f"must be one of the points 0 to {len(design) - 1}, or a mapping of factors to values"
        faults.append(argument_fault(name, rule, shown(choice)))
    return {"point": at}


def _chosen(
    design: pd.DataFrame, factors: Sequence[Mapping[str, Any]], item: tuple[str, Any], where: str, faults: list[Fault]
) -> tuple[str, pd.Series]:
    """Column of a factor, and whether each point has a value of it."""
    key, value = item
    column = _column(design, factors, key)
    if column is None:
        known = [str(name) for name in design.columns if name != "point"]
        faults.append(argument_fault(where, "must be a factor of the design", "", choose_from(str(key), known)))
        return str(key), pd.Series(True, index=design.index)
    at = _at(design[column], factors, column, value)
    if not at.any():
        known = [str(one) for one in design[column].drop_duplicates()]
        rule = "must be a value that the design has"
        faults.append(argument_fault(where, rule, shown(value), choose_from(str(value), known)))
    return column, at


def _column(design: pd.DataFrame, factors: Sequence[Mapping[str, Any]], key: str) -> str | None:
    """Column of a factor that is called by its path or its label."""
    if key in design.columns and key != "point":
        return key
    labelled = [str(factor["path"]) for factor in factors if factor.get("label") == key]
    return labelled[0] if labelled and labelled[0] in design.columns else None


def _at(values: pd.Series, factors: Sequence[Mapping[str, Any]], column: str, value: object) -> pd.Series:
    """Whether each point has a value, given as it stands in the design or by the label of a level."""
    at = values == value
    for factor in factors:
        labels = list(factor.get("labels") or ())
        if factor["path"] == column and value in labels:
            at |= values == factor["values"][labels.index(value)]
    return at
