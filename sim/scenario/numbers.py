"""Numbers of a scenario, each with its range and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sim.kernel.layout import Layout
from sim.quantities import DERIVED, FIGHTING, PHASES, Quantity
from sim.scenario.defaults import CHOOSE
from sim.scenario.structure import real, written_at
from sim.scenario.yaml.tree import Branch, Leaf, Node, find, nearest_place, text

ASSUMPTION = "assumption"
PASSAGE = re.compile(r"document:(S|C|R|T|K|A)[0-9]{0,2}")
DEFAULT = "default"


@dataclass(frozen=True)
class Number:
    """A number with its provenance.

    Attributes
    ----------
    value : float
        The number; for a policy the position of its word.
    range : tuple of float
        Lowest and highest plausible value.
    source : str
        Key of the scenario's sources, a passage of the commentary (``document:T1``), or ``assumption``.
    note : str
        How the figure became the number.
    unit : str
        Unit.
    where : str
        File and line, or ``default``.
    figure : float or None
        What source and note speak of, where the value is another plausible one within the range.
    """

    value: float
    range: tuple[float, float]
    source: str
    note: str
    unit: str
    where: str
    figure: float | None = None

    @property
    def sourced(self) -> float:
        """What source and note speak of: the figure, else the value."""
        return self.value if self.figure is None else self.figure

    @property
    def constant(self) -> bool:
        """Whether its range is a point, so that nothing about it is uncertain."""
        return self.range[0] == self.range[1]


def coded(quantity: Quantity, word: str, menu: Mapping[str, int]) -> float | None:
    """Code of a word: its position among a policy's choices or in the menu of postures, or no number; else None."""
    if quantity.absent and word == quantity.absent:
        return DERIVED
    if quantity.choices:
        return float(quantity.choices.index(word)) if word in quantity.choices else None
    return -1.0 if word == CHOOSE else float(menu[word]) if word in menu else None


def policy_words(quantity: Quantity, menu: Mapping[str, int]) -> tuple[str, ...]:
    """Words that a policy takes."""
    return quantity.choices or (CHOOSE, *menu)


def span(node: Node | None) -> tuple[float, float] | None:
    """Two ends of a range, or None if it is malformed."""
    items = getattr(node, "items", ())
    ends = [real(item) for item in items if isinstance(item, Leaf)] if isinstance(items, tuple) else []
    return (ends[0], ends[1]) if len(ends) == 2 and ends[0] is not None and ends[1] is not None else None


def meant(layout: Layout, path: str) -> Quantity:
    """Quantity whose words and bounds a path takes: its own, or for an event that sets, the target's."""
    for event in layout.structure.events:
        if path == f"events.{event.name}.value" and event.operation == "set":
            return layout.quantity(event.path)
    return layout.quantity(path)


def read_number(tree: Branch, path: str, layout: Layout, prefix: str = "") -> Number:
    """Read the number at a canonical path of a tree without faults, or take the default.

    `prefix` is taken off the file of its place, so that a scenario is the same wherever its folder lies.
    """
    quantity = layout.quantity(path)
    node = find(tree, written_at(tree, path))
    if node is None:
        return _left_out(tree, path, quantity)
    words, menu = meant(layout, path), menu_of(layout)
    if isinstance(node, Leaf):
        return _bare(tree, path, quantity, _value(node, words, menu), str(node.place).removeprefix(prefix))
    given = find(node, ("value",))
    value = _value(given, words, menu)
    source, note = text(node, "source"), text(node, "note")
    low, high = span(find(node, ("range",))) or (value, value)
    if isinstance(node, Branch) and node.was is not None:
        source, note = ASSUMPTION, changed(value, _value(node.was, words, menu), source, note)
        low, high = min(low, value), max(high, value)
    if value == DERIVED:
        low = high = value
    where = str(nearest_place(node, ("value",))).removeprefix(prefix)
    return Number(value, (low, high), source, note, quantity.unit, where, real(node, "figure"))


def menu_of(layout: Layout) -> dict[str, int]:
    """Index of each posture."""
    return {posture: index for index, (posture, _) in enumerate(layout.structure.postures)}


def changed(value: float, was: float, source: str, note: str) -> str:
    """Note of a number whose source stands for another value."""
    now, before = ("no number" if one == DERIVED else f"{one:g}" for one in (value, was))
    return f"set to {now} instead of {before} ({source}): {note}"


def _value(node: Node | None, quantity: Quantity, menu: Mapping[str, int]) -> float:
    found = node.value if isinstance(node, Leaf) else None
    if isinstance(found, str):
        code = coded(quantity, found, menu)
        assert code is not None, "checked before"
        return code
    return float(found or 0.0)


def default_of(tree: Branch, path: str, quantity: Quantity) -> float:
    """Value of a number that a config leaves out."""
    return 0.0 if _is_age_of_fighting(tree, path) else quantity.default or 0.0


def _is_age_of_fighting(tree: Branch, path: str) -> bool:
    """Whether a path is the age of a contest that starts in fighting, whose first week is the run's."""
    *contest, field = path.split(".")
    phase = find(tree, (*contest, "phase"))
    word = find(phase, ("value",)) if isinstance(phase, Branch) else phase
    return contest[0] == "contests" and field == "age" and isinstance(word, Leaf) and word.value == PHASES[FIGHTING]


def age_of_fighting(unit: str) -> Number:
    """Age of a contest that starts in fighting."""
    return Number(0.0, (0.0, 0.0), ASSUMPTION, "the run sees the fighting from its first week", unit, DEFAULT)


def _left_out(tree: Branch, path: str, quantity: Quantity) -> Number:
    return age_of_fighting(quantity.unit) if _is_age_of_fighting(tree, path) else _default(quantity)


def _default(quantity: Quantity) -> Number:
    value = float(quantity.default or 0.0)
    low, high = (value if end is None else end for end in (quantity.low, quantity.high))
    return Number(value, (low, high), ASSUMPTION, quantity.meaning, quantity.unit, DEFAULT)


def _bare(tree: Branch, path: str, quantity: Quantity, value: float, where: str) -> Number:
    source, note = ASSUMPTION, quantity.meaning
    if path.startswith("events."):
        event = path.split(".")[:2]
        source, note = text(tree, *event, "source") or source, text(tree, *event, "note") or note
    low, high = (value, value) if quantity.low is None else _default(quantity).range  # without a range a constant
    return Number(value, (min(low, value), max(high, value)), source, note, quantity.unit, where)
