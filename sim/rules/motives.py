"""The utility of a posture, term by term.

Each term is one motive of the commentary (references in brackets) or of the literature, before its
weight. Postures are numbers: aid to a side, presence, mediation, effort, foreign fighters, all in [0, 1].
"""

from __future__ import annotations

from sim.kernel.compiler import rule


@rule
def fidelity(salience: float, aid: float, side: float, affinity_challenger: float, affinity_holder: float) -> float:
    """Stand by the side that one likes (R4, R5, T1), in [−2, 2]."""
    return salience * aid * side * (affinity_challenger - affinity_holder)


@rule
def shortfall(control: float, goal: float) -> float:
    """Distance of the outcome expected at a win probability of 0 from one's goal: θ − 1 − goal, in [−2, 1]."""
    return control - 1.0 - goal


@rule
def balance(salience: float, turmoil: float, win_probability: float, shortfall: float) -> float:
    """Distance of the expected outcome from one's goal: neither victory nor defeat (R6), in [−2, 0].

    Expected outcome: halfway between control now and the win probability with this posture, in units of 2θ − 1, that is
    ½(2θ − 1) + ½(2p − 1) = p + θ − 1.
    """
    return -salience * turmoil * abs(win_probability + shortfall)


@rule
def order(salience: float, turmoil: float, mediation: float, sway: float) -> float:
    """Mediate where leverage over both sides promises a truce (R3, A3; Touval and Zartman 1985), in [0, 1]."""
    return salience * turmoil * mediation * sway


@rule
def primacy(salience: float, mediation: float, rival_mediation: float) -> float:
    """Mediate where rivals do, to keep them out (A1), in [0, 1]."""
    return salience * mediation * rival_mediation


@rule
def obligation(salience: float, aid: float, treaty: float, covered: float) -> float:
    """Keep a defence treaty, on the ground that it covers (R4), in [0, 1]."""
    return salience * aid * treaty * covered


@rule
def wedge(salience: float, aid: float, leverage_other: float, leverage_backed: float, floor: float) -> float:
    """Backing one side pushes the other away, the more one has to lose there (T1), in [−1, 0]."""
    return -salience * aid * leverage_other / (leverage_other + leverage_backed + floor)


@rule
def friction(aid: float, opposed: float) -> float:
    """Do not cross partners and powers that back the other side (T2, T3, A2), in [−1, 0]."""
    return -aid * (opposed if opposed < 1.0 else 1.0)


@rule
def diaspora(aid: float, persons_challenger: float, persons_holder: float, fighting: float) -> float:
    """Taking sides carries the quarrel into one's own cities where both communities are large (R7), in [−1, 0].

    Communities in millions count against two millions, the commentary's figure for each, and at most 1.
    """
    challenger = persons_challenger * 0.5 if persons_challenger < 2.0 else 1.0
    holder = persons_holder * 0.5 if persons_holder < 2.0 else 1.0
    return -aid * (challenger if challenger < holder else holder) * fighting


@rule
def spillover(mediation: float, near: float, fighting: float, proxies: float) -> float:
    """Calm what burns near one's soft borders, fighters from abroad above all (T2), in [0, 1]."""
    return mediation * near * 0.5 * (fighting + proxies)


@rule
def visibility(aid: float, presence: float, influence_challenger: float, influence_holder: float) -> float:
    """The dominant power looks overbearing when it acts (R1), in [−2, 0]."""
    return -(aid + presence) * 0.5 * (influence_challenger + influence_holder)


@rule
def access(presence: float, access: float) -> float:
    """Forces need a way in (K3), in [−1, 0]."""
    return -(1.0 - access) * presence


@rule
def reaction(presence: float, hostility: float) -> float:
    """Sanctioners answer presence, the more hostile they are (R2, K3), in [−1, 0]."""
    return -presence * hostility


@rule
def entry(mediation: float, presence: float, cost: float) -> float:
    """An arena is hard to enter from outside (A1), in [−2, 0]."""
    return -cost * (mediation + presence)


@rule
def effort(effort: float, attention: float) -> float:
    """Effort costs what attention is not there to give (R1), in [−1, 0]."""
    return -effort * (1.0 - attention)


@rule
def habit(same: float) -> float:
    """Inertia: 1 for the posture already held."""
    return same


@rule
def precedent(abstaining: float, precedent: float) -> float:
    """Abstain where one abstained from earlier crises (K4), in [0, 1]."""
    return abstaining * precedent
