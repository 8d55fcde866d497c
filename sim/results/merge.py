"""Merging shards: row for row the folder of a run that was never divided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.experiments.shards import shards_in
from sim.experiments.stages import Part
from sim.results.prepare import complete, prepare
from sim.results.results import Results
from sim.storage import resume
from sim.storage.folder import Folder, tidy
from sim.storage.manifest import DESIGN, REASONS, provenance, read_manifest
from sim.storage.parts import read_part, unharmed
from sim.storage.recording import write_part
from sim.storage.signals import uninterrupted

Manifests: TypeAlias = dict[Path, dict[str, Any]]
Progress = Callable[[int, int], None]
MOST_NAMED = 8
"""Shards that a refusal names."""


def merge(
    folders: Sequence[Path], out: Path, progress: Progress | None = None, *, force: bool = False, wait: bool = False
) -> Results:
    """Merge the shards of a sweep into one results folder; they stay as they are.

    Parameters
    ----------
    folders : sequence of Path
        All shards, in any order; or a folder that holds them.
    out : Path
        Results folder to write; one that an earlier call left unfinished is finished.
    progress : callable, optional
        Called with the number of merged runs and of all.
    force, wait : bool
        As in `sim.execution.run.sweep`.

    Raises
    ------
    ResultsError
        If shards are missing, not complete, harmed, or of different sweeps, in words; if `out` cannot be written.
    """
    shards = _ordered(_manifests(folders))
    first = next(iter(shards.values()))
    engine = {"engine": "shards, merged"}
    fresh = {"shard": None, "parts": {}, "failures": 0, "complete": False, "provenance": provenance() | engine}
    folder = Folder(out, {**first, **fresh})
    if complete(out, folder.manifest):
        tidy(out)
        return Results.open(out, found=True)
    try:
        folder.take(wait)
        prepare(folder, force=force)
        _copy(folder, shards)
        _fill(folder, shards, progress)
        folder.finish()
        folder.note("merged", shards=len(shards))
    finally:
        folder.close()
    return Results.open(out)


def _manifests(folders: Sequence[Path]) -> Manifests:
    found: Manifests = {}
    for folder in folders:
        for path in shards_in(folder) or [folder]:
            found[path] = read_manifest(path)
    return found


def _ordered(found: Manifests) -> Manifests:
    """The shards in the order of their runs, if they are all there, and whole."""
    whole = [path for path, manifest in found.items() if not manifest.get("shard")]
    if whole or not found:
        raise ResultsError(f"{whole[0] if whole else 'nothing'} is no shard; give the folders that --shard made")
    begin, *others = found
    for path in others:
        if found[path]["fingerprint"] != found[begin]["fingerprint"]:
            said = list(resume.differences({**found[begin], "shard": None}, {**found[path], "shard": None}))
            raise ResultsError(f"{begin} and {path} are shards of different sweeps: {'; '.join(said[:MOST_NAMED])}")
    of = found[begin]["shard"]["of"]
    by_index = {manifest["shard"]["index"]: path for path, manifest in found.items() if manifest["shard"]["of"] == of}
    if len(by_index) < len(found):
        raise ResultsError(f"some shards are given twice, or not all divide the sweep by {of}; give each of them once")
    lacking = [index for index in range(1, of + 1) if index not in by_index]
    unfinished = [index for index, path in by_index.items() if not found[path]["complete"]]
    for indices, what in ((lacking, "missing"), (unfinished, "not complete")):
        if indices:
            named = ", ".join(map(str, indices[:MOST_NAMED])) + (", ..." if len(indices) > MOST_NAMED else "")
            raise ResultsError(
                f"shards {named} of {of} are {what}: run counterpoise sweep SWEEP --shard {indices[0]}/{of}, "
                "with the sweep and options of the others"
            )
    ordered = {by_index[index]: found[by_index[index]] for index in range(1, of + 1)}
    _refuse_gaps(ordered)
    for path, manifest in ordered.items():
        harmed = sorted(set(manifest["parts"]) - unharmed(path, manifest["parts"]))
        if harmed:
            raise ResultsError(f"{path / harmed[0]} is missing or harmed; give the command that made it once more")
    return ordered


def _refuse_gaps(shards: Manifests) -> None:
    """Refuse shards that leave a run out, or have one twice."""
    at, first = 0, next(iter(shards.values()))
    for path, manifest in shards.items():
        if manifest["shard"]["first"] != at or manifest["stages"] != first["stages"]:
            raise ResultsError(f"{path} does not begin where the shard before it ends; run it again with --force")
        at = manifest["shard"]["last"]
    if at != resume.schedule_of({**first, "shard": None}).count:
        raise ResultsError(f"{path} does not end with the last run of the sweep; run it again with --force")


def _copy(folder: Folder, shards: Manifests) -> None:
    """Take over what shards have in common from the first."""
    path, manifest = next(iter(shards.items()))
    for name in (DESIGN, REASONS):
        if name in manifest["parts"] and name not in folder.manifest["parts"]:
            folder.copy(name, path, manifest["parts"][name])


def _fill(folder: Folder, shards: Manifests, progress: Progress | None) -> None:
    """Write the parts that the folder lacks."""

    @lru_cache(maxsize=2)  # runs and series that one part ends with and the next begins with
    def read(path: Path, name: str) -> pa.Table | None:
        """A part that a shard's manifest lists."""
        return read_part(path, shards[path], name) if name in shards[path]["parts"] else None

    schedule = resume.schedule_of(folder.manifest)
    given = [(path, part) for path, manifest in shards.items() for part in resume.schedule_of(manifest).parts]
    for part in schedule.parts:
        if resume.usable_runs(part, folder.manifest["parts"]) < part.last - part.first:
            pieces = list(_pieces(given, part, read))
            runs, series = [one for one, _ in pieces], [one for _, one in pieces if one is not None]
            with uninterrupted():
                write_part(folder, part, runs, series)
        if progress is not None:
            progress(part.last, schedule.count)


def _pieces(
    given: Sequence[tuple[Path, Part]], wanted: Part, read: Callable[[Path, str], pa.Table | None]
) -> Iterator[tuple[pa.Table, pa.Table | None]]:
    """Rows of runs and of series that shards have of a part, in order."""
    for path, part in given:
        first, last = max(part.first, wanted.first), min(part.last, wanted.last)
        if first >= last:
            continue
        runs = read(path, part.file("runs"))
        if runs is None or len(runs) != part.last - part.first:
            raise ResultsError(f"{path} lacks runs of {part.file('runs')}; give the command that made it once more")
        runs = runs.slice(first - part.first, last - first)
        yield runs, _of(read(path, part.file("series")), runs)


def _of(series: pa.Table | None, runs: pa.Table) -> pa.Table | None:
    """Those rows of a series that belong to some runs; both are in order."""
    if series is None:
        return None
    these, all_ = _keys(runs), _keys(series)
    first, last = np.searchsorted(all_, these[0]), np.searchsorted(all_, these[-1], side="right")
    return series.slice(first, last - first) if last > first else None


def _keys(table: pa.Table) -> NDArray[np.int64]:
    """A number for each row's run, in the order of runs."""
    keys: NDArray[np.int64] = table["point"].to_numpy().astype(np.int64) * 2**32 + table["replicate"].to_numpy()
    return keys
