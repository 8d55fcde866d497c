"""The manifest of a results folder: what was run, and which files hold it."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__
from sim.errors import ResultsError, UnreadableError
from sim.experiments.factors import Factor
from sim.experiments.plan import Plan
from sim.experiments.replicates import Adaptive
from sim.files import StrangeFileError, read_file
from sim.outcomes import Column, weeks_of
from sim.storage.manifest_schema import manifest_faults

if TYPE_CHECKING:
    from sim.execution.custom_model import CustomModel

FORMAT = 2
READABLE = (1, FORMAT)
"""Formats that can be read; of format 1, runs and series of a part are not of the same runs."""
MANIFEST = "manifest.json"
BEFORE = ".manifest.json"
"""The manifest before the present one, for the case that the present one is harmed."""
DESIGN = "design.parquet"
REASONS = "reasons.parquet"
FIT_DRAWS, PLAUSIBLE, REPORT = FIT_PARTS = ("draws.parquet", "plausible.parquet", "report.json")
"""What a fit stores: what became of its draws, the plausible sets, and what it says of patterns and ranges."""
PART = re.compile(r"(runs|series)/part-([0-9]{5,9})\.parquet")
UNSEALED = ("provenance", "seal")
"""Entries that the seal leaves out: the one block that depends on clock and machine, and the seal itself."""
UNSAID = {"sampling": {"design": "grid"}}
"""Entries that older manifests lack, and what they mean then."""
LARGEST_MANIFEST = 256 * 2**20
AGAIN = "give the command that made it once more"
"""What mends results."""


def digest(content: object) -> str:
    """SHA-256 of anything that JSON can hold, in hexadecimal; the order of keys does not matter."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def fingerprint(
    plan: Plan, columns: Sequence[str], series: Sequence[str], sources: str, model: CustomModel | None = None
) -> str:
    """What decides every row of a results folder, as one digest.

    Parameters
    ----------
    plan : Plan
    columns, series : sequence of str
        Columns of runs and of series.
    sources : str
        Digest of the compiled sources, which compute the rows.
    model : CustomModel, optional
        The Mesa model that computes them, where it is not the project's own.
    """
    return digest(
        {
            "format": FORMAT,
            "scenario": plan.scenario.digest,
            "weeks": plan.scenario.structure.weeks,
            "seed": plan.seed,
            "replicates": _replicates(plan),
            "columns": list(columns),
            "series": [list(series), plan.series.every, plan.series.replicates],
            "design": plan.design_digest,
            "sources": sources,
            "model": model and model.to_dict(),
        }
    )


def manifest_of(
    plan: Plan,
    columns: Sequence[Column],
    series: Sequence[Column],
    sources: str,
    engine: str,
    model: CustomModel | None = None,
) -> dict[str, Any]:
    """Manifest of a plan of which nothing has been run yet.

    Parameters
    ----------
    plan : Plan
    columns, series : sequence of Column
    sources : str
        Digest of the compiled sources, which compute the rows.
    engine : str
        Which way the rows are computed, for the record.
    model : CustomModel, optional
        The Mesa model that computes them, where it is not the project's own.
    """
    from sim.quantities import TERMS  # noqa: PLC0415 (named here only)

    return {
        **_planned(plan),
        "fingerprint": fingerprint(plan, [c.name for c in columns], [c.name for c in series], sources, model),
        "sources_digest": sources,
        "model": model and model.to_dict(),
        "columns": _meanings(columns),
        "series": {
            "every": plan.series.every,
            "replicates": plan.series.replicates,
            "rows": len(weeks_of(plan.scenario.structure, plan.series.every)) if series else 0,
            "columns": _meanings(series),
        },
        "postures": [name for name, _ in plan.scenario.structure.postures],
        "terms": list(TERMS),
        "complete": False,
        "shard": None,
        "stages": [],
        "begin": 0,
        "parts": {},
        "failures": 0,
        "provenance": {**provenance(), "engine": engine},
    }


def _planned(plan: Plan) -> dict[str, Any]:
    """What a plan says of itself."""
    return {
        "format": FORMAT,
        "name": plan.name,
        "title": plan.title,
        "kind": plan.kind,
        "scenario": plan.scenario.resolved(),
        "scenario_digest": plan.scenario.digest,
        "seed": plan.seed,
        "replicates": _replicates(plan),
        "points": plan.points,
        "factors": [_factor(factor) for factor in plan.factors],
        "sampling": dict(plan.sampling),
    }


