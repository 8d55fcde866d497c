"""Pages drawn in processes of their own, while this one goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.console import draw
from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.dashboard.evidence import Evidence

Draw = Callable[..., Path]
"""Draws the page of a results folder, and may be given what was gathered of it; gives the page's place."""

MOST = 4
"""Pages that are drawn at once: each may take half a gigabyte."""


@contextmanager
def drawn_beside() -> Iterator[Draw]:
    """What draws pages beside this process; all are there once the body has ended.

    Raises
    ------
    CounterpoiseError
        If a page cannot be drawn: for the first of them, once the others are done.
    """
    from sim.execution.workers import Isolated, LostError
    from sim.kernel.threads import cores
    from sim.storage.page_mark import DASHBOARD

    under_way = {}
    with Isolated(min(cores(), MOST), None, import_module, draw.__module__) as processes:

        def draw_beside(folder: Path, evidence: Evidence | None = None) -> Path:  # gathered anew: it is large to send
            under_way[folder] = processes.submit(draw, folder)
            return folder / DASHBOARD

        yield draw_beside
        errors = {folder: one.exception() for folder, one in under_way.items()}
    for folder, error in errors.items():
        if isinstance(error, LostError):
            raise ResultsError(f"the page of {folder} was not drawn: what drew it {error}; draw it again by "
                               f"counterpoise dashboard {folder}") from error  # fmt: skip
        if error is not None:
            raise error
