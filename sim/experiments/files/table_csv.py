"""Rows of a table of text: its encoding, what separates its cells, its line of names, and each row with its line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from sim.experiments.files.table_rows import (
    MOST_COLUMNS,
    UNNAMED,
    Batch,
    Broken,
    Numbered,
    Rows,
    TableError,
    distinct_names,
)

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may separate cells, and how it is called."""
ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, those that begin like others first; a file without one is UTF-8."""
ESCAPED = "surrogateescape"
"""Bytes that are no UTF-8 are kept, so that their line can be named."""
SAID = re.compile(r'"?sep=([^\w"])"?', re.IGNORECASE)
"""First line by which spreadsheets are told the separator."""
QUOTED = re.compile(r'"[^"]*"')

Known = Callable[[str], bool]
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


@dataclass(frozen=True)
class Head:
    """What the first lines of a table say.

    Attributes
    ----------
    names : list of str
        Of all columns; empty for a column without a name.
    separator : str
    lines : int
        Lines up to and including that of names.
    """

    names: list[str]
    separator: str
    lines: int


def open_text(file: Path) -> TextIO:
    """Open a file as text, whatever ends its lines; raises OSError."""
    stream = file.open("rb")
    start = stream.peek(4)[:4]
    encoding = next((name for mark, name in ENCODINGS if start.startswith(mark)), "utf-8-sig")
    return TextIOWrapper(stream, encoding, ESCAPED)


def head_of(text: str, known: Known) -> Head:
    """Read the first lines of a table.

    Parameters
    ----------
    text : str
        Begin of the table; with the first line of cells, if it has one.
    known : callable
        Whether a name is one of the scenario's; tells a separator from a mark within a name.

    Raises
    ------
    TableError
        If there is no line of names, or two separators are as likely.
    """
    lines = text.split("\n")
    filled = [index for index, line in enumerate(lines) if line.strip()]
    said = SAID.fullmatch(lines[filled[0]].strip(" ")) if filled else None
    rest = filled[1:] if said else filled
    if not rest:
        raise TableError("no line of names", 1)
    at = rest[0]
    if "\0" in lines[at]:
        raise TableError("NUL bytes", at + 1, "save it as UTF-8")
    separator = said[1] if said else _separator(lines[at], at + 1, known)
    names = _names(lines[at], at + 1, separator)
    return Head(_fitted(names, lines[rest[1]] if len(rest) > 1 else "", separator), separator, at + 1)


def _separator(line: str, number: int, known: Known) -> str:
    """What separates names: the only candidate there is, or the one by which more of them are known."""
    outside = QUOTED.sub("", line)
    found = {one: sum(map(known, _cells(line, one))) for one in SEPARATORS if one in outside}
    likely = [one for one, count in found.items() if count == max(found.values())]
    if len(likely) > 1:
        which = " and ".join(SEPARATORS[one] for one in likely)
        raise TableError(f"{which} between the names", number, "write the separator above them: sep=;")
    return likely[0] if likely else ","


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]


def _names(line: str, number: int, separator: str) -> list[str]:
    names = ["" if UNNAMED.fullmatch(cell) else cell for cell in _cells(line, separator)]
    if not any(names):
        raise TableError("no line of names", number)
    if len(names) > MOST_COLUMNS or not all(name.isprintable() for name in names):
        wrong = "no UTF-8" if any("\udc80" <= mark <= "\udcff" for mark in line) else "names that are none"
        raise TableError(wrong, number)
    return distinct_names(names, number)


def _fitted(names: list[str], below: str, separator: str) -> list[str]:
    """Names with an empty one at their end where the line below ends in a separator, and else with none."""
    cells = _cells(below, separator)
    if len(cells) == len(names) + 1 and not cells[-1]:
        return [*names, ""]
    return names[:-1] if len(cells) == len(names) - 1 and not names[-1] else names
