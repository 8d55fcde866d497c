"""Columns of listed points: which are factors, and which of a file are passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import ConfigError
from sim.experiments.factors import LEVEL, Factor, Level, with_absent
from sim.experiments.files.reader import SweepReader, Where
from sim.phrases import choose_from, first_of, shown
from sim.quantities import Quantity
from sim.scenario.yaml.files import beside
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, describe, text

POINT = "point"
"""Column that is passed over, so that the ``design.parquet`` of results can be run again."""
ENDINGS = (".csv", ".tsv", ".parquet")
MOST_NAMED = 8
"""Columns that one message names."""


@dataclass(frozen=True)
class Column:
    """A column of listed points.

    Attributes
    ----------
    factor : Factor
        What it varies.
    absent : float
        Level value where a point leaves it out: the scenario's own.
    path : str
        Path that a cell sets; empty for a factor of variants.
    quantity : Quantity or None
        Unit and bounds of that path.
    """

    factor: Factor
    absent: float
    path: str = ""
    quantity: Quantity | None = None

    @property
    def level_values(self) -> dict[str, float]:
        """Level value of each word that a cell may hold; none where cells hold numbers."""
        if self.factor.numeric:
            return {}
        return {level.label: float(index) for index, level in enumerate(self.factor.levels)}


def column_of(name: str, variants: Sequence[Factor], node: Node, where: Where, reader: SweepReader) -> Column | None:
    """Column by its name; None with a fault noted.

    Parameters
    ----------
    name : str
        Label of one of `variants`, or a path.
    variants : sequence of Factor
    node : Node
        Where it is named.
    where : tuple of (str or int)
    reader : SweepReader
    """
    for factor in variants:
        if name == factor.column:
            return Column(*with_absent(factor, None, missing=True))
    names = [factor.column for factor in variants]
    if name in names or not reader.knows(name):
        remedy = reader.meant(name, names) or choose_from(name, [*names, *reader.layout.paths])
        reader.refuse(node, where, "must be a path of the scenario, or the label of a factor", shown(name), remedy)
        return None
    path = reader.path(node, name, where)
    assert path is not None, "known"
    return _of_path(path, reader)


def _of_path(path: str, reader: SweepReader) -> Column:
    quantity = reader.quantity(path)
    if quantity.unit != "policy":
        return Column(Factor(path, path, (), True), reader.present(path), path, quantity)
    codes = {word: reader.coded(path, word) for word in reader.words(path)}
    levels = tuple(Level(word, ((path, code),)) for word, code in codes.items() if code is not None)
    factor = Factor(path, path, levels, False)
    return Column(*with_absent(factor, reader.own(path), missing=True), path, quantity)


def distinct(columns: Sequence[Column], node: Node, where: Where, reader: SweepReader) -> bool:
    """Whether no two columns are of one path, which is noted otherwise."""
    names = [column.factor.column for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    for name in twice:
        reader.refuse(node, where, "must not vary a path twice", name, "take one of the two out")
    return not twice


@dataclass(frozen=True)
class Named:
    """Columns of a design file by name.

    Attributes
    ----------
    columns : dict of str to Column
        Those that vary something.
    ignored : tuple of str
        Those that the design passes over.
    """

    columns: dict[str, Column]
    ignored: tuple[str, ...]


def file_of(node: Branch, where: Where, reader: SweepReader, folder: Path) -> Path | None:
    """The design's file, if it lies in the folder of the sweep file or below; None with a fault noted."""
    entry, name = node.entries["file"], text(node, "file").replace("\\", "/")  # as Windows writes it
    try:
        beside(Leaf(name, entry.place) if name else entry, where, folder, folder.resolve(), ENDINGS)
    except ConfigError as error:
        reader.faults += error.faults
        return None
    return folder / name


def named_columns(
    names: Sequence[str], node: Branch, where: Where, variants: Sequence[Factor], reader: SweepReader
) -> Named | None:
    """Which columns of a file are factors, and which are passed over; None with a fault noted.

    Parameters
    ----------
    names : sequence of str
        All names of the file.
    node : Branch
        The design.
    where : tuple of (str or int)
    variants : sequence of Factor
    reader : SweepReader
    """
    before, entry, here = len(reader.faults), node.entries["file"], (*where, "file")
    ignored = _ignored(names, node, (*where, "ignore"), reader)
    if len(reader.faults) > before:
        return None
    rest = [name for name in names if name not in ignored and not _numbers(name, names)]
    labels = [factor.column for factor in variants]
    known = [name for name in rest if name in labels or reader.knows(name)]
    _refuse_unknown([name for name in rest if name not in known], labels, node, here, reader)
    columns = {name: column_of(name, variants, entry, here, reader) for name in known}
    good = {name: column for name, column in columns.items() if column is not None}
    if len(reader.faults) > before or not distinct(list(good.values()), entry, here, reader):
        return None
    if not good:
        reader.refuse(entry, here, "must have a column", "none", "name paths in its first line")
        return None
    return Named(good, ignored)


def _numbers(name: str, names: Sequence[str]) -> bool:
    """Whether a column is one of those that results add to their design: they follow from the others."""
    return name == POINT or (name.endswith(LEVEL) and name.removesuffix(LEVEL) in names)


def _ignored(names: Sequence[str], node: Branch, where: Where, reader: SweepReader) -> tuple[str, ...]:
    given = node.entries.get("ignore")
    if given is None:
        return ()
    items = given.items if isinstance(given, Listing) else ()
    if not items:
        reader.refuse(given, where, "must be a list of columns", describe(given), "write ignore: [NAME, ...]")
    found = []
    for index, item in enumerate(items):
        name = str(item.value).strip() if isinstance(item, Leaf) else ""
        if name in names:
            found.append(name)
        else:
            reader.refuse(
                item, (*where, index), "must be a column of the file", describe(item), choose_from(name, names)
            )
    return tuple(found)


def _refuse_unknown(
    unknown: Sequence[str], labels: Sequence[str], node: Branch, where: Where, reader: SweepReader
) -> None:
    """Note columns that are no factors: each that is like one by itself, the others together."""
    entry, others = node.entries["file"], []
    for name in unknown:
        split = name.split()
        like = reader.meant(name, labels)
        if len(split) > 1 and all(map(reader.knows, split)):
            remedy = "separate cells by commas, semicolons or tabs, not by spaces"
            reader.refuse(entry, where, "has several names in one cell", shown(name), remedy)
        elif like:
            reader.refuse(entry, where, "must be a path of the scenario, or the label of a factor", shown(name), like)
        else:
            others.append(name)
    if others:
        listed = first_of(others, MOST_NAMED)
        rule = "has columns that are no path of the scenario and no label of a factor"
        remedy = f"name the factor in the first line, or pass over what is none: ignore: [{listed}]"
        reader.refuse(entry, where, rule, listed, remedy)
