"""Numbers of a table of text, whose decimals stand behind a point or behind a comma, in the whole table alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sim.experiments.files.table_rows import Broken

TRUTH = {"true": 1.0, "false": 0.0}
ONE_COMMA = r"^[+-]?[0-9]*,[0-9]*([eE][+-]?[0-9]+)?$"
THOUSANDS = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
"""What may be thousands as well as a number with three decimals."""
POINT, COMMA, EITHER = "point", "comma", "either"


class Decimals:
    """Reads the numbers of a table, batch by batch, and remembers where each mark stood first."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, str, str]] = {}

    def numbers(self, name: str, cells: pa.Array, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Numbers that texts spell; 0 for empty ones, NaN for those that spell none.

        Parameters
        ----------
        name : str
            Of their column.
        cells : Array of texts, length n
        places : ndarray of int64, shape (n,)
        """
        commas = pc.match_substring_regex(cells, ONE_COMMA)
        if POINT not in self._first:
            self._note(POINT, pc.match_substring(cells, "."), name, cells, places)
        if pc.any(commas).as_py():
            thousands = pc.match_substring_regex(cells, THOUSANDS)
            self._note(EITHER, thousands, name, cells, places)
            self._note(COMMA, pc.and_(commas, pc.invert(thousands)), name, cells, places)
            cells = pc.if_else(commas, pc.replace_substring(cells, ",", "."), cells)
        return _read(cells)

    def refused(self) -> list[Broken]:
        """What the whole table leaves open: two marks, or a comma that may be either."""
        comma = self._first.get(COMMA) or self._first.get(EITHER)
        if comma is None:
            return []
        place, name, cell = comma
        if POINT in self._first:
            other, _, point = self._first[POINT]
            rule = "must have its decimals behind the same mark as the other numbers"
            remedy = "write points everywhere, and no separator of thousands"
            return [Broken(place, name, rule, f'"{cell}", and "{point}" at {other}', remedy)]
        if COMMA in self._first:
            return []
        remedy = f"write {cell.replace(',', '.')} or {cell.replace(',', '')}"
        return [Broken(place, name, "must not be a number in two ways", f'"{cell}"', remedy)]

    def _note(self, mark: str, at: pa.Array, name: str, cells: pa.Array, places: NDArray[np.int64]) -> None:
        first = pc.index(at, True).as_py()
        if first >= 0:
            found = int(places[first]), name, cells[first].as_py()
            self._first[mark] = min(self._first.get(mark, found), found)


def _read(cells: pa.Array) -> NDArray[np.float64]:
    filled = pc.fill_null(pc.if_else(pc.equal(cells, ""), "0", cells), "0")
    try:
        return filled.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)  # type: ignore[no-any-return]
    except pa.ArrowInvalid:
        return np.array([_number(cell) for cell in filled.to_pylist()])


def _number(cell: str) -> float:
    try:
        return TRUTH[cell.lower()] if cell.lower() in TRUTH else float(cell.replace("_", "?"))
    except ValueError:
        return float("nan")
