"""Results as labelled arrays, for xarray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.experiments.factors import factors_alone
from sim.results.measures import codes, runs_of

if TYPE_CHECKING:
    import xarray as xr

    from sim.results.stored import Stored

IDS = ("point", "replicate", "week")


def dataset(results: Stored, *, series: bool, grid: bool) -> xr.Dataset:
    """Runs and series over point, replicate and week; see `Results.to_xarray`."""
    try:
        import xarray as xr  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise ResultsError("to_xarray needs xarray: pip install 'counterpoise[explore]'") from error
    runs, design = runs_of(results), factors_alone(results.design)
    coordinates: dict[str, Any] = {
        "point": design["point"].to_numpy(),
        "replicate": np.unique(runs["replicate"].to_numpy()),
    }
    for name in design.columns.drop("point"):
        values = design[name].to_numpy()
        coordinates[name] = ("point", values if values.dtype.kind == "f" else values.astype(str))
    variables = _variables(runs, coordinates, ("point", "replicate"))
    if series and len(results.series):
        coordinates["week"] = np.unique(results.series["week"].to_numpy())
        variables |= _variables(results.series, coordinates, IDS)
    found = xr.Dataset(variables, coordinates, _attributes(results.manifest))
    _describe(found, results.manifest)
    return _unstacked(found, list(design.columns.drop("point"))) if grid else found


def _variables(
    table: pd.DataFrame, coordinates: Mapping[str, NDArray[Any]], dimensions: Sequence[str]
) -> dict[str, tuple[Sequence[str], NDArray[Any]]]:
    """Columns of a table as arrays; NaN, and an empty text, where a cell has no row."""
    shape = tuple(len(coordinates[name]) for name in dimensions)
    places = [np.searchsorted(coordinates[name], table[name].to_numpy()) for name in dimensions]
    cells = np.ravel_multi_index(places, shape) if len(table) else np.zeros(0, np.int64)
    found = {}
    for name in table.columns.drop(list(dimensions)):
        text = not pd.api.types.is_numeric_dtype(table[name]) and name == "failure"
        values = table[name].fillna("").to_numpy(str) if text else table[name].to_numpy()
        array = np.full(int(np.prod(shape)), "" if text else np.nan, values.dtype)
        array[cells] = values
        found[str(name)] = (dimensions, array.reshape(shape))
    return found


def _attributes(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {key: manifest[key] for key in ("name", "title", "kind", "seed", "fingerprint")}


def _describe(found: xr.Dataset, manifest: Mapping[str, Any]) -> None:
    """Give each variable its unit and meaning, and codes their words, by the names of the CF conventions."""
    said = {**manifest["series"]["columns"], **manifest["columns"]}
    for name, variable in found.data_vars.items():
        if name in said:
            variable.attrs |= {"units": said[str(name)]["unit"], "long_name": said[str(name)]["meaning"]}
        words = codes({**manifest, "columns": said}, str(name))
        if words is not None:
            variable.attrs |= {"flag_values": list(range(len(words))), "flag_meanings": " ".join(words)}
    for factor in manifest["factors"]:
        if factor["path"] in found.coords:
            found.coords[factor["path"]].attrs["long_name"] = factor["label"]


def _unstacked(found: xr.Dataset, factors: list[str]) -> xr.Dataset:
    """The same with a dimension for each factor, levels in the order of the design."""
    levels = {name: pd.unique(found.coords[name].to_numpy()) for name in factors}
    combinations = {tuple(row) for row in zip(*(found.coords[name].to_numpy() for name in factors), strict=True)}
    points = found.sizes["point"]
    if not factors or points != len(combinations) or points != np.prod([len(one) for one in levels.values()]):
        raise ResultsError("the design is no grid of all combinations of its levels; leave `grid` out")
    flat = found.drop_vars("point")
    if len(factors) == 1:
        return flat.swap_dims(point=factors[0])
    return flat.set_index(point=factors).unstack("point").reindex(levels).transpose(*factors, ...)
