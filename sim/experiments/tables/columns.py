"""Columns of listed points: each a path, or a factor of variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.experiments.designs.kinds import with_absent
from sim.experiments.factors import Factor, Level
from sim.experiments.files.reader import Reader, Where
from sim.phrases import choose_from, shown
from sim.quantities import Quantity
from sim.scenario.yaml.tree import Node

POINT = "point"
"""Column that is passed over, so that the ``design.parquet`` of results can be run again."""


@dataclass(frozen=True)
class Column:
    """A column of listed points.

    Attributes
    ----------
    factor : Factor
        What it varies.
    absent : float
        Mark where a point leaves it out: the scenario's own.
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
    def marks(self) -> dict[str, float]:
        """Mark of each word that a cell may hold; none where cells hold numbers."""
        if self.factor.numeric:
            return {}
        return {level.label: float(index) for index, level in enumerate(self.factor.levels)}


def column_of(name: str, variants: Sequence[Factor], node: Node, where: Where, reader: Reader) -> Column | None:
    """Column by its name; None with a fault noted.

    Parameters
    ----------
    name : str
        Label of one of `variants`, or a path.
    variants : sequence of Factor
    node : Node
        Where it is named.
    where : tuple of (str or int)
    reader : Reader
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


def _of_path(path: str, reader: Reader) -> Column:
    quantity = reader.quantity(path)
    if quantity.unit != "policy":
        return Column(Factor(path, path, (), True), reader.present(path), path, quantity)
    codes = {word: reader.coded(path, word) for word in reader.words(path)}
    levels = tuple(Level(word, ((path, code),)) for word, code in codes.items() if code is not None)
    factor = Factor(path, path, levels, False)
    return Column(*with_absent(factor, reader.own(path), missing=True), path, quantity)


def distinct(columns: Sequence[Column], node: Node, where: Where, reader: Reader) -> bool:
    """Whether no two columns are of one path, which is noted otherwise."""
    names = [column.factor.column for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    for name in twice:
        reader.refuse(node, where, "must not vary a path twice", name, "take one of the two out")
    return not twice
