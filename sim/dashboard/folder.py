"""The page of a results folder."""

from __future__ import annotations

from pathlib import Path

from sim.dashboard.evidence import Evidence
from sim.dashboard.page import write_page, write_page_of


def write_dashboard(folder: Path, evidence: Evidence | None = None) -> Path:
    """Draw the page of a results folder and put it there as ``dashboard.html``.

    Parameters
    ----------
    folder : Path
        A results folder with at least one finished run.
    evidence : Evidence, optional
        What `gather` found in it, so that it is not read again.

    Returns
    -------
    Path
        The page: one file that opens offline.

    Raises
    ------
    ResultsError
        If the folder cannot be read.
    """
    from sim.results.results import Results  # noqa: PLC0415 (pyarrow is not needed to draw what is in memory)

    return write_page(Results.open(folder), folder) if evidence is None else write_page_of(evidence, folder)
