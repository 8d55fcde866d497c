"""Findings about results, stored beside the runs that they rest on: one JSON file a kind in the folder ``findings``.

A finding is true of one state of the results only, so it holds the seal of their manifest: where the results have
changed since, it is passed over. What it says is data for tables, figures and the page; nothing in it is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import __version__
from sim.errors import ResultsError
from sim.files import StrangeFileError, read_file, write_file
from sim.storage.folder import FINDING, FINDINGS, findings_in, mendable
from sim.storage.manifest import digest, read_manifest, seal
from sim.storage.parts import unreadable

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 64 * 2**20
FORMAT = 1
AGAIN = "take it away and give the command that made it once more"


def store_finding(folder: Path, kind: str, content: Mapping[str, Any], manifest: Mapping[str, Any]) -> Path:
    """Store a finding about the results in a folder; one of the same kind is replaced.

    Parameters
    ----------
    folder : Path
    kind : str
        Name of its file without the ending: small letters, digits and hyphens.
    content : mapping
        Anything that JSON can hold. A number that is missing is None: JSON has no NaN.
    manifest : mapping
        Of the results that it was worked out from.

    Raises
    ------
    ResultsError
        If the file cannot be written, or the folder of findings is a link.
    ValueError
        For a name that is none, and content that JSON cannot hold.
    """
    if not FINDING.fullmatch(kind):
        raise ValueError(f"{kind!r} is no name of a finding")
    said = {"format": FORMAT, "finding": kind, "counterpoise": __version__, "results": seal(manifest),
            "content": dict(content)}  # fmt: skip
    text = json.dumps({**said, "digest": digest(said)}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with mendable(folder):
        _refuse_link(folder)
        (folder / FINDINGS).mkdir(exist_ok=True)
        write_file(folder / FINDINGS / f"{kind}.json", text.encode())
    return folder / FINDINGS / f"{kind}.json"


def stored_finding(folder: Path, kind: str) -> dict[str, Any] | None:
    """What is stored of one kind about the present results of a folder; None where there is nothing.

    Raises
    ------
    ResultsError
        If the file is damaged, was changed by hand, or is of a newer Counterpoise.
    """
    file = folder / FINDINGS / f"{kind}.json"
    _refuse_link(folder)
    try:
        content = read_file(file, LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except StrangeFileError as error:
        raise ResultsError(f"{file} {error.strerror}; {AGAIN}") from error
    except OSError as error:
        raise unreadable(file, error) from error
    said = _read(file, content)
    return dict(said["content"]) if said["results"] == seal(read_manifest(folder)) else None


def stored_findings(folder: Path) -> dict[str, dict[str, Any]]:
    """All that is stored about the present results of a folder, by kind; raises as `stored_finding` does."""
    _refuse_link(folder)
    found = {file.stem: stored_finding(folder, file.stem) for file in findings_in(folder)}
    return {kind: content for kind, content in found.items() if content is not None}


def plain_ends(ends: Iterable[float]) -> list[float | None]:
    """Ends of an interval as JSON can hold them: one that is missing is None."""
    return [float(end) if np.isfinite(end) else None for end in ends]


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON can hold them; None for what is missing or not finite."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return None if value is None else str(value)


def _read(file: Path, content: bytes) -> dict[str, Any]:
    """A finding out of its file's bytes."""
    if len(content) > LARGEST:
        raise ResultsError(f"{file} is too large for a finding; {AGAIN}")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{file} is damaged ({type(error).__name__}); {AGAIN}") from error
    if not isinstance(said, dict) or not isinstance(said.get("content"), dict):
        raise ResultsError(f"{file} is no finding of Counterpoise; {AGAIN}")
    if said.get("format") != FORMAT:
        raise ResultsError(f"{file} has format {said.get('format')!r}, this Counterpoise reads {FORMAT}; {AGAIN}")
    if said.get("digest") != digest({key: value for key, value in said.items() if key != "digest"}):
        raise ResultsError(f"{file} was changed after it was written; {AGAIN}")
    return said


def _refuse_link(folder: Path) -> None:
    if (folder / FINDINGS).is_symlink():
        raise ResultsError(f"{folder / FINDINGS} is a link; results stay within their folder")