def provenance() -> dict[str, str]:
    """When, where and with what; the only block that differs between two equal results."""
    import numpy  # noqa: ICN001, PLC0415 (its version only)

    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "counterpoise": __version__,
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        **{name: _version(name) for name in ("numba", "pyarrow", "mesa")},
        "machine": platform.machine(),
        "system": platform.system(),
    }


def sealed(manifest: Mapping[str, Any]) -> str:
    """Text of a manifest with its seal, a digest that tells whether anything in it was changed."""
    return json.dumps({**manifest, "seal": seal(manifest)}, indent=1, ensure_ascii=False) + "\n"


def seal(manifest: Mapping[str, Any]) -> str:
    """Digest of what a manifest says of its results."""
    return digest({key: value for key, value in manifest.items() if key not in UNSEALED})


def read_manifest(folder: Path, name: str = MANIFEST) -> dict[str, Any]:
    """Read and check the manifest of a results folder.

    Parameters
    ----------
    folder : Path
    name : str
        `MANIFEST`, or `BEFORE` for the one before.

    Raises
    ------
    ResultsError
        If there is none, it was changed, or a newer Counterpoise wrote it.
    UnreadableError
        If it is there and cannot be read now.
    """
    file = folder / name
    try:
        content = read_file(file, LARGEST_MANIFEST + 1)
        if len(content) > LARGEST_MANIFEST:
            raise ResultsError(f"{file} is too large for a manifest; {AGAIN}")
        manifest = json.loads(content)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ResultsError(f"{folder} is no results folder: it has no {MANIFEST}") from error
    except StrangeFileError as error:
        raise ResultsError(f"{file} {error.strerror}; {AGAIN}") from error
    except OSError as error:
        raise UnreadableError(
            f"{file} cannot be read ({error.strerror or error}); check the path and its permissions"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{file} is damaged ({type(error).__name__}); {AGAIN}") from error
    _check(manifest, content, file)
    return {**UNSAID, **manifest}


def _check(manifest: object, content: bytes, file: Path) -> None:
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise ResultsError(f"{file} is no manifest of Counterpoise")
    if manifest["format"] not in READABLE:
        raise ResultsError(
            f"{file} has format {manifest['format']!r}, this Counterpoise reads {FORMAT}; use the version that wrote it"
        )
    if manifest.get("seal") != seal(manifest):
        raise ResultsError(f"{file} was changed after it was written; {AGAIN}")
    fault = next(manifest_faults(content), None)
    if fault is not None:
        raise ResultsError(f"{file} is no manifest that Counterpoise wrote ({fault}); {AGAIN}")
    for name in manifest["parts"]:
        if name not in (DESIGN, REASONS, *FIT_PARTS) and not PART.fullmatch(name):
            raise ResultsError(f"{file} names a part outside of its folder: {name!r}")


def sweep_it(folder: Path, manifest: Mapping[str, Any]) -> str:
    """What to do next with a folder that holds a fit."""
    if not manifest["complete"]:
        return "the command that began it goes on where it was"
    if PLAUSIBLE not in manifest["parts"]:
        return f"no draw shows all patterns: {folder / FIT_DRAWS} says how near each came"
    return (
        f"run its plausible sets by `--plausible {folder / PLAUSIBLE}`, or sweep them by `design: plausible` and "
        f"`sets: {folder / PLAUSIBLE}`"
    )


def _factor(factor: Factor) -> dict[str, Any]:
    return {
        "path": factor.column,
        "label": factor.label,
        "values": [factor.entry(index) for index in range(len(factor.levels))],
        "labels": [level.label for level in factor.levels],
        "settings": [dict(level.settings) for level in factor.levels],
    }


def _replicates(plan: Plan) -> int | dict[str, Any]:
    """Replicates a point, or the rule by which they are added."""
    return asdict(plan.replicates) if isinstance(plan.replicates, Adaptive) else plan.replicates


def _meanings(columns: Sequence[Column]) -> dict[str, dict[str, str]]:
    return {column.name: {"unit": column.unit, "meaning": column.meaning} for column in columns}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
