"""The command that says what moves the outcomes of stored results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.console import draw, say, say_json, tell
from sim.cli.options import AsJson, Folder, NoDashboard
from sim.cli.paths import FOLDER, expecting
from sim.cli.table import csv_of, export
from sim.files import place


def analyse(
    folder: Folder,
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcomes", metavar="PATTERN", help="Outcomes by name with *; may be repeated."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="EXPR", help="Outcomes to explain, such as 'control.NK:final > 0.9'.")
    ] = None,
    no_dashboard: NoDashboard = False,
    as_json: AsJson = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all rows to a CSV file.", parser=place)
    ] = None,
) -> None:
    """Say what moves the outcomes of a design: effects, regrets, indices, ranks, or boxes of a region."""
    import pandas as pd

    from sim.analysis.discovery.all_answers import answers, store
    from sim.results.results import Results

    with expecting(folder, FOLDER):
        results = Results.open(folder)
    if results.warning:
        tell(f"warning: {results.warning}")
    found = answers(results, outcomes, region)
    store(results, found)
    if csv is not None:
        export(csv, csv_of(pd.concat([one.table for one in found], ignore_index=True)), "--csv")
    page = None
    if not no_dashboard and (folder / "dashboard.html").is_file():
        page = draw(folder)
    if as_json:
        said: dict[str, Any] = {answer.kind: answer.to_dict() for answer in found}
        say_json({"folder": str(folder), **said, "dashboard": None if page is None else str(page)})
        return
    for answer in found:
        say(answer.kind)
        for line in answer.said:
            say(f"  {line}")
    if page is not None:
        tell(f"drawn again: {page}")
