"""The command that says who stands with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import say, say_json, tell
from sim.cli.paths import FOLDER, expecting

if TYPE_CHECKING:
    from sim.analysis.camps.together import CampsFound

HEADS = ("state", "other", "together", "chance", "assumptions", "in the first week")


def camps(
    folder: options.Folder,
    weeks: Annotated[int, typer.Option(min=1, max=100_000, help="Weeks to look at, evenly spaced.")] = 27,
    size: Annotated[str, typer.Option(metavar="[equal|capability]", help="Weight of each state.")] = "equal",
    as_json: options.AsJson = False,
) -> None:
    """Say who stands with whom: the best split into two camps in each run, by landscape theory."""
    from sim.analysis.camps.together import camps as found_in
    from sim.analysis.camps.together import keep
    from sim.results.results import Results

    with expecting(folder, FOLDER):
        results = Results.open(folder)
    found = found_in(results, weeks=weeks, size=size)
    keep(found, results)
    if as_json:
        say_json(found.to_dict())
    else:
        _print(found)


def _print(found: CampsFound) -> None:
    """Print the pairs, those that stand together most first, then the splits."""
    from sim.cli.table import show_table

    ordered = found.pairs.sort_values("together", ascending=False, kind="stable").to_dict("records")
    cells = [
        (row["state"], row["other"], f"{row['together']:.0%}", _interval(row["low"], row["high"]),
         _interval(row["assumptions_low"], row["assumptions_high"]), f"{row['before']:.0%}")
        for row in ordered
    ]  # fmt: skip
    show_table(HEADS, cells, f"share of {found.runs:,} runs in one camp in week {found.weeks[-1]:g}", key=2)
    for row in found.splits.to_dict("records"):
        say(f"  • {row['share']:.0%} of runs end with {row['camp']} against {row['other'] or 'nobody'}")
    say(f"  • {found.changed:.0%} of runs end in another split than they began in")
    for note in found.notes:
        tell(note)


def _interval(low: float, high: float) -> str:
    return f"{low:.0%} to {high:.0%}" if low <= high else "none"
