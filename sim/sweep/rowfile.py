"""Points of a design file, CSV or Parquet: checked chunk by chunk, never in memory whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sim.errors import Fault
from sim.scenario.nodes import Branch, Place, choose_from, fault, shown, text
from sim.scenario.shape import bounds, explained, lowest
from sim.sweep.columnfile import POINT, Column, column_of, distinct
from sim.sweep.factors import Factor
from sim.sweep.levelfile import Reader, Where, told
from sim.sweep.points import LARGEST_DESIGN
from sim.sweep.rowsource import Batch, Rows, TableError, rows_of
from sim.sweep.spill import Spill

MOST_FAULTS = 20
TRUTH = {"true": 1.0, "false": 0.0, "True": 1.0, "False": 0.0}


def points_of_file(
    node: Branch, where: Where, variants: Sequence[Factor], reader: Reader, folder: Path
) -> Spill | None:
    """Read the points of the file that a design names; None where a fault was noted.

    Parameters
    ----------
    node : Branch
        The design, whose ``file`` is seen from the sweep file's folder and lies in or below it.
    where : tuple of (str or int)
    variants : sequence of Factor
        Factors of variants that columns may name by their labels.
    reader : Reader
    folder : Path
    """
    entry, here = node.entries["file"], (*where, "file")
    file = _inside(node, here, reader, folder)
    if file is None:
        return None
    try:
        with rows_of(file) as rows:
            names = [name for name in rows.names if name != POINT]
            columns = [column_of(name, variants, entry, here, reader) for name in names]
            known = [column for column in columns if column is not None]
            if len(known) < len(columns) or not distinct(known, entry, here, reader):
                return None
            if not known:
                reader.refuse(entry, here, "must have a column", "none", "name paths in its first line")
                return None
            return _checked(rows, known, names, file, reader)
    except TableError as error:
        found = f"line {error.line}: {error.said}" if error.line else error.said
        reader.refuse(entry, here, "must be a table", found, "CSV in UTF-8 with a line of names, or Parquet")
    except OSError as error:
        reader.refuse(entry, here, "must be readable", error.strerror or str(error), "check the path and the disk")
    return None


def _inside(node: Branch, where: Where, reader: Reader, folder: Path) -> Path | None:
    """The file, if it lies in the folder of the sweep file or below."""
    entry, name = node.entries["file"], text(node, "file")
    remedy = "give a file beside the sweep file, or in a folder below"
    if not name or not name.endswith((".csv", ".parquet")) or not name.isprintable():
        reader.refuse(entry, where, "must name a .csv or .parquet file", told(entry), remedy)
        return None
    try:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()):
            reader.refuse(entry, where, "must lie with the sweep file", shown(name), remedy)
            return None
        if not file.is_file():
            reader.refuse(entry, where, "must be a file", shown(name), remedy)
            return None
    except (OSError, RuntimeError, ValueError) as error:
        reader.refuse(entry, where, "must be readable", type(error).__name__, remedy)
        return None
    return folder / name


def _checked(rows: Rows, columns: Sequence[Column], names: Sequence[str], file: Path, reader: Reader) -> Spill | None:
    found, faults = Spill(tuple(column.factor for column in columns)), []
    for batch in rows.batches():
        marks = np.empty((len(batch.places), len(columns)))
        faults += [_fault(file, batch.unit, line, "", rule, said) for line, rule, said in batch.faults]
        for index, (name, column) in enumerate(zip(names, columns, strict=True)):
            marks[:, index], bad = _marks(batch.columns[name], column)
            faults += _cell_faults(batch, np.flatnonzero(bad), name, column, reader, file)
        if found.count + len(marks) > LARGEST_DESIGN:
            rule = f"must have at most {LARGEST_DESIGN:,} points"
            faults.append(Fault(str(file), "the file", rule, "more", "split it into several sweeps"))
        if len(faults) >= MOST_FAULTS:
            break
        if not faults:
            found.add(marks)
    if not faults and not found.count:
        faults.append(Fault(str(file), "the file", "must have a point", "none", "write one row a point"))
    reader.faults += faults[:MOST_FAULTS]
    return None if faults else found


def _marks(cells: pa.Array, column: Column) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Marks of a column's cells, and which cells have none."""
    if pa.types.is_string(cells.type):
        missing = pc.fill_null(pc.equal(cells, ""), True).to_numpy(zero_copy_only=False)
        marks = _numbers(cells) if column.factor.numeric else _words(cells, column)
    elif column.factor.numeric and (pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type)):
        missing, marks = cells.is_null().to_numpy(zero_copy_only=False), _plain(cells.cast(pa.float64(), safe=False))
    elif column.factor.numeric and pa.types.is_boolean(cells.type):
        missing, marks = cells.is_null().to_numpy(zero_copy_only=False), _plain(cells.cast(pa.int8()))
    else:
        missing = cells.is_null().to_numpy(zero_copy_only=False)
        marks = np.full(len(cells), np.nan)
    marks = np.where(missing, column.absent, marks)
    return marks, ~missing & ~_fits(marks, column)


