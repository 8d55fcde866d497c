"""Points of a design file, CSV or Parquet: checked chunk by chunk, never in memory whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sim.errors import Fault
from sim.experiments.factors import Factor
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.files.table_columns import POINT, Column, Named, file_of, named_columns
from sim.experiments.files.table_csv import CsvRows
from sim.experiments.files.table_decimals import Decimals
from sim.experiments.files.table_rows import Batch, Broken, ParquetRows, Rows, TableError
from sim.experiments.lengths import WEEKS
from sim.experiments.points import LARGEST_DESIGN, PointsOnDisk
from sim.phrases import choose_from, shown
from sim.scenario.checks.values import TIME, number_rule
from sim.scenario.schema.fields import explained, lowest
from sim.scenario.yaml.tree import Branch, Place, fault

MOST_FAULTS = 20
FORM = "CSV in UTF-8 with a line of names, or Parquet"
MISSING = ("nan", "na", "n/a", "#n/a", "null", "none", "-")
"""What other programs write for a missing number."""
GROUPED = re.compile(r"[+-]?\d{1,3}([.,' \u00a0\u202f]\d{3})+([.,]\d+)?")
"""A number with separators of thousands."""


def points_of_file(
    node: Branch, where: Where, variants: Sequence[Factor], reader: SweepReader, folder: Path
) -> PointsOnDisk | None:
    """Read the points of the file that a design names; None where a fault was noted.

    Parameters
    ----------
    node : Branch
        The design, whose ``file`` is seen from the sweep file's folder and lies in or below it.
    where : tuple of (str or int)
    variants : sequence of Factor
        Factors of variants that columns may name by their labels.
    reader : SweepReader
    folder : Path
    """
    entry, here = node.entries["file"], (*where, "file")
    file = file_of(node, here, reader, folder)
    if file is None:
        return None
    labels = {factor.column for factor in variants}
    try:
        with _rows_of(file, lambda name: name == POINT or name in labels or reader.knows(name)) as rows:
            named = named_columns(rows.names, node, where, variants, reader)
            return None if named is None else _Table(file, named, reader).points(rows)
    except TableError as error:
        found = f"line {error.line}: {error.said}" if error.line else error.said
        reader.refuse(entry, here, "must be a table", found, error.remedy or FORM)
    except OSError as error:
        reader.refuse(entry, here, "must be readable", error.strerror or str(error), "check the path and the disk")
    return None


def _rows_of(file: Path, known: Any) -> Rows:
    return ParquetRows(file) if file.suffix.lower() == ".parquet" else CsvRows(file, known)


@dataclass
class _Table:
    """A design file while it is read."""

    file: Path
    named: Named
    reader: SweepReader
    decimals: Decimals = field(default_factory=Decimals)

    def points(self, rows: Rows) -> PointsOnDisk | None:
        """All points; None where a fault was noted."""
        found, faults = PointsOnDisk(tuple(column.factor for column in self.named.columns.values())), []
        unit = "row"
        for batch in rows.batches():
            unit = batch.unit
            level_values, broken = self._level_values(batch)
            faults += [_fault(self.file, unit, one) for one in (*batch.broken, *broken)]
            if found.count + len(level_values) > LARGEST_DESIGN:
                rule = f"must have at most {LARGEST_DESIGN:,} points"
                faults.append(Fault(str(self.file), "the file", rule, "more", "split it into several sweeps"))
            if len(faults) >= MOST_FAULTS:
                break
            if not faults:
                found.add(level_values)
        if len(faults) < MOST_FAULTS:
            faults += [_fault(self.file, unit, one) for one in self.decimals.refused()]
        if not faults and not found.count:
            faults.append(Fault(str(self.file), "the file", "must have a point", "none", "write one row a point"))
        self.reader.faults += faults[:MOST_FAULTS]
        return None if faults else found

    def _level_values(self, batch: Batch) -> tuple[NDArray[np.float64], list[Broken]]:
        """Level values of the rows that have a value, and what is wrong with cells."""
        columns = self.named.columns
        level_values = np.empty((len(batch.places), len(columns)))
        empty = np.ones(len(batch.places), np.bool_)
        broken: list[Broken] = []
        for index, (name, column) in enumerate(columns.items()):
            cells = batch.columns[name]
            missing = _missing(cells)
            found = self._read(name, cells, column, batch.places)
            level_values[:, index] = np.where(missing, column.absent, found)
            bad = ~missing & ~_fits(found, column)
            broken += [
                _refused(batch, row, name, column, found[row]) for row in np.flatnonzero(bad)[:MOST_FAULTS].tolist()
            ]
            empty &= missing
        return level_values[~empty], [*broken, *self._without_value(batch, empty)]

    def _read(self, name: str, cells: pa.Array, column: Column, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of a column's cells; NaN for what is none."""
        kind = cells.type
        if pa.types.is_string(kind):
            return self.decimals.numbers(name, cells, places) if column.factor.numeric else _words(cells, column)
        if column.factor.numeric and (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            return _plain(cells.cast(pa.float64(), safe=False))
        if column.factor.numeric and pa.types.is_boolean(kind):
            return _plain(cells.cast(pa.int8()))
        return np.full(len(cells), np.nan)

    def _without_value(self, batch: Batch, empty: NDArray[np.bool_]) -> Iterator[Broken]:
        """Rows that say something in columns that are passed over, but give no factor a value."""
        for name in self.named.ignored:
            cells = batch.columns[name]
            for row in np.flatnonzero(empty & ~_missing(cells))[:MOST_FAULTS].tolist():
                remedy = "give a value, if only the scenario's own, or take the row out"
                found = f"only {name} {_shown(cells[row].as_py())}"
                yield Broken(int(batch.places[row]), "", "must give a factor a value", found, remedy)


def _missing(cells: pa.Array) -> NDArray[np.bool_]:
    empty = pc.fill_null(pc.equal(cells, ""), True) if pa.types.is_string(cells.type) else cells.is_null()
    found: NDArray[np.bool_] = empty.to_numpy(zero_copy_only=False)
    return found


def _fits(level_values: NDArray[np.float64], column: Column) -> NDArray[np.bool_]:
    if column.quantity is None or not column.factor.numeric:
        return np.isfinite(level_values)
    whole = column.path != WEEKS or level_values == np.floor(level_values)
    return (level_values >= lowest(column.quantity)) & (level_values <= column.quantity.upper) & whole


def _plain(cells: pa.Array) -> NDArray[np.float64]:
    return pc.fill_null(cells, 0).to_numpy(zero_copy_only=False).astype(np.float64)  # type: ignore[no-any-return]


def _words(cells: pa.Array, column: Column) -> NDArray[np.float64]:
    words = pa.array(list(column.level_values), pa.string())
    level_values = np.array([*column.level_values.values(), np.nan])
    found = pc.fill_null(pc.index_in(cells, value_set=words), len(words)).to_numpy(zero_copy_only=False)
    chosen: NDArray[np.float64] = level_values[found]
    return chosen


def _refused(batch: Batch, row: int, name: str, column: Column, level_value: float) -> Broken:
    cell = batch.columns[name][row].as_py()
    if not column.factor.numeric:
        words = list(column.level_values)
        rule, remedy = f"must be one of {', '.join(words)}", choose_from(str(cell), words)
    else:
        assert column.quantity is not None, "numbers have paths"
        rule = (
            TIME[WEEKS]
            if column.path == WEEKS
            else number_rule(column.quantity, None if np.isnan(level_value) else level_value)
        )
        remedy = _explained(cell, column)
    return Broken(int(batch.places[row]), name, rule, _shown(cell), remedy)


def _explained(cell: Any, column: Column) -> str:
    """What a number means; or what to write instead of a text that is none."""
    said = str(cell).strip().lower()
    if said in MISSING:
        return "leave the cell empty for the scenario's own value"
    if isinstance(cell, str) and GROUPED.fullmatch(said):
        return "write the number without separators of thousands"
    assert column.quantity is not None, "numbers have paths"
    return explained(column.quantity)


def _shown(cell: Any) -> str:
    return f"{cell:g}" if isinstance(cell, float) else shown(cell if isinstance(cell, str | int | bool) else str(cell))


def _fault(file: Path, unit: str, broken: Broken) -> Fault:
    """Fault of a cell: ``design.csv:7`` for a line, ``design.parquet`` and its row for a row."""
    place = Place(str(file), broken.place) if unit == "line" else Place(f"{file} row {broken.place}", 0)
    return fault(place, (broken.name or f"the {unit}",), broken.rule, broken.found, broken.remedy)
