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
def utility_of_holding(satisfaction: float, held: float, guarantee: float, in_place: float) -> float:
    """satisfaction·share held + guarantee·peacekeepers in place."""
    return satisfaction * held + guarantee * in_place


@rule
def preference(rationality: float, one: float, other: float) -> float:
    """Probability of preferring one option to another in a binary logit."""
    return logistic(rationality * (one - other))


@rule
def truce_hazard(rate: float, readiness_challenger: float, readiness_holder: float) -> float:
    """Hazard of a truce while fighting, which needs both sides."""
    return rate * readiness_challenger * readiness_holder


@rule
def attack_hazard(rate: float, preference: float, floor: float, age: float, decay: float) -> float:
    """Hazard of an attack by one side in quiet or truce, fading with the age of the phase to a floor."""
    return rate * preference * (floor + exp(-age / decay))


@rule
def weariness(weariness: float, grow: float, fade: float, fighting: float, dt: float) -> float:
    """Weariness after a tick: it grows in fighting and fades in proportion without."""
    return weariness + dt * (grow * fighting - fade * weariness * (1.0 - fighting))
