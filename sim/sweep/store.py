"""Stored results, read and trusted only as far as their checksums hold."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import ResultsError
from sim.sweep.folder import sha256
from sim.sweep.manifest import DESIGN, REASONS, read_manifest

Tables = Mapping[str, Sequence[pa.Table | Path]]


class Results:
    """Results of a run or a sweep, in a folder or in memory.

    Attributes
    ----------
    manifest : dict
        What was run: resolved scenario, seed, replicates, factors, columns with units, versions.
    folder : Path or None
        Where they are stored; None in memory.
    found : bool
        Whether `simulate` or `sweep` found these very results in place and ran nothing.

    Examples
    --------
    >>> from sim import Results
    >>> results = Results.open("results/post-soviet-2020")  # doctest: +SKIP
    >>> results.runs["control.NK:final"].mean()  # doctest: +SKIP
    """

    def __init__(
        self, manifest: dict[str, Any], tables: Tables, folder: Path | None = None, *, found: bool = False
    ) -> None:
        self.manifest = manifest
        self.folder = folder
        self.found = found
        self._tables = tables

    @classmethod
    def open(cls, folder: str | Path, *, found: bool = False) -> Results:
        """Open a results folder and verify every part of it.

        A folder whose run was not finished can be opened: it holds the parts that are, and `warning` says so.

        Raises
        ------
        ResultsError
            If the folder holds no results, or a part is missing or was changed.
        """
        path = Path(folder)
        manifest = read_manifest(path)
        parts: dict[str, list[Path]] = {}
        for name, part in sorted(manifest["parts"].items()):
            parts.setdefault(name.partition("/")[0], []).append(_verified(path, name, part))
        results = cls(manifest, parts, path, found=found)
        if results.warning:
            warnings.warn(results.warning, stacklevel=2)
        return results

    @property
    def warning(self) -> str:
        """What the reader should know, such as that the run was not finished; empty if all is well."""
        if self.manifest["complete"]:
            return ""
        where = self.folder or self.manifest["name"]
        return f"{where} is not complete: its run was stopped; the same command starts it again"

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row a design point: ``point`` and a column for each factor."""
        return self._frame(DESIGN)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: ``point``, ``replicate``, a column for each outcome and statistic, ``failure``."""
        return self._frame("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a kept run and week: ``point``, ``replicate``, ``week``, a column for each outcome."""
        return self._frame("series")

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """Mean weighted utility terms by point, week, contest, party, posture and term, in ``value``."""
        return self._frame(REASONS)

    def tables(self, kind: str) -> Iterator[pa.Table]:
        """Arrow tables of the parts of one kind (``runs``, ``series``), one at a time."""
        for part in self._tables.get(kind, ()):
            yield _read(part) if isinstance(part, Path) else part

    def __repr__(self) -> str:
        where = self.folder if self.folder is not None else "memory"
        runs = self.manifest["points"] * self.manifest["replicates"]
        state = "" if self.manifest["complete"] else ", not complete"
        return f"<Results of {self.manifest['name']}: {runs:,} runs in {where}{state}>"

    def _frame(self, kind: str) -> pd.DataFrame:
        parts = list(self.tables(kind))
        return pa.concat_tables(parts).to_pandas() if parts else pd.DataFrame()


def _read(file: Path) -> pa.Table:
    try:
        return pq.read_table(file, partitioning=None)
    except (OSError, pa.ArrowException) as error:
        raise ResultsError(f"{file} cannot be read ({error}); run the simulation again with --force") from error


def _verified(folder: Path, name: str, part: Mapping[str, Any]) -> Path:
    file = folder / name
    if file.is_symlink() or (file.parent.is_symlink() and file.parent != folder):
        raise ResultsError(f"{file} is a link; results stay within their folder")
    try:
        found = sha256(file)
    except OSError as error:
        raise ResultsError(
            f"{file} is missing ({error.strerror or error}); run the simulation again with --force"
        ) from error
    if found != part["sha256"]:
        raise ResultsError(
            f"{file} was changed or damaged: its checksum differs from the manifest's; "
            "run the simulation again with --force"
        )
    return file
