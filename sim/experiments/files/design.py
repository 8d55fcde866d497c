"""Reading the design of a sweep file: its kind, the keys that go with it, and the designs that it is made of."""

from __future__ import annotations

from math import prod

from sim.experiments.designs import kinds
from sim.experiments.designs.kinds import Drawn
from sim.experiments.files.kind import (
    Read,
    Source,
    in_limit,
    read_grid,
    read_list,
    read_morris,
    read_one_at_a_time,
    read_saltelli,
    read_sample,
)
from sim.experiments.files.reader import Reader, Where, told
from sim.experiments.files.screen import sieved
from sim.phrases import choose_from
from sim.scenario.yaml.tree import Branch, Leaf, Listing, text

SAMPLE = ("factors", "all-uncertain", "points")
KINDS: dict[str, tuple[str, ...]] = {
    "grid": ("factors",),
    "one-at-a-time": ("factors", "all-uncertain"),
    "list": ("rows", "file", "ignore", "factors"),
    "random": SAMPLE,
    "latin-hypercube": SAMPLE,
    "sobol": SAMPLE,
    "saltelli": ("factors", "all-uncertain", "samples", "second-order"),
    "morris": ("factors", "all-uncertain", "trajectories", "levels"),
    "product": ("of",),
    "union": ("of",),
}
"""Kinds of designs, and the keys that go with each beside ``design`` and ``constraints``."""
COMMON = ("design", "constraints")
KEYS = tuple(dict.fromkeys((*COMMON, *(key for keys in KINDS.values() for key in keys))))
MOST_MEMBERS = 100


def design_of(node: Branch, where: Where, source: Source, others: tuple[str, ...] = ()) -> Drawn | None:
    """Read a design and make its points; None where a fault was noted.

    Parameters
    ----------
    node : Branch
        Mapping that holds the design's keys.
    where : tuple of (str or int)
        Its place.
    source : Source
    others : tuple of str
        Keys beside the design's that may stand in the mapping.
    """
    reader, before = source.reader, len(source.reader.faults)
    kind = text(node, "design") if "design" in node.entries else "grid"
    if kind not in KINDS:
        entry = node.entries["design"]
        rule = f"must be one of {', '.join(KINDS)}"
        reader.refuse(entry, (*where, "design"), rule, told(entry), choose_from(kind, KINDS))
        return None
    _check_keys(node, where, kind, reader, others)
    drawn = _READERS[kind](node, where, kind, source)
    if drawn is None or len(reader.faults) > before:
        return None
    return sieved(node, where, drawn, reader)


def _check_keys(node: Branch, where: Where, kind: str, reader: Reader, others: tuple[str, ...]) -> None:
    """Note keys that do not go with a kind of design."""
    mine = (*others, *COMMON, *KINDS[kind])
    for key, entry in node.entries.items():
        if key in mine:
            continue
        if key in KEYS:
            goes = ", ".join(other for other, keys in KINDS.items() if key in keys)
            reader.refuse(entry, (*where, key), f"does not go with the design {kind}", "", f"it goes with {goes}")
        else:
            found = told(Leaf(key, entry.place))
            reader.refuse(entry, (*where, key), "is not a key here", found, choose_from(key, mine))


def _read_product(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    members = _members(node, where, source)
    if not members:
        return None
    columns = [factor.column for member in members for factor in member.points.factors]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    for column in twice:
        source.reader.refuse(node.entries["of"], (*where, "of"), "must vary a factor in one design only", column,
                             "a product crosses what differs; take it out of the others")  # fmt: skip
    if twice or not in_limit(node, where, prod(member.points.count for member in members), source.reader):
        return None
    return kinds.product(members)


def _read_union(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    members = _members(node, where, source)
    if not members or not in_limit(node, where, sum(member.points.count for member in members), source.reader):
        return None
    reader = source.reader
    columns = {factor.column for member in members for factor in member.points.factors}
    try:
        return kinds.union(members, {column: reader.own(column) for column in columns if reader.knows(column)})
    except ValueError as error:
        column, label = error.args
        reader.refuse(node.entries["of"], (*where, "of"), f"must give a level of {column} one meaning", str(label),
                      "two designs mean different things by it: rename one")  # fmt: skip
        return None


def _members(node: Branch, where: Where, source: Source) -> list[Drawn] | None:
    """Designs that a product or union is made of; None where a fault was noted."""
    listed, here = node.entries.get("of"), (*where, "of")
    if not isinstance(listed, Listing) or not 0 < len(listed.items) <= MOST_MEMBERS:
        source.reader.refuse(listed or node, here, f"must be a list of 1 to {MOST_MEMBERS} designs", told(listed),
                             "write of: [{design: sobol, ...}, {design: grid, ...}]")  # fmt: skip
        return None
    found = []
    for index, item in enumerate(listed.items):
        if isinstance(item, Branch):
            found.append(design_of(item, (*here, index), source))
        else:
            source.reader.refuse(item, (*here, index), "must be a mapping", told(item), "write {design: ..., ...}")
            found.append(None)
    members = [member for member in found if member is not None]
    return members if len(members) == len(found) else None


_READERS: dict[str, Read] = {
    "grid": read_grid,
    "one-at-a-time": read_one_at_a_time,
    "list": read_list,
    "random": read_sample,
    "latin-hypercube": read_sample,
    "sobol": read_sample,
    "saltelli": read_saltelli,
    "morris": read_morris,
    "product": _read_product,
    "union": _read_union,
}
