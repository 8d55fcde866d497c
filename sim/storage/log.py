"""The log of a results folder: one JSON object a line, each with the time, for people and for their tools."""

from __future__ import annotations

import json
import os
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from sim.files import open_file, write_file

LOG = "log.jsonl"
LONGEST_LINE = 65_536


class Logbook:
    """Appends to ``log.jsonl``; it is a log and no result, and nothing reads it but `last_lines`.

    Events are ``started``, ``resumed``, ``extended``, ``merged``, ``part``, ``failure``, ``stopped`` and ``complete``.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / LOG

    def note(self, event: str, **fields: Any) -> None:
        """Append one line; raises OSError."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields})
        self._part_from_others()
        with open_file(self.file, create=True) as stream:
            begin = b"" if _ends_whole(stream) else b"\n"
            stream.seek(0, os.SEEK_END)
            stream.write(begin + line.encode() + b"\n")

    def _part_from_others(self) -> None:
        """Give the log a file of its own where it is the same file as another one, as in a copy made of hard links."""
        with suppress(FileNotFoundError):
            if self.file.lstat().st_nlink > 1:
                with open_file(self.file) as stream:
                    write_file(self.file, partial(copyfileobj, stream))


def _ends_whole(stream: BinaryIO) -> bool:
    """Whether the last line of a log was not torn."""
    if not stream.seek(0, os.SEEK_END):
        return True
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


def last_lines(folder: Path, count: int) -> list[dict[str, Any]]:
    """Last lines of a folder's log; a line that a dying process left torn is passed over."""
    found: deque[dict[str, Any]] = deque(maxlen=count)
    try:
        with open_file(folder / LOG) as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - count * LONGEST_LINE))
            while line := stream.readline(LONGEST_LINE):
                entry = _entry(line)
                if entry is not None:
                    found.append(entry)
    except OSError:
        return []
    return list(found)


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and {"time", "event"} <= set(entry) else None
