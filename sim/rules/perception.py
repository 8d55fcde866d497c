"""Threat and danger between states (Walt 1987, *The Origins of Alliances*)."""

from __future__ import annotations

from sim.kernel.compiler import rule


@rule
def danger(mine: float, others: float) -> float:
    """Share of the pair's capability that the other holds, in (0, 1)."""
    return others / (mine + others)


@rule
def threat(nearness: float, danger: float, alignment: float) -> float:
    """Threat by proximity, power and intention: v · danger · (1 − a)/2, in [0, 1]."""
    return nearness * danger * (1.0 - alignment) * 0.5


@rule
def attention(stability: float, at_most: float, distraction: float, effort_elsewhere: float) -> float:
    """Attention that a state has left for a contest.

    clip(s·α⁰ − distraction, 0, 1)/(1 + effort of its postures in other contests).
    """
    free = stability * at_most - distraction
    free = 0.0 if free < 0.0 else (1.0 if free > 1.0 else free)
    return free / (1.0 + effort_elsewhere)
