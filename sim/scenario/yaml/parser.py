"""Reading a YAML 1.2 file into a tree, without trusting it.

Scalars follow the core schema of YAML 1.2.2 (section 10.3.2): ``NO`` and ``on`` are words. Tags, anchors and
aliases are refused, so that no file can make objects or grow when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sim.errors import ConfigError, Fault
from sim.scenario.yaml.builder import MOST_FAULTS, Builder
from sim.scenario.yaml.tree import Branch, Leaf, Place, fault

LARGEST = 1_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE_END = re.compile(r"\r\n|\r|\n")
OLD_LINE_END = re.compile("[\x85\u2028\u2029]")
"""Characters that end a line, and with it a comment, in YAML 1.1 and for the parser, but not in YAML 1.2."""
NO_TOKEN = "character that cannot start any token"
SPLIT = "a config holds numbers, not data: split it by `extends`"


def read(path: Path, name: str) -> Branch:
    """Read a config file.

    Parameters
    ----------
    path : Path
        File to read.
    name : str
        What to call it in messages.

    Returns
    -------
    Branch
        The top mapping.

    Raises
    ------
    ConfigError
        For a file that is missing, too large, no UTF-8, empty, or no YAML that we take.
    """
    return parse(decoded(content_of(path, name), name), name)


def parse(written: str, name: str) -> Branch:
    """Read the text of a config; see `read`."""
    hidden = list(islice(_old_line_ends(written, name), MOST_FAULTS))
    if hidden:
        raise ConfigError(hidden)
    builder = Builder(name)
    try:
        for event in _events(written):
            builder.take(event)
    except ConfigError:
        raise
    except Exception as error:  # noqa: BLE001 (broken text makes parsers raise several kinds of plain errors)
        builder.faults.append(_syntax(error, name, written))
    if builder.faults:
        raise ConfigError(builder.faults)
    top = builder.top
    if not isinstance(top, Branch):
        empty = top is None or (isinstance(top, Leaf) and top.value is None)
        raise _refused(name, 1, "must be a mapping", "an empty file" if empty else "something else",
                       "`counterpoise configs` copies an example to start from")  # fmt: skip
    return top


def _refused(name: str, line: int, rule: str, found: str, remedy: str) -> ConfigError:
    return ConfigError([fault(Place(name, line), (), rule, found, remedy)])


def content_of(path: Path, name: str, most: int = LARGEST, remedy: str = SPLIT) -> bytes:
    """Content of an ordinary file of at most so many bytes; raises ConfigError for anything else."""
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no file" if not path.exists() else "no ordinary file"
            raise _refused(
                name,
                0,
                "must be a file",
                found,
                "check the path; `counterpoise configs` lists the shipped ones",
            )
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(name, 0, "must be readable", reason, "check the path and its permissions") from error
    if len(content) > most:
        raise _refused(name, 0, f"must be at most {most / 1e6:g} MB", "more", remedy)
    return content


def decoded(content: bytes, name: str) -> str:
    """Text of a file in UTF-8, with or without a byte order mark; raises ConfigError for any other."""
    content = content.removeprefix(BYTE_ORDER_MARK)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = line_of(content.decode("latin-1"), error.start)
        found = f"byte 0x{content[error.start]:02x}"
        raise _refused(name, line, "must be UTF-8", found, "save the file as UTF-8") from error


def line_of(written: str, position: int) -> int:
    """Line of a position in a text, counted from 1, whatever ends its lines."""
    return len(LINE_END.findall(written, 0, position)) + 1


def _old_line_ends(written: str, name: str) -> Iterator[Fault]:
    """Lines in which the parser would see another line begin where editors, and YAML 1.2, see none."""
    for number, line in enumerate(LINE_END.split(written), 1):
        found = OLD_LINE_END.search(line)
        if found is not None:
            remedy = "take it out" + ("" if found[0] == "\x85" else f"; within quotes, write \\u{ord(found[0]):04X}")
            said = f"U+{ord(found[0]):04X}, which ended lines in YAML 1.1"
            yield fault(Place(name, number), (), "must end its lines as YAML 1.2 does", said, remedy)


def _events(written: str) -> Iterator[Any]:
    """Events of the parser alone: what a scalar means is ours to say, by YAML 1.2, where PyYAML would say 1.1."""
    import yaml  # noqa: PLC0415 (time that `--help` need not pay)

    yield from yaml.parse(written, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _syntax(error: Exception, name: str, written: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
    said = " ".join(str(problem).split()).removeprefix("found ")
    place = Place(name, mark.line + 1 if mark is not None else 1)
    letter = _letter_at(mark, written)
    if letter == "\t":
        return fault(place, (), "must be indented with spaces", "a tab", "write spaces instead of the tab")
    if letter and said == NO_TOKEN:
        return fault(place, (), "must be YAML 1.2", f"{letter} before a word", "put the text in quotes")
    return fault(place, (), "must be YAML 1.2", said, "mend the syntax at or above this line")


def _letter_at(mark: Any, written: str) -> str:
    """Character at which the parser stopped; empty at the end of the text."""
    if mark is None:
        return ""
    lines = LINE_END.split(written)
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
