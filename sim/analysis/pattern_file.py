"""What may stand in a patterns file: every key once, for its reader and for editors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sim.arguments import as_whole
from sim.errors import Fault
from sim.phrases import shown
from sim.scenario.schema.fields import MOST_WEEKS
from sim.scenario.schema.json_parts import DIALECT, Schema, a_day, whole
from sim.scenario.structure import IS_DAY, day
from sim.scenario.yaml.tree import Branch, Leaf, Node, fault, key_faults, plain

LARGEST = 1_000_000
"""Runs for each set of parameters that a file may ask for."""


@dataclass(frozen=True)
class Shape:
    """What may stand at a key: as a function, in words with what to write instead, and as JSON Schema."""

    good: Callable[[Any], bool]
    rule: str
    schema: Schema
    remedy: str = ""


def _is_whole(value: Any, lowest: int = 0, highest: int = MOST_WEEKS) -> bool:
    number = as_whole(value)
    return number is not None and lowest <= number <= highest


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value)) and value[0] <= value[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and day(value) is not None


def _is_ends(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def _is_stages(value: Any) -> bool:
    whole = isinstance(value, list) and all(_is_whole(one, 1, LARGEST) for one in value)
    return whole and all(first < then for first, then in pairwise(value))


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _line(meaning: str) -> Shape:
    """A text for people, which may be empty."""
    return Shape(lambda value: isinstance(value, str), "must be text", {"type": "string", "description": meaning})


def _whole(lowest: int, highest: int, meaning: str) -> Shape:
    rule = f"must be a whole number in [{lowest}, {highest}]"
    return Shape(lambda value: _is_whole(value, lowest, highest), rule, whole(lowest, highest, meaning))


def _share(default: int) -> Shape:
    meaning = "share of runs, or of runs and weeks"
    schema: Schema = {"type": "number", "minimum": 0, "maximum": 1, "description": meaning, "default": default}
    return Shape(_is_share, "must lie in [0, 1]", schema, "it is a share")


def _number(meaning: str) -> Shape:
    return Shape(_is_number, "must be a number", {"type": "number", "description": meaning})


_NAME: Schema = {"type": "string", "minLength": 1}
_WORDS: Schema = {"type": "array", "items": _NAME, "minItems": 1}
_WEEK = whole(0, MOST_WEEKS)
_PATHS = {**_WORDS, "description": "paths that are drawn from their ranges, * for any letters"}
_SPAN: Schema = {"type": "array", "prefixItems": [_WEEK, _WEEK], "items": False, "minItems": 2,
                 "description": "first and last week that is looked at"}  # fmt: skip
_START = {**_NAME, "description": "the outcome is above the starting value at this path"}
_DAY = a_day("last day of what the patterns know; targets of a hindcast lie later")
_NUMBER: Schema = {"type": "number"}
_ENDS: Schema = {"type": "array", "prefixItems": [_NUMBER, _NUMBER], "items": False, "minItems": 2,
                 "description": "least and greatest rise of the outcome since its start"}  # fmt: skip
_STAGES: Schema = {"type": "array", "items": whole(1, LARGEST),
                   "description": "runs after which a draw that will hardly pass is dropped, ascending"}  # fmt: skip
SCENARIO, REST = WORLDS = ("scenario", "rest")
"""Where a pattern is looked for: in the scenario as it is, or without its crises and events."""

HOLDS = "holds"
"""Key of a pattern that says by an expression what it asks of a run; it has no outcome and no weeks of its own."""
WITHIN = ("outcome", "week", "weeks", "of", "from")
"""Keys that say what such an expression says itself."""

HEAD_SHAPES: Mapping[str, Shape] = {
    "name": Shape(_is_text, "must be text", _NAME),
    "title": _line("one line for people"),
    "known_until": Shape(_is_day, IS_DAY, _DAY, "write known_until: 2020-10-22"),
    "weeks": _whole(1, MOST_WEEKS, "weeks that runs may last; every week that a pattern looks at lies before"),
    "replicates": _whole(1, LARGEST, "runs for each set of parameters"),
    "stages": Shape(_is_stages, "must be a list of ascending whole numbers of runs", _STAGES, "write [20, 60]"),
    "reference": _whole(0, LARGEST, "draws that are never dropped early, from which the pass rates are worked out"),
    "wanted": _whole(0, LARGEST, "plausible sets that are looked for; while there are fewer, waves of draws follow"),
    "parameters": Shape(_is_words, "must be a list of paths", _PATHS, 'write ["behaviour.*", ...], * for any letters'),
}
HEAD = (*HEAD_SHAPES, "patterns")
"""Keys of the file."""
TESTS: Mapping[str, Shape] = {
    "is": Shape(_is_words, "must be a list of words", {**_WORDS, "description": "the outcome is one of these words"}),
    "never": Shape(
        _is_words,
        "must be a list of words",
        {**_WORDS, "description": "the outcome is none of these words in any of the weeks"},
    ),
    "ever_above": _number("the outcome is above this in at least one week"),
    "above": _number("the outcome is above this"),
    "above_start": Shape(_is_text, "must be the path of a starting value", _START),
    "falls_by": _number("the outcome is below its first value by at least this"),
    "rises_by": Shape(
        _is_ends,
        "must be [least, greatest], two numbers",
        _ENDS,
        "it counts from `from`, or from the first value",
    ),
    "spread_at_most": _number("the standard deviation of the outcome over runs is at most this"),
    HOLDS: Shape(
        _is_text,
        "must be a condition",
        {**_NAME, "description": "a condition over outcomes, also those that the scenario declares, which a run meets"},
        "such as mean(phase.NK == truce) > 0.5",
    ),
}
"""Keys of a pattern of which it has exactly one: its condition."""
KEYS: Mapping[str, Shape] = {
    "text": _line("the pattern in one sentence"),
    "source": _line("where it is known from"),
    "outcome": Shape(
        _is_text, "must be the name of an outcome", {**_NAME, "description": "such as phase.NK"}, "such as phase.NK"
    ),
    "week": Shape(
        _is_whole,
        "must be a whole number of weeks",
        {**_WEEK, "description": "week that is looked at"},
        "week 0 is the first",
    ),
    "weeks": Shape(_is_span, "must be [first, last], whole numbers of weeks", _SPAN, "week 0 is the first"),
    "of": Shape(
        lambda value: value in ("runs", "weeks"),
        "must be runs or weeks",
        {"enum": ["runs", "weeks"], "default": "runs", "description": "what the share is of"},
    ),
    "in": Shape(
        lambda value: value in WORLDS,
        "must be scenario or rest",
        {"enum": list(WORLDS), "default": SCENARIO, "description": "rest: contests quiet, no attack and no event"},
    ),
    "from": Shape(
        _is_text, "must be the path of a starting value", {**_NAME, "description": "where `rises_by` counts from"}
    ),
    "at_least": _share(0),
    "at_most": _share(1),
    **TESTS,
}
"""Keys of a pattern."""


def patterns_schema() -> Schema:
    """JSON Schema (2020-12) of one patterns file.

    Whether an outcome, a word or a path is one of the scenario, only `fit` can say.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    pattern = {
        "type": "object",
        "properties": {key: shape.schema for key, shape in KEYS.items()},
        "additionalProperties": False,
        "allOf": [_exactly_one(tuple(TESTS)), _exactly_one(("outcome", HOLDS)), _exactly_one(("week", "weeks", HOLDS))],
        "not": {"required": ["of", HOLDS]},
        "dependentRequired": {"from": ["rises_by"]},
    }
    patterns = {
        "type": "object",
        "additionalProperties": pattern,
        "minProperties": 1,
        "description": "each pattern by a short name",
    }
    return {
        "$schema": DIALECT,
        "title": "Counterpoise patterns",
        "description": "What a plausible model shows, for the search of `counterpoise fit`.",
        "type": "object",
        "properties": {**{key: shape.schema for key, shape in HEAD_SHAPES.items()}, "patterns": patterns},
        "required": ["name", "patterns"],
        "additionalProperties": False,
    }


