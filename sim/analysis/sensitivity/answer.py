"""An answer to a question about stored results: tables, and what they say in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.notebook import as_html
from sim.phrases import plural, printable
from sim.storage.findings import plain_rows

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Answer:
    """An answer.

    Attributes
    ----------
    kind : str
        ``effects``, ``sensitivity`` or ``discovery``.
    said : tuple of str
        What was found, a sentence each; the first one is the shortest answer.
    tables : mapping of str to DataFrame
        One row a number with its interval, by the name of the method.
    """

    kind: str
    said: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]

    @property
    def table(self) -> pd.DataFrame:
        """All rows of all tables, with the name of each row's own in ``table``."""
        named = [rows.assign(table=name) for name, rows in self.tables.items() if len(rows)]
        joined = pd.concat(named, ignore_index=True) if named else pd.DataFrame({"table": []})
        return joined[["table", *(name for name in joined.columns if name != "table")]]

    @property
    def sentence(self) -> str:
        """The shortest answer."""
        return self.said[0]

    def figure(self, *, theme: str = "light") -> Figure:
        """What leads, as a figure: the first one of the answer on the page.

        Raises
        ------
        ConfigError
            For a theme that is neither ``light`` nor ``dark``.
        ResultsError
            If there is nothing to draw.
        """
        from sim.dashboard.notebook import answer_figure  # noqa: PLC0415 (the dashboard is a room above this one)

        return answer_figure(self.kind, self.to_dict(), theme)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON can hold it; None for what is missing."""
        return {
            "said": list(self.said),
            "tables": {name: plain_rows(table) for name, table in self.tables.items()},
        }

    def __repr__(self) -> str:
        rows = ", ".join(f"{name}: {plural(len(table), 'row')}" for name, table in self.tables.items())
        return printable(f"<Answer on {self.kind}: {rows}>")

    def _repr_html_(self) -> str:
        return as_html(self.kind, {f"said {number}": one for number, one in enumerate(self.said, 1)}) + "".join(
            str(table.to_html(index=False)) for table in self.tables.values()
        )
