"""Rows compressed in compiled code are those that the plain function gives, for every width that lanes may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.kernel.compiler import ByPointer, compress
from sim.kernel.compiler import entry as an_entry

WIDTHS = (1, 2, 4, 8)
LENGTH = 24


@dataclass(frozen=True, eq=False)
class Rows(ByPointer):
    """A row, and where it is compressed to by each width."""

    row: NDArray[np.float64]  # (L,)
    out: NDArray[np.float64]  # (widths, L)


@an_entry
def compress_all(rows: Rows, start: int, chosen: int, place: int) -> None:
    """By each width that a pack may have."""
    compress(1, rows.row, start, chosen, -1.0, rows.out[0], place)
    compress(2, rows.row, start, chosen, -1.0, rows.out[1], place)
    compress(4, rows.row, start, chosen, -1.0, rows.out[2], place)
    compress(8, rows.row, start, chosen, -1.0, rows.out[3], place)


@settings(max_examples=300, derandomize=True, database=None)
@given(st.integers(0, LENGTH - 8), st.integers(0, 255), st.integers(0, LENGTH - 8))
def test_rows_are_compressed_as_the_plain_function_does(start: int, chosen: int, place: int) -> None:
    rows = Rows(np.arange(1.0, LENGTH + 1), np.zeros((len(WIDTHS), LENGTH)))
    compress_all(rows, start, chosen, place)
    for width, out in zip(WIDTHS, rows.out, strict=True):
        plain: Any = np.zeros(LENGTH)
        compress.function(width, rows.row, start, chosen, -1.0, plain, place)
        assert out.tolist() == plain.tolist()
        taken = [start + 1 + w for w in range(width) if chosen >> w & 1]
        assert plain[place : place + width].tolist() == taken + [-1.0] * (width - len(taken))
