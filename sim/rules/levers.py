"""Levers move toward a level that follows the client's alignment."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip


@rule
def response(gain: float, alignment: float, alignment_start: float) -> float:
    """Level to which a patron's levers move, over that of the start: 1 + gain·(a − a⁰), a the client's alignment."""
    return 1.0 + gain * (alignment - alignment_start)


@rule
def lever(level: float, target: float, rate: float, dt: float) -> float:
    """Lever after a tick: L + dt·ε(target − L), in [0, 1]."""
    return clip(level + dt * rate * (target - level), 0.0, 1.0)


@rule
def crowding(total: float) -> float:
    """Factor that keeps the shares of one client in one domain from summing above 1."""
    return 1.0 / total if total > 1.0 else 1.0
