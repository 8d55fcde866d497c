"""What this process may use of the machine, and results in order from several threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

GROUP = Path("/sys/fs/cgroup")
KILOBYTE = 1024


def cores() -> int:
    """Processors that this process may use, which a batch system may have made fewer than there are."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def free_memory() -> int | None:
    """Bytes that this process may still take: what is free, or what its group may still have; None if unknown."""
    found: list[int] = []
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(KILOBYTE * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]))
    with suppress(OSError, ValueError):
        limit, used = ((GROUP / name).read_text(encoding="ascii") for name in ("memory.max", "memory.current"))
        found.append(max(0, int(limit) - int(used)))
    return min(found, default=None)


def in_order(task: Callable[[A], B], arguments: Iterable[A], threads: int) -> Iterator[B]:
    """Results in the order of their arguments, with at most two tasks a thread under way; one thread is this one."""
    if threads == 1:
        yield from map(task, arguments)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _, future in futures_in_order(lambda argument: pool.submit(task, argument), arguments, 2 * threads):
            yield future.result()


def futures_in_order(
    submit: Callable[[A], Future[B]], arguments: Iterable[A], ahead: int
) -> Generator[tuple[A, Future[B]], None, None]:
    """Arguments with their futures, in order, at most `ahead` of them under way; at the end the rest is cancelled."""
    waiting: deque[tuple[A, Future[B]]] = deque()
    try:
        for argument in arguments:
            waiting.append((argument, submit(argument)))
            if len(waiting) == ahead:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()
