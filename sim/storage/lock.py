"""One writer a folder: a lock that the system lets go of when its process dies, however it dies."""

from __future__ import annotations

import errno
import json
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from sim.errors import ResultsError
from sim.files import open_file, read_file

fcntl: Any
try:
    import fcntl
except ImportError:  # pragma: no cover (on Windows, where two writers are not told apart)
    fcntl = SimpleNamespace(LOCK_EX=0, LOCK_SH=0, LOCK_NB=0, flock=lambda file, kind: None)

LOCK = ".lock"
GRACE = 0.5
"""Seconds for which a lock is asked for before it counts as taken: whoever reads a folder's status holds it shortly."""
PAUSE = 0.1
UNKNOWN = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
"""What file systems answer that have no locks, as some of clusters."""
LONGEST_TEXT = 4096


class Lock:
    """The lock of a results folder; its text says who holds it and how far they are.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: BinaryIO | None = None
        self._said: dict[str, Any] = {}

    def take(self, wait: bool = False, tell: Callable[[str], None] | None = None) -> None:
        """Take the lock; one that a dead process left is taken over.

        Parameters
        ----------
        wait : bool
            Wait for as long as another process holds it.
        tell : callable, optional
            Told once, in words, whom it waits for.

        Raises
        ------
        ResultsError
            If another process holds it and it is not waited for.
        """
        begun = time.monotonic()
        while not self._try():
            if not wait and time.monotonic() - begun > GRACE:
                raise ResultsError(
                    f"{self.folder} is being written by another process ({self._holder()}); "
                    "wait for it with --wait, or give another folder with --out"
                )
            if wait and tell is not None and time.monotonic() - begun > GRACE:
                tell(f"waiting for another process that writes {self.folder} ({self._holder()})")
                tell = None
            time.sleep(PAUSE)
        self._said = {"host": socket.gethostname(), "pid": os.getpid()}
        self.say()

    def say(self, **more: Any) -> None:
        """Write who holds the lock, and what else there is to say."""
        if self._held is not None:
            text = json.dumps({**self._said, **more}).encode() + b"\n"
            with suppress(OSError):  # a full disk must not end what may still finish
                file = self._held.fileno()
                os.lseek(file, 0, os.SEEK_SET)
                os.ftruncate(file, os.write(file, text))

    def release(self) -> None:
        """Let others write."""
        if self._held is not None:
            with suppress(OSError):
                (self.folder / LOCK).unlink()
            self._held.close()
            self._held = None

    def _try(self) -> bool:
        file = open_file(self.folder / LOCK, create=True)
        if _flock(file, exclusive=True) and _is(file, self.folder / LOCK):
            if os.fstat(file.fileno()).st_nlink == 1:
                self._held = file
                return True
            (self.folder / LOCK).unlink()  # it is the same file as another one, which is not ours to write to
        file.close()
        return False

    def _holder(self) -> str:
        said = _text(self.folder / LOCK)
        return f"process {said['pid']} on {said['host']}" if {"pid", "host"} <= set(said) else "it does not say which"


def holder(folder: Path) -> dict[str, Any] | None:
    """What the living process says that writes a folder; None where there is none."""
    try:
        file = open_file(folder / LOCK)
    except OSError:
        return None
    with file:
        return None if _flock(file, exclusive=False) else _text(folder / LOCK)


def _flock(file: BinaryIO, exclusive: bool) -> bool:
    """Whether a lock was got; a file system without locks gives it to everybody."""
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in UNKNOWN
    return True


def _is(file: BinaryIO, path: Path) -> bool:
    """Whether an open file is still what stands at a path: its holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except OSError:
        return False


def _text(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(read_file(path, LONGEST_TEXT))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
