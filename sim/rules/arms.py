"""Procurement (Richardson 1960, *Arms and Insecurity*) and the offer of arms."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import logistic
from sim.quantities import ALLY, BOTH, ENDOGENOUS, TO_CHALLENGER, TO_HOLDER, WEAKER


@rule
def grievance_constant(fatigue: float, reaction: float, normal: float, opponents_normal: float) -> float:
    """Constant of procurement at which the starting capabilities are Richardson's fixed point; may be negative."""
    return fatigue * normal - reaction * opponents_normal


@rule
def demand(constant: float, reaction: float, opponent: float, fatigue: float, capability: float, wear: float) -> float:
    """Arms that a state wants a week: max(0, constant + reaction·opponent − fatigue·m + wear·m)."""
    wanted = constant + reaction * opponent - fatigue * capability + wear * capability
    return wanted if wanted > 0.0 else 0.0


@rule
def offer(commerce: float, fidelity: float, alignment: float, balancing: float, lead: float) -> float:
    """Part of what it could deliver that a supplier offers, in (0, 1).

    logistic(commerce + fidelity·a − balancing·lead), lead = ±(g − goal): by how much the client's side
    stands above the outcome that the supplier wants.
    """
    return logistic(commerce + fidelity * alignment - balancing * lead)


@rule
def offer_by_policy(policy: float, endogenous: float, sign: float, affinity_gap: float, strength_gap: float) -> float:
    """Offer to a side under a fixed policy: 1 to those whom the policy serves, 0 to the rest.

    sign is 1 for the challenger; affinity_gap and strength_gap are this side's less the other's. An ally
    on a tie of affinity, and the weaker on a tie of strength, are both sides.
    """
    served = 1.0 if policy == BOTH else 0.0
    served = 1.0 if policy == ALLY and affinity_gap >= 0.0 else served
    served = 1.0 if policy == WEAKER and strength_gap <= 0.0 else served
    served = 1.0 if policy == TO_CHALLENGER and sign > 0.0 else served
    served = 1.0 if policy == TO_HOLDER and sign < 0.0 else served
    return endogenous if policy == ENDOGENOUS else served


@rule
def wanted_of_suppliers(offered: float, offered_start: float, substitution: float) -> float:
    """What deliveries are shared out of: all that is offered, and what is withheld and nobody fills.

    met + (1 − substitution)·max(0, met⁰ − met): at 1 others fill at once what a supplier withholds, at 0 nobody does.
    """
    withheld = offered_start - offered
    return offered + (1.0 - substitution) * (withheld if withheld > 0.0 else 0.0)


@rule
def arms_level(start: float, delivered: float, delivered_start: float) -> float:
    """Level to which the arms lever moves: its start, scaled by the share of deliveries against the start.

    A stock follows deliveries, so a supplier that stops loses the lever while others' shares grow.
    """
    return start * delivered / delivered_start if delivered_start > 0.0 else 0.0


@rule
def capability(capability: float, demand: float, procured: float, wear: float, dt: float) -> float:
    """Capability after a tick: m + dt(demand · procured − wear·m), procured the part of demand that is delivered."""
    return capability + dt * (demand * procured - wear * capability)
