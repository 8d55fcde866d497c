"""Where parts of results go while they are made: a folder, or memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import pyarrow as pa


class Sink(Protocol):
    """Where parts go: a folder or memory."""

    manifest: dict[str, Any]

    def put(self, name: str, chunks: Iterable[pa.Table], **more: Any) -> None:
        """Take one part."""

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """Give a part back."""

    def save(self) -> None:
        """Make what was put last."""

    def finish(self) -> None:
        """Take note that all parts are there."""

    def note(self, event: str, **fields: Any) -> None:
        """Log what happened."""

    def say(self, **more: Any) -> None:
        """Tell other terminals how far it is."""


class Memory:
    """Parts kept in memory."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.manifest = manifest
        self.parts: dict[str, pa.Table] = {}

    def put(self, name: str, chunks: Iterable[pa.Table], **more: Any) -> None:
        """Keep one part."""
        self.parts[name] = pa.concat_tables(chunks)
        self.manifest["failures"] += more.get("failures", 0)

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """Give a part back."""
        return self.parts[name] if columns is None else self.parts[name].select(columns)

    def save(self) -> None:
        """Nothing to do."""

    def finish(self) -> None:
        """Declare the results complete."""
        self.manifest["complete"] = True

    def note(self, event: str, **fields: Any) -> None:
        """Nothing to do."""

    def say(self, **more: Any) -> None:
        """Nothing to do."""

    def tables(self) -> dict[str, list[pa.Table]]:
        """Parts by kind."""
        found: dict[str, list[pa.Table]] = {}
        for name, table in sorted(self.parts.items()):
            found.setdefault(name.partition("/")[0], []).append(table)
        return found
