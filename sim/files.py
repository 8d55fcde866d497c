"""Paths as they are given, and files where others can write: none is read or written through a link."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import BinaryIO

from sim.errors import ConfigError, Fault, visible

TEMPORARY = ".writing"
"""End of the names of files that are not finished."""
CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How files are opened: no link is followed, and no pipe waited for."""
STRANGE = (errno.ELOOP, errno.EMLINK, errno.ENXIO)
"""What systems answer where a link or a socket is opened so."""


NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR)
"""What systems answer where a path leads to nothing."""

LONGEST_SHOWN = 80


class StrangeFileError(OSError):
    """A link, folder, pipe or device stands where an ordinary file is wanted."""


def place(given: object) -> Path:
    """Path that was given, from the user's home where it begins with ``~``.

    Raises
    ------
    ConfigError
        For what is no path, or one at which nothing can be.
    """
    try:
        path = Path(given).expanduser()  # type: ignore[arg-type]
        path.lstat()
    except OSError as error:
        if error.errno not in NOTHING_THERE:
            raise _unreachable(given, error.strerror or str(error)) from error
    except (RuntimeError, TypeError, ValueError) as error:  # no such home; a character that no path has
        raise _unreachable(given, str(error).rstrip(".")) from error
    return path


def _unreachable(given: object, found: str) -> ConfigError:
    remedy = "give another path, or mend the permissions of its folders"
    return ConfigError(
        [Fault("arguments", visible(str(given)[:LONGEST_SHOWN]), "must be a path that can be reached", found, remedy)]
    )


def open_file(path: Path, *, create: bool = False) -> BufferedReader | BufferedRandom:
    """Open an ordinary file to read it, or with `create` to read and change it in place.

    Parameters
    ----------
    path : Path
    create : bool
        Make it where it is missing.

    Raises
    ------
    StrangeFileError
        For a link, a folder, a pipe or a device.
    OSError
        If the system refuses.
    """
    try:
        number = os.open(path, CAREFUL | (os.O_RDWR | os.O_CREAT if create else os.O_RDONLY), 0o666)
    except IsADirectoryError as error:
        raise _strange(path) from error
    except OSError as error:
        raise _strange(path) if error.errno in STRANGE else error from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise _strange(path)
    return os.fdopen(number, "r+b") if create else os.fdopen(number, "rb")


def read_file(path: Path, most: int | None = None) -> bytes:
    """Content of an ordinary file, or the first `most` bytes of it; raises as `open_file` does."""
    with open_file(path) as stream:
        return stream.read(-1 if most is None else most)


def write_file(path: Path, content: bytes | Callable[[BinaryIO], object]) -> str:
    """Write a file whole or not at all: a new one, which takes the place of what stands there.

    It outlives a power cut. A link that stands there is replaced, and what it leads to stays as it is.

    Parameters
    ----------
    path : Path
    content : bytes or callable
        What to write, or what writes it to a stream.

    Returns
    -------
    str
        SHA-256 of what was written, in hexadecimal.

    Raises
    ------
    OSError
        If the system refuses; then nothing was changed.
    """
    beside = path.with_name(f".{secrets.token_hex(8)}{TEMPORARY}")
    try:
        with beside.open("x+b") as stream:
            if callable(content):
                content(stream)
            else:
                stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    _keep_names(path.parent)
    return digest


def is_there(path: Path) -> bool:
    """Whether anything has a name, be it a link to nowhere; raises OSError where that cannot be told."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _keep_names(folder: Path) -> None:
    """Have a folder's names outlive a power cut, on systems that can do so."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _strange(path: Path) -> StrangeFileError:
    what = "is a link" if path.is_symlink() else "is no ordinary file"
    return StrangeFileError(errno.EINVAL, what, str(path))
