"""Where compiled code is kept, and that it is what it was when it was written."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.files import open_file, write_file

HERE = Path(__file__).parents[2]
COMPILED_SOURCES = ("kernel", "quantities.py", "rules", "dynamics")
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False, "_nrt": False}
"""Numba's options for every function."""
SETTINGS = ("COUNTERPOISE_LANES", "NUMBA_BOUNDSCHECK", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")
"""Variables of the environment that change the code."""
INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
DIGEST = 32
"""Bytes of the digest before each object."""
PRIVATE = "COUNTERPOISE_PRIVATE_CACHE"
"""Variable that names the temporary folder to processes that are started by one that has made it."""


@lru_cache(maxsize=1)
def source_digest() -> str:
    """SHA-256 over every source file that compiled code is made from, in hexadecimal, as they were when imported."""
    digest = hashlib.sha256()
    for entry in COMPILED_SOURCES:
        path = HERE / entry
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(HERE).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


source_digest()  # before the files that follow are imported: one edited later is not what this process compiles


@lru_cache(maxsize=1)
def _cache_name() -> str:
    """Folder name for this combination of sources, settings, compiler and processor."""
    import llvmlite.binding as llvm  # noqa: PLC0415 (a tenth of a second)

    parts = (
        source_digest(),
        *(os.environ.get(name, "") for name in SETTINGS),
        repr(sorted(OPTIONS.items())),
        *map(version, ("numba", "llvmlite")),
        llvm.get_process_triple(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
        f"{sys.version_info.major}.{sys.version_info.minor}",
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def cache_folder() -> Path:
    """Folder for compiled code, proved writable.

    `COUNTERPOISE_CACHE`, else the user's cache folder. Where that cannot be written, this process and its
    children use a temporary folder, and a line on standard error says that kernels will be compiled again next time.
    """
    folder = _trusted_folder()
    if folder is not None:
        try:
            for place in (folder.parent, folder):
                place.mkdir(0o755, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError as error:
            _complain(error.strerror or str(error))
    return _private_folder()


def kept(name: str) -> bytes | None:
    """An object that was kept; None where there is none, or one that is not what was written under this name."""
    for folder in _folders():
        with suppress(OSError), open_file(folder / name) as stream:
            data = stream.read() if _distrust(os.fstat(stream.fileno())) is None else b""
            if data[:DIGEST] == _digest(name, data[DIGEST:]):
                return data[DIGEST:]
    return None


def keep(name: str, code: bytes) -> None:
    """Keep an object whole or not at all, so that nobody meets a part of it."""
    try:
        write_file(cache_folder() / name, _digest(name, code) + code)
        (cache_folder() / name).chmod(0o644)  # whatever the process allows others by default
    except OSError as error:
        _complain(error.strerror or str(error))


def _digest(name: str, code: bytes) -> bytes:
    """Digest of an object, which is of use under its own name and in its own folder alone."""
    return hashlib.sha256(f"{_cache_name()}/{name}/".encode() + code).digest()


def _folders() -> Iterator[Path]:
    """Folders in which there may be compiled code."""
    folder = _trusted_folder()
    if folder is not None:
        yield folder
    if PRIVATE in os.environ:
        yield _private_folder()


@lru_cache(maxsize=1)
def _trusted_folder() -> Path | None:
    """The usual folder, there or not; None where others may have put code into it, which is said once."""
    base = os.environ.get("COUNTERPOISE_CACHE") or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if base.startswith("~"):
        _complain("there is no home folder")
        return None
    folder = Path(base) / "counterpoise" / _cache_name()
    for place in (folder.parent, folder):
        with suppress(OSError):
            why = _distrust(place.lstat()) or _distrust(place.stat())
            if why is not None:
                _complain(f"{place} {why}")
                return None
    return folder


def _distrust(found: os.stat_result) -> str | None:
    """Why others may have changed a file or folder; None where only this user, or root, can have."""
    if not hasattr(os, "geteuid"):  # on Windows, where rights are not told so
        return None
    if found.st_uid not in (os.geteuid(), 0):
        return "belongs to another user"
    is_open = found.st_mode & stat.S_IWOTH and not stat.S_ISLNK(found.st_mode)
    return "can be written by everybody" if is_open else None


def _private_folder() -> Path:
    """A temporary folder of this process and those that it starts, which find it by a variable."""
    if PRIVATE not in os.environ:
        os.environ[PRIVATE] = tempfile.mkdtemp(prefix="counterpoise-")
        atexit.register(shutil.rmtree, os.environ[PRIVATE], ignore_errors=True)
    folder = Path(os.environ[PRIVATE]) / _cache_name()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _complain(why: str) -> None:
    """Say once, in this process and those that it starts, that kernels cannot be kept."""
    if PRIVATE not in os.environ:
        print(
            f"counterpoise: kernels cannot be kept ({why}); "
            "set COUNTERPOISE_CACHE to a folder of your own, or they are compiled at every start",
            file=sys.stderr,
        )
