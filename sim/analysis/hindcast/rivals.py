"""Naive rivals: what trivial models say of a contest between states, of which the model knows everything too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.analysis.hindcast.targets import NUMERIC, Target
from sim.scenario.scenario import Scenario

CAPABILITY, ALIGNMENT = NAIVE = ("capability ratio", "weighted alignment")
NO_CHANGE, BASE_RATE = ("no change", "base rate")
RIVALS = (NO_CHANGE, BASE_RATE, *NAIVE)
"""What a target's score is held against, where the rival says anything of it."""
MEANINGS: Mapping[str, str] = {
    NO_CHANGE: "every outcome stays as it was in the run on the last day that the fit knew",
    BASE_RATE: "how often it held in the stated class of like cases; without such a class, even odds",
    CAPABILITY: "the challenger holds its share of both sides' capability",
    ALIGNMENT: "how third parties lean, weighed by capability; all toward the challenger gives it all",
}


@dataclass(frozen=True)
class Naive:
    """What trivial models say of the share that the challenger comes to hold.

    Attributes
    ----------
    capability : float
        Challenger's capability over that of both sides.
    alignment : float or None
        Half of 1 + m, where m is the mean of half the difference of a third party's alignments with the challenger and
        the holder, weighed by capability; None without third parties.
    """

    capability: float
    alignment: float | None

    def of(self, rival: str) -> float | None:
        """What one of `NAIVE` says."""
        return self.capability if rival == CAPABILITY else self.alignment


def naive_rivals(scenario: Scenario) -> dict[str, Naive]:
    """What trivial models say of each contest between states, by its code.

    Numbers are those that their sources give, where a fit has chosen others: a rival that needs no model needs no fit.
    """
    numbers = scenario.numbers

    def figure(path: str) -> float | None:
        number = numbers.get(path)
        return None if number is None else float(number.value if number.figure is None else number.figure)

    found = {}
    for contest in scenario.structure.contests:
        sides = [figure(f"states.{side}.capability") for side in (contest.challenger, contest.holder)]
        if contest.host is not None or sides[0] is None or sides[1] is None or not sum(sides):  # type: ignore[arg-type]
            continue
        leanings = []
        for party in contest.parties:
            weight = figure(f"states.{party.state}.capability")
            toward = [figure(f"alignments.{party.state}.{side}") for side in (contest.challenger, contest.holder)]
            if weight is not None and toward[0] is not None and toward[1] is not None:
                leanings.append((weight, (toward[0] - toward[1]) / 2.0))
        total = sum(weight for weight, _ in leanings)
        mean = sum(weight * leaning for weight, leaning in leanings) / total if total else None
        found[contest.code] = Naive(sides[0] / (sides[0] + sides[1]), None if mean is None else (1.0 + mean) / 2.0)
    return found


def contest_of(target: Target, naive: Mapping[str, Naive]) -> str | None:
    """Contest whose control a target is the number of; None for every other target."""
    if target.kind != NUMERIC or target.expressions[0].text.strip() not in {f"control.{code}" for code in naive}:
        return None
    return target.expressions[0].text.strip().partition(".")[2]
