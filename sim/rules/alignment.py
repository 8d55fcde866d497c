"""How alignment changes: bandwagoning, gratitude, fear, structural balance, memory."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip

LATENT_LIMIT = 8.0  # tanh 8 is within 3·10⁻⁷ of 1: beyond it alignment no longer moves


@rule
def aid_felt(gratitude: float, need: float, grievance: float, received: float, given_to_opponent: float) -> float:
    """Gratitude for support, greater when the other side has a backer too (T1), less grievance at the opponent's."""
    return gratitude * (0.5 + need) * received - grievance * given_to_opponent


@rule
def force(
    pull: float,
    influence: float,
    support: float,
    fear: float,
    threat: float,
    balance: float,
    triads: float,
) -> float:
    """Force of the world on latent alignment.

    pull·influence + support − fear·threat + balance·triads: bandwagoning and balancing of threats
    (Walt 1987), structural balance (Kułakowski, Gawroński and Gronek 2005).
    """
    return pull * influence + support - fear * threat + balance * triads


@rule
def net_force(force: float, force_start: float, from_rest: float, memory: float, displacement: float) -> float:
    """Force counted from its start, so that a world at peace rests, or in full where the switch is 0; less memory's.

    force − from_rest·force⁰ − memory·(h − h⁰).
    """
    return force - from_rest * force_start - memory * displacement


@rule
def latent(latent: float, adaptation: float, force: float, shock: float, dt: float) -> float:
    """Latent alignment after a tick: h + η·force·dt + shock."""
    return clip(latent + adaptation * force * dt + shock, -LATENT_LIMIT, LATENT_LIMIT)


@rule
def unbounded_triads(alignment: float, sum_of_products: float, dt: float) -> float:
    """Euler step of da_ij/dt = Σ_o a_io a_oj, diagonal included (Marvel, Kleinberg, Kleinberg and Strogatz 2011).

    Kept for verification: for two states a_12 = a⁰/(1 − (a⁰t)²).
    """
    return alignment + dt * sum_of_products