def _exactly_one(keys: tuple[str, ...]) -> Schema:
    return {"oneOf": [{"required": [key]} for key in keys]}


def faults_of(tree: Branch) -> Iterator[Fault]:
    """Every fault of a patterns file that can be told without a scenario."""
    yield from key_faults(tree, (), HEAD)
    yield from _shape_faults(tree, (), HEAD_SHAPES)
    entries = tree.entries.get("patterns")
    if "name" not in tree.entries:
        yield fault(tree.place, ("name",), "is missing", "", "a patterns file has a name and patterns")
    if not isinstance(entries, Branch) or not entries.entries:
        found = "" if entries is None else shown(plain(entries))
        rule = "is missing" if entries is None else "must be a mapping"
        yield fault(tree.place, ("patterns",), rule, found, "write patterns: {P1: {outcome: ..., week: 3, is: [...]}}")
        return
    for name, entry in entries.entries.items():
        yield from _pattern_faults(entry, ("patterns", name))


def _pattern_faults(entry: Node, path: tuple[str, ...]) -> Iterator[Fault]:
    if not isinstance(entry, Branch):
        yield fault(entry.place, path, "must be a mapping", shown(plain(entry)))
        return
    yield from key_faults(entry, path, KEYS)
    if sum(key in entry.entries for key in TESTS) != 1:
        yield fault(entry.place, path, f"must have exactly one of {', '.join(TESTS)}", "")
    if HOLDS in entry.entries:
        for key in WITHIN:
            if key in entry.entries:
                remedy = f"take it away: the expression of {HOLDS} says it"
                yield fault(entry.entries[key].place, (*path, key), f"must not stand beside {HOLDS}", "", remedy)
    elif "outcome" not in entry.entries:
        yield fault(entry.place, (*path, "outcome"), "is missing", "", "name the outcome to look at")
    if HOLDS not in entry.entries and ("week" in entry.entries) == ("weeks" in entry.entries):
        yield fault(entry.place, path, "must have either week or weeks", "", "weeks: [first, last]")
    if "from" in entry.entries and "rises_by" not in entry.entries:
        yield fault(entry.place, (*path, "from"), "must stand beside rises_by", "", "take it away, or give rises_by")
    yield from _shape_faults(entry, path, KEYS)
    least, most = (_bound(entry, key, otherwise) for key, otherwise in (("at_least", 0.0), ("at_most", 1.0)))
    if least > most:
        yield fault(entry.place, path, "must have at_least below at_most", f"{least:g} above {most:g}", "swap the two")


def _bound(entry: Branch, key: str, otherwise: float) -> float:
    node = entry.entries.get(key)
    value = node.value if isinstance(node, Leaf) else None
    return float(value) if isinstance(value, int | float) and _is_share(value) else otherwise


def _shape_faults(node: Branch, path: tuple[str, ...], shapes: Mapping[str, Shape]) -> Iterator[Fault]:
    for key, shape in shapes.items():
        given = node.entries.get(key)
        if given is not None and not shape.good(plain(given)):
            yield fault(given.place, (*path, key), shape.rule, shown(plain(given)), shape.remedy)
