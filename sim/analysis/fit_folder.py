"""A fit on disk: stored like the results of a sweep, with manifest, checksums and lock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim import tables
from sim.analysis.found import Found, columns_of
from sim.analysis.search import Search
from sim.errors import ResultsError
from sim.experiments.factors import factor_of_range
from sim.experiments.plan import Plan
from sim.experiments.plausible import PlausibleSets, load_plausible, plausible_digest, write_plausible
from sim.experiments.points import Table
from sim.kernel.compiler import source_digest
from sim.results.prepare import complete
from sim.scenario.scenario import SeriesChoice
from sim.storage import resume
from sim.storage.folder import Folder, known, mendable, recovered
from sim.storage.manifest import FIT_DRAWS, PLAUSIBLE, REPORT, digest, manifest_of, read_manifest
from sim.storage.parts import part_content, sha256, unharmed
from sim.storage.recording import CHECKPOINT

LONGER = 20
"""Times as long as it took to write the draws is simulated before they are written again."""
WORDS = {"points of the design": "plausible sets that are wanted, or how waves are drawn"}
"""What a difference between sweeps means for a fit."""


class FitFolder:
    """The folder of a fit, while its lock is held.

    Parameters
    ----------
    folder : Folder
    search : Search
    found : bool
        Whether it is complete already.

    Attributes
    ----------
    path : Path
    rows : Found
        Draws that are done.
    found, complete : bool
    """

    def __init__(self, folder: Folder, search: Search, *, found: bool) -> None:
        self._folder, self._search, self.path = folder, search, folder.path
        stored = folder.read(FIT_DRAWS).to_pandas() if FIT_DRAWS in folder.manifest["parts"] else None
        self.rows = Found(search.patterns, stored)
        self.found = self.complete = found
        self._written, self._pause = monotonic(), CHECKPOINT

    def add(self, batch: pd.DataFrame) -> None:
        """Take draws that are done, and write all there are now and then."""
        self.rows.add(batch)
        self._folder.say(done=len(self.rows), total=max(self._search.draws, len(self.rows)))
        if monotonic() - self._written > self._pause:
            self.keep("part")

    def keep(self, event: str, **fields: Any) -> None:
        """Write the draws that are done."""
        begun = monotonic()
        if len(self.rows):
            self._folder.put(FIT_DRAWS, [_table(self.rows, self._search)])
        self._folder.save()
        self._folder.note(event, draws=len(self.rows), of=self._search.draws, **fields)
        self._written = monotonic()
        self._pause = max(CHECKPOINT, LONGER * (self._written - begun))

    def finish(self, sets: PlausibleSets | None, report: dict[str, Any]) -> None:
        """Write everything, and declare it complete."""
        self.keep("part")
        if sets is not None:
            with mendable(self.path):
                write_plausible(self.path / PLAUSIBLE, sets)
            entry = {"rows": len(sets), "sha256": sha256(self.path / PLAUSIBLE)}
            self._folder.manifest["parts"][PLAUSIBLE] = entry
        self._folder.put_bytes(REPORT, (json.dumps(report, indent=1, allow_nan=False) + "\n").encode())
        self._folder.finish()
        self._folder.note("complete", draws=len(self.rows), plausible=report["plausible"])
        self.complete = True

    def conclusion(self) -> tuple[PlausibleSets | None, dict[str, Any]]:
        """Plausible sets and report of a complete fit."""
        parts = self._folder.manifest["parts"]
        sets = load_plausible(self.path / PLAUSIBLE) if PLAUSIBLE in parts else None
        return sets, json.loads(part_content(self.path, REPORT, parts[REPORT]))


@contextmanager
def open_fit_folder(
    path: Path,
    search: Search,
    *,
    force: bool = False,
    wait: bool = False,
    tell: Callable[[str], None] | None = None,
) -> Iterator[FitFolder]:
    """A locked folder that is ready to take a search's draws, with those that it holds already.

    Parameters
    ----------
    path : Path
    search : Search
    force : bool
        Replace other results, and files that were changed.
    wait : bool
        Wait for another process that writes the folder.
    tell : callable, optional
        Told in words what there is to wait for.

    Raises
    ------
    ResultsError
        If it cannot be written, holds other results, or a file that would be replaced was changed by hand.
    """
    folder = Folder(path, _manifest_of(search))
    if _holds_all(folder):
        yield FitFolder(folder, search, found=True)
        return
    try:
        folder.take(wait, tell)
        found = _holds_all(folder)
        if not found:
            _settle(folder, force)
        yield FitFolder(folder, search, found=found)
    finally:
        folder.close()


def _holds_all(folder: Folder) -> bool:
    """Whether a folder holds the whole fit, unharmed; its manifest is then the one that stands there."""
    found = complete(folder.path, folder.manifest)
    if found:
        folder.manifest = read_manifest(folder.path)
    return found


def _manifest_of(search: Search) -> dict[str, Any]:
    """Manifest of a fit of which nothing is done yet: that of a sweep over its draws, and the patterns.

    The draws are not listed: seed and number give them. Nor do the scenario's values at drawn paths count.
    """
    space, scenario = search.space, search.scenario
    factors = tuple(factor_of_range(path, scenario.numbers[path].range) for path in space.paths)
    patterns = json.loads(json.dumps(asdict(search.patterns)))
    how = {"wanted": search.wanted, "method": search.method}
    plan = Plan(
        name=f"fit-{scenario.name}",
        title=search.patterns.title,
        kind="fit",
        scenario=scenario,
        design=Table(factors, np.array([space.low])),
        replicates=search.replicates,
        seed=search.seed,
        series=SeriesChoice(1, 0, ()),
        sampling={"design": "fit", "points": search.draws, **how},
    )
    manifest = manifest_of(plan, columns_of(search.patterns), (), source_digest(), "ensemble")
    decisive = {
        "scenario": plausible_digest(scenario, space.paths),
        "length": [scenario.structure.weeks, scenario.structure.dt],
        "paths": list(space.paths),
        "draws": [search.draws, search.replicates, search.seed, how],
        "patterns": patterns,
        "sources": source_digest(),
        "outcomes": list(scenario.outcomes),
    }
    return {**manifest, "points": search.draws, "patterns": patterns, "fingerprint": digest(decisive)}


def _settle(folder: Folder, force: bool) -> None:
    """Keep what a folder holds of this search, or refuse."""
    present = recovered(folder.path)
    if present is None:
        if force:
            folder.discard()
        known(folder.path)  # a harmed manifest is an error
    elif resume.same(present, folder.manifest):
        whole = unharmed(folder.path, present["parts"])
        folder.manifest["parts"] = {name: part for name, part in present["parts"].items() if name in whole}
    elif force:
        folder.discard()
    else:
        raise ResultsError(_refusal(folder, present))
    folder.save()
    folder.note("resumed" if FIT_DRAWS in folder.manifest["parts"] else "started")


def _refusal(folder: Folder, present: dict[str, Any]) -> str:
    """That a folder holds other results, by how they differ, and what can be done."""
    before, after = present.get("patterns"), folder.manifest["patterns"]
    said = [
        WORDS.get(one, one.replace("points from", "draws from")) for one in resume.differences(present, folder.manifest)
    ]
    if before is None:
        said = ["runs, and no fit"]
    elif before != after:
        renamed = before["name"] != after["name"]
        said.insert(0, f"patterns from {before['name']} to {after['name']}" if renamed else f"patterns {after['name']}")
    more = f"; and {len(said) - resume.MOST_SAID} more" if len(said) > resume.MOST_SAID else ""
    return (
        f"{folder.path} holds other results: {'; '.join(said[: resume.MOST_SAID]) or 'of another version'}{more}. "
        f"Give a new folder with --out {resume.free_name(folder.path)}, or replace them with --force"
    )


def _table(rows: Found, search: Search) -> pa.Table:
    """Draws as they are stored, each column with its unit and meaning."""
    frame = rows.frame
    fields = [
        tables.field(one.name, pa.from_numpy_dtype(frame[one.name].dtype), one.unit, one.meaning)
        for one in columns_of(search.patterns)
    ]
    return pa.Table.from_pandas(frame, pa.schema(fields), preserve_index=False).replace_schema_metadata(None)
