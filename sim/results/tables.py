"""Tables of stored results: which there are, and their rows in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.storage.manifest import read_manifest, sweep_it
from sim.storage.parts import check_part


@dataclass(frozen=True)
class Stored:
    """A part on disk: its folder, what the manifest there says, and its name."""

    folder: Path
    manifest: Mapping[str, Any]
    name: str


Tables = Mapping[str, Sequence[pa.Table | Stored]]
"""Parts by kind, on disk or in memory."""


def in_order(table: pa.Table) -> pa.Table:
    """Rows by point and replicate: those that were added to a finished sweep are stored behind the others."""
    if not {"point", "replicate"} <= set(table.column_names):
        return table
    key = run_keys(table)
    return table if (np.diff(key) >= 0).all() else table.take(np.argsort(key, kind="stable"))


def run_keys(table: pa.Table | pd.DataFrame) -> NDArray[np.int64]:
    """A number for the run of each row, which rises with point and replicate."""
    return np.asarray(table["point"].to_numpy().astype(np.int64) * 2**32 + table["replicate"].to_numpy())


def open_tables(folder: Path) -> tuple[dict[str, Any], Tables]:
    """Manifest and verified parts by kind."""
    manifest = read_manifest(folder)
    if manifest["kind"] == "fit":
        raise ResultsError(f"{folder} holds a fit, which has no runs to read or draw; {sweep_it(folder, manifest)}")
    parts: dict[str, list[Stored]] = {}
    for name, part in sorted(manifest["parts"].items()):
        check_part(folder, name, part)
        parts.setdefault(name.partition("/")[0], []).append(Stored(folder, manifest, name))
    return manifest, parts
