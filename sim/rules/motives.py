"""Motives: what a unit of that which a posture brings is worth to a third party, before the weight of the motive.

Every rule but the first two has the name of a motive, and gives its value for one unit of what brings it. References
in brackets lead to the commentary. x is the side that a posture backs, y the other.
"""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip


@rule
def line_ahead(control: float, reach: float, win_probability: float) -> float:
    """What the challenger gains if the fighting goes on, in control: clip(θ + F·pace·(p − ½), 0, 1) − θ.

    reach is F·pace: how far the front moves within one's foresight at the greatest.
    """
    return clip(control + reach * (win_probability - 0.5), 0.0, 1.0) - control


@rule
def distance(gap: float, silence: float, gained: float) -> float:
    """Distance of the line expected ahead from one's goal: |2θ − 1 − goal + 2(1 − keep)·gained|, in [0, 4].

    gap is 2θ − 1 − goal, now; keep the probability of silence; gained the challenger's gain otherwise.
    """
    return abs(gap + 2.0 * (1.0 - silence) * gained)


@rule
def fidelity(salience: float, turmoil: float, affinity_backed: float, affinity_other: float) -> float:
    """Stand by the side that one likes, while it needs it (R4, R5, T1), in [−2, 2].

    salience · turmoil · (affinity_x − affinity_y)
    """
    return salience * turmoil * (affinity_backed - affinity_other)


@rule
def balance(salience: float, turmoil: float) -> float:
    """Keep the line ahead near one's goal, which at 0 is neither total victory nor clear defeat (R6), in [−1, 0].

    − salience · turmoil; 0 without a goal
    """
    return -salience * turmoil


@rule
def order(salience: float, turmoil: float) -> float:
    """Raise the prospects of silence (R3, A3; Touval and Zartman 1985; Beardsley 2011), in [0, 1].

    salience · turmoil
    """
    return salience * turmoil


@rule
def primacy(salience: float, turmoil: float) -> float:
    """Leave no peace for rivals to make (A1), in [−1, 0].

    − salience · turmoil
    """
    return -salience * turmoil


@rule
def obligation(salience: float, turmoil: float, treaty: float, covered: float) -> float:
    """Keep a defence treaty, on the ground that it covers (R4), in [0, 1].

    salience · turmoil · L_treaty,ix · covered_cx (the host's treaty for both camps)
    """
    return salience * turmoil * treaty * covered


@rule
def wedge(salience: float, leverage_other: float, leverage_backed: float, floor: float) -> float:
    """Backing one side pushes the other away, the more one has to lose there (T1), in [−1, 0].

    − salience · ℓ_iy/(ℓ_iA + ℓ_iH + wedge_floor)
    """
    return -salience * leverage_other / (leverage_other + leverage_backed + floor)


@rule
def friction(opposed: float) -> float:
    """Do not cross partners and powers that back the other side (T2, T3, A2), in [−1, 0].

    − min(1, Σ over backers o of y: opposition_io)
    """
    return -(opposed if opposed < 1.0 else 1.0)


@rule
def diaspora(persons_challenger: float, persons_holder: float, fighting: float) -> float:
    """Taking sides carries the quarrel into one's own cities where both communities are large (R7), in [−1, 0].

    − min(1, diaspora_iA/2, diaspora_iH/2) · fighting; two million persons are the commentary's figure for each
    """
    challenger = persons_challenger * 0.5 if persons_challenger < 2.0 else 1.0
    holder = persons_holder * 0.5 if persons_holder < 2.0 else 1.0
    return -(challenger if challenger < holder else holder) * fighting


@rule
def spillover(near: float, fighting: float, proxies: float) -> float:
    """Calm what burns near one's soft borders, fighters from abroad above all (T2), in [0, 1].

    near · (fighting + others' proxies, at most 1)/2
    """
    return near * 0.5 * (fighting + proxies)


@rule
def visibility(influence_challenger: float, influence_holder: float) -> float:
    """The dominant power looks overbearing when it acts (R1), in [−1, 0].

    − (I_iA + I_iH)/2, for camps I_i,host
    """
    return -0.5 * (influence_challenger + influence_holder)


@rule
def access(access: float) -> float:
    """Forces need a way in (K3), in [−1, 0].

    − (1 − access)
    """
    return -(1.0 - access)


@rule
def reaction(hostility: float) -> float:
    """Sanctioners answer presence without consent, the more hostile they are (R2, K3), in [−1, 0].

    − Σ_o κ_io hostility_oi, over sanctioners, weights scaled to sum to 1
    """
    return -hostility


@rule
def entry(cost: float) -> float:
    """An arena is hard to enter from outside (A1), in [−1, 0].

    − entry_cost
    """
    return -cost


@rule
def effort(attention: float) -> float:
    """Effort costs what attention is not there to give (R1), in [−1, 0].

    − (1 − α); weight 1
    """
    return -(1.0 - attention)


@rule
def habit() -> float:
    """Inertia: what is held is kept; nothing is at tick 0.

    1
    """
    return 1.0


@rule
def precedent(precedent: float) -> float:
    """Abstain where one abstained from earlier crises (K4), in [0, 1].

    precedent
    """
    return precedent
