"""What this process may use of the machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

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
