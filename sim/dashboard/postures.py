"""The menu of postures: what each brings, and the colour and pattern that it is drawn with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.quantities import Posture as Menu
from sim.quantities import quantities

COLOURS = {1: "$challenger", -1: "$holder"}
"""Colours of support for a side."""
NEUTRAL, IDLE, OTHER = "$mediate", "$quiet", "$c7"
"""Colours of help to both sides, of staying out, and of whatever else takes no side."""
PATTERNS = ("", "x", ".", "\\", "-", "/", "|", "+")
"""Patterns that a posture may be told by, in the order in which they are given where its own is taken."""


@dataclass(frozen=True)
class Posture:
    """A row of the menu.

    Attributes
    ----------
    name : str
    side : int
        The side that it supports: 1 the challenger, -1 the holder, 0 neither.
    amounts : dict of str to float
        What it brings, as `sim.quantities.Posture` declares it.
    """

    name: str
    side: int
    amounts: Mapping[str, float]

    @property
    def idle(self) -> bool:
        """Whether it brings nothing to anybody."""
        return not self.side and not any(self.amounts.values())

    @property
    def fights(self) -> bool:
        """Whether it sends forces of its own for a side, more than foreign fighters."""
        return self.side != 0 and self.amounts["presence"] > self.amounts["proxies"]


def read_menu(scenario: Mapping[str, Any]) -> tuple[Posture, ...]:
    """Postures of a stored scenario, in the order of their codes."""
    rows = scenario["structure"]["postures"]
    return tuple(Posture(str(name), int(side), amounts_of(name, scenario["numbers"])) for name, side in rows)


def closer_anchor(contest: str, party: str, name: str) -> str:
    """Id of the closer look at a posture of a third party."""
    return f"closer-{contest}-{party}-{re.sub(r'[^A-Za-z0-9]+', '-', name)}"


def amounts_of(name: str, numbers: Mapping[str, Any]) -> dict[str, float]:
    """What a posture brings at the start; nothing of what is not stored."""
    return {
        amount: float((numbers.get(f"postures.{name}.{amount}") or {}).get("value", 0.0)) for amount in quantities(Menu)
    }


def posture_styles(menu: Sequence[Posture]) -> list[tuple[str, str]]:
    """Colour by side and pattern by means of each posture, never colour alone.

    Postures of one side and one means are told apart by further patterns, as far as there are any.
    """
    styles: list[tuple[str, str]] = []
    for posture in menu:
        colour, own = colour_of(posture), pattern_of(posture)
        free = (pattern for pattern in (own, *PATTERNS) if (colour, pattern) not in styles)
        styles.append((colour, next(free, own)))
    return styles


def colour_of(posture: Posture) -> str:
    """Colour by side; without one, by what the posture brings."""
    if posture.side:
        return COLOURS[posture.side]
    if posture.idle:
        return IDLE
    return NEUTRAL if posture.amounts["mediation"] or posture.amounts["presence"] else OTHER


def pattern_of(posture: Posture) -> str:
    """Pattern by the strongest means: own forces, foreign fighters, or neither."""
    if posture.side:
        return "x" if posture.fights else "." if posture.amounts["proxies"] else ""
    if posture.amounts["presence"]:
        return "\\"
    return "" if posture.amounts["mediation"] or posture.idle else "-"
