"""Adding replicates or points to results that are there: nothing is run twice.

What the folder holds keeps its stages, and what it lacks of the larger plan becomes further ones. Where the points
have other numbers in the larger design, the parts are written once more with the new numbers, beside the old ones,
and one write of the manifest puts them in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.experiments.plan import Plan
from sim.experiments.replicates import Adaptive
from sim.experiments.stages import Stage, first_stage, read_stage, stage
from sim.phrases import printable, shown
from sim.storage import resume
from sim.storage.folder import Folder
from sim.storage.manifest import DESIGN, PART, REASONS
from sim.storage.parts import read_part, unharmed


def extend(folder: Folder, present: dict[str, Any], plan: Plan) -> None:
    """Turn a folder into one of a larger plan, of which the runs that it holds are done.

    Parameters
    ----------
    folder : Folder
        Locked; its manifest is that of the larger plan, and takes over the parts.
    present : dict
        The manifest that stands in it.
    plan : Plan
        The larger plan.

    Raises
    ------
    ResultsError
        If the larger plan is not one, in words.
    """
    others = [one for one in resume.differences(present, folder.manifest) if not one.startswith(resume.GROWING)]
    if others or present.get("shard") or present["format"] != folder.manifest["format"]:
        _refuse(folder, f"only replicates and points can be added, but different are {'; '.join(others) or 'shards'}")
    _refuse_fewer(folder, present, plan)
    _refuse_other_levels(folder, present)
    whole = unharmed(folder.path, present["parts"])
    parts = {name: part for name, part in present["parts"].items() if name in whole}
    if DESIGN not in parts:
        _refuse(folder, f"its {DESIGN} is harmed: give the command that made it once more, then this one")
    moved = _moved(folder, present, plan)
    manifest = folder.manifest
    manifest["begin"] = present["begin"]
    stages = [read_stage(said) for said in present["stages"]]
    manifest["stages"] = [_renumbered(one, moved).said() for one in stages]
    kept = resume.usable_parts(manifest, parts)
    same_points = np.array_equal(moved, np.arange(plan.points))
    kept = {name: part for name, part in kept.items() if same_points or name not in (DESIGN, REASONS)}
    if not np.array_equal(moved, np.arange(len(moved))):
        kept = _rewritten(folder, present, kept, moved)
    manifest["parts"] = dict(kept)
    manifest["stages"] += [one.said() for one in _further(present["replicates"], moved, plan) if one.count]


def _refuse_fewer(folder: Folder, present: Mapping[str, Any], plan: Plan) -> None:
    before, after = present["replicates"], folder.manifest["replicates"]
    if (isinstance(before, dict) or isinstance(after, dict)) and before != after:
        _refuse(folder, "adaptive replicates must follow the rule by which they began")
    if isinstance(before, int) and isinstance(plan.replicates, int) and plan.replicates < before:
        _refuse(folder, f"it has {before:,} replicates a point, more than the {plan.replicates:,} that are asked for")


def _refuse_other_levels(folder: Folder, present: Mapping[str, Any]) -> None:
    """Refuse a level that is called as before and sets something else."""
    new = {factor["path"]: factor for factor in folder.manifest["factors"]}
    for factor in present["factors"]:
        after = _levels(new.get(factor["path"], {"labels": [], "settings": []}))
        changed = [label for label, settings in _levels(factor).items() if after.get(label, settings) != settings]
        if changed:
            _refuse(folder, f"{printable(factor['path'])} {printable(changed[0])} stands for other values than before")


def _levels(factor: Mapping[str, Any]) -> dict[str, Any]:
    return dict(zip(factor["labels"], factor["settings"], strict=True))


def _moved(folder: Folder, present: Mapping[str, Any], plan: Plan) -> NDArray[np.int64]:
    """Number in the larger design of each point that the folder has."""
    old = read_part(folder.path, present, DESIGN)
    first = next(plan.design_tables())
    if set(old.schema.names) != set(first.schema.names):
        gone = sorted(set(old.schema.names) - set(first.schema.names))
        come = sorted(set(first.schema.names) - set(old.schema.names))
        said = [
            f"{word} {', '.join(map(printable, names))}" for word, names in (("gone", gone), ("new", come)) if names
        ]
        _refuse(folder, f"the factors differ ({'; '.join(said)})")
    names = old.schema.names[1:]
    keys, wanted = _keys([old], names), _keys(plan.design_tables(), names)
    places = pd.Series(np.arange(len(wanted)), index=wanted).reindex(keys)
    lacking = np.flatnonzero(places.isna())
    if len(lacking):
        row = old.slice(lacking[0], 1).select(names).to_pylist()[0]
        said = [f"{printable(name)}={shown(value)}" for name, value in row.items()]
        which = f"such as {', '.join(said[:5])}"
        _refuse(folder, f"{len(lacking):,} of its {len(keys):,} points are not in the new design, {which}")
    return places.to_numpy().astype(np.int64)


def _keys(tables: Iterable[pa.Table], names: list[str]) -> pd.MultiIndex:
    """One key a point: a digest of its row, and which of the equal rows it is."""
    found = [pd.Series(0, range(table.num_rows)) if not names else _digests(table, names) for table in tables]
    rows = pd.concat(found, ignore_index=True)
    return pd.MultiIndex.from_arrays([rows, rows.groupby(rows).cumcount()])


def _digests(table: pa.Table, names: list[str]) -> pd.Series[Any]:
    return pd.util.hash_pandas_object(table.select(names).to_pandas(), index=False)


def _renumbered(one: Stage, moved: NDArray[np.int64]) -> Stage:
    return stage(moved[one.points], one.first, one.last)


def _further(before: int | dict[str, Any], moved: NDArray[np.int64], plan: Plan) -> Iterator[Stage]:
    """What the larger plan has besides: further replicates of the old points, and the new points."""
    if isinstance(before, int) and not isinstance(plan.replicates, Adaptive):
        yield stage(np.sort(moved) if plan.replicates > before else [], before, plan.replicates)
    new = np.setdiff1d(np.arange(plan.points), moved)
    begun = first_stage(plan.points, plan.replicates)
    yield stage(new, begun.first[new], begun.last[new])


def _rewritten(
    folder: Folder, present: Mapping[str, Any], parts: Mapping[str, Any], moved: NDArray[np.int64]
) -> dict[str, Any]:
    """Write parts with new numbers of points, behind the old parts, and give what the manifest is to say of them."""
    named = {name: PART.fullmatch(name) for name in parts}
    rooms = {name: (found[1], int(found[2])) for name, found in named.items() if found}
    begin = 1 + max((number for _, number in rooms.values()), default=0)
    folder.manifest["begin"], shift = begin, begin - folder.manifest["begin"]
    for name, (room, number) in rooms.items():
        table = read_part(folder.path, {**present, "parts": parts}, name)
        points = pa.array(moved[table["point"].to_numpy()].astype(np.int32))
        table = table.set_column(0, table.schema.field(0), points)
        more = {key: value for key, value in parts[name].items() if key not in ("rows", "sha256")}
        folder.put(f"{room}/part-{number + shift:05d}.parquet", [table], **more)
    return {name: part for name, part in folder.manifest["parts"].items() if PART.fullmatch(name)}


def _refuse(folder: Folder, why: str) -> NoReturn:
    raise ResultsError(
        f"{folder.path} cannot be extended: {why}. Give a new folder with --out "
        f"{resume.free_name(folder.path)}, or replace it with --force"
    )
