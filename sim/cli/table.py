"""Tables on a terminal, of which nothing is ever cut, and in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from sim.errors import CounterpoiseError, visible
from sim.files import is_there, open_file, write_file
from sim.phrases import inert

if TYPE_CHECKING:
    import pandas as pd

Row = Sequence[str]
UNBOUNDED = 100_000


def show_table(heads: Row, rows: Sequence[Row], title: str, *, key: int = 1) -> None:
    """Print a table on a terminal, row below row where it is too narrow for one; elsewhere tab-separated lines.

    Parameters
    ----------
    heads : sequence of str
    rows : sequence of sequence of str
        As many cells as there are heads.
    title : str
    key : int
        How many of the first cells name a row.
    """
    console = Console(highlight=False)
    clean = [[visible(" ".join(cell.split())) for cell in row] for row in (heads, *rows)]
    if not console.is_terminal:
        for line in clean:
            typer.echo("\t".join(line))
        return
    table = Table(*map(escape, clean[0]), title=escape(visible(title)), pad_edge=False)
    for row in clean[1:]:
        table.add_row(*map(escape, row))
    if console.measure(table, options=console.options.update(max_width=UNBOUNDED)).minimum <= console.width:
        console.print(table)
    else:
        _stack(console, clean, visible(title), key)


def _stack(console: Console, lines: Sequence[Row], title: str, key: int) -> None:
    """Print each row as lines of its own: its name, then what it has under which head."""
    console.print(escape(title), style="italic")
    heads = lines[0]
    for row in lines[1:]:
        console.print(escape("  ".join(row[:key])), style="bold")
        cells = [f"{head} {cell}".strip() for head, cell in zip(heads[key:], row[key:], strict=True) if cell]
        console.print(Padding(escape(" · ".join(cells)), (0, 0, 0, 2), expand=False))


def export(file: Path, content: str | bytes, option: str) -> None:
    """Write a file that was named by an option, in the place of an ordinary file or of nothing.

    Raises
    ------
    CounterpoiseError
        For a link, a pipe or a device, or if it cannot be written.
    """
    try:
        if is_there(file):
            open_file(file).close()
        write_file(file, content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise CounterpoiseError(
            f"{file} cannot be written ({error.strerror or error}); give another file with {option}"
        ) from error


def csv_of(table: pd.DataFrame) -> str:
    """A table as CSV whose texts no spreadsheet runs as formulas."""
    return table.rename(columns=inert).map(inert).to_csv(index=False)
