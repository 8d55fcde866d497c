"""Lists: points that stand as rows in the sweep file, or in a table beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.factors import Factor
from sim.experiments.files.factor import FACTORS, factors_of
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.files.table import points_of_file
from sim.experiments.files.table_columns import Column, column_of, distinct
from sim.experiments.points import DrawnDesign, PointsOnDisk, Table
from sim.phrases import choose_from
from sim.scenario.schema.json_parts import Schema
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, describe

KEYS: Schema = {
    "rows": {"type": "array", "items": {"$ref": "#/$defs/settings"}, "minItems": 1},
    "file": {"type": "string", "pattern": r"\.([cC][sS][vV]|[tT][sS][vV]|[pP][aA][rR][qQ][uU][eE][tT])$",
             "description": "table of points beside this file"},
    "ignore": {"type": "array", "items": {"type": "string"}, "minItems": 1,
               "description": "columns of the file that are passed over"},
}  # fmt: skip
FORM: Schema = {"oneOf": [{"required": ["rows"], "not": {"required": ["ignore"]}}, {"required": ["file"]}]}


def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """Points listed in the sweep file, or in a file beside it; what a row leaves out is the scenario's own."""
    sweep = reader.sweep
    variants = factors_of(node, where, sweep) if "factors" in node.entries else ()
    if not _says_where(node, where, sweep) or _names_a_path(node, where, sweep) or variants is None:
        return None
    points: Table | PointsOnDisk | None
    if "file" in node.entries:
        points = points_of_file(node, where, variants, sweep, reader.folder)
    else:
        points = _points_of_rows(node.entries["rows"], (*where, "rows"), variants, sweep)
        if points is not None and not reader.affords(node, where, points.count, len(points.factors)):
            return None
    return None if points is None else DrawnDesign(points, {"design": LIST.name})


def _says_where(node: Branch, where: Where, reader: SweepReader) -> bool:
    """Whether a list has rows or else a file; a fault is noted otherwise."""
    given = [key for key in ("rows", "file") if key in node.entries]
    if len(given) != 1:
        reader.refuse(node, (*where, "rows"), "must be given, or else file", " and ".join(given) or "neither",
                      "rows: [{PATH: VALUE}, ...], or file: NAME.csv or .parquet beside the sweep file")  # fmt: skip
    elif given == ["rows"] and "ignore" in node.entries:
        found = node.entries["ignore"]
        reader.refuse(found, (*where, "ignore"), "goes with file", describe(found), "take the columns out of the rows")
    return len(given) == 1


def _names_a_path(node: Branch, where: Where, reader: SweepReader) -> bool:
    """Whether a factor of a list is of a path, which is noted: only those of variants go with it."""
    listed = node.entries.get("factors")
    for index, item in enumerate(listed.items if isinstance(listed, Listing) else ()):
        if isinstance(item, Branch) and "path" in item.entries:
            reader.refuse(item, (*where, "factors", index), "must be a factor of variants", "a path",
                          "the points of a list bring their own values of paths")  # fmt: skip
            return True
    return False


def _points_of_rows(node: Node, where: Where, variants: Sequence[Factor], reader: SweepReader) -> Table | None:
    """Points of rows ``{PATH: VALUE, LABEL: VARIANT}``; None where a fault was noted."""
    before = len(reader.faults)
    if not isinstance(node, Listing) or not node.items:
        reader.refuse(node, where, "must be a list of points", describe(node), "write rows: [{PATH: VALUE}, ...]")
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


def _columns(node: Listing, where: Where, variants: Sequence[Factor], reader: SweepReader) -> dict[str, Column]:
    """Columns that any row names, by name, in the order in which they appear."""
    found: dict[str, Column | None] = {}
    for index, item in enumerate(node.items):
        if not isinstance(item, Branch):
            reader.refuse(item, (*where, index), "must be a mapping", describe(item), "write {PATH: VALUE}")
            continue
        for name, cell in item.entries.items():
            if name not in found:
                found[name] = column_of(name, variants, cell, (*where, index, name), reader)
    return {name: column for name, column in found.items() if column is not None}


def _row(item: Branch, where: Where, columns: dict[str, Column], reader: SweepReader) -> list[float]:
    found = []
    for name, column in columns.items():
        cell = item.entries.get(name)
        found.append(column.absent if cell is None else _level_value(cell, (*where, name), column, reader))
    return found


def _level_value(cell: Node, where: Where, column: Column, reader: SweepReader) -> float:
    if column.factor.numeric:
        return reader.value(column.path, cell, where)
    word = cell.value if isinstance(cell, Leaf) else None
    value = column.level_values.get(str(word)) if word is not None else None
    if value is None:
        words = list(column.level_values)
        reader.refuse(cell, where, f"must be one of {', '.join(words)}", describe(cell), choose_from(str(word), words))
    return value or 0.0


LIST = Kind("list", KEYS | FACTORS, read, form=FORM)
