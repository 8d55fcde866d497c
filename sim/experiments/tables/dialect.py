"""What a table of text looks like: its encoding, what separates its cells, and its line of names."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

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
UNNAMED = re.compile(r"(Unnamed: \d+)?")
"""Names that pandas and spreadsheets give a column that has none."""
MOST_COLUMNS = 4096

Known = Callable[[str], bool]


class TableError(ValueError):
    """A file that is no table; `line` is 0 where no line can be blamed."""

    def __init__(self, said: str, line: int = 0, remedy: str = "") -> None:
        super().__init__(said)
        self.said, self.line, self.remedy = " ".join(said.split())[:160], line, remedy


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


def distinct_names(names: list[str], number: int = 0) -> list[str]:
    """The names; raises TableError for one that two columns have."""
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TableError(f"two columns named {twice[0]!r}", number, "take one of the two out, or name it otherwise")
    return names


def _fitted(names: list[str], below: str, separator: str) -> list[str]:
    """Names with an empty one at their end where the line below ends in a separator, and else with none."""
    cells = _cells(below, separator)
    if len(cells) == len(names) + 1 and not cells[-1]:
        return [*names, ""]
    return names[:-1] if len(cells) == len(names) - 1 and not names[-1] else names
