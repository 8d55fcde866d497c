"""One factor of a sweep file: values of a path, or named variants that set several paths at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import Fault
from sim.scenario.drafting import canonical
from sim.scenario.nodes import Branch, Leaf, Listing, Node, choose_from, fault, shown, text
from sim.scenario.numbers import coded, menu_of, policy_words
from sim.scenario.shape import bounds, lowest
from sim.sweep.factors import Factor, Level

if TYPE_CHECKING:
    from sim.scenario import Scenario

Where = tuple[str | int, ...]

KEYS = ("path", "label", "values", "variants")
LONGEST_LABEL = 120


def factor_of(node: Node, where: Where, scenario: Scenario, faults: list[Fault]) -> Factor | None:
    """Read one factor; what is wrong with it is added to `faults`, and None given back."""
    known = len(faults)
    if not isinstance(node, Branch):
        faults.append(fault(node.place, where, "must be a mapping", "", "write {path: ..., values: [...]}"))
        return None
    for key, entry in node.entries.items():
        if key not in KEYS:
            faults.append(fault(entry.place, (*where, key), "is not a key here", shown(key), choose_from(key, KEYS)))
    _check_label(node, where, faults)
    reader = _Reader(scenario, faults)
    factor = reader.variants(node, where) if "variants" in node.entries else reader.values(node, where)
    return factor if len(faults) == known else None


def _check_label(node: Branch, where: Where, faults: list[Fault]) -> None:
    label = node.entries.get("label")
    if label is None:
        return
    value = label.value if isinstance(label, Leaf) else None
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_LABEL or not value.isprintable():
        faults.append(
            fault(
                label.place,
                (*where, "label"),
                "must be a short line of text",
                shown(value),
                "it names the factor",
            )
        )


class _Reader:
    """Reads levels against the paths and bounds of a scenario."""

    def __init__(self, scenario: Scenario, faults: list[Fault]) -> None:
        self.layout = scenario.layout
        self.menu = menu_of(self.layout)
        self.faults = faults

    def values(self, node: Branch, where: Where) -> Factor | None:
        """Factor of one path and a list of its values."""
        path = self.path(node, text(node, "path"), (*where, "path"))
        listed = node.entries.get("values")
        if not isinstance(listed, Listing) or not listed.items:
            self.faults.append(
                fault(node.place, (*where, "values"), "must be a list of values", "", "write values: [.., ..]")
            )
            return None
        if path is None:
            return None
        levels = []
        for index, item in enumerate(listed.items):
            value = self.value(path, item, (*where, "values", index))
            word = item.value if isinstance(item, Leaf) else None
            levels.append(Level(word if isinstance(word, str) else f"{value:.10g}", ((path, value),)))
        self._distinct(levels, listed, (*where, "values"))
        return Factor(path, text(node, "label") or path, tuple(levels), self.layout.quantity(path).unit != "policy")

    def variants(self, node: Branch, where: Where) -> Factor | None:
        """Factor of named alternatives."""
        label = text(node, "label")
        named = node.entries["variants"]
        both = [key for key in ("path", "values") if key in node.entries]
        if both:
            self.faults.append(
                fault(
                    node.entries[both[0]].place,
                    (*where, both[0]),
                    "does not go with variants",
                    "",
                    "give one or the other",
                )
            )
        if not label:
            self.faults.append(
                fault(
                    node.place,
                    (*where, "label"),
                    "is missing",
                    "",
                    "variants need a label: it names their column",
                )
            )
        if not isinstance(named, Branch) or not named.entries:
            self.faults.append(
                fault(
                    named.place,
                    (*where, "variants"),
                    "must be a mapping",
                    "",
                    "write {on: {}, off: {PATH: VALUE}}",
                )
            )
            return None
        levels = tuple(
            Level(name, self._settings(entry, (*where, "variants", name))) for name, entry in named.entries.items()
        )
        return Factor(label, label, levels, numeric=False)

    def _settings(self, node: Node, where: Where) -> tuple[tuple[str, float], ...]:
        if not isinstance(node, Branch):
            self.faults.append(
                fault(
                    node.place,
                    where,
                    "must be a mapping",
                    "",
                    "write {PATH: VALUE}, or {} for the scenario as it is",
                )
            )
            return ()
        found = ((self.path(node, written, (*where, written)), written, item) for written, item in node.entries.items())
        return tuple(
            (path, self.value(path, item, (*where, written))) for path, written, item in found if path is not None
        )

    def path(self, node: Branch, written: str, where: Where) -> str | None:
        """Canonical form of a path of the scenario, or None with a fault noted."""
        path = canonical(written)
        if path in self.layout.paths:
            return path
        place = node.entries[str(where[-1])].place if str(where[-1]) in node.entries else node.place
        self.faults.append(
            fault(
                place,
                where,
                "must be a path of the scenario",
                shown(written),
                choose_from(path, self.layout.paths),
            )
        )
        return None

    def value(self, path: str, node: Node, where: Where) -> float:
        """Number that a level sets a path to; 0 with a fault noted where it is none."""
        quantity = self.layout.quantity(path)
        value = node.value if isinstance(node, Leaf) else None
        if quantity.unit == "policy":
            words = policy_words(quantity, self.menu)
            code = coded(quantity, value, self.menu) if isinstance(value, str) else None
            if code is None:
                rule = f"must be one of {', '.join(words)}"
                self.faults.append(fault(node.place, where, rule, shown(value), choose_from(str(value), words)))
            return code or 0.0
        if isinstance(value, bool) and quantity.unit == "switch":
            return float(value)
        if isinstance(value, bool | str) or value is None or not lowest(quantity) <= value <= quantity.upper:
            remedy = f"it is the {quantity.meaning}, in {quantity.unit}"
            self.faults.append(fault(node.place, where, f"must lie in {bounds(quantity)}", shown(value), remedy))
            return 0.0
        return float(value)

    def _distinct(self, levels: list[Level], listed: Listing, where: Where) -> None:
        labels = [level.label for level in levels]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            self.faults.append(
                fault(listed.place, where, "must not repeat a value", twice[0], "take one of the two out")
            )
