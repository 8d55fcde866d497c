"""The world of a scenario without its crises: what moves there moves by itself, or by noise."""

from __future__ import annotations

from dataclasses import replace

from sim.quantities import QUIET
from sim.scenario.scenario import Scenario

ATTACK_RATE = "behaviour.attack_rate"


def at_rest(scenario: Scenario) -> Scenario:
    """The scenario with every contest quiet, nobody attacking, and no event; noise stays as it is."""
    structure = replace(scenario.structure, events=())
    held = {path: float(value) for path, value in resting_values(scenario).items()}
    numbers = {
        path: replace(number, value=held.get(path, number.value))
        for path, number in scenario.numbers.items()
        if not path.startswith("events.")
    }
    return replace(scenario, structure=structure, numbers=numbers)


def resting_values(scenario: Scenario) -> dict[str, int]:
    """Values that hold at rest whatever a draw says, by path."""
    phases = (f"contests.{contest.code}.phase" for contest in scenario.structure.contests)
    return {ATTACK_RATE: 0, **dict.fromkeys(phases, QUIET)}
