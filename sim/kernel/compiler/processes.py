"""Phases compiled by as many processes as there are cores."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.kernel.compiler.abi import Kind, serialise
from sim.kernel.compiler.cache import HERE, keep, kept
from sim.kernel.threads import cores

if TYPE_CHECKING:
    from sim.kernel.compiler.forms import Phase


def build(phases: Sequence[Phase], kinds: Mapping[str, Kind]) -> dict[Phase, bytes]:
    """Compile phases, keep their objects, and give them.

    Children compile phases of this package side by side with this process. What one of them fails to compile is left
    to this process, which then says what is wrong.
    """
    order = sorted(phases, key=lambda phase: phase.length, reverse=True)
    shared = [phase for phase in order if phase.is_here]
    with tempfile.TemporaryDirectory(prefix="counterpoise-") as folder:
        job = Path(folder) / "job"
        names = [(one.function.__module__, one.function.__qualname__) for one in shared]
        job.write_text(json.dumps([names, {name: serialise(kind) for name, kind in kinds.items()}]), encoding="utf-8")
        with _children(job, _most_children(shared)) as children:
            compile_share(order, kinds, job.parent)
            for child in children:
                child.wait()
    return {phase: kept(phase.file_name) or _compiled(phase, kinds) for phase in order}


def compile_share(order: Sequence[Phase], kinds: Mapping[str, Kind], claims: Path) -> None:
    """Compile, one after another, the phases that no other process has claimed by a file."""
    for phase in order:
        try:
            (claims / phase.symbol).touch(exist_ok=False)
        except FileExistsError:
            continue
        if kept(phase.file_name) is None:
            _compiled(phase, kinds)


def _compiled(phase: Phase, kinds: Mapping[str, Kind]) -> bytes:
    from sim.kernel.compiler.compile import emit  # noqa: PLC0415 (numba takes half a second)

    with _rarely_collecting():
        code: bytes = emit(phase, kinds)
    keep(phase.file_name, code)
    return code


def _most_children(phases: Sequence[Phase]) -> int:
    """Processes besides this one: no more than there are cores, nor than finish while the longest is compiled."""
    lengths = [phase.length for phase in phases]
    return min(cores(), sum(lengths) // max(lengths, default=1)) - 1


@contextmanager
def _children(job: Path, most: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that compile their share of a job; they end with the body, whatever ends it."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), *filter(None, sys.path)])}
    command = [sys.executable, "-P", "-m", "sim.kernel.compiler", str(job)]
    silent: Any = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    children: list[subprocess.Popen[bytes]] = []
    try:
        with suppress(OSError):  # where no process can be started, this one does it all
            children.extend(subprocess.Popen(command, env=environment, **silent) for _ in range(most))
        yield children
    finally:
        for child in children:
            child.kill()
            child.wait()


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Collect garbage rarely while the body compiles: of the compiler's many objects hardly any are garbage."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
