"""Reading paths, values and names of a sweep file against a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.errors import Fault
from sim.experiments.factors import Level
from sim.experiments.lengths import LENGTH, WEEKS
from sim.phrases import choose_from, nearest, shown
from sim.quantities import Quantity
from sim.scenario.checks.values import RefusedValueError, read_value, words_of
from sim.scenario.numbers import coded, meant, menu_of
from sim.scenario.schema.fields import MOST_WEEKS
from sim.scenario.structure import canonical
from sim.scenario.yaml.tree import Branch, Leaf, Node, describe, fault, key_faults

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Where = tuple[str | int, ...]
LONGEST_LABEL = 120


class SweepReader:
    """Reads what stands at a place, and notes what is wrong with it.

    Attributes
    ----------
    scenario : Scenario
    declared : frozenset of str
        Outcomes that the scenario declares.
    faults : list of Fault
        All that was found so far.
    """

    def __init__(self, scenario: Scenario, faults: list[Fault]) -> None:
        self.scenario = scenario
        self.layout = scenario.layout
        self.declared = frozenset(one.name for one in scenario.declared)
        self.menu = menu_of(self.layout)
        self.faults = faults

    @property
    def outcomes(self) -> frozenset[str]:
        """Outcomes of the scenario, those that it declares too."""
        return self.declared.union(self.layout.outcomes)

    def refuse(self, node: Node, where: Where, rule: str, found: str = "", remedy: str = "") -> None:
        """Note a fault."""
        self.faults.append(fault(node.place, where, rule, found, remedy))

    def known(self, node: Branch, where: Where, keys: Sequence[str]) -> None:
        """Note every key that is none of `keys`."""
        self.faults += key_faults(node, where, keys)

    def number(self, node: Branch, key: str, where: Where, limits: tuple[float, float]) -> float | None:
        """Number at a key, or None with a fault noted."""
        found = node.entries.get(key)
        value = found.value if isinstance(found, Leaf) else None
        if isinstance(value, bool | str) or value is None or not limits[0] <= value <= limits[1]:
            self.refuse(found or node, (*where, key), f"must be a number in {_span(limits)}", describe(found))
            return None
        return float(value)

    def whole(self, node: Branch, key: str, where: Where, limits: tuple[int, int]) -> int | None:
        """Whole number at a key, or None with a fault noted."""
        found = node.entries.get(key)
        value = found.value if isinstance(found, Leaf) else None
        if isinstance(value, bool) or not isinstance(value, int) or not limits[0] <= value <= limits[1]:
            rule = f"must be a whole number in [{limits[0]:,}, {limits[1]:,}]"
            self.refuse(found or node, (*where, key), rule, describe(found))
            return None
        return value

    def line(self, node: Branch, key: str, where: Where, remedy: str) -> str:
        """Short text at a key; empty where there is none, or with a fault noted."""
        found = node.entries.get(key)
        if found is None:
            return ""
        value = found.value if isinstance(found, Leaf) else None
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_LABEL or not value.isprintable():
            self.refuse(found, (*where, key), "must be a short line of text", describe(found), remedy)
            return ""
        return value

    def knows(self, written: str) -> bool:
        """Whether a factor may set a path: one of the scenario's numbers, or its length."""
        return written == WEEKS or canonical(written) in self.layout.paths

    def path(self, node: Node, written: str, where: Where) -> str | None:
        """Canonical form of a path of the scenario, or None with a fault noted."""
        path = canonical(written)
        if self.knows(written):
            return path
        remedy = self.meant(path) or choose_from(path, self.layout.paths)
        self.refuse(node, where, "must be a path of the scenario", shown(written), remedy)
        return None

    def meant(self, name: str, labels: Sequence[str] = ()) -> str:
        """What to write instead of a name that is no path, if that can be told."""
        if name == "dt":
            return "all points of a sweep have the same dt: write a sweep for each"
        return nearest(name, [*labels, WEEKS, *self.layout.paths])

    def quantity(self, path: str) -> Quantity:
        """Unit, bounds and meaning of what a path sets; of an event that sets, those of its target."""
        return LENGTH if path == WEEKS else meant(self.layout, path)

    def words(self, path: str) -> tuple[str, ...]:
        """Words that a policy may take here."""
        return words_of(self.layout, path)

    def coded(self, path: str, word: str) -> float | None:
        """Code of a policy's word; None if it may not take it."""
        return coded(self.quantity(path), word, self.menu) if word in self.words(path) else None

    def value(self, path: str, node: Node, where: Where) -> float:
        """Number that a path is set to; 0 with a fault noted where it is none."""
        if path == WEEKS:
            return self.length(node, where)
        try:
            return read_value(self.layout, path, node.value if isinstance(node, Leaf) else None)
        except RefusedValueError as error:
            self.refuse(node, where, error.rule, describe(node), error.remedy)
            return 0.0

    def length(self, node: Node, where: Where, longest: int = MOST_WEEKS) -> float:
        """Weeks that a run is to last; 0 with a fault noted where it is no such number."""
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= longest:
            remedy = "it counts weeks"
            if longest < MOST_WEEKS:
                remedy += ": variants last at most as long as `weeks` at the top of the file, or of the scenario, says"
            self.refuse(node, where, f"must be a whole number in [1, {longest}]", describe(node), remedy)
            return 0.0
        return float(value)

    def level(self, path: str, node: Node, where: Where) -> Level:
        """Level that sets one path."""
        value = self.value(path, node, where)
        word = node.value if isinstance(node, Leaf) else None
        return Level(word if isinstance(word, str) else f"{value:.10g}", ((path, value),))

    def own(self, path: str) -> Level:
        """Level at which a path is as the scenario has it."""
        return Level(self.scenario.word(path), ((path, self.present(path)),))

    def present(self, path: str) -> float:
        """Number that the scenario itself has at a path."""
        return float(self.scenario.structure.weeks) if path == WEEKS else self.scenario.numbers[path].value


def _span(limits: tuple[float, float]) -> str:
    return f"[{limits[0]:g}, {limits[1]:g}]"
