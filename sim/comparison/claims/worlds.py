"""Reading settings: values by path, with wildcards; and the worlds that all claims of a file share."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np

from sim.comparison.claims.claim import LADDER, REFERENCE, Settings, World
from sim.comparison.claims.schema import MOST_WORLDS, WORLD
from sim.experiments.files.reader import SweepReader, Where
from sim.phrases import shown
from sim.scenario.yaml.tree import Branch, Leaf, Node, describe, text

SHUFFLED = 20201022
"""Seed of the order in which values change places: a fixed one, so that the same file gives the same world."""


def read_settings(node: Node | None, where: Where, reader: SweepReader) -> Settings:
    """Values by path, those of a path with ``*`` at every path that it matches; none with faults noted.

    Parameters
    ----------
    node : Node or None
    where : tuple
        Its place in the file.
    reader : SweepReader
        Of the scenario that has the paths.
    """
    if node is None:
        return ()
    if not isinstance(node, Branch):
        reader.refuse(node, where, "must be a mapping", describe(node), "write {PATH: VALUE}")
        return ()
    found: dict[str, float] = {}
    for written, item in node.entries.items():
        for path in _paths(written, item, (*where, written), reader):
            found[path] = reader.value(path, item, (*where, written))
    return tuple(sorted(found.items()))


def _paths(written: str, node: Node, where: Where, reader: SweepReader) -> list[str]:
    if "*" not in written:
        path = reader.path(node, written, where)
        return [] if path is None else [path]
    paths = [path for path in reader.scenario.numbers if fnmatchcase(path, written)]
    if not paths:
        reader.refuse(node, where, "must match a path of the scenario", shown(written), "* stands for any letters")
    return paths


def read_worlds(tree: Branch, reader: SweepReader) -> tuple[World, ...]:
    """Worlds of a file as one of its scenarios has them; faults are noted."""
    listed = tree.entries.get("worlds")
    if listed is None:
        return ()
    if not isinstance(listed, Branch) or not 0 < len(listed.entries) <= MOST_WORLDS:
        rule = f"must be a mapping of 1 to {MOST_WORLDS} worlds"
        reader.refuse(listed, ("worlds",), rule, describe(listed), "write worlds: {NAME: {set: {PATH: VALUE}}}")
        return ()
    found = (_world(name, node, reader) for name, node in listed.entries.items())
    return tuple(one for one in found if one is not None)


def _world(name: str, node: Node, reader: SweepReader) -> World | None:
    where = ("worlds", name)
    if not isinstance(node, Branch):
        reader.refuse(node, where, "must be a mapping", describe(node), "write {set: {PATH: VALUE}}")
        return None
    reader.known(node, where, WORLD)
    if ("set" in node.entries) == ("shuffle" in node.entries):
        reader.refuse(node, where, "must have either set or shuffle")
        return None
    flag = node.entries.get("reference")
    if flag is not None and not (isinstance(flag, Leaf) and isinstance(flag.value, bool)):
        reader.refuse(flag, (*where, "reference"), "must be true or false", describe(flag))
    role = REFERENCE if isinstance(flag, Leaf) and flag.value is True else LADDER
    label = reader.line(node, "label", where, "it names the world on the page") or name
    if "set" in node.entries:
        return World(name, label, role, read_settings(node.entries["set"], (*where, "set"), reader))
    return World(name, label, role, _shuffled(node, where, reader))


def _shuffled(node: Branch, where: Where, reader: SweepReader) -> Settings:
    """The scenario's own values of some paths, each at the path of another one."""
    pattern = text(node, "shuffle")
    numbers = reader.scenario.numbers
    paths = [path for path in numbers if fnmatchcase(path, pattern)]
    if len(paths) < 2 or len({reader.quantity(path) for path in paths}) > 1:
        reader.refuse(node.entries["shuffle"], (*where, "shuffle"), "must match paths of one kind", shown(pattern),
                      "such as alignments.*")  # fmt: skip
        return ()
    values = np.random.Generator(np.random.Philox(key=SHUFFLED)).permutation([numbers[path].value for path in paths])
    return tuple(sorted(zip(paths, values.tolist(), strict=True)))
