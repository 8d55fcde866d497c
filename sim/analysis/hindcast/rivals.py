"""Naive rivals: what trivial models say of a contest between states, of which the model knows everything too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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

    found = {
        one.code: naive_of(one.challenger, one.holder, [party.state for party in one.parties], figure)
        for one in scenario.structure.contests
        if one.host is None
    }
    return {code: naive for code, naive in found.items() if naive is not None}


def naive_of(
    challenger: str, holder: str, parties: Iterable[str], figure: Callable[[str], float | None]
) -> Naive | None:
    """What trivial models say of one contest between states.

    Parameters
    ----------
    challenger, holder : str
        Codes of the sides.
    parties : iterable of str
        Codes of the third parties.
    figure : callable
        Number at a path of the scenario; None where there is none.

    Returns
    -------
    Naive or None
        None where a side has no capability.
    """
    sides = [figure(f"states.{side}.capability") or 0.0 for side in (challenger, holder)]
    if not all(sides):
        return None
    leanings = []
    for party in parties:
        weight = figure(f"states.{party}.capability")
        toward, away = (figure(f"alignments.{party}.{side}") for side in (challenger, holder))
        if weight is not None and toward is not None and away is not None:
            leanings.append((weight, (toward - away) / 2.0))
    total = sum(weight for weight, _ in leanings)
    mean = sum(weight * leaning for weight, leaning in leanings) / total if total else None
    return Naive(sides[0] / sum(sides), None if mean is None else (1.0 + mean) / 2.0)


def contest_of(target: Target, naive: Mapping[str, Naive]) -> str | None:
    """Contest whose control a target is the number of; None for every other target."""
    if target.kind != NUMERIC or target.expressions[0].text.strip() not in {f"control.{code}" for code in naive}:
        return None
    return target.expressions[0].text.strip().partition(".")[2]
