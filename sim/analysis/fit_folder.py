"""A fit on disk: stored like the results of a sweep, with manifest, checksums and lock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd
import pyarrow as pa

from sim import tables
from sim.analysis.fit_result import Fit, fitted_config, frame_of
from sim.analysis.search import Rows, Search
from sim.errors import ResultsError
from sim.experiments.factors import factor_of_range
from sim.experiments.plan import Plan
from sim.experiments.points import Table
from sim.files import is_there, read_file
from sim.kernel.compiler import source_digest
from sim.outcomes import Column
from sim.results.prepare import complete
from sim.scenario.scenario import SeriesChoice
from sim.storage import resume
from sim.storage.folder import Folder, known, recovered
from sim.storage.manifest import FIT_DRAWS, FITTED, PLAUSIBLE, digest, manifest_of, read_manifest
from sim.storage.parts import unharmed
from sim.storage.recording import CHECKPOINT

SUMMARIES = (
    Column("passed", "count", "patterns that the draw shows", False),
    Column("distance", "share", "how far its shares lie outside of what is accepted, added up", False),
    Column("margin", "standard errors", "how far inside of what is accepted its narrowest share lies", False),
)
LONGER = 20
"""Times as long as it took to write the draws is simulated before they are written again."""


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
    rows : list of dict
        Draws that are done.
    found, complete : bool
    """

    def __init__(self, folder: Folder, search: Search, *, found: bool) -> None:
        self._folder, self._search, self.path = folder, search, folder.path
        self.rows: Rows = folder.read(FIT_DRAWS).to_pylist() if FIT_DRAWS in folder.manifest["parts"] else []
        self.found = self.complete = found
        self._written, self._pause = monotonic(), CHECKPOINT

    def add(self, batch: Rows) -> None:
        """Take draws that are done, and write all there are now and then."""
        self.rows += batch
        self._folder.say(done=len(self.rows), total=len(self._search.values))
        if monotonic() - self._written > self._pause:
            self.keep("part")

    def keep(self, event: str, **fields: Any) -> None:
        """Write the draws that are done."""
        begun = monotonic()
        if self.rows:
            self._folder.put(FIT_DRAWS, [_table(frame_of(self.rows), self._search)])
        self._folder.save()
        self._folder.note(event, draws=len(self.rows), of=len(self._search.values), **fields)
        self._written = monotonic()
        self._pause = max(CHECKPOINT, LONGER * (self._written - begun))

    def finish(self) -> None:
        """Write everything, and declare it complete."""
        search = self._search
        found = Fit(frame_of(self.rows), search.patterns, search.paths, search.seed, search.replicates)
        self.keep("part")
        self._folder.put(PLAUSIBLE, [_table(found.plausible[list(found.paths)], search)])
        self._folder.put_bytes(FITTED, _head(self._folder) + fitted_config(found, search.scenario).encode())
        self._folder.finish()
        self._folder.note("complete", draws=len(self.rows), plausible=len(found.plausible))
        self.complete = True


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
    """Manifest of a fit of which nothing is done yet: that of a sweep over its draws, and the patterns."""
    factors = tuple(factor_of_range(path, search.scenario.numbers[path].range) for path in search.paths)
    scenario, patterns = search.scenario, json.loads(json.dumps(asdict(search.patterns)))
    plan = Plan(
        name=f"fit-{scenario.name}",
        title=search.patterns.title,
        kind="fit",
        scenario=scenario,
        design=Table(factors, search.values),
        replicates=search.replicates,
        seed=search.seed,
        series=SeriesChoice(1, 0, ()),
        sampling={"design": "sobol", "points": len(search.values)},
    )
    manifest = manifest_of(plan, _columns(search), (), source_digest(), "ensemble")
    return {**manifest, "patterns": patterns, "fingerprint": digest([manifest["fingerprint"], patterns])}


def _settle(folder: Folder, force: bool) -> None:
    """Keep what a folder holds of this search, or refuse."""
    present, listed = recovered(folder.path), False
    if present is None:
        if force:
            folder.discard()
        known(folder.path)  # a harmed manifest is an error
    elif resume.same(present, folder.manifest):
        whole, listed = unharmed(folder.path, present["parts"]), FITTED in present["parts"]
        folder.manifest["parts"] = {name: part for name, part in present["parts"].items() if name in whole}
    elif force:
        folder.discard()
    else:
        raise ResultsError(_refusal(folder, present))
    if not force and FITTED not in folder.manifest["parts"]:
        _refuse_changed(folder, listed)
    folder.save()
    folder.note("resumed" if FIT_DRAWS in folder.manifest["parts"] else "started")


def _refuse_changed(folder: Folder, listed: bool) -> None:
    """Refuse to write over a config that is not as a fit wrote it; one that was killed may not have listed its own."""
    file = folder.path / FITTED
    if not is_there(file):
        return
    try:
        ours = not listed and read_file(file).startswith(_head(folder))
    except OSError:
        ours = False
    if not ours:
        raise ResultsError(f"{file} is not as a fit wrote it; move it away, or replace it with --force")


def _head(folder: Folder) -> bytes:
    """First line of the config that a fit writes."""
    fingerprint = folder.manifest["fingerprint"][:16]
    return f"# fit {fingerprint}; copy it into a config of your own before you change it\n".encode()


def _refusal(folder: Folder, present: dict[str, Any]) -> str:
    """That a folder holds other results, by how they differ, and what can be done."""
    before, after = present.get("patterns"), folder.manifest["patterns"]
    said = [one.replace("points from", "draws from") for one in resume.differences(present, folder.manifest)]
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


def _columns(search: Search) -> tuple[Column, ...]:
    """What is stored of a draw beside its parameters."""
    shares = (Column(f"share.{one.name}", "share", one.text, False) for one in search.patterns.patterns)
    return (*shares, *SUMMARIES)


def _table(frame: pd.DataFrame, search: Search) -> pa.Table:
    """Draws as they are stored, each column with its unit and meaning."""
    columns = {column.name: column for column in _columns(search)}
    fields = []
    for name in frame.columns:
        said = columns[name] if name in columns else search.scenario.layout.quantity(name)
        kind = pa.int64() if name == "passed" else pa.float64()
        fields.append(tables.field(name, kind, said.unit, said.meaning))
    return pa.Table.from_pandas(frame, pa.schema(fields), preserve_index=False).replace_schema_metadata(None)
