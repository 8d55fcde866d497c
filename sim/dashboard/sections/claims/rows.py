"""A part of a claim in words and numbers, as the table and its details show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.comparison.claims.naive import naive_words
from sim.phrases import listed

EXPECTED = {"more": "a rise", "less": "a fall", "same": "no difference", "either": "a difference either way"}


@dataclass(frozen=True)
class Beside:
    """An effect in a further world, in words."""

    label: str
    role: str
    value: str
    chance: str
    kept: str
    survives: bool


@dataclass(frozen=True)
class Row:
    """A part of a claim.

    Attributes
    ----------
    anchor : str
        Id of its details.
    name, claim, text, note, source, expected, verdict, why : str
    value, chance, assumptions, signs, arms : str
        Effect, its two intervals, the share of worlds by sign, and the mean of each arm.
    measure, scenario, size, needed : str
    runs : int
    naive : str
        What trivial models say of the effect, in a sentence.
    beside : list of Beside
    turns : list of str
    """

    anchor: str
    name: str
    claim: str
    text: str
    note: str
    source: str
    expected: str
    verdict: str
    why: str
    value: str
    chance: str
    assumptions: str
    signs: str
    arms: str
    measure: str
    scenario: str
    size: str
    needed: str
    runs: int
    naive: str
    beside: list[Beside]
    turns: list[str]


def row(part: Mapping[str, Any]) -> Row:
    """A stored part as the page shows it."""
    effect = part["effect"]
    means = [f"{words} {signed(mean, plus=False)}" for words, mean in part["arms"].items()]
    needed, of_spread = part["needed"], part.get("size")  # earlier versions stored no size
    return Row(
        anchor=f"claim-{part['claim']}-{part['part']}",
        name=part_name(part),
        claim=part["claim text"],
        text=part["text"],
        note=part["note"],
        source=str(part["source"]).removeprefix("document:"),
        expected=EXPECTED[part["expect"]] + (f", within {part['margin']:g}" if part["margin"] else ""),
        verdict=part["verdict"],
        why=part["why"],
        value=signed(effect["value"]),
        chance=span(effect["chance"]),
        assumptions=span(effect["assumptions"]),
        signs=f"{effect['up']:.0%} up, {effect['down']:.0%} down",
        arms=listed(means),
        measure=part["measure"],
        scenario=part["scenario"],
        size=f"{abs(of_spread):.2g}" if of_spread is not None else "",
        needed=f"{needed:,}" if needed else "",
        runs=effect["runs"],
        naive=naive_words(part),
        beside=[_beside(one) for one in part["worlds"]],
        turns=[_turn(one) for one in part["turns"]],
    )


def part_name(part: Mapping[str, Any]) -> str:
    """Claim and part as they are spoken of."""
    return f"{part['claim']} {str(part['part']).replace('-', ' ')}"


def _beside(one: Mapping[str, Any]) -> Beside:
    kept = one["kept"]
    low, high = one["kept interval"]
    left = "" if kept is None else f"{kept:.0%}" + ("" if low is None else f" ({low:.0%} to {high:.0%})")
    effect = one["effect"]
    return Beside(one["label"], one["role"], signed(effect["value"]), span(effect["chance"]), left, one["survives"])


def _turn(one: Mapping[str, Any]) -> str:
    return (
        f"{one['path']}: rank correlation {one['correlation']:+.2f}; a rise in {one['below']:.0%} of the worlds below "
        f"{one['at']:.3g} and in {one['above']:.0%} of those above"
    )


def signed(number: float | None, *, plus: bool = True) -> str:
    """A number with its sign; a dash where there is none."""
    return "–" if number is None else f"{number:+.3g}" if plus and number else f"{number:.3g}"


def span(ends: list[float | None]) -> str:
    """Both ends of an interval."""
    return " to ".join(signed(end) for end in ends)
