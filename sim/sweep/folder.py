"""Writing a results folder: a reader never sees half a file, and only files of ours are ever replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import ResultsError
from sim.sweep import tables
from sim.sweep.manifest import DASHBOARD, DESIGN, MANIFEST, PART, REASONS, read_manifest, sealed

TEMPORARY = ".writing"
"""End of the names of files that are not finished."""
ROOMS = ("runs", "series")


def sha256(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def mendable(folder: Path) -> Iterator[None]:
    """Say an operating system's refusal as one error that names the folder and the remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ResultsError(
            f"{folder} cannot be written ({reason}); what is finished stays readable: "
            "make room or give another folder with --out"
        ) from error


class Folder:
    """A results folder being written, by one process at a time.

    Attributes
    ----------
    path : Path
    manifest : dict
        What `manifest.json` says; kept up to date by `put` and `finish`.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self._lock: int | None = None

    def already_complete(self) -> bool:
        """Whether the folder holds these very results, whole and unharmed."""
        if not (self.path / MANIFEST).exists():
            return False
        try:
            known = read_manifest(self.path)
        except ResultsError:
            return False
        same = known["complete"] and known["fingerprint"] == self.manifest["fingerprint"]
        return bool(same and all(_unharmed(self.path, name, part) for name, part in known["parts"].items()))

    def open(self, force: bool) -> None:
        """Make the folder ready: refuse another's, begin again in an unfinished one, write a first manifest.

        Parts of the same results that an earlier call finished stay listed until they are written again.

        Raises
        ------
        ResultsError
            If the folder holds something else, cannot be written, or is being written by another process.
        """
        if self.path.is_symlink() and not self.path.exists():
            raise ResultsError(f"{self.path} is a link to nowhere; give another folder with --out")
        with mendable(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self._take()
            self._refuse_foreign(force)
            for room in ROOMS:
                (self.path / room).mkdir(exist_ok=True)
            self._sweep_out()
            self.save()

    def put(self, name: str, table: pa.Table) -> None:
        """Write one part and enter it in the manifest."""
        file = self.path / name
        with mendable(self.path):
            self._replace(file, lambda stream: tables.write(table, stream))
            self.manifest["parts"][name] = {"rows": table.num_rows, "sha256": sha256(file)}
            self.save()

    def finish(self, kept: set[str]) -> None:
        """Declare the folder complete; parts that are not among `kept` are left-overs and go."""
        self.manifest["complete"] = True
        stale = [name for name in self.manifest["parts"] if name not in kept]
        for name in stale:
            del self.manifest["parts"][name]
        self.manifest["parts"] = dict(sorted(self.manifest["parts"].items()))
        with mendable(self.path):
            self.save()
            for name in stale:
                (self.path / name).unlink(missing_ok=True)

    def save(self) -> None:
        """Write the manifest."""
        self._replace(self.path / MANIFEST, lambda stream: stream.write(sealed(self.manifest).encode()))

    def close(self) -> None:
        """Let others write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _replace(self, file: Path, fill: Any) -> None:
        beside = file.with_name(f".{file.name}{TEMPORARY}")
        try:
            with beside.open("wb") as stream:
                fill(stream)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(beside, file)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def _take(self) -> None:
        """Lock the folder itself; the system lets go of the lock when a process dies, however it dies."""
        try:
            import fcntl  # noqa: PLC0415 (not on Windows, where two writers are not told apart)
        except ImportError:
            return
        self._lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ResultsError(
                f"{self.path} is being written by another process; wait for it or give another folder with --out"
            ) from error

    def _refuse_foreign(self, force: bool) -> None:
        """Refuse a folder that holds something else; with `force`, files of ours in it go, and no others."""
        linked = [room for room in ROOMS if (self.path / room).is_symlink()]
        if linked:
            raise ResultsError(
                f"{self.path / linked[0]} is a link; results stay within their folder: give another one with --out"
            )
        if not (self.path / MANIFEST).exists():
            if any(not entry.name.endswith(TEMPORARY) and entry.name not in ROOMS for entry in self.path.iterdir()):
                raise ResultsError(f"{self.path} is not empty and holds no results; give another folder with --out")
            return
        try:
            known: dict[str, Any] | None = read_manifest(self.path)
        except ResultsError:
            if not force:
                raise
            known = None
        if known is not None and known["fingerprint"] == self.manifest["fingerprint"]:
            whole = {name: part for name, part in known["parts"].items() if _unharmed(self.path, name, part)}
            self.manifest["parts"] = whole
            self.manifest["failures"] = known["failures"]
        elif force:
            self._discard()
        else:
            raise ResultsError(_different(self.path, known or {}, self.manifest))

    def _discard(self) -> None:
        """Take away what Counterpoise wrote here."""
        (self.path / MANIFEST).unlink(missing_ok=True)
        for name in (DESIGN, REASONS, DASHBOARD):
            (self.path / name).unlink(missing_ok=True)
        for room in ROOMS:
            for file in (self.path / room).glob("part-*.parquet"):
                if PART.fullmatch(f"{room}/{file.name}"):
                    file.unlink()

    def _sweep_out(self) -> None:
        """Take away what a process that died has left half written; nobody else holds the lock."""
        for folder in (self.path, *(self.path / room for room in ROOMS)):
            for file in folder.glob(f".*.*{TEMPORARY}"):
                file.unlink()


def _unharmed(folder: Path, name: str, part: dict[str, Any]) -> bool:
    try:
        return sha256(folder / name) == str(part["sha256"])
    except OSError:
        return False


def _different(folder: Path, known: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Refusal that names what differs between the folder's results and the wanted ones."""
    said = {
        "name": "scenario or sweep",
        "scenario_digest": "numbers of the scenario",
        "seed": "seed",
        "replicates": "replicates",
        "factors": "factors",
        "columns": "outcomes",
        "series": "series",
        "sources_digest": "code of the model",
    }
    differs = [words for key, words in said.items() if known.get(key) != wanted.get(key)]
    return (
        f"{folder} holds other results (different {', '.join(differs) or 'results'}); "
        "give another folder with --out, or replace them with --force"
    )
