"""Points listed in the sweep file itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiments.factors import Factor
from sim.experiments.files.reader import Reader, Where, told
from sim.experiments.points import Table
from sim.experiments.tables.columns import Column, column_of, distinct
from sim.phrases import choose_from
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node


def points_of_rows(node: Node, where: Where, variants: Sequence[Factor], reader: Reader) -> Table | None:
    """Read rows ``{PATH: VALUE, LABEL: VARIANT}``; what a row leaves out is the scenario's own.

    Parameters
    ----------
    node : Node
    where : tuple of (str or int)
    variants : sequence of Factor
        Factors of variants that columns may name by their labels.
    reader : Reader

    Returns
    -------
    Table or None
        None where a fault was noted.
    """
    before = len(reader.faults)
    if not isinstance(node, Listing) or not node.items:
        reader.refuse(node, where, "must be a list of points", told(node), "write rows: [{PATH: VALUE}, ...]")
        return None
    columns = _columns(node, where, variants, reader)
    rows = [
        _row(item, (*where, index), columns, reader) if isinstance(item, Branch) else []
        for index, item in enumerate(node.items)
    ]
    if len(reader.faults) > before or not distinct(list(columns.values()), node, where, reader):
        return None
    factors = tuple(column.factor for column in columns.values())
    return Table(factors, np.array(rows, dtype=np.float64).reshape(len(rows), len(factors)))


def _columns(node: Listing, where: Where, variants: Sequence[Factor], reader: Reader) -> dict[str, Column]:
    """Columns that any row names, by name, in the order in which they appear."""
    found: dict[str, Column | None] = {}
    for index, item in enumerate(node.items):
        if not isinstance(item, Branch):
            reader.refuse(item, (*where, index), "must be a mapping", told(item), "write {PATH: VALUE}")
            continue
        for name, cell in item.entries.items():
            if name not in found:
                found[name] = column_of(name, variants, cell, (*where, index, name), reader)
    return {name: column for name, column in found.items() if column is not None}


def _row(item: Branch, where: Where, columns: dict[str, Column], reader: Reader) -> list[float]:
    found = []
    for name, column in columns.items():
        cell = item.entries.get(name)
        found.append(column.absent if cell is None else _mark(cell, (*where, name), column, reader))
    return found


def _mark(cell: Node, where: Where, column: Column, reader: Reader) -> float:
    if column.factor.numeric:
        return reader.value(column.path, cell, where)
    word = cell.value if isinstance(cell, Leaf) else None
    mark = column.marks.get(str(word)) if word is not None else None
    if mark is None:
        words = list(column.marks)
        reader.refuse(cell, where, f"must be one of {', '.join(words)}", told(cell), choose_from(str(word), words))
    return mark or 0.0
