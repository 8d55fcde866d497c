"""The page of a results folder, written into it."""

from __future__ import annotations

from pathlib import Path

from sim.dashboard.page import write_page
from sim.results.results import Results


def write_dashboard(folder: Path) -> Path:
    """Draw the page of a results folder and put it there as ``dashboard.html``.

    Parameters
    ----------
    folder : Path
        A results folder with at least one finished run.

    Returns
    -------
    Path
        The page: one file that opens offline.

    Raises
    ------
    ResultsError
        If the folder cannot be read.
    """
    return write_page(Results.open(folder), folder)
