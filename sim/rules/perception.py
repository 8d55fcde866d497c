"""What states see of each other: threat (Walt 1987, *The Origins of Alliances*), leverage, attention, turmoil."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import exp


@rule
def danger(mine: float, others: float) -> float:
    """Share of the pair's capability that the other holds, in (0, 1)."""
    return others / (mine + others)


@rule
def threat(nearness: float, danger: float, alignment_of_other: float) -> float:
    """Threat by proximity, power and the other's intention: v · danger · (1 − a_ji)/2, in [0, 1]."""
    return nearness * danger * (1.0 - alignment_of_other) * 0.5


@rule
def attention(stability: float, at_most: float, distraction: float, effort_elsewhere: float) -> float:
    """Attention that a state has left for a contest.

    clip(s·at_most − distraction, 0, 1)/(1 + effort of its postures in other contests).
    """
    free = stability * at_most - distraction
    free = 0.0 if free < 0.0 else (1.0 if free > 1.0 else free)
    return free / (1.0 + effort_elsewhere)


@rule
def camp_leaning(base: float, weight: float, elite: float) -> float:
    """Latent leaning of a camp to a patron: base + weight·elite ties (K1); the leaning itself is its tanh."""
    return base + weight * elite


@rule
def camp_leverage(influence: float, leaning: float) -> float:
    """Leverage over a camp: influence on its host, as far as the camp leans that way."""
    return influence * (1.0 + leaning) * 0.5


@rule
def sway(leverage_challenger: float, leverage_holder: float, scale: float) -> float:
    """How far leverage makes a mediator: min(1, min(ℓ_A, ℓ_H)/scale); none over either side makes none."""
    smaller = leverage_challenger if leverage_challenger < leverage_holder else leverage_holder
    ratio = smaller / scale
    return ratio if ratio < 1.0 else 1.0


@rule
def turmoil(
    fighting: float, truce: float, lasting: float, fresh: float, fade: float, age: float, quiet: float
) -> float:
    """How far a contest calls for order: 1 while fighting, less in a truce and less the older, little otherwise."""
    in_truce = lasting + fresh * exp(-age / fade)
    return 1.0 if fighting > 0.0 else (in_truce if truce > 0.0 else quiet)


@rule
def hostility(alignment: float) -> float:
    """Hostility of one state to another: (1 − a)/2, in [0, 1]."""
    return (1.0 - alignment) * 0.5


@rule
def opposition(aid: float, interdependence: float, alignment: float, danger: float) -> float:
    """What one opposing backer adds to friction: its aid times the mean of partnership and danger."""
    return aid * (interdependence * (1.0 + alignment) * 0.5 + danger) * 0.5
