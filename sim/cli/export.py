"""Files that a user asks a command to write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import CounterpoiseError
from sim.files import is_there, open_file, write_file

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
"""Beginning of a text that a spreadsheet would run as a formula, also in full-width signs and behind blanks."""


def export(file: Path, text: str, option: str) -> None:
    """Write a file that was named by an option, in the place of an ordinary file or of nothing.

    Raises
    ------
    CounterpoiseError
        For a link, a pipe or a device, or if it cannot be written.
    """
    try:
        if is_there(file):
            open_file(file).close()
        write_file(file, text.encode())
    except OSError as error:
        raise CounterpoiseError(
            f"{file} cannot be written ({error.strerror or error}); give another file with {option}"
        ) from error


def csv_of(table: pd.DataFrame) -> str:
    """A table as CSV whose texts no spreadsheet runs as formulas."""
    return table.rename(columns=_inert).map(_inert).to_csv(index=False)


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell
