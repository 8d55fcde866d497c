"""Rows of a CSV file, in batches of columns, each row with its line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from sim.experiments.tables.dialect import ESCAPED, Known, TableError, head_of, open_text
from sim.experiments.tables.rows import Batch, Broken, Numbered, Rows

BLOCK = 2**22
"""Characters that are read together."""
MOST_BROKEN = 20
DECIMAL_COMMAS = "give each name one cell; separate cells by semicolons if decimals stand behind commas"


class CsvRows(Rows):
    """A line of names, then one line a row; an empty cell is missing.

    Parameters
    ----------
    file : Path
    known : callable
        Whether a name is one of the scenario's.
    """

    def __init__(self, file: Path, known: Known) -> None:
        self._stream = open_text(file)
        try:
            text = self._read()
            self._head = head_of(text, known)
        except TableError:
            self._stream.close()
            raise
        self._rest = "".join(text.split("\n", self._head.lines)[self._head.lines :])
        self.names = [name for name in self._head.names if name]
        self._numbered = Numbered()

    def __exit__(self, *raised: object) -> None:
        self._stream.close()

    def batches(self) -> Iterator[Batch]:
        """All rows in their order."""
        line, rest = self._head.lines + 1, self._rest
        while True:
            whole, newline, rest = rest.rpartition("\n")
            if whole.strip():
                yield self._batch(whole, line)
            line += whole.count("\n") + len(newline)
            block = self._read()
            if not block:
                break
            if len(rest) >= BLOCK:
                raise TableError(f"a line of more than {BLOCK:,} characters", line)
            rest += block
        if rest.strip():
            yield self._batch(rest, line)

    def _read(self) -> str:
        try:
            return self._stream.read(BLOCK)
        except UnicodeError as error:
            raise TableError(str(error)) from None

    def _batch(self, text: str, first: int) -> Batch:
        block, lines = _without_blank(text, first)
        broken: list[Broken] = []
        skipped: list[int] = []

        def skip(row: Any) -> str:
            skipped.append(row.number - 1)
            if len(broken) < MOST_BROKEN:
                broken.append(self._miscounted(row, int(lines[row.number - 1])))
            return "skip"

        table = self._table(block, lines, skip)
        places = np.delete(lines, skipped)
        columns: dict[str, pa.Array] = {}
        for index, name in enumerate(self._head.names):
            cells = pc.utf8_trim_whitespace(table[index].combine_chunks())
            if name:
                columns[name] = cells
            else:
                broken += self._numbered.refused(index, cells, places)
        return Batch(columns, places, "line", broken)

    def _table(self, block: bytes, lines: NDArray[np.int64], skip: Any) -> pa.Table:
        names = [str(index) for index in range(len(self._head.names))]
        options = {
            "read_options": pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
            "parse_options": pa_csv.ParseOptions(
                delimiter=self._head.separator, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            "convert_options": pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        }
        try:
            return pa_csv.read_csv(io.BytesIO(block), **options)
        except pa.ArrowInvalid as error:
            raise TableError(*_blamed(block, lines, str(error))) from None

    def _miscounted(self, row: Any, line: int) -> Broken:
        commas = self._head.separator == "," and row.actual_columns > row.expected_columns
        remedy = DECIMAL_COMMAS if commas else "give each name one cell"
        return Broken(line, "", f"must have {row.expected_columns} cells", f"{row.actual_columns}", remedy)


def _without_blank(text: str, first: int) -> tuple[bytes, NDArray[np.int64]]:
    """The lines that hold something, and their numbers."""
    lines = text.split("\n")
    filled = [index for index, line in enumerate(lines) if line.strip()]
    whole = text if len(filled) == len(lines) else "\n".join(lines[index] for index in filled)
    return whole.encode("utf-8", ESCAPED), np.array(filled, dtype=np.int64) + first


def _blamed(block: bytes, lines: NDArray[np.int64], said: str) -> tuple[str, int]:
    """What is wrong with a block that cannot be read, and the line if it can be told."""
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte 0x{block[error.start]:02x} is no UTF-8", int(lines[block.count(b"\n", 0, error.start)])
    return said, int(lines[0])
