"""Writing a results folder: a reader never sees half a file, and only files of ours are ever replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import ResultsError
from sim.sweep import tables
from sim.sweep.locking import LOCK, Lock
from sim.sweep.logbook import LOG, Logbook
from sim.sweep.manifest import BEFORE, DASHBOARD, DESIGN, MANIFEST, PART, REASONS, read_manifest, sealed

TEMPORARY = ".writing"
"""End of the names of files that are not finished."""
ROOMS = ("runs", "series")
BESIDE = (LOCK, LOG)
"""What stands in a folder and is no result."""


def sha256(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unharmed(folder: Path, parts: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Names of the parts whose files are there with the checksums that the manifest gives."""

    def good(name: str) -> bool:
        try:
            return sha256(folder / name) == str(parts[name]["sha256"])
        except OSError:
            return False

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {name for name, found in zip(parts, pool.map(good, parts), strict=True) if found}


@contextmanager
def mendable(folder: Path) -> Iterator[None]:
    """Say an operating system's refusal as one error that names the folder and the remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ResultsError(
            f"{folder} cannot be written ({reason}); what is finished stays readable: make room and give the same "
            "command again, or give another folder with --out"
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
        self._lock = Lock(path)
        self._log = Logbook(path)

    def take(self, wait: bool = False, tell: Callable[[str], None] | None = None) -> None:
        """Make the folder if need be, and take its lock.

        Raises
        ------
        ResultsError
            If it cannot be written, is no folder of ours, or is being written by another process.
        """
        with mendable(self.path):
            if self.path.is_symlink() and not self.path.exists():
                raise ResultsError(f"{self.path} is a link to nowhere; give another folder with --out")
            if self.path.exists():
                self._refuse_foreign()
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.take(wait, tell)

    def begin(self) -> None:
        """Write the manifest, and take away what it does not list: nobody else holds the lock."""
        with mendable(self.path):
            for room in ROOMS:
                (self.path / room).mkdir(exist_ok=True)
            self.save()
            for file in (*self.path.glob(f".*{TEMPORARY}"), *(f for room in ROOMS for f in self._files(room))):
                if str(file.relative_to(self.path)) not in self.manifest["parts"]:
                    file.unlink()

    def put(self, name: str, chunks: Iterable[pa.Table], **more: Any) -> None:
        """Write one part and note it; `save` enters it in the manifest on disk.

        Parameters
        ----------
        name : str
        chunks : iterable of pyarrow.Table
            Rows, in pieces.
        **more
            What else the manifest is to say of it.
        """
        file, rows = self.path / name, [0]

        def fill(stream: BinaryIO) -> None:
            rows[0] = tables.write(chunks, stream)

        with mendable(self.path):
            self._replace(file, fill)
            self.manifest["parts"][name] = {"rows": rows[0], "sha256": sha256(file), **more}

    def copy(self, name: str, source: Path, part: Mapping[str, Any]) -> None:
        """Take over a file of another folder as it is, with what that one's manifest says of it."""
        with mendable(self.path):
            self._replace(self.path / name, lambda stream: stream.write(source.read_bytes()))
            self.manifest["parts"][name] = dict(part)

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """One part, or some columns of it."""
        return pq.read_table(self.path / name, columns=columns, partitioning=None)

    def save(self) -> None:
        """Write the manifest."""
        parts = self.manifest["parts"]
        self.manifest["parts"] = dict(sorted(parts.items()))
        self.manifest["failures"] = sum(part.get("failures", 0) for part in parts.values())
        with mendable(self.path):
            self._keep_before()
            self._replace(self.path / MANIFEST, lambda stream: stream.write(sealed(self.manifest).encode()))

    def _keep_before(self) -> None:
        """Keep the present manifest beside the next one."""
        beside = self.path / f"{BEFORE}.link{TEMPORARY}"  # a name of its own: what is written anew is no link
        with suppress(FileNotFoundError):
            beside.unlink(missing_ok=True)
            try:
                os.link(self.path / MANIFEST, beside)
            except OSError:  # some file systems know no links
                beside.write_bytes((self.path / MANIFEST).read_bytes())
            os.replace(beside, self.path / BEFORE)

    def finish(self) -> None:
        """Declare the folder complete."""
        self.manifest["complete"] = True
        self.save()

    def note(self, event: str, **fields: Any) -> None:
        """Log what happened; a log that cannot be written stops nothing."""
        with suppress(OSError):
            self._log.note(event, **fields)

    def say(self, **more: Any) -> None:
        """Tell other terminals how far it is."""
        self._lock.say(**more)

    def close(self) -> None:
        """Let others write."""
        self._lock.release()

    def discard(self) -> None:
        """Take away what Counterpoise wrote here."""
        with mendable(self.path):
            for name in (MANIFEST, BEFORE, DESIGN, REASONS, DASHBOARD, LOG):
                (self.path / name).unlink(missing_ok=True)
            for room in ROOMS:
                for file in self._files(room):
                    file.unlink()

    def _files(self, room: str) -> Iterator[Path]:
        """Files of ours in a room, finished or not."""
        for file in (self.path / room).glob("*part-*.parquet*"):
            if PART.fullmatch(f"{room}/{file.name.removeprefix('.').removesuffix(TEMPORARY)}"):
                yield file

    def _replace(self, file: Path, fill: Callable[[BinaryIO], object]) -> None:
        beside = file.with_name(f".{file.name}{TEMPORARY}")
        try:
            beside.unlink(missing_ok=True)
            with beside.open("xb") as stream:
                fill(stream)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(beside, file)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def _refuse_foreign(self) -> None:
        """Refuse a folder that is not ours to write in."""
        linked = [name for name in (*ROOMS, *BESIDE) if (self.path / name).is_symlink()]
        if linked:
            raise ResultsError(
                f"{self.path / linked[0]} is a link; results stay within their folder: give another one with --out"
            )
        if (self.path / MANIFEST).exists() or recovered(self.path) is not None:
            return
        entries = [entry for entry in self.path.iterdir() if not entry.name.endswith(TEMPORARY)]
        rooms = [room for room in ROOMS if (self.path / room).is_dir() and any((self.path / room).iterdir())]
        if rooms or any(entry.name not in (*ROOMS, *BESIDE) for entry in entries):
            raise ResultsError(f"{self.path} is not empty and holds no results; give another folder with --out")


def known(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; None where there is none yet. Raises ResultsError for a harmed one."""
    return read_manifest(folder) if (folder / MANIFEST).exists() else None


def recovered(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or where that is harmed the one before it; None where both are harmed or missing."""
    for name in (MANIFEST, BEFORE):
        with suppress(ResultsError):
            return read_manifest(folder, name)
    return None
