"""What this process may use of the machine."""

from __future__ import annotations

import os


def cores() -> int:
    """Processors that this process may use, which a batch system may have made fewer than there are."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1
