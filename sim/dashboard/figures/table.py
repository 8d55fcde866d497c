"""Tables in the page itself: they need no script, and are never cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

MOST_ON_PAPER = 60
"""Rows of a table that is printed whole."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
    value : float or None
        What the CSV file has instead of the text.
    strong : bool
        Whether it is in bold.
    shade : int
        Strength of the background in percent, negative for a fall.
    """

    text: str
    value: float | None = None
    strong: bool = False
    shade: int = 0


@dataclass(frozen=True)
class Row:
    """A row of a table: a heading with a small second line, its cells, and its id in the page, where it has one."""

    name: str
    cells: tuple[Cell, ...]
    below: str = ""
    anchor: str = ""

    @property
    def strong(self) -> bool:
        """Whether any of its cells is."""
        return any(cell.strong for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table with its heading, how to read it, and the names of its columns.

    Where it is `ordered`, its rows come in the order of the first column after their names, what is strong first, and
    the headings of other columns order them by their own values.
    """

    anchor: str
    title: str
    how: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool = False

    def is_number(self, place: int) -> bool:
        """Whether a column, the first of which are the rows' names, holds numbers."""
        return any(row.cells[place - 1].value is not None for row in self.rows) if place else False

    @cached_property
    def long(self) -> bool:
        """Whether paper has room only for its strong rows."""
        return len(self.rows) > MOST_ON_PAPER and any(row.strong for row in self.rows)
