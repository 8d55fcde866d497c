"""Clocks and tables that the benchmarks share."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
SCENARIO = "post-soviet-2020"


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(works: Sequence[Callable[[], object]], repeats: int) -> NDArray[np.float64]:
    """Wall times of several works in turn, so that noise hits all alike; shape (repeats, works)."""
    return np.array([[seconds(work) for work in works] for _ in range(repeats)])


def python(code: str, *arguments: str, **variables: str) -> str:
    """Run code in a fresh Python of the same kind and give what it prints."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": path} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def replicates(count: int) -> NDArray[np.int64]:
    """Runs of point 0: its first replicates."""
    return np.stack([np.zeros(count, np.int64), np.arange(count)], axis=1)


def spread(values: Sequence[float] | NDArray[np.float64], form: str = ",.0f") -> str:
    """Median with lowest and highest."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def machine() -> str:
    """Processor, its vectors, and versions, in a line."""
    import llvmlite.binding as llvm
    import mesa
    import numba

    features = llvm.get_host_cpu_features()
    vectors = "AVX-512" if features.get("avx512f") else "AVX2" if features.get("avx2") else "no AVX2"
    version = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"{llvm.get_host_cpu_name()}, {vectors}, {os.cpu_count()} cores; "
        f"Python {version}, numba {numba.__version__}, NumPy {np.__version__}, Mesa {mesa.__version__}"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(heads)} |")
    print("|" + "---|" * len(heads))
    for row in rows:
        print(f"| {' | '.join(row)} |")
