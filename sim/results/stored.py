"""What functions over results ask of them; `sim.Results` is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    import pandas as pd


class Stored(Protocol):
    """Tables of results, with the manifest that says what they hold."""

    @classmethod
    def open(cls, folder: str | Path, /) -> Self:
        """Read a results folder."""

    @property
    def folder(self) -> Path | None:
        """Where they are stored; None in memory."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was run, and which files hold it."""

    @property
    def design(self) -> pd.DataFrame:
        """One row a point."""

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run."""

    @property
    def series(self) -> pd.DataFrame:
        """One row a run and week."""

    @property
    def reasons(self) -> pd.DataFrame:
        """Mean utility terms by point, party and posture."""

    def some(self, columns: Sequence[str], /) -> pd.DataFrame:
        """One row a run, with these columns only."""

    @property
    def kept(self) -> pd.DataFrame:
        """Point and replicate of each run whose weeks are in `series`."""

    def series_of(self, runs: pd.DataFrame, /) -> pd.DataFrame:
        """`series` of some runs only."""
