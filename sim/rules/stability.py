"""Domestic stability."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip


@rule
def diaspora_unrest(weight: float, persons: float, fighting: float, lean: float) -> float:
    """Unrest among communities from both sides, greater when the state leans to one (R7).

    persons: millions of both communities together, counted against twice two millions, at most 1.
    """
    size = persons * 0.25
    return weight * (size if size < 1.0 else 1.0) * fighting * (0.5 + 0.5 * lean)


@rule
def stability(stability: float, normal: float, recovery: float, strain: float, shock: float, dt: float) -> float:
    """Stability after a tick: s + dt(recovery·(s⁰ − s) − strains) + noise, in [0, 1]."""
    return clip(stability + dt * (recovery * (normal - stability) - strain) + shock, 0.0, 1.0)
