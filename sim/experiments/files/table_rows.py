"""Rows of a table, in batches of columns, each row with its place; those of Parquet."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

MOST_COLUMNS = 4096
UNNAMED = re.compile(r"(Unnamed: \d+)?")
"""Names that pandas and spreadsheets give a column that has none."""
BATCH, BUFFER = 16_384, 2**16
"""Rows, and bytes of a column, of Parquet that are read together."""
INDEX = re.compile(r"__index_level_\d+__")
"""Names that pandas gives a nameless index in Parquet."""
NUMBERING = "must number the rows, in rising order, in the column without a name"
NAME_IT = "name the column; pass it over with ignore: [NAME] if it is no factor"
WHOLE = r"^[0-9]{1,15}(\.0)?$"


class TableError(ValueError):
    """A file that is no table; `line` is 0 where no line can be blamed."""

    def __init__(self, said: str, line: int = 0, remedy: str = "") -> None:
        super().__init__(said)
        self.said, self.line, self.remedy = " ".join(said.split())[:160], line, remedy


@dataclass(frozen=True)
class Broken:
    """What is wrong with a row, or with one of its cells."""

    place: int
    name: str
    rule: str
    found: str
    remedy: str


@dataclass(frozen=True)
class Batch:
    """Some rows.

    Attributes
    ----------
    columns : dict of str to Array
        Columns that have a name.
    places : ndarray of int64, shape (n,)
        Line or row number of each.
    unit : str
        ``line`` or ``row``.
    broken : list of Broken
        Lines that are no rows, and cells that belong to no column.
    """

    columns: dict[str, pa.Array]
    places: NDArray[np.int64]
    unit: str
    broken: list[Broken] = field(default_factory=list)


class Rows(AbstractContextManager["Rows"]):
    """An open file of rows, with the names of its columns."""

    names: list[str]

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """All rows in their order."""


class Numbered:
    """Watches columns without a name: the first may number the rows, another one must be empty."""

    def __init__(self) -> None:
        self._last = -1.0

    def refused(self, index: int, cells: pa.Array, places: NDArray[np.int64]) -> Iterator[Broken]:
        """The first cell of a batch that is neither empty nor, in the first column, a number above those before.

        Parameters
        ----------
        index : int
            Of the column.
        cells : Array of texts
        places : ndarray of int64, shape (n,)
        """
        filled = pc.fill_null(pc.not_equal(cells, ""), False).to_numpy(zero_copy_only=False)
        texts = cells.filter(pa.array(filled))
        whole = pc.match_substring_regex(texts, WHOLE).to_numpy(zero_copy_only=False)
        numbers = pc.if_else(pa.array(whole), texts, "0").cast(pa.float64()).to_numpy(zero_copy_only=False)
        rising = np.diff(numbers, prepend=self._last) > 0
        wrong = np.flatnonzero(~(whole & rising)) if index == 0 else np.arange(len(texts))
        if len(wrong):
            first = int(wrong[0])
            place = int(places[np.flatnonzero(filled)[first]])
            rule = NUMBERING if index == 0 else "must have a name above each cell"
            yield Broken(place, "", rule, texts[first].as_py(), NAME_IT)
        elif len(numbers):
            self._last = float(numbers[-1])


class ParquetRows(Rows):
    """Parquet: columns of numbers, of truth values, or of texts, plain or by dictionary."""

    def __init__(self, file: Path) -> None:
        try:
            self._file = pq.ParquetFile(
                file, pre_buffer=False, buffer_size=BUFFER
            )  # else a group of rows is read whole
            found = distinct_names(list(self._file.schema_arrow.names))
        except (pa.ArrowException, ValueError) as error:
            raise TableError(str(error)) from None
        except OSError as error:
            if error.errno is not None:
                raise
            raise TableError(str(error)) from None  # what Arrow says of a damaged file
        if len(found) > MOST_COLUMNS:
            raise TableError(f"{len(found):,} columns")
        kept = [name for name in found if not INDEX.fullmatch(name)]
        self.names = [name for name in kept if not UNNAMED.fullmatch(name)]
        self._unnamed = [(found.index(name), name) for name in kept if UNNAMED.fullmatch(name)]
        self._numbered = Numbered()

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def batches(self) -> Iterator[Batch]:
        """All rows in their order; rows are counted from 0, as ``point`` is."""
        first = 0
        try:
            for batch in self._file.iter_batches(BATCH):
                columns = {name: _simple(batch.column(name)) for name in self.names}
                places = np.arange(first, first + batch.num_rows)
                yield Batch(columns, places, "row", list(self._refused(batch, places)))
                first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise TableError(str(error)) from None

    def _refused(self, batch: pa.RecordBatch, places: NDArray[np.int64]) -> Iterator[Broken]:
        for index, name in self._unnamed:
            yield from self._numbered.refused(index, batch.column(name).cast(pa.string()), places)


def _simple(cells: pa.Array) -> pa.Array:
    """Texts as plain strings, whichever way Arrow holds them."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    texts = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return cells.cast(pa.string()) if texts else cells


def distinct_names(names: list[str], number: int = 0) -> list[str]:
    """The names; raises TableError for one that two columns have."""
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TableError(f"two columns named {twice[0]!r}", number, "take one of the two out, or name it otherwise")
    return names
