"""Results as Arrow tables: one documented schema, with unit and meaning in the metadata of each column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.outcomes import Column

COMPRESSION = "zstd"

POINT = ("point", "index", "design point, a row of design.parquet")
REPLICATE = ("replicate", "index", "replicate; runs of one replicate share their random draws across points")
WEEK = ("week", "week", "week since the start")


def field(name: str, kind: pa.DataType, unit: str, meaning: str) -> pa.Field:
    """A column with its unit and meaning."""
    return pa.field(name, kind, metadata={"unit": unit, "meaning": meaning})


def write(chunks: Iterable[pa.Table], stream: BinaryIO) -> int:
    """Write tables of one schema as one of Parquet, and give its rows; the same tables give the same bytes."""
    rows = 0
    with ExitStack() as opened:
        writer: pq.ParquetWriter | None = None
        for chunk in chunks:
            if writer is None:
                writer = opened.enter_context(_writer(chunk.schema, stream))
            writer.write_table(chunk)
            rows += chunk.num_rows
    return rows


def _writer(schema: pa.Schema, stream: BinaryIO) -> pq.ParquetWriter:
    """A writer that looks for repeated values in columns of words and of whole numbers only.

    Numbers of the model hardly ever repeat: to look for them takes most of the time, and a third more room.
    """
    repeated = [one.name for one in schema if not pa.types.is_floating(one.type)]
    return pq.ParquetWriter(stream, schema, compression=COMPRESSION, use_dictionary=repeated)


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Rows of several tables as one, so that it is written with the bytes of a table made in one piece.

    What Parquet adds to the schema of a table that was read back goes; the last table's schema is taken.
    """
    schema = tables[-1].schema
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables([table.cast(schema) for table in tables]).combine_chunks()


def runs_table(
    columns: Sequence[Column],
    runs: NDArray[np.int64],
    summary: NDArray[np.float64],
    failure: Sequence[str | None],
) -> pa.Table:
    """One row a run.

    Parameters
    ----------
    columns : sequence of Column, length Y
    runs : ndarray of int64, shape (R, 2)
        Point and replicate.
    summary : ndarray, shape (R, Y)
        Summary of each run; what is not finite becomes missing.
    failure : sequence of str or None, length R
        Why a run failed.
    """
    fields = [field(*typed(POINT, pa.int32())), field(*typed(REPLICATE, pa.int32()))]
    arrays = [pa.array(runs[:, 0].astype(np.int32)), pa.array(runs[:, 1].astype(np.int32))]
    for index, column in enumerate(columns):
        fields.append(field(column.name, pa.float64(), column.unit, column.meaning))
        arrays.append(_numbers(summary[:, index], column, pa.float64()))
    fields.append(field("failure", pa.string(), "text", "why the run failed; missing if it did not"))
    arrays.append(pa.array(failure, pa.string()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def series_table(
    columns: Sequence[Column],
    runs: NDArray[np.int64],
    weeks: NDArray[np.float64],
    series: NDArray[np.float32],
) -> pa.Table:
    """One row a kept run and week.

    Parameters
    ----------
    columns : sequence of Column, length S
    runs : ndarray of int64, shape (R, 2)
        Point and replicate of each kept run.
    weeks : ndarray, shape (T,)
    series : ndarray of float32, shape (R, T, S)
    """
    fields = [
        field(*typed(POINT, pa.int32())),
        field(*typed(REPLICATE, pa.int32())),
        field(*typed(WEEK, pa.float32())),
    ]
    ids = np.repeat(runs.astype(np.int32), len(weeks), axis=0)
    arrays = [
        pa.array(ids[:, 0]),
        pa.array(ids[:, 1]),
        pa.array(np.tile(weeks.astype(np.float32), len(runs))),
    ]
    rows = series.reshape(len(runs) * len(weeks), len(columns))
    for index, column in enumerate(columns):
        fields.append(field(column.name, pa.float32(), column.unit, column.meaning))
        arrays.append(_numbers(rows[:, index], column, pa.float32()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def reasons_table(
    point: int, names: Mapping[str, Sequence[Any]], weeks: NDArray[np.float64], terms: NDArray[np.float64]
) -> pa.Table:
    """Mean weighted utility terms of every posture at one point, one row a week, party, posture and term.

    Parameters
    ----------
    point : int
    names : mapping
        ``parties`` (pairs of contest and party, length E), ``postures`` (length Q) and ``terms`` (length K).
    weeks : ndarray, shape (T,)
    terms : ndarray, shape (T, E, Q, K)
        NaN for a posture that a party cannot take, which gets no row.
    """
    shape = terms.shape
    taken = np.isfinite(terms.ravel())
    week, party, posture, term = (index.ravel()[taken] for index in np.indices(shape, dtype=np.int32))
    contests, parties = zip(*names["parties"], strict=True) if names["parties"] else ((), ())
    words = {
        "contest": (_word(party, contests), "dispute"),
        "party": (_word(party, parties), "third party"),
        "posture": (_word(posture, names["postures"]), "posture of the menu"),
        "term": (_word(term, names["terms"]), "term of its utility"),
    }
    fields = [field(*typed(POINT, pa.int32())), field(*typed(WEEK, pa.float32()))]
    fields += [field(name, array.type, "text", meaning) for name, (array, meaning) in words.items()]
    fields.append(field("value", pa.float32(), "utility", "mean weighted term over the first replicates"))
    arrays = [pa.array(np.full(week.size, point, np.int32)), pa.array(weeks.astype(np.float32)[week])]
    arrays += [array for array, _ in words.values()]
    arrays.append(pa.array(terms.astype(np.float32).ravel()[taken]))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def typed(named: tuple[str, str, str], kind: pa.DataType) -> tuple[str, pa.DataType, str, str]:
    """Arguments of `field` for one of the identifiers."""
    name, unit, meaning = named
    return name, kind, unit, meaning


def _word(index: NDArray[np.int32], words: Sequence[str]) -> pa.Array:
    names = list(dict.fromkeys(words))
    places = np.array([names.index(word) for word in words], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(places[index]), pa.array(names, pa.string()))


def _numbers(values: NDArray[Any], column: Column, kind: pa.DataType) -> pa.Array:
    missing = ~np.isfinite(values)
    if column.is_time:
        missing |= values < 0
    return pa.array(np.ascontiguousarray(values), kind, mask=missing)
