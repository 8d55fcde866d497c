"""What the sides of a contest want: to fight, to hold, or to stop."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import exp, logistic


@rule
def gain(win_probability: float, held: float) -> float:
    """Expected gain from fighting: (2p − 1) times what one lacks if likely to win, else what one holds, in [−1, 1]."""
    at_stake = 1.0 - held if win_probability > 0.5 else held
    return (2.0 * win_probability - 1.0) * at_stake


@rule
def utility_of_fighting(
    stake: float,
    gain: float,
    boldness: float,
    backing: float,
    cost: float,
    weariness: float,
    deterrence: float,
    opposing_presence: float,
) -> float:
    """stake·gain + boldness·backing − cost·weariness − deterrence·opposing presence."""
    return stake * gain + boldness * backing - cost * weariness - deterrence * opposing_presence


@rule
def utility_of_truce(
    persuasion: float,
    mediator: float,
    satisfaction: float,
    held: float,
    guarantee: float,
    offered: float,
    distrust: float,
    enmity: float,
) -> float:
    """persuasion·best mediator + satisfaction·share held + guarantee·peacekeepers offered − distrust·enmity.

    Only leverage over both sides makes a mediator (Touval and Zartman 1985; Beardsley 2011).
    """
    return persuasion * mediator + satisfaction * held + guarantee * offered - distrust * enmity


@rule
def utility_of_holding(
    satisfaction: float,
    held: float,
    guarantee: float,
    in_place: float,
    upkeep: float,
    persuasion: float,
    mediator: float,
) -> float:
    """satisfaction·share held + guarantee·peacekeepers in place + upkeep·persuasion·best mediator.

    A mediator upholds the truce that it brought about, with part of its persuasion.
    """
    return satisfaction * held + guarantee * in_place + upkeep * persuasion * mediator


@rule
def preference(rationality: float, one: float, other: float) -> float:
    """Probability of preferring one option to another in a binary logit."""
    return logistic(rationality * (one - other))


@rule
def truce_hazard(rate: float, readiness_challenger: float, readiness_holder: float) -> float:
    """Hazard of a truce while fighting, which needs both sides."""
    return rate * readiness_challenger * readiness_holder


@rule
def exposure(floor: float, fresh: float, decay: float, weeks: float) -> float:
    """Weeks of full hazard that some weeks of quiet or truce amount to: ∫ (floor + e^(−age/decay)) d age.

    fresh is e^(−age/decay) at the start of those weeks.
    """
    return floor * weeks + decay * fresh * (1.0 - exp(-weeks / decay))


@rule
def attack_hazard(rate: float, preference: float, exposure: float) -> float:
    """Integrated hazard of an attack in quiet or truce over weeks of a given exposure."""
    return rate * preference * exposure


@rule
def waiting_time(exponential: float, hazard: float) -> float:
    """Time after which a hazard, integrated, reaches an Exp(1) draw; beyond all horizons where there is none."""
    return exponential / hazard if hazard > 1e-300 else 1e300


@rule
def odds_of_calm(calm: float, stake: float, gain: float) -> float:
    """Odds e^(λ(U_calm − U_fight)) of keeping calm against fighting.

    calm is λ(U_calm − U_fight) without the gain of fighting, stake the weight λ·stake of that gain.
    """
    return exp(calm - stake * gain)


@rule
def silence(fighting: float, scale: float, challenger: float, holder: float) -> float:
    """Probability that the guns are silent some weeks ahead, from the odds of both sides to keep calm.

    While fighting 1 − e^(−scale·P_A·P_H): scale the weeks times the rate of truces, P = odds/(1 + odds) readiness for
    one. Else e^(−scale·(A_A + A_H)): scale the exposure of those weeks times the rate of attacks, A = 1/(1 + odds)
    the preference for one.
    """
    one, two = 1.0 / (1.0 + challenger), 1.0 / (1.0 + holder)
    hazard = scale * ((1.0 - one) * (1.0 - two) if fighting > 0.0 else one + two)
    kept = exp(-hazard)
    return 1.0 - kept if fighting > 0.0 else kept


@rule
def weariness(weariness: float, grow: float, fade: float, fighting: float, dt: float) -> float:
    """Weariness after a tick: it grows in the share that was fought, and fades in proportion in the rest."""
    return weariness + dt * (grow * fighting - fade * weariness * (1.0 - fighting))
