"""A config as a tree in which every value knows the file and line that it came from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sim.errors import Fault
from sim.phrases import choose_from, printable, shown

Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True)
class Place:
    """Where a value stands.

    Attributes
    ----------
    file : str
        File as the user would type it.
    line : int
        Line, counted from 1; 0 for what stands in no file.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Leaf:
    """A scalar."""

    value: Scalar
    place: Place


@dataclass(frozen=True)
class Listing:
    """A sequence."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class Branch:
    """A mapping.

    Attributes
    ----------
    entries : dict
        Node by key, in the order of the file.
    place : Place
        Line of the key that the mapping belongs to.
    was : Leaf or None
        For a number whose value another file overrides without a source: the value that its source gives.
    """

    entries: dict[str, Node]
    place: Place
    was: Leaf | None = field(default=None)


Node: TypeAlias = Leaf | Listing | Branch


def plain(node: Node) -> Any:
    """Give the tree as dicts, lists and scalars."""
    if isinstance(node, Branch):
        return {key: plain(value) for key, value in node.entries.items()}
    return [plain(item) for item in node.items] if isinstance(node, Listing) else node.value


def grow(value: object, place: Place) -> Node:
    """Give dicts, lists and scalars as a tree whose every node stands at `place`."""
    if isinstance(value, Mapping):
        return Branch({str(key): grow(item, place) for key, item in value.items()}, place)
    if isinstance(value, list | tuple):
        return Listing(tuple(grow(item, place) for item in value), place)
    return Leaf(value if isinstance(value, str | int | float) else None, place)


def find(node: Node, path: Iterable[str]) -> Node | None:
    """Node at a path, or None where nothing stands there."""
    for key in path:
        step = node.entries.get(key) if isinstance(node, Branch) else None
        if step is None:
            return None
        node = step
    return node


def branch(node: Node, *path: str) -> dict[str, Node]:
    """Entries of the mapping at a path; empty where there is none, so that a check survives any shape."""
    found = find(node, path)
    return found.entries if isinstance(found, Branch) else {}


def text(node: Node, *path: str) -> str:
    """Text at a path; empty where there is none."""
    found = find(node, path)
    return found.value if isinstance(found, Leaf) and isinstance(found.value, str) else ""


def words(node: Node, *path: str) -> list[tuple[str, Place]]:
    """Texts of the list at a path with their places; empty where there is none."""
    found = find(node, path)
    items = found.items if isinstance(found, Listing) else ()
    return [(item.value, item.place) for item in items if isinstance(item, Leaf) and isinstance(item.value, str)]


def nearest_place(node: Node, path: Iterable[str | int]) -> Place:
    """Place of the deepest node that stands on a path."""
    for key in path:
        if isinstance(node, Branch) and key in node.entries:
            node = node.entries[str(key)]
        elif isinstance(node, Listing) and isinstance(key, int) and key < len(node.items):
            node = node.items[key]
        else:
            break
    return node.place


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """All scalars of a tree with their paths; items of lists are numbered."""
    if isinstance(node, Leaf):
        yield path, node
        return
    below = node.entries.items() if isinstance(node, Branch) else ((str(n), x) for n, x in enumerate(node.items))
    for key, child in below:
        yield from leaves(child, (*path, key))


def describe(node: Node | None) -> str:
    """Say in few words what stands there."""
    if isinstance(node, Branch):
        return "a mapping"
    if isinstance(node, Listing):
        return "a list" if node.items else "an empty list"
    return "nothing" if node is None else shown(node.value)


def key_faults(node: Branch, path: Iterable[str | int], known: Collection[str]) -> Iterator[Fault]:
    """Every key of a mapping at a path that is none of those known, with the nearest that is."""
    for key, entry in node.entries.items():
        if key not in known:
            yield fault(entry.place, (*path, key), "is not a key here", shown(key), choose_from(key, known))


def fault(place: Place, path: Iterable[str | int], rule: str, found: object = "", remedy: str = "") -> Fault:
    """Make a fault; `found` is shown as text if it is not text already."""
    said = found if isinstance(found, str) else shown(found)
    return Fault(str(place), dotted(path), printable(rule), printable(said), printable(remedy))


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as the user does: ``ties.RUS.ARM.arms``, items of a list as ``[2]``."""
    said = ""
    for key in path:
        step = f"[{key}]" if isinstance(key, int) else (json.dumps(key) if _odd(key) else key)
        said += step if isinstance(key, int) or not said else f".{step}"
    return said or "the file"


def _odd(key: str) -> bool:
    return not key or not key.isprintable()
