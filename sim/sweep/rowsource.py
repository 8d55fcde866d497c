"""Rows of a CSV or Parquet file, in batches of columns, each row with its place."""

from __future__ import annotations

import csv
import io
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

BLOCK = 2**22
"""Bytes of CSV that are read together."""
BATCH, BUFFER = 16_384, 2**16
"""Rows, and bytes of a column, of Parquet that are read together."""
MOST_COLUMNS = 4096
MOST_BROKEN = 20


class TableError(ValueError):
    """A file that is no table; `line` is 0 where no line can be blamed."""

    def __init__(self, said: str, line: int = 0) -> None:
        super().__init__(said)
        self.said, self.line = " ".join(said.split())[:160], line


@dataclass(frozen=True)
class Batch:
    """Some rows.

    Attributes
    ----------
    columns : dict of str to Array
    places : ndarray of int64, shape (n,)
        Line or row number of each.
    unit : str
        ``line`` or ``row``.
    faults : list of (place, rule, found)
        Lines that are no rows.
    """

    columns: dict[str, pa.Array]
    places: NDArray[np.int64]
    unit: str
    faults: list[tuple[int, str, str]] = field(default_factory=list)


class Rows(AbstractContextManager["Rows"]):
    """An open file of rows, with the names of its columns."""

    names: list[str]

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """All rows in their order."""


def rows_of(file: Path) -> Rows:
    """Open a file by its ending; raises TableError for what is no table, OSError for what cannot be read."""
    return ParquetRows(file) if file.suffix == ".parquet" else CsvRows(file)


def _named(names: list[str]) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(f"two columns named {twice[0]!r}", 1)
    return names


class CsvRows(Rows):
    """CSV: commas, a line of names, one line a row; an empty cell is missing."""

    def __init__(self, file: Path) -> None:
        self._stream: IO[bytes] = file.open("rb")
        try:
            head = self._stream.readline(BLOCK).decode("utf-8-sig")
            found = [name.strip() for name in next(csv.reader([head], strict=True), [])]
        except (UnicodeDecodeError, csv.Error) as error:
            self._stream.close()
            raise TableError(str(error), 1) from None
        if not any(found) or len(found) > MOST_COLUMNS or not all(name.isprintable() for name in found):
            self._stream.close()
            raise TableError("no line of names" if not any(found) else "names that are none", 1)
        self.names = found
        self._check()

    def _check(self) -> None:
        try:
            _named(self.names)
        except TableError:
            self._stream.close()
            raise

    def __exit__(self, *raised: object) -> None:
        self._stream.close()

    def batches(self) -> Iterator[Batch]:
        """All rows in their order."""
        line, rest = 2, b""
        while block := self._stream.read(BLOCK):
            whole, newline, rest = (rest + block).rpartition(b"\n")
            if not newline and len(rest) >= BLOCK:
                raise TableError(f"a line of more than {BLOCK:,} bytes", line)
            if whole.strip():
                yield self._batch(whole + newline, line)
            line += whole.count(b"\n") + len(newline)
        if rest.strip():
            yield self._batch(rest, line)

    def _batch(self, block: bytes, first: int) -> Batch:
        block, lines = _without_blank(block, first)
        faults: list[tuple[int, str, str]] = []
        skipped: list[int] = []

        def skip(row: Any) -> str:
            skipped.append(row.number - 1)
            if len(faults) < MOST_BROKEN:
                found = f"{row.actual_columns}"
                faults.append((int(lines[row.number - 1]), f"must have {row.expected_columns} cells", found))
            return "skip"

        options = {
            "read_options": pa_csv.ReadOptions(column_names=self.names, use_threads=False, block_size=2 * BLOCK),
            "parse_options": pa_csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=skip),
            "convert_options": pa_csv.ConvertOptions(column_types=dict.fromkeys(self.names, pa.string())),
        }
        try:
            table = pa_csv.read_csv(io.BytesIO(block), **options)
        except pa.ArrowInvalid as error:
            raise TableError(*_blamed(block, lines, str(error))) from None
        columns = {name: pc.utf8_trim_whitespace(table[name].combine_chunks()) for name in self.names}
        return Batch(columns, np.delete(lines, skipped), "line", faults)


def _without_blank(block: bytes, first: int) -> tuple[bytes, NDArray[np.int64]]:
    """The lines of a block that hold something, and their numbers."""
    lines = block.removesuffix(b"\n").split(b"\n")
    filled = [index for index, line in enumerate(lines) if line.strip()]
    whole = block if len(filled) == len(lines) else b"\n".join(lines[index] for index in filled)
    return whole, np.array(filled, dtype=np.int64) + first


def _blamed(block: bytes, lines: NDArray[np.int64], said: str) -> tuple[str, int]:
    """What is wrong with a block that cannot be read, and the line if it can be told."""
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte 0x{block[error.start]:02x} is no UTF-8", int(lines[block.count(b"\n", 0, error.start)])
    return said, int(lines[0])


class ParquetRows(Rows):
    """Parquet: columns of numbers, of truth values, or of texts, plain or by dictionary."""

    def __init__(self, file: Path) -> None:
        try:
            self._file = pq.ParquetFile(
                file, pre_buffer=False, buffer_size=BUFFER
            )  # else a group of rows is read whole
            self.names = _named(list(self._file.schema_arrow.names))
        except (pa.ArrowException, ValueError) as error:
            raise TableError(str(error)) from None
        except OSError as error:
            if error.errno is not None:
                raise
            raise TableError(str(error)) from None  # what Arrow says of a damaged file
        if len(self.names) > MOST_COLUMNS:
            raise TableError(f"{len(self.names):,} columns")

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def batches(self) -> Iterator[Batch]:
        """All rows in their order; rows are counted from 0, as ``point`` is."""
        first = 0
        try:
            for batch in self._file.iter_batches(BATCH):
                columns = {name: _simple(batch.column(name)) for name in self.names}
                yield Batch(columns, np.arange(first, first + batch.num_rows), "row")
                first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise TableError(str(error)) from None


def _simple(cells: pa.Array) -> pa.Array:
    """Texts as plain strings, whichever way Arrow holds them."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    texts = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return cells.cast(pa.string()) if texts else cells
