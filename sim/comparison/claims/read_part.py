"""Reading one part of a claim: its arms, its measure, and the worlds that it is looked at in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sim.comparison.claims.claim import (
    ALL,
    ASKS,
    EXPECTED,
    FORMS,
    FULL,
    MECHANISM,
    SAME,
    STRESS,
    Measure,
    Part,
    Settings,
    World,
    combined,
)  # fmt: skip
from sim.comparison.claims.schema import LONGEST_NAME, MOST_COLUMNS, NAME, PART
from sim.comparison.claims.worlds import read_settings
from sim.errors import Fault
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.lengths import WEEKS
from sim.phrases import choose_from, shown
from sim.quantities import Quantity
from sim.scenario.numbers import menu_of
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, describe, fault, text

LONGEST_TEXT = 1000
WHOLE = World("full", "the whole model", FULL)


@dataclass(frozen=True)
class Shared:
    """What the parts of a file share.

    Attributes
    ----------
    readers : mapping of str to SweepReader
        By scenario; those that could not be loaded are missing.
    worlds : mapping of str to tuple of World
        By scenario.
    named : frozenset of str
        Scenarios that the file names, good or not.
    """

    readers: Mapping[str, SweepReader]
    worlds: Mapping[str, tuple[World, ...]]
    named: frozenset[str]


class PartReader:
    """Reads the parts of one claim, which may have keys in common, and notes what is wrong with them."""

    def __init__(self, shared: Shared, claim: str, common: Mapping[str, Node], faults: list[Fault]) -> None:
        self._shared, self._claim, self._common, self._faults = shared, claim, dict(common), faults

    def read(self, name: str, node: Node) -> Part | None:
        """A part, or None where a fault was noted."""
        where: Where = ("claims", self._claim, "parts", name)
        before = len(self._faults)
        if not isinstance(node, Branch):
            self._faults.append(fault(node.place, where, "must be a mapping", describe(node)))
            return None
        node = Branch({**self._common, **node.entries}, node.place)
        reader = self._reader(node, where)
        if reader is None:
            return None
        reader.known(node, where, PART)
        for key in ("treatment", "outcome", "expect", "mechanisms"):
            if key not in node.entries:
                reader.refuse(node, (*where, key), "is missing", "", "the guide's page on claims says what it is")
        length = self._weeks(node, where, reader)
        part = Part(
            claim=self._claim,
            name=name,
            text=self._sentence(node, "text", where, needed=True),
            scenario=text(node, "scenario"),
            asks=self._word(node, "asks", where, ASKS, ASKS[0]),
            expect=self._word(node, "expect", where, EXPECTED, EXPECTED[0]),
            baseline=combined(length, read_settings(node.entries.get("baseline"), (*where, "baseline"), reader)),
            treatment=read_settings(node.entries.get("treatment"), (*where, "treatment"), reader),
            moderator=self._second(node, where, reader),
            measure=self._measure(node, where, reader),
            margin=self._margin(node, where, reader),
            worlds=self._worlds(node, where, reader),
            note=self._sentence(node, "note", where),
        )
        return part if len(self._faults) == before else None

    def _reader(self, node: Branch, where: Where) -> SweepReader | None:
        named = text(node, "scenario")
        found = self._shared.readers.get(named)
        if found is None and named not in self._shared.named:
            known = [one for one in self._shared.readers if one]
            rule, remedy = "must be a name of `scenarios`", choose_from(named, known) if known else ""
            self._faults.append(fault(node.place, (*where, "scenario"), rule, shown(named), remedy))
        return found

    def _weeks(self, node: Branch, where: Where, reader: SweepReader) -> Settings:
        if "weeks" not in node.entries:
            return ()
        longest = reader.scenario.structure.weeks
        return ((WEEKS, reader.length(node.entries["weeks"], (*where, "weeks"), longest)),)

    def _second(self, node: Branch, where: Where, reader: SweepReader) -> Settings | None:
        given = node.entries.get("second")
        return None if given is None else read_settings(given, (*where, "second"), reader)

    def _worlds(self, node: Branch, where: Where, reader: SweepReader) -> tuple[World, ...]:
        """The whole model, without each mechanism and without all, the shared worlds, and under stress."""
        given, here = node.entries.get("mechanisms"), (*where, "mechanisms")
        if not isinstance(given, Branch) or not given.entries:
            if given is not None:
                reader.refuse(given, here, "must be a mapping", describe(given), "write {NAME: {PATH: VALUE}}")
            return (WHOLE,)
        off = []
        for name, entry in given.entries.items():
            if not re.fullmatch(NAME, name) or len(name) > LONGEST_NAME:
                rule = "must have a short name of letters, digits and hyphens"
                reader.refuse(entry, (*here, name), rule, shown(name))
            settings = read_settings(entry, (*here, name), reader)
            off.append(World(f"without-{name}", f"without {name.replace('-', ' ')}", MECHANISM, settings))
        if len(off) > 1:
            every = combined(*(one.settings for one in off))
            off.append(World("without-all", "without all of these", ALL, every))
        shared = self._shared.worlds.get(text(node, "scenario"), ())
        stress = read_settings(node.entries.get("stress"), (*where, "stress"), reader)
        last = (World("stress", "under stress", STRESS, stress),) if stress else ()
        return (WHOLE, *off, *shared, *last)

    def _margin(self, node: Branch, where: Where, reader: SweepReader) -> float:
        if "margin" in node.entries:
            return reader.number(node, "margin", where, (1e-9, 1e9)) or 0.0
        if text(node, "expect") == SAME:
            reader.refuse(node, (*where, "margin"), "is missing", "", "say below which size an effect counts as none")
        return 0.0

    def _measure(self, node: Branch, where: Where, reader: SweepReader) -> Measure:
        outcome, less = (self._columns(node, key, where, reader) for key in ("outcome", "less"))
        form = self._word(node, "as", where, FORMS, FORMS[0])
        given = [key for key in ("is", "between") if key in node.entries]
        if given and (len(given) > 1 or form != FORMS[0] or less or len(outcome) > 1):
            reader.refuse(node.entries[given[0]], (*where, given[0]), "goes with one outcome, and alone",
                          "", "take away the other of is and between, as, and less")  # fmt: skip
        codes = self._codes(node, where, reader, outcome) if "is" in node.entries else ()
        between = self._between(node, where, reader) if "between" in node.entries else None
        return Measure(outcome, less, form, codes, between)

    def _columns(self, node: Branch, key: str, where: Where, reader: SweepReader) -> tuple[str, ...]:
        given = node.entries.get(key)
        items = given.items if isinstance(given, Listing) else () if given is None else (given,)
        if given is not None and not 0 < len(items) <= MOST_COLUMNS:
            reader.refuse(given, (*where, key), f"must be 1 to {MOST_COLUMNS} outcomes", describe(given))
        return tuple(self._column(item, (*where, key), reader) for item in items)

    def _column(self, node: Node, where: Where, reader: SweepReader) -> str:
        said = node.value if isinstance(node, Leaf) else None
        name, _, statistic = said.partition(":") if isinstance(said, str) else ("", "", "")
        outcomes = reader.layout.outcomes
        if said in reader.declared:
            return str(said)
        if name not in outcomes:
            remedy = choose_from(name, (*outcomes, *reader.declared)) if name else "such as control.NK:final"
            reader.refuse(node, where, "must be an outcome with its statistic", describe(node), remedy)
        elif not statistic or not reader.layout.outcome(name).takes(statistic):
            reader.refuse(node, where, "must have a statistic that it takes", describe(node), f"such as {name}:final")
        return str(said)

    def _codes(self, node: Branch, where: Where, reader: SweepReader, outcome: tuple[str, ...]) -> tuple[float, ...]:
        given = node.entries["is"]
        name = outcome[0].partition(":")[0] if outcome else ""
        if name not in reader.outcomes:
            return ()
        words = [] if name in reader.declared else _words(name, reader.layout.outcome(name).quantity, reader)
        items = given.items if isinstance(given, Listing) else ()
        said = [item.value if isinstance(item, Leaf) else None for item in items]
        if not words or not said or any(one not in words for one in said):
            rule = "must be a list of words of the outcome"
            reader.refuse(given, (*where, "is"), rule, describe(given), f"its words are {', '.join(words) or 'none'}")
            return ()
        return tuple(float(words.index(str(one))) for one in said)

    def _between(self, node: Branch, where: Where, reader: SweepReader) -> tuple[float, float] | None:
        given = node.entries["between"]
        items = given.items if isinstance(given, Listing) else ()
        ends = [item.value for item in items if isinstance(item, Leaf)]
        numbers = [float(one) for one in ends if isinstance(one, int | float) and not isinstance(one, bool)]
        if len(numbers) != 2 or len(items) != 2 or not numbers[0] <= numbers[1]:
            reader.refuse(given, (*where, "between"), "must be two numbers, the lower one first", describe(given))
            return None
        return numbers[0], numbers[1]

    def _word(self, node: Branch, key: str, where: Where, known: tuple[str, ...], usual: str) -> str:
        if key not in node.entries:
            return usual
        said = text(node, key)
        if said not in known:
            rule, found = f"must be one of {', '.join(known)}", describe(node.entries[key])
            self._faults.append(fault(node.entries[key].place, (*where, key), rule, found))
        return said

    def _sentence(self, node: Branch, key: str, where: Where, *, needed: bool = False) -> str:
        said = text(node, key)
        if (needed or key in node.entries) and (not said.strip() or len(said) > LONGEST_TEXT):
            place = node.entries[key].place if key in node.entries else node.place
            rule = f"must be text of at most {LONGEST_TEXT} letters"
            self._faults.append(fault(place, (*where, key), rule, describe(node.entries.get(key))))
        return said


def _words(name: str, quantity: Quantity, reader: SweepReader) -> list[str]:
    """Words that an outcome's codes stand for, in their order; none for a number."""
    if name.startswith("posture."):
        return list(menu_of(reader.layout))
    return list(quantity.choices)
