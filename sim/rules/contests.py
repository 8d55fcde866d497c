"""Strength, win probability and movement of a contest; disputes among backers."""

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
def forces(commit: float, capability: float, access: float, scale: float) -> float:
    """Strength that one unit of presence adds to a side: commit · m_i · access over scale.

    scale is 1 between states, whose strength is counted in capability, and the host's capability for camps.
    """
    return commit * capability * access / scale


@rule
def camp_strength(share: float, coercion: float, stability: float, in_office: float) -> float:
    """A camp's own strength: popular share, and for the camp in office the host's means of coercion."""
    return share + coercion * stability * in_office


@rule
def win_probability(log_strength: float, log_other: float, decisiveness: float) -> float:
    """Win probability (Tullock 1980; Hirshleifer 1989): S_x^γ/(S_x^γ + S_y^γ), from ln S_x and ln S_y."""
    return 1.0 / (1.0 + exp(decisiveness * (log_other - log_strength)))


@rule
def strength_balance(challenger: float, holder: float) -> float:
    """Balance of strength (S_A − S_H)/(S_A + S_H), in (−1, 1)."""
    return (challenger - holder) / (challenger + holder)


@rule
def shift(pace: float, win_probability: float, shock: float, weeks: float) -> float:
    """How far the front moves in some weeks of fighting: weeks·pace·(p − ½) + noise."""
    return weeks * pace * (win_probability - 0.5) + shock


@rule
def control(control: float, pace: float, win_probability: float, shock: float, weeks: float) -> float:
    """Control after some weeks of fighting: θ + weeks·pace·(p − ½) + noise, in [0, 1]."""
    return clip(control + shift(pace, win_probability, shock, weeks), 0.0, 1.0)


@rule
def weeks_at_the_end(control: float, shift: float, margin: float, weeks: float) -> float:
    """Weeks of fighting in which a side holds no more of the stake than the margin.

    The front moves evenly from where control puts it, and its shift counts in full even where nothing is left to take.
    """
    lower, upper = (control, control + shift) if shift > 0.0 else (control + shift, control)
    spread = upper - lower + 1e-300
    by_challenger = clip((margin - lower + 1e-300) / spread, 0.0, 1.0)
    by_holder = clip((upper - 1.0 + margin + 1e-300) / spread, 0.0, 1.0)
    return weeks * (by_challenger if by_challenger > by_holder else by_holder)


@rule
def capability(capability: float, loss: float, defeat: float, weeks: float) -> float:
    """Capability after some weeks of fighting: a share loss·(probability of defeat) is lost a week."""
    return capability * (1.0 - weeks * loss * defeat)


@rule
def rivalry_hazard(rate: float, aid_one: float, aid_two: float, presence: float, interdependence: float) -> float:
    """Hazard of a dispute (presence 1) or of a clash (mean presence) between backers of opposite sides (T2, T3)."""
    return rate * aid_one * aid_two * presence * (1.0 - interdependence)
