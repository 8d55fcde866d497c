"""Strength, odds and movement of a contest; turmoil; disputes among backers."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip, exp


@rule
def reinforcement(reach: float, capability: float, access: float, cap: float, own: float) -> float:
    """Strength that one unit of aid adds to a state's side: reach · min(m_i·access, cap·m_x)."""
    usable = capability * access
    limit = cap * own
    return reach * (usable if usable < limit else limit)


@rule
def camp_strength(share: float, coercion: float, stability: float, in_office: float) -> float:
    """A camp's own strength: popular share, and for the camp in office the host's means of coercion."""
    return share + coercion * stability * in_office


@rule
def odds(log_strength: float, log_other: float, decisiveness: float) -> float:
    """Odds of winning a week's fighting (Tullock 1980; Hirshleifer 1989): S^γ/(S^γ + S'^γ), from ln S and ln S'."""
    return 1.0 / (1.0 + exp(decisiveness * (log_other - log_strength)))


@rule
def strength_balance(challenger: float, holder: float) -> float:
    """Balance of strength (S_A − S_B)/(S_A + S_B), in (−1, 1)."""
    return (challenger - holder) / (challenger + holder)


@rule
def turmoil(
    fighting: float, truce: float, lasting: float, fresh: float, fade: float, age: float, quiet: float
) -> float:
    """How far a contest calls for order: 1 while fighting, less in a truce and less the older, little otherwise."""
    in_truce = lasting + fresh * exp(-age / fade)
    return 1.0 if fighting > 0.0 else (in_truce if truce > 0.0 else quiet)


@rule
def moved(control: float, pace: float, odds: float, shock: float, dt: float) -> float:
    """Control after a tick of fighting: θ + dt·pace·(p − ½) + noise, in [0, 1]."""
    return clip(control + dt * pace * (odds - 0.5) + shock, 0.0, 1.0)


@rule
def worn(capability: float, loss: float, odds_against: float, dt: float) -> float:
    """Capability after a tick of fighting: a share loss·(odds of the other side) is lost a week."""
    return capability * (1.0 - dt * loss * odds_against)


@rule
def rivalry_hazard(rate: float, aid_one: float, aid_two: float, presence: float, interdependence: float) -> float:
    """Hazard of a dispute (presence 1) or of a clash (mean presence) between backers of opposite sides (T2, T3)."""
    return rate * aid_one * aid_two * presence * (1.0 - interdependence)
