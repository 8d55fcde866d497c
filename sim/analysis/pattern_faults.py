"""What is wrong with a patterns file: keys, and the shape of what stands at each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sim.arguments import as_whole
from sim.errors import Fault
from sim.phrases import choose_from, shown
from sim.scenario.schema.fields import MOST_WEEKS
from sim.scenario.yaml.tree import Branch, Leaf, Node, fault, plain

HEAD = ("name", "title", "weeks", "replicates", "parameters", "patterns")
TESTS = ("is", "never", "ever_above", "above", "above_start", "falls_by")
KEYS = ("text", "source", "outcome", "week", "weeks", "of", "at_least", "at_most", *TESTS)
LARGEST = 1_000_000
"""Runs for each set of parameters that a file may ask for."""


def _is_whole(value: Any, lowest: int = 0, highest: int = MOST_WEEKS) -> bool:
    whole = as_whole(value)
    return whole is not None and lowest <= whole <= highest


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value)) and value[0] <= value[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


Shapes = tuple[tuple[str, Callable[[Any], bool], str, str], ...]

HEAD_SHAPES: Shapes = (
    ("name", _is_text, "must be text", ""),
    ("title", lambda value: isinstance(value, str), "must be text", ""),
    ("weeks", lambda value: _is_whole(value, 1), f"must be a whole number in [1, {MOST_WEEKS}]", ""),
    ("replicates", lambda value: _is_whole(value, 1, LARGEST), f"must be a whole number in [1, {LARGEST}]", ""),
    ("parameters", _is_words, "must be a list of paths", 'write ["behaviour.*", ...], * for any letters'),
)
SHAPES: Shapes = (
    ("text", lambda value: isinstance(value, str), "must be text", ""),
    ("source", lambda value: isinstance(value, str), "must be text", ""),
    ("outcome", _is_text, "must be the name of an outcome", "such as phase.NK"),
    ("week", _is_whole, "must be a whole number of weeks", "week 0 is the first"),
    ("weeks", _is_span, "must be [first, last], whole numbers of weeks", "week 0 is the first"),
    ("of", lambda value: value in ("runs", "weeks"), "must be runs or weeks", ""),
    ("at_least", _is_share, "must lie in [0, 1]", "it is a share"),
    ("at_most", _is_share, "must lie in [0, 1]", "it is a share"),
    ("is", _is_words, "must be a list of words", ""),
    ("never", _is_words, "must be a list of words", ""),
    ("ever_above", _is_number, "must be a number", ""),
    ("above", _is_number, "must be a number", ""),
    ("falls_by", _is_number, "must be a number", ""),
    ("above_start", _is_text, "must be the path of a starting value", ""),
)
"""What the entries of a pattern must be, and what to write instead."""


def faults_of(tree: Branch) -> Iterator[Fault]:
    """Every fault of a patterns file that can be told without a scenario."""
    yield from _unknown(tree, (), HEAD)
    yield from _shapes(tree, (), HEAD_SHAPES)
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
    yield from _unknown(entry, path, KEYS)
    if sum(key in entry.entries for key in TESTS) != 1:
        yield fault(entry.place, path, f"must have exactly one of {', '.join(TESTS)}", "")
    if "outcome" not in entry.entries:
        yield fault(entry.place, (*path, "outcome"), "is missing", "", "name the outcome to look at")
    if ("week" in entry.entries) == ("weeks" in entry.entries):
        yield fault(entry.place, path, "must have either week or weeks", "", "weeks: [first, last]")
    yield from _shapes(entry, path, SHAPES)
    least, most = (_share(entry, key, otherwise) for key, otherwise in (("at_least", 0.0), ("at_most", 1.0)))
    if least > most:
        yield fault(entry.place, path, "must have at_least below at_most", f"{least:g} above {most:g}", "swap the two")


def _share(entry: Branch, key: str, otherwise: float) -> float:
    node = entry.entries.get(key)
    value = node.value if isinstance(node, Leaf) else None
    return float(value) if isinstance(value, int | float) and _is_share(value) else otherwise


def _unknown(node: Branch, path: tuple[str, ...], known: Iterable[str]) -> Iterator[Fault]:
    for key, entry in node.entries.items():
        if key not in known:
            yield fault(entry.place, (*path, key), "is not a key here", shown(key), choose_from(key, known))


def _shapes(node: Branch, path: tuple[str, ...], shapes: Shapes) -> Iterator[Fault]:
    for key, good, rule, remedy in shapes:
        given = node.entries.get(key)
        if given is not None and not good(plain(given)):
            yield fault(given.place, (*path, key), rule, shown(plain(given)), remedy)
