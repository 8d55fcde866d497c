"""Amounts in words."""

from __future__ import annotations

from sim.sweep.replicates import counted

UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
MAKING = (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0))


def lasting(seconds: float) -> str:
    """A duration, ``3 hours``."""
    for name, unit in MAKING:
        if seconds >= 1.5 * unit:
            return counted(round(seconds / unit), name)
    return counted(max(1, round(seconds)), "second")


def sized(size: float) -> str:
    """Bytes, ``1.2 GB``."""
    for name, unit in UNITS:
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size:.0f} bytes"
