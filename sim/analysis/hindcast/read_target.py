"""Reading one target: its day, its kind, and the expression that is held against what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from sim.analysis.hindcast.fitted import Fitted
from sim.analysis.hindcast.schema import (
    BASE_RATE,
    FORECAST,
    LARGEST,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_CASES,
    MOST_ORDERED,
    NAME,
    NEEDED,
    TARGET,
)
from sim.analysis.hindcast.targets import (
    BINARY,
    KINDS,
    NUMERIC,
    ORDER,
    RISE,
    SIGN,
    SIGNS,
    BaseRate,
    Forecast,
    Target,
)
from sim.errors import Fault
from sim.expressions import Expression, ExpressionError, Names, parse
from sim.kernel.structure import Structure
from sim.phrases import choose_from, shown
from sim.scenario.declared import known_names
from sim.scenario.scenario import Scenario
from sim.scenario.structure import IS_DAY, day
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, describe, fault, key_faults, text

EXAMPLE = "an expression over outcomes, such as phase.NK == truce"
Where = tuple[str | int, ...]


def week_of(structure: Structure, when: date) -> float:
    """Row of a run's course that a day lies in; it is observed at its end."""
    return int((when - structure.start).days / 7 / structure.dt) * structure.dt


def outcome_names(scenario: Scenario, last_week: float) -> Names:
    """What a target may speak of: outcomes over time, up to its week."""
    known = known_names(scenario.layout)
    rule = "must speak of outcomes over time, such as control.NK"
    return Names(series=known.series, words=known.words, units=known.series, last_week=last_week, rule=rule)


