"""What a target's score is held against, where it says anything of it: rivals that need no model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sim.analysis.hindcast.targets import NUMERIC, Target
from sim.comparison.rivals import ALIGNMENT, CAPABILITY, NO_CHANGE, known_of, naive
from sim.comparison.rivals import MEANINGS as NAIVE_MEANINGS
from sim.phrases import date_words
from sim.scenario.scenario import Scenario

BASE_RATE = "base rate"
RIVALS = (NO_CHANGE, BASE_RATE, CAPABILITY, ALIGNMENT)
MEANINGS: Mapping[str, str] = {
    NO_CHANGE: "every outcome stays as it was in the run on the last day that the fit knew",
    BASE_RATE: "how often it held in the stated class of like cases; without such a class, even odds",
    **{name: NAIVE_MEANINGS[name] for name in (CAPABILITY, ALIGNMENT)},
}


def rival_words(rival: str, until: str) -> str:
    """A rival as a reader has it; where nothing changes, all stays as `until`, the last day that the fit knew."""
    return f"as on {date_words(date.fromisoformat(until))}" if rival == NO_CHANGE else rival


def naive_rivals(scenario: Scenario) -> dict[str, dict[str, float]]:
    """What trivial models say of the control of each contest between states, by its code and their names."""
    known = known_of(scenario)
    found = {code: naive(known, f"control.{code}") for code, sides in known.contests.items() if sides.host is None}
    return {code: says for code, says in found.items() if says}


def contest_of(target: Target, naive: Mapping[str, Mapping[str, float]]) -> str | None:
    """Contest whose control a target is the number of; None for every other target."""
    if target.kind != NUMERIC or target.expressions[0].text.strip() not in {f"control.{code}" for code in naive}:
        return None
    return target.expressions[0].text.strip().partition(".")[2]
