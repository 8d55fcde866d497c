"""Claims and their parts in words and numbers, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.comparison.claims.naive import naive_words
from sim.comparison.claims.verdict import by_claim, verdicts_of
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
    text, note, expected, verdict, why : str
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
    text: str
    note: str
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


@dataclass(frozen=True)
class Claimed:
    """A claim with its parts.

    Attributes
    ----------
    anchor : str
        Id of its details.
    name, text, source, verdicts : str
    parts : list of Row
    """

    anchor: str
    name: str
    text: str
    source: str
    verdicts: str
    parts: list[Row]


def claimed(parts: Sequence[Mapping[str, Any]]) -> list[Claimed]:
    """Stored parts under their claims, as the page shows them."""
    return [
        Claimed(f"claim-{first['claim']}", first["claim"], first["claim text"],
                str(first["source"]).removeprefix("document:"), verdicts_of(own), [row(part) for part in own])
        for own in by_claim(parts) for first in own[:1]
    ]  # fmt: skip


def row(part: Mapping[str, Any]) -> Row:
    """A stored part as the page shows it."""
    effect = part["effect"]
    means = [f"{words} {signed(mean, plus=False)}" for words, mean in part["arms"].items()]
    needed, of_spread = part["needed"], part.get("size")  # earlier versions stored no size
    return Row(
        anchor=f"claim-{part['claim']}-{part['part']}",
        text=part["text"],
        note=part["note"],
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