class TargetReader:
    """Reads targets, and notes what is wrong with them.

    Parameters
    ----------
    scenario : Scenario
    knew : Fitted or None
        What the fit knew; None where that was refused already.
    faults : list of Fault
        All that was found so far.
    """

    def __init__(self, scenario: Scenario, knew: Fitted | None, faults: list[Fault]) -> None:
        self._scenario, self._knew, self._faults = scenario, knew, faults

    def read(self, name: str, node: Node) -> Target | None:
        """A target, or None where a fault was noted."""
        where: Where = ("targets", name)
        before = len(self._faults)
        if not isinstance(node, Branch):
            self._refuse(node, where, "must be a mapping", describe(node))
            return None
        self._faults += key_faults(node, where, TARGET)
        for key in NEEDED:
            if key not in node.entries:
                self._refuse(node, (*where, key), "is missing", "", "the guide's page on hindcasts says what it is")
        when = self._later(node, "date", where)
        known = self._later(node, "known_from", where) if "known_from" in node.entries else when
        kind = self._kind(node, where)
        week = 0.0 if when is None else week_of(self._scenario.structure, when)
        expressions = self._expressions(node, where, kind, week) if when is not None and kind else ()
        target = Target(
            name=name,
            text=self._text(node, "text", where),
            day=when or date.max,
            known_from=known or date.max,
            week=week,
            kind=kind,
            expressions=expressions,
            value=self._value(node, where, kind),
            uncertainty=self._uncertainty(node, where, kind),
            source=self._text(node, "source", where),
            split=self._split(node, where),
            near=self._near(node, where),
            outside=self._text(node, "outside", where),
            base_rate=self._base_rate(node, where, kind),
            forecast=self._forecast(node, where, kind),
        )
        return target if len(self._faults) == before else None

    def _refuse(self, node: Node, where: Where, rule: str, found: str = "", remedy: str = "") -> None:
        self._faults.append(fault(node.place, where, rule, found, remedy))

    def _text(self, node: Branch, key: str, where: Where) -> str:
        said = text(node, key)
        if key in node.entries and not 0 < len(said.strip()) <= LONGEST_TEXT:
            found = describe(node.entries[key])
            self._refuse(node.entries[key], (*where, key), f"must be text of at most {LONGEST_TEXT} letters", found)
        return said

    def _later(self, node: Branch, key: str, where: Where) -> date | None:
        """Day at a key: after what the fit knew, and before the scenario ends."""
        if key not in node.entries:
            return None
        given, here = node.entries[key], (*where, key)
        found = day(text(node, key))
        if found is None:
            self._refuse(given, here, IS_DAY, describe(given), f"write {key}: 2020-11-10")
            return None
        if self._knew is None:
            return None
        until, structure = self._knew.known_until, self._scenario.structure
        if found <= until:
            rule = f"must lie after {until}, the last day of what {self._knew.name} was fitted to"
            self._refuse(given, here, rule, str(found), "a fact that the fit knew tests nothing: leave it out")
            return None
        end = structure.start + timedelta(weeks=structure.weeks)
        if key == "date" and found >= end:
            rule = f"must lie before {end}, when runs of {self._scenario.name} end"
            self._refuse(given, here, rule, str(found), "take a longer scenario, or an earlier date")
            return None
        return found

    def _kind(self, node: Branch, where: Where) -> str:
        said = text(node, "kind")
        if "kind" in node.entries and said not in KINDS:
            rule, found = f"must be one of {', '.join(KINDS)}", describe(node.entries["kind"])
            self._refuse(node.entries["kind"], (*where, "kind"), rule, found, choose_from(said, KINDS))
        return said if said in KINDS else ""

    def _expressions(self, node: Branch, where: Where, kind: str, week: float) -> tuple[Expression, ...]:
        given, here = node.entries.get("expression"), (*where, "expression")
        if given is None:
            return ()
        items = given.items if isinstance(given, Listing) else (given,)
        if isinstance(given, Listing) != (kind == ORDER) or len(items) > MOST_ORDERED or (kind == ORDER) > len(items):
            rule = f"must be a list of 2 to {MOST_ORDERED} expressions" if kind == ORDER else "must be one expression"
            self._refuse(given, here, rule, describe(given), "only an order has a list")
            return ()
        if kind == ORDER and len(items) < 2:
            self._refuse(given, here, f"must be a list of 2 to {MOST_ORDERED} expressions", str(len(items)))
            return ()
        names = outcome_names(self._scenario, week)
        found = [self._expression(item, here, kind, names) for item in items]
        return tuple(one for one in found if one is not None)

    def _expression(self, node: Node, where: Where, kind: str, names: Names) -> Expression | None:
        said = node.value if isinstance(node, Leaf) else None
        if not isinstance(said, str):
            self._refuse(node, where, f"must be {EXAMPLE}", describe(node))
            return None
        try:
            found = parse(said, names, EXAMPLE, week=names.last_week)
        except ExpressionError as error:
            for one in error.slips:
                self._refuse(node, where, one.rule, one.shown, one.remedy)
            return None
        if not found.needs_series:
            self._refuse(node, where, "must speak of an outcome", shown(said), "such as control.NK")
        elif found.is_condition != (kind == BINARY):
            rule = "must hold or not" if kind == BINARY else "must give a number"
            self._refuse(node, where, rule, shown(said), "a binary target has a condition, the others have numbers")
        return found

    def _value(self, node: Branch, where: Where, kind: str) -> float:
        """What happened, as a number; 0 with a fault noted."""
        given, here = node.entries.get("value"), (*where, "value")
        value = given.value if isinstance(given, Leaf) else None
        if kind in (BINARY, ORDER) and given is None:
            return 1.0
        if kind == BINARY and isinstance(value, bool):
            return float(value)
        if kind == SIGN and value in SIGNS:
            return 1.0 if value == RISE else -1.0
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind == NUMERIC and is_number and abs(float(value)) <= LARGEST:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        rules = {BINARY: "must be true or false", SIGN: "must be rise or fall", ORDER: "must be left out",
                 NUMERIC: f"must be a number of at most {LARGEST:g}"}  # fmt: skip
        if kind:
            remedy = "the list says the order" if kind == ORDER else ""
            self._refuse(given or node, here, rules[kind], describe(given), remedy)
        return 0.0

    def _uncertainty(self, node: Branch, where: Where, kind: str) -> float:
        given, here = node.entries.get("uncertainty"), (*where, "uncertainty")
        if kind != NUMERIC:
            if given is not None and kind:
                self._refuse(given, here, "goes with numeric targets only", describe(given), "leave it out")
            return 0.0
        value = given.value if isinstance(given, Leaf) else None
        if isinstance(value, bool | str) or value is None or not LARGEST**-1 <= value <= LARGEST:
            remedy = "it is the standard deviation of what was measured"
            self._refuse(given or node, here, "must be a number above 0", describe(given), remedy)
            return 0.0
        return float(value)

    def _split(self, node: Branch, where: Where) -> str:
        said = text(node, "split")
        if "split" not in node.entries:
            return "all"
        if len(said) > LONGEST_NAME or not re.fullmatch(NAME, said):
            rule, found = "must be a short name of letters, digits and hyphens", describe(node.entries["split"])
            self._refuse(node.entries["split"], (*where, "split"), rule, found)
        return said

    def _near(self, node: Branch, where: Where) -> Mapping[str, str]:
        given, here = node.entries.get("near"), (*where, "near")
        if given is None or self._knew is None:
            return {}
        items = given.items if isinstance(given, Listing) else ()
        named = [item.value for item in items if isinstance(item, Leaf)]
        if not named or len(named) < len(items):
            self._refuse(given, here, "must be a list of patterns", describe(given))
            return {}
        known = self._knew.patterns
        for one in named:
            if one not in known:
                rule = f"must be a pattern of {self._knew.name}"
                self._refuse(given, here, rule, shown(one), choose_from(str(one), known))
        return {str(one): known[str(one)] for one in named if one in known}

    def _base_rate(self, node: Branch, where: Where, kind: str) -> BaseRate | None:
        here = (*where, "base_rate")
        given = self._mapping(node, "base_rate", where, BASE_RATE, kind)
        if given is None:
            return None
        counts = [self._count(given, key, here, lowest) for key, lowest in (("cases", 1), ("times", 0))]
        if counts[1] > counts[0]:
            self._refuse(given, here, "must hold in no more than all of its cases", f"{counts[1]} of {counts[0]}")
        return BaseRate(self._text(given, "of", here), counts[0], counts[1], self._text(given, "source", here))

    def _count(self, node: Branch, key: str, where: Where, lowest: int) -> int:
        given = node.entries.get(key)
        value = given.value if isinstance(given, Leaf) else None
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= MOST_CASES:
            if given is not None:
                rule = f"must be a whole number in [{lowest}, {MOST_CASES}]"
                self._refuse(given, (*where, key), rule, describe(given))
            return lowest
        return value

    def _forecast(self, node: Branch, where: Where, kind: str) -> Forecast | None:
        here = (*where, "forecast")
        given = self._mapping(node, "forecast", where, FORECAST, kind)
        if given is None:
            return None
        expects = given.entries.get("expects")
        value = expects.value if isinstance(expects, Leaf) else None
        if expects is not None and not isinstance(value, bool):
            self._refuse(expects, (*here, "expects"), "must be true or false", describe(expects))
        return Forecast(bool(value), self._text(given, "source", here))

    def _mapping(self, node: Branch, key: str, where: Where, keys: tuple[str, ...], kind: str) -> Branch | None:
        """A mapping that needs all of its keys, of a target that holds or does not."""
        given, here = node.entries.get(key), (*where, key)
        if given is None:
            return None
        if not isinstance(given, Branch):
            self._refuse(given, here, "must be a mapping", describe(given), f"write {{{', '.join(keys)}}}")
            return None
        if kind == NUMERIC:
            self._refuse(given, here, "does not go with numeric targets", "a mapping", "a rate is of yes or no")
        self._faults += key_faults(given, here, keys)
        for one in keys:
            if one not in given.entries:
                self._refuse(given, (*here, one), "is missing")
        return given
