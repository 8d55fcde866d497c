"""Parts of results on disk: trusted only as far as their checksums hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import ResultsError, UnreadableError
from sim.files import StrangeFileError, open_file, read_file
from sim.kernel.threads import cores
from sim.phrases import printable
from sim.storage.manifest import AGAIN, DESIGN, FIT_DRAWS, PLAUSIBLE, REASONS

ABSENT = (FileNotFoundError, NotADirectoryError, StrangeFileError)
"""Errors that say that a part is not there; any other only says that it cannot be read now."""


def sha256(file: Path) -> str:
    """SHA-256 of an ordinary file, in hexadecimal."""
    with open_file(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unharmed(folder: Path, parts: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Names of the parts whose files are there with the checksums that the manifest gives.

    Raises
    ------
    UnreadableError
        If a file is there and cannot be read now, which says nothing of what it holds.
    """

    def is_good(name: str) -> bool:
        try:
            return not _is_in_linked_room(folder, name) and sha256(folder / name) == parts[name]["sha256"]
        except ABSENT:
            return False
        except OSError as error:
            raise unreadable(folder / name, error) from error

    with ThreadPoolExecutor(cores()) as pool:
        return {name for name, good in zip(parts, pool.map(is_good, parts), strict=True) if good}


def check_part(folder: Path, name: str, part: Mapping[str, Any]) -> None:
    """Raise ResultsError unless a part's file is there with the checksum that the manifest gives."""
    _check_room(folder, name)
    try:
        digest = sha256(folder / name)
    except OSError as error:
        raise _refusal(folder / name, error) from error
    _check_digest(folder / name, digest, part)


def part_content(folder: Path, name: str, part: Mapping[str, Any]) -> bytes:
    """Bytes of a part, which have the checksum that the manifest gives; raises ResultsError."""
    _check_room(folder, name)
    try:
        content = read_file(folder / name)
    except OSError as error:
        raise _refusal(folder / name, error) from error
    _check_digest(folder / name, hashlib.sha256(content).hexdigest(), part)
    return content


def read_part(folder: Path, manifest: Mapping[str, Any], name: str, columns: list[str] | None = None) -> pa.Table:
    """Rows of a part, out of the very bytes whose checksum was compared.

    Parameters
    ----------
    folder : Path
        Results folder.
    manifest : mapping
        What lists the part.
    name : str
        Of the part within the folder.
    columns : list of str, optional
        Only these.

    Raises
    ------
    ResultsError
        If it is missing, was changed, or holds other rows or columns than the manifest says.
    """
    part = manifest["parts"][name]
    content = part_content(folder, name, part)
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        strange = file.metadata.num_rows != part["rows"] or not _has_columns(file.schema_arrow, manifest, name)
        found = None if strange else file.read(columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise ResultsError(f"{folder / name} cannot be read ({printable(str(error))}); {AGAIN}") from error
    if found is None or not _has_points(found, manifest) or (name == REASONS and not _has_names(found, manifest)):
        raise ResultsError(f"{folder / name} holds other rows or columns than the manifest says; {AGAIN}")
    return found


def _has_columns(schema: pa.Schema, manifest: Mapping[str, Any], name: str) -> bool:
    """Whether a part has the columns that the manifest lists; manifests of the first format list none."""
    if manifest["format"] == 1:
        return True
    kind, factors = name.partition("/")[0], [factor["path"] for factor in manifest["factors"]]
    wanted = {
        DESIGN: ["point", *factors],
        FIT_DRAWS: list(manifest["columns"]),
        PLAUSIBLE: [*factors, "weight"],
        REASONS: ["point", "week", "contest", "party", "posture", "term", "value"],
        "runs": ["point", "replicate", *manifest["columns"], "failure"],
        "series": ["point", "replicate", "week", *manifest["series"]["columns"]],
    }[kind]
    numbered = {f"{factor}:level" for factor in factors} if name == DESIGN else set()  # of words, for SALib
    found = [column for column in schema.names if column in wanted or column not in numbered]
    return found == wanted and all(_has_kind(one, kind in ("runs", "series")) for one in schema)


def _has_kind(column: pa.Field, is_outcome: bool) -> bool:
    """Whether a column holds what its name says: whole numbers, words, or numbers."""
    if column.name in ("point", "replicate"):
        return bool(pa.types.is_integer(column.type))
    if column.name == "failure":
        return bool(pa.types.is_string(column.type))
    return bool(pa.types.is_floating(column.type)) if is_outcome else True


def _has_points(table: pa.Table, manifest: Mapping[str, Any]) -> bool:
    """Whether all points of a table are points of the design."""
    if "point" not in table.column_names or not table.num_rows:
        return True
    found = pc.min_max(table["point"]).as_py()
    return bool(table["point"].null_count == 0 and found["min"] >= 0 and found["max"] < manifest["points"])


def _has_names(table: pa.Table, manifest: Mapping[str, Any]) -> bool:
    """Whether postures and terms of a table of reasons are those that the manifest lists."""
    read = {"posture", "term"}.intersection(table.column_names)
    return all(set(pc.unique(table[one]).to_pylist()) <= set(manifest[f"{one}s"]) for one in read)


def unreadable(file: Path, error: OSError) -> UnreadableError:
    """The error that says that a file is there and cannot be read now."""
    return UnreadableError(
        f"{file} cannot be read now ({error.strerror or error}); nothing was changed: "
        "check the path and its permissions, and give the same command again"
    )


def _refusal(file: Path, error: OSError) -> ResultsError:
    if isinstance(error, StrangeFileError):
        return ResultsError(f"{file} {error.strerror}; results stay within their folder: {AGAIN}")
    if isinstance(error, ABSENT):
        return ResultsError(f"{file} is missing ({error.strerror or error}); {AGAIN}")
    return unreadable(file, error)


def _check_room(folder: Path, name: str) -> None:
    if _is_in_linked_room(folder, name):
        raise ResultsError(f"{(folder / name).parent} is a link; results stay within their folder")


def _is_in_linked_room(folder: Path, name: str) -> bool:
    """Whether a part lies in a folder of the results that is a link."""
    return "/" in name and (folder / name).parent.is_symlink()


def _check_digest(file: Path, digest: str, part: Mapping[str, Any]) -> None:
    if digest != part["sha256"]:
        raise ResultsError(
            f"{file} was changed or damaged: its checksum differs from the manifest's; "
            f"open the results again, or {AGAIN}"
        )
