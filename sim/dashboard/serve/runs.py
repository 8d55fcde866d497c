"""Runs read on demand from the Parquet files of a results folder, through DuckDB.

A column is asked for by its key and is one of those that the page's explorer has; numbers that come with a question are
bound to it. Once it is open, the database can read these files and nothing else.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import numpy as np
import pandas as pd

from sim.dashboard.evidence import Evidence
from sim.dashboard.sections.explorer.columns import numbers_of
from sim.dashboard.sections.explorer.paths import weekly_outcomes
from sim.dashboard.study import ending_column
from sim.errors import CounterpoiseError
from sim.phrases import inert
from sim.quantities import ENDINGS

if TYPE_CHECKING:
    import duckdb

RUN = re.compile(r"\d{1,18}", re.ASCII)
AT_ONCE = 10_000
"""Rows of a table that are written at once."""
MOST_BRUSHES = 100
FROM = "FROM read_parquet(?, union_by_name => true) r JOIN points p USING (point) WHERE {finished}"
ORDER = "ORDER BY r.point, r.replicate"


class UnknownColumnError(ValueError):
    """A column that the explorer does not have, or a range that is none."""


class Runs:
    """Finished runs of a results folder by column.

    Parameters
    ----------
    folder : Path
    evidence : Evidence
        Gathered from the folder, with what its outcomes vary with.
    """

    def __init__(self, folder: Path, evidence: Evidence) -> None:
        vary = evidence.variation
        assert vary is not None
        study = evidence.study
        self._files, self._weekly = (
            [str((folder / name).resolve()) for name in sorted(study.manifest["parts"]) if name.startswith(kind)]
            for kind in ("runs/", "series/")
        )
        factors = [(factor["path"], *numbers_of(factor, vary.design)) for factor in study.factors]
        self._words = {path: words for path, words, _ in factors if words}
        self._shown = {path: f"p.f{place}" for place, (path, _, _) in enumerate(factors)}
        self._shown |= {one.column: _expression(one.column, [c.code for c in study.contests]) for one in vary.outcomes}
        points = {"point": vary.design["point"].to_numpy(np.int64), "place": np.arange(len(vary.design))}
        points |= {f"f{place}": values for place, (_, _, values) in enumerate(factors)}
        self._weekly_shown = {key: _quoted("s", key) for key in weekly_outcomes(study)}
        self._database = _opened([*self._files, *self._weekly], pd.DataFrame(points))
        known = self._database.execute("DESCRIBE SELECT * FROM read_parquet(?, union_by_name => true)", [self._files])
        finished = "failure IS NULL" if "failure" in {row[0] for row in known.fetchall()} else "TRUE"
        self._from = FROM.format(finished=finished)

    def places(self) -> bytes:
        """For each run the place of its point in the design, then for each its replicate; four bytes a number."""
        found = self._numbers(f"SELECT p.place, r.replicate {self._from} {ORDER}")
        return b"".join(column.astype("<u4").tobytes() for column in found)

    def column(self, key: str) -> bytes:
        """A column's value for each run, of eight bytes; NaN where it is missing.

        Raises
        ------
        UnknownColumnError
            For another key.
        """
        (found,) = self._numbers(f"SELECT {self._expression(key)}::DOUBLE {self._from} {ORDER}")
        return found.astype("<f8").tobytes()

    def weeks(self, key: str, run: str) -> bytes:
        """Weeks of a run, then its values of an outcome in them; eight bytes a number, none of a run that was not kept.

        Parameters
        ----------
        key : str
            One of the weekly outcomes that the explorer shows.
        run : str
            ``POINT.REPLICATE``.

        Raises
        ------
        UnknownColumnError
            For another key, or what names no run.
        """
        numbers = run.split(".")
        if key not in self._weekly_shown or len(numbers) != 2 or not all(RUN.fullmatch(one) for one in numbers):
            raise UnknownColumnError("there is no such outcome, or the run is not POINT.REPLICATE")
        question = (
            f"SELECT s.week::DOUBLE, {self._weekly_shown[key]}::DOUBLE FROM read_parquet(?, union_by_name => true) s "
            "WHERE s.point = ? AND s.replicate = ? ORDER BY s.week"
        )
        found = self._database.cursor().execute(question, [self._weekly, *map(int, numbers)]).fetchnumpy()
        return b"".join(_filled(column).astype("<f8").tobytes() for column in found.values())

    def table(self, brush: str) -> Iterator[bytes]:
        """Runs within ranges as CSV, some rows at a time.

        Parameters
        ----------
        brush : str
            Ranges as the page's address has them, ``KEY:LOW:HIGH,KEY:LOW:HIGH``; of no range, all runs.

        Raises
        ------
        UnknownColumnError
            For a key that the explorer does not have, or for ends that are no numbers.
        """
        ranges = list(self._ranges(brush))
        within = "".join(f" AND {expression} BETWEEN ? AND ?" for expression, _ in ranges)
        ends = [end for _, both in ranges for end in both]
        columns = ", ".join(self._shown.values())
        question = f"SELECT r.point, r.replicate, {columns} {self._from}{within} {ORDER}"
        return self._rows(self._database.cursor().execute(question, [self._files, *ends]))

    def _rows(self, found: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
        words = [None, None, *(self._words.get(key) for key in self._shown)]
        yield _lines([["point", "replicate", *map(inert, self._shown)]])
        while rows := found.fetchmany(AT_ONCE):
            yield _lines([[_cell(cell, said) for cell, said in zip(row, words, strict=True)] for row in rows])

    def _expression(self, key: str) -> str:
        if key not in self._shown:
            raise UnknownColumnError(f"there is no column {key[:80]!r}")
        return self._shown[key]

    def _ranges(self, brush: str) -> Iterator[tuple[str, tuple[float, float]]]:
        given = [one for one in brush.split(",") if one]
        if len(given) > MOST_BRUSHES:
            raise UnknownColumnError(f"there are more than {MOST_BRUSHES} ranges")
        for one in given:
            key, *ends = one.split(":")
            try:
                low, high = map(float, ends)
            except ValueError:
                raise UnknownColumnError("a range must be KEY:LOW:HIGH") from None
            if not (math.isfinite(low) and math.isfinite(high)):
                raise UnknownColumnError("the ends of a range must be finite")
            yield self._expression(unquote(key)), (low, high)

    def _numbers(self, question: str) -> list[np.ndarray[Any, Any]]:
        """Columns that a question about the files gives."""
        found = self._database.cursor().execute(question, [self._files]).fetchnumpy()
        return [_filled(column) for column in found.values()]


def _filled(column: Any) -> np.ndarray[Any, Any]:
    """A column with NaN where nothing is stored."""
    return np.ma.filled(column, np.nan) if np.ma.isMaskedArray(column) else np.asarray(column)


def _opened(files: Sequence[str], points: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """A database in memory that has the points of the design, and can read the files and nothing else."""
    try:
        import duckdb  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise CounterpoiseError("serving a page needs DuckDB: pip install 'counterpoise[serve]'") from error
    found = duckdb.connect(":memory:")
    found.register("given", points)
    found.execute("CREATE TABLE points AS SELECT * FROM given")
    found.unregister("given")
    allowed = ", ".join("'" + one.replace("'", "''") + "'" for one in files)
    for setting in (
        f"allowed_paths = [{allowed}]", "enable_external_access = false", "python_enable_replacements = false",
        "lock_configuration = true",
    ):  # fmt: skip
        found.execute(f"SET {setting}")
    return found


def _expression(column: str, contests: Sequence[str]) -> str:
    """A column of the page's runs in SQL: as it is stored, or worked out from a contest's ending."""
    endings = {
        ending_column(code, ending): f'CASE WHEN r."ending.{code}:final" = {number} THEN 1.0 ELSE 0.0 END'
        for code in contests
        for number, ending in enumerate(ENDINGS)
    }
    return endings.get(column) or _quoted("r", column)


def _quoted(table: str, column: str) -> str:
    """A column that is known, in SQL."""
    return f'{table}."' + column.replace('"', '""') + '"'


def _cell(value: Any, words: Sequence[str] | None) -> Any:
    if value is None or value != value:
        return ""
    return inert(words[int(value)]) if words else value


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