def _fits(marks: NDArray[np.float64], column: Column) -> NDArray[np.bool_]:
    if column.quantity is None or not column.factor.numeric:
        return np.isfinite(marks)
    return (marks >= lowest(column.quantity)) & (marks <= column.quantity.upper)


def _plain(cells: pa.Array) -> NDArray[np.float64]:
    return pc.fill_null(cells, 0).to_numpy(zero_copy_only=False).astype(np.float64)  # type: ignore[no-any-return]


def _numbers(cells: pa.Array) -> NDArray[np.float64]:
    """Numbers that texts spell; NaN for those that spell none."""
    try:
        return _plain(pc.if_else(pc.equal(cells, ""), "0", cells).cast(pa.float64()))
    except pa.ArrowInvalid:
        return np.array([_number(cell) for cell in cells.to_pylist()])


def _number(cell: str | None) -> float:
    try:
        return TRUTH[cell] if cell in TRUTH else float((cell or "0").replace("_", "?"))
    except ValueError:
        return float("nan")


def _words(cells: pa.Array, column: Column) -> NDArray[np.float64]:
    words = pa.array(list(column.marks), pa.string())
    marks = np.array([*column.marks.values(), np.nan])
    found = pc.fill_null(pc.index_in(cells, value_set=words), len(words)).to_numpy(zero_copy_only=False)
    chosen: NDArray[np.float64] = marks[found]
    return chosen


def _cell_faults(
    batch: Batch, bad: NDArray[np.int64], name: str, column: Column, reader: Reader, file: Path
) -> Iterator[Fault]:
    for row in bad[:MOST_FAULTS].tolist():
        cell = batch.columns[name][row].as_py()
        if not column.factor.numeric:
            words = list(column.marks)
            rule, remedy = f"must be one of {', '.join(words)}", choose_from(str(cell), words)
        else:
            assert column.quantity is not None, "numbers have paths"
            rule, remedy = f"must lie in {bounds(column.quantity)}", explained(column.quantity)
        yield _fault(file, batch.unit, int(batch.places[row]), name, rule, _shown(cell), remedy)


def _shown(cell: Any) -> str:
    return f"{cell:g}" if isinstance(cell, float) else shown(cell if isinstance(cell, str | int | bool) else str(cell))


def _fault(file: Path, unit: str, place: int, name: str, rule: str, found: str, remedy: str = "") -> Fault:
    """Fault of a cell: ``design.csv:7`` for a line, ``design.parquet`` and its row for a row."""
    if unit == "line":
        return fault(Place(str(file), place), (name,) if name else ("the line",), rule, found, remedy)
    return fault(Place(f"{file} row {place}", 0), (name,) if name else ("the row",), rule, found, remedy)
