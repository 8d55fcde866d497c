"""Writing a results folder: a reader never sees half a file, and only files of ours are ever replaced."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from sim import tables
from sim.errors import ResultsError, UnreadableError
from sim.files import TEMPORARY, StrangeFileError, is_there, read_file, write_file
from sim.storage.lock import LOCK, Lock
from sim.storage.log import LOG, Logbook
from sim.storage.manifest import BEFORE, DESIGN, FIT_PARTS, MANIFEST, PART, REASONS, read_manifest, seal, sealed
from sim.storage.page_mark import DASHBOARD, is_current
from sim.storage.parts import part_content, read_part, unreadable

ROOMS = ("runs", "series")
FINDINGS = "findings"
"""Folder of the findings within that of the results."""
FINDING = re.compile(r"[a-z][a-z0-9-]{0,63}")
"""Name of a finding, whose file ends in ``.json``."""
BESIDE = (LOCK, LOG)
"""What stands in a folder and is no result."""


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
            self._drop_old_page()
            for file in (*unfinished(self.path), *_parts_in(self.path)):
                if file.relative_to(self.path).as_posix() not in self.manifest["parts"]:
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
        rows = [0]

        def fill(stream: BinaryIO) -> None:
            rows[0] = tables.write(chunks, stream)

        with mendable(self.path):
            digest = write_file(self.path / name, fill)
        self.manifest["parts"][name] = {"rows": rows[0], "sha256": digest, **more}

    def put_bytes(self, name: str, content: bytes) -> None:
        """Write a file that is no table and note it; `save` enters it in the manifest on disk."""
        with mendable(self.path):
            digest = write_file(self.path / name, content)
        self.manifest["parts"][name] = {"rows": 0, "sha256": digest}

    def copy(self, name: str, source: Path, part: Mapping[str, Any]) -> None:
        """Take over a part of another folder as it is, with what that one's manifest says of it."""
        content = part_content(source, name, part)
        with mendable(self.path):
            write_file(self.path / name, content)
        self.manifest["parts"][name] = dict(part)

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """One part, or some columns of it."""
        return read_part(self.path, self.manifest, name, columns)

    def save(self) -> None:
        """Write the manifest."""
        parts = self.manifest["parts"]
        self.manifest["parts"] = dict(sorted(parts.items()))
        self.manifest["failures"] = sum(part.get("failures", 0) for part in parts.values())
        with mendable(self.path):
            self._keep_before()
            write_file(self.path / MANIFEST, sealed(self.manifest).encode())

    def _keep_before(self) -> None:
        """Keep the present manifest beside the next one."""
        beside = self.path / f".{secrets.token_hex(8)}{TEMPORARY}"
        if (self.path / MANIFEST).is_symlink():
            return
        try:
            os.link(self.path / MANIFEST, beside, follow_symlinks=False)
            os.replace(beside, self.path / BEFORE)
        except (OSError, NotImplementedError):  # some systems know no links
            with suppress(FileNotFoundError, StrangeFileError):
                write_file(self.path / BEFORE, read_file(self.path / MANIFEST))

    def finish(self) -> None:
        """Declare the folder complete."""
        self.manifest["complete"] = True
        self.save()
        self._drop_old_page()

    def _drop_old_page(self) -> None:
        """Take away a page of earlier results, which would pass for one of the present ones."""
        if not is_current(self.path, seal(self.manifest)):
            with mendable(self.path):
                (self.path / DASHBOARD).unlink(missing_ok=True)

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
            for name in (MANIFEST, BEFORE, DESIGN, REASONS, DASHBOARD, LOG, *FIT_PARTS):
                (self.path / name).unlink(missing_ok=True)
            for file in (*unfinished(self.path), *_parts_in(self.path), *findings_in(self.path)):
                file.unlink()

    def _refuse_foreign(self) -> None:
        """Refuse a folder that is not ours to write in."""
        linked = [name for name in (*ROOMS, *BESIDE) if (self.path / name).is_symlink()]
        if linked:
            raise ResultsError(
                f"{self.path / linked[0]} is a link; results stay within their folder: give another one with --out"
            )
        if is_there(self.path / MANIFEST) or recovered(self.path) is not None:
            return
        entries = [entry for entry in self.path.iterdir() if not entry.name.endswith(TEMPORARY)]
        rooms = [room for room in ROOMS if (self.path / room).is_dir() and any((self.path / room).iterdir())]
        if rooms or any(entry.name not in (*ROOMS, *BESIDE) for entry in entries):
            raise ResultsError(f"{self.path} is not empty and holds no results; give another folder with --out")


def known(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; None where there is none yet. Raises ResultsError for a harmed one."""
    try:
        return read_manifest(folder) if is_there(folder / MANIFEST) else None
    except OSError as error:
        raise unreadable(folder, error) from error


def recovered(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or where that is harmed the one before it; None where both are harmed or missing.

    Raises
    ------
    UnreadableError
        If one is there and cannot be read now.
    """
    for name in (MANIFEST, BEFORE):
        try:
            return read_manifest(folder, name)
        except UnreadableError:
            raise
        except ResultsError:
            continue
    return None


def tidy(folder: Path) -> None:
    """Take away what a process that died left in a complete folder, where that can be written and nobody does."""
    with suppress(OSError, ResultsError):
        if is_there(folder / LOCK) or any(unfinished(folder)):
            lock = Lock(folder)
            lock.take()
            try:
                for file in unfinished(folder):
                    file.unlink()
            finally:
                lock.release()


def unfinished(folder: Path) -> Iterator[Path]:
    """Files of ours that were never finished."""
    for room in (folder, *(folder / name for name in ROOMS)):
        yield from room.glob(f".*{TEMPORARY}")
    yield from folder.glob(f"{DASHBOARD}.part")  # as earlier versions called it


def findings_in(folder: Path) -> Iterator[Path]:
    """Findings that are stored about the results of a folder; none in a folder of findings that is a link."""
    room = folder / FINDINGS
    if not room.is_symlink():
        yield from (file for file in sorted(room.glob("*.json")) if FINDING.fullmatch(file.stem))


def _parts_in(folder: Path) -> Iterator[Path]:
    """Files with names of parts, listed in the manifest or not."""
    for room in ROOMS:
        for file in (folder / room).glob("part-*.parquet"):
            if PART.fullmatch(f"{room}/{file.name}"):
                yield file
