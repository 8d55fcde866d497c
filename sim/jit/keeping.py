"""Where compiled code is kept, and that it is what it was when it was written."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

HERE = Path(__file__).parents[1]
COMPILED_SOURCES = (
    "jit",
    "lanes.py",
    "draws.py",
    "quantities.py",
    "measures.py",
    "world",
    "rules",
    "dynamics",
)
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False, "_nrt": False}
"""Numba's options for every function."""
SETTINGS = ("COUNTERPOISE_LANES", "NUMBA_BOUNDSCHECK", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")
"""Variables of the environment that change the code."""
INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
DIGEST = 32
"""Bytes of the digest before each object."""


@lru_cache(maxsize=1)
def source_digest() -> str:
    """SHA-256 over every source file that compiled code is made from, in hexadecimal, as they were when imported."""
    digest = hashlib.sha256()
    for entry in COMPILED_SOURCES:
        path = HERE / entry
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(HERE).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


source_digest()  # before the files that follow are imported: one edited later is not what this process compiles


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
    inside = Path("counterpoise") / _cache_name()
    try:
        named = os.environ.get("COUNTERPOISE_CACHE") or os.environ.get("XDG_CACHE_HOME")
        folder = (Path(named) if named else Path.home() / ".cache") / inside
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, RuntimeError) as error:  # the latter for a user without a home
        os.environ["COUNTERPOISE_CACHE"] = tempfile.mkdtemp(prefix="counterpoise-")
        folder = os.environ["COUNTERPOISE_CACHE"] / inside
        folder.mkdir(parents=True)
        print(
            f"counterpoise: kernels cannot be kept ({getattr(error, 'strerror', None) or error}); "
            "set COUNTERPOISE_CACHE to a writable folder, or they are compiled at every start",
            file=sys.stderr,
        )
    return folder


def kept(path: Path) -> bytes | None:
    """An object that was kept; None where there is none, or one that is not what was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, code = data[:DIGEST], data[DIGEST:]
    return code if hashlib.sha256(code).digest() == digest else None


def keep(path: Path, code: bytes) -> None:
    """Keep an object: written beside and moved into place, so that nobody meets a part of it."""
    beside = path.with_name(f"{path.name}.{uuid4().hex}")
    beside.write_bytes(hashlib.sha256(code).digest() + code)
    beside.replace(path)
