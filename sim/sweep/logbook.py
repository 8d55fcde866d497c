"""The log of a results folder: one JSON object a line, each with the time, for people and for their tools."""

from __future__ import annotations

import json
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
        with self.file.open("ab+") as stream:
            torn = stream.tell() > 0 and self._last_byte(stream) != b"\n"
            stream.write((b"\n" if torn else b"") + line.encode() + b"\n")

    @staticmethod
    def _last_byte(stream: Any) -> bytes:
        stream.seek(-1, 2)
        return bytes(stream.read(1))


def last_lines(folder: Path, count: int) -> list[dict[str, Any]]:
    """Last lines of a folder's log; a line that a dying process left torn is passed over."""
    found: deque[dict[str, Any]] = deque(maxlen=count)
    try:
        with (folder / LOG).open("rb") as stream:
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
