"""How rules and phases are compiled and cached.

Numba's own cache is keyed by the file of the cached function alone: a cached caller goes on using
the old code of a rule that lives in another file (numba issue 1833). Kernels are therefore cached in
a folder named by a digest of all compiled sources and compile options, so an edited rule never meets
a stale kernel.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])

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
SETTINGS: Any = numba.config
INTERPRETED = bool(SETTINGS.DISABLE_JIT)


@lru_cache(maxsize=1)
def source_digest() -> str:
    """SHA-256 over every source file that compiled code is made from, in hexadecimal."""
    digest = hashlib.sha256()
    for entry in COMPILED_SOURCES:
        path = HERE / entry
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(HERE).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _cache_name() -> str:
    """Folder name for this combination of sources, lanes, options and compiler."""
    parts = (
        source_digest(),
        os.environ.get("COUNTERPOISE_LANES", ""),
        repr(sorted(OPTIONS.items())),
        str(SETTINGS.BOUNDSCHECK),
        numba.__version__,
        f"{sys.version_info.major}.{sys.version_info.minor}",
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def cache_folder() -> Path:
    """Folder for compiled kernels, proved writable.

    `COUNTERPOISE_CACHE`, else the user's cache folder. Where that cannot be written, a temporary
    folder is used and a line on standard error says that kernels will be compiled again next time.
    """
    base = os.environ.get("COUNTERPOISE_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "counterpoise" / _cache_name()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        folder = Path(tempfile.mkdtemp(prefix="counterpoise-"))
        print(
            f"counterpoise: kernels cannot be kept ({error.strerror or error}); "
            "set COUNTERPOISE_CACHE to a writable folder, or they are compiled at every start",
            file=sys.stderr,
        )
    return folder


def is_warm() -> bool:
    """Whether kernels for these sources have been compiled here before."""
    return INTERPRETED or any(cache_folder().rglob("*advance*.nbi"))


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Collect garbage rarely while the body compiles: of the compiler's many objects hardly any are garbage."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def rule(function: F) -> F:
    """Compile a scalar rule, always inlined into the loop over lanes that calls it, lest that loop stay scalar."""
    return _compile(function, forceinline=True, no_cfunc_wrapper=True)


def part(function: F) -> F:
    """Compile a part of a phase that only compiled code calls: no wrappers, which take longer to compile than it.

    Python must not call it: where there is no wrapper there is nothing to call.
    """
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def phase(function: F) -> F:
    """Compile a phase, a list of parts, into its caller: every further level of calls is optimised over again."""
    return _compile(function, inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True)


def entry(function: F) -> F:
    """Compile what Python calls with a world: the GIL is released."""
    return _compile(function, no_cfunc_wrapper=True)


def _compile(function: F, **more: Any) -> F:
    if INTERPRETED:
        return function
    before = SETTINGS.CACHE_DIR
    SETTINGS.CACHE_DIR = str(cache_folder())
    try:
        return numba.njit(cache=True, **OPTIONS, **more)(function)  # type: ignore[no-any-return]
    finally:
        SETTINGS.CACHE_DIR = before
