"""How many runs a point gets: a number, or as many as narrow the interval of an outcome enough."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from sim.phrases import nearest, plural, shown
from sim.quantities import BY_PHASE, STATISTICS
from sim.scenario.yaml.tree import Branch, Leaf, Node, describe, fault, key_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.errors import Fault
    from sim.scenario.scenario import Scenario

MOST_REPLICATES = 10_000_000
KEYS = ("least", "most", "until")
UNTIL_KEYS = ("outcome", "half_width", "confidence")
WHERE = ("replicates",)
SUCH_AS = "such as control.NK:final"


@dataclass(frozen=True)
class Adaptive:
    """How many replicates a point gets; see `sim.execution.adaptive` for the rule.

    Attributes
    ----------
    least, most : int
        Replicates that each point gets, and that none gets more than.
    outcome : str
        Column of runs that is looked at, such as ``control.NK:final``.
    half_width : float
        Half the width of the interval of its mean that is narrow enough, in the unit of the outcome.
    confidence : float
        Of the interval.
    """

    least: int
    most: int
    outcome: str
    half_width: float
    confidence: float = 0.95


def runs_said(points: int, replicates: int | Adaptive) -> str:
    """How many runs there will be of some points, in words."""
    if isinstance(replicates, Adaptive):
        return f"{points * replicates.least:,} to {points * replicates.most:,} runs"
    return plural(points * replicates, "run")


def replicates_of(node: Node, scenario: Scenario | None, faults: list[Fault]) -> int | Adaptive:
    """Read the entry ``replicates`` of a sweep file.

    Parameters
    ----------
    node : Node
        A whole number, or ``{least: 32, most: 1000, until: {outcome: "control.NK:final", half_width: 0.02,
        confidence: 0.95}}``.
    scenario : Scenario or None
        None where it could not be read, which is a fault of its own.
    faults : list of Fault
        What is wrong is added here; then what is given back must not be used.
    """
    if not isinstance(node, Branch):
        value = _number(node)
        if value is None or value != int(value) or not 1 <= value <= MOST_REPLICATES:
            rule = f"must be a whole number in [1, {MOST_REPLICATES}], or {{least: ..., most: ..., until: ...}}"
            faults.append(fault(node.place, WHERE, rule, describe(node)))
        return int(value or 1)
    found = [*_shape_faults(node), *_bound_faults(node), *_outcome_faults(node, scenario)]
    faults.extend(found)
    if found:
        return 1
    until = node.entries["until"]
    assert isinstance(until, Branch)
    confidence = _number(until.entries.get("confidence"))
    return Adaptive(
        int(_number(node.entries["least"]) or 0),
        int(_number(node.entries["most"]) or 0),
        str(_word(until.entries["outcome"])),
        float(_number(until.entries["half_width"]) or 0.0),
        0.95 if confidence is None else float(confidence),
    )


def _shape_faults(node: Branch) -> Iterator[Fault]:
    """Keys that are unknown or missing."""
    yield from key_faults(node, WHERE, KEYS)
    for key in KEYS:
        if key not in node.entries:
            yield fault(node.place, (*WHERE, key), "is missing", "", "such as {least: 32, most: 1000, until: {...}}")
    until = node.entries.get("until")
    if until is None:
        return
    if not isinstance(until, Branch):
        yield fault(until.place, (*WHERE, "until"), "must be a mapping", describe(until), "of outcome and half_width")
        return
    yield from key_faults(until, (*WHERE, "until"), UNTIL_KEYS)
    for key in UNTIL_KEYS[:2]:
        if key not in until.entries:
            yield fault(until.place, (*WHERE, "until", key), "is missing", "", "say of which outcome, and how narrow")


def _bound_faults(node: Branch) -> Iterator[Fault]:
    """Numbers that are none, or out of bounds."""
    until = node.entries.get("until")
    below = until.entries if isinstance(until, Branch) else {}
    least, most = (_number(node.entries.get(key)) for key in ("least", "most"))
    for key, lowest in (("least", 2), ("most", 2 if least is None else max(2, least))):
        value = least if key == "least" else most
        if key in node.entries and not (value is not None and value == int(value) and lowest <= value):
            rule = f"must be a whole number of at least {lowest:g}"
            yield fault(node.entries[key].place, (*WHERE, key), rule, describe(node.entries[key]))
    if most is not None and most > MOST_REPLICATES:
        yield fault(node.entries["most"].place, (*WHERE, "most"), f"must be at most {MOST_REPLICATES}", f"{most:g}")
    for key, highest in (("half_width", float("inf")), ("confidence", 1.0)):
        value = _number(below.get(key))
        if key in below and not (value is not None and 0 < value < highest):
            rule = "must be a number above 0" + (" and below 1" if key == "confidence" else "")
            yield fault(below[key].place, (*WHERE, "until", key), rule, describe(below[key]))


def _outcome_faults(node: Branch, scenario: Scenario | None) -> Iterator[Fault]:
    """An outcome that the scenario does not have."""
    until = node.entries.get("until")
    named = until.entries.get("outcome") if isinstance(until, Branch) else None
    declared = () if scenario is None else tuple(one.name for one in scenario.declared)
    if named is None or _word(named) in declared:
        return
    where = (*WHERE, "until", "outcome")
    name, _, statistic = (_word(named) or "").rpartition(":")
    allowed = [one for one in STATISTICS if one not in BY_PHASE]  # a run without that phase has none
    if statistic not in allowed or not name:
        rule = f"must be an outcome with a statistic, one of {', '.join(allowed)}"
        yield fault(named.place, where, rule, describe(named), nearest(_word(named) or "", declared) or SUCH_AS)
    elif scenario is not None and name not in scenario.layout.outcomes:
        near = nearest(name, (*scenario.layout.outcomes, *declared))
        yield fault(named.place, where, "is no outcome of the scenario", shown(name), near)


def _number(node: Node | None) -> float | int | None:
    value = node.value if isinstance(node, Leaf) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) else None


def _word(node: Node) -> str | None:
    return node.value if isinstance(node, Leaf) and isinstance(node.value, str) else None
