"""The command that compares two results folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import say_json, tell
from sim.cli.paths import FOLDER, expecting
from sim.cli.table import csv_of, export
from sim.files import place

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sim.comparison.compare import Comparison
    from sim.results.results import Results

MOST_ROWS = 40
NUMBERS = ("first", "second", "difference", "low", "high")
HEADS = ("outcome", "measure", *NUMBERS[:3], "interval", "n", "p adjusted", "")


def compare(  # noqa: PLR0913 (one parameter an option)
    first: Annotated[Path, typer.Argument(metavar="DIR_A", help="A results folder.", parser=place)],
    second: Annotated[
        Path, typer.Argument(metavar="DIR_B", help="Another; differences are its values less A's.", parser=place)
    ],
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcomes", metavar="PATTERN", help="Outcomes by name with *; may be repeated."),
    ] = None,
    correction: Annotated[
        str, typer.Option(metavar="holm|bh|none", help="Correction for many outcomes: Holm, or Benjamini-Hochberg.")
    ] = "holm",
    unit: Annotated[
        str | None,
        typer.Option(metavar="replicate|point", help="What was drawn independently.", show_default="replicate"),
    ] = None,
    confidence: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of each interval.")] = 0.95,
    resamples: Annotated[int, typer.Option(min=100, max=1_000_000, help="Of the bootstrap.")] = 9999,
    rows: Annotated[int, typer.Option(min=1, help="Rows to print.")] = MOST_ROWS,
    as_json: Annotated[bool, typer.Option("--json", help="Print all rows as JSON instead.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all rows to a CSV file.", parser=place)
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw both side by side as a page in one file.", parser=place)
    ] = None,
) -> None:
    """Compare two results folders: difference, interval and significance of every outcome."""
    from sim.comparison.compare import compare as compared

    sides = _open(first), _open(second)
    how: Any = {"unit": unit, "correction": correction, "confidence": confidence, "resamples": resamples}
    found = compared(*sides, outcomes or ["*"], **how)
    if csv is not None:
        export(csv, csv_of(found.table), "--csv")
    if page is not None:
        export(page, _page_of(sides), "--page")
    if as_json:
        say_json(found.to_dict())
    else:
        _print(found, rows, {"holm": "p_holm", "bh": "p_bh", "none": "p"}[correction])


def _open(folder: Path) -> Results:
    from sim.results.results import Results

    with expecting(folder, FOLDER):
        return Results.open(folder)


def _page_of(sides: Sequence[Results]) -> str:
    from sim.comparison.together import together
    from sim.dashboard.page import page

    return page(together(sides))


def _print(found: Comparison, most: int, deciding: str) -> None:
    """Print a table, then what it rests on."""
    from sim.cli.table import show_table

    shown = found.table.head(most)
    heads: tuple[str, ...] = HEADS
    records = shown.to_dict("records")
    cells = [_cells(row, deciding) for row in records]
    if "assumptions_low" in shown:
        heads = (*HEADS[:5], "chance", "assumptions", "sets up", "sets down", *HEADS[6:])
        cells = [(*cell[:6], *_of_sets(row), *cell[6:]) for cell, row in zip(cells, records, strict=True)]
    show_table(heads, cells, f"{found.names[1]} less {found.names[0]}", key=2)
    _conclude(found, len(shown))


def _cells(row: dict[Hashable, Any], deciding: str) -> tuple[str, ...]:
    """What is printed of a row."""
    first, second, difference, low, high = (row[name] for name in NUMBERS)
    return (
        row["outcome"],
        row["measure"],
        f"{first:.4g}",
        f"{second:.4g}",
        _signed(difference),
        f"{_signed(low)} to {_signed(high)}" if low <= high else "none",
        f"{row['n']:,}",
        f"{row[deciding]:.2g}",
        "distinguishable" if row["distinguishable"] else "",
    )


def _of_sets(row: dict[Hashable, Any]) -> tuple[str, ...]:
    """What is printed of a row's plausible sets: their range, and the share of them by sign."""
    low, high = row["assumptions_low"], row["assumptions_high"]
    return f"{_signed(low)} to {_signed(high)}", f"{row['rises']:.0%}", f"{row['falls']:.0%}"


def _signed(number: float) -> str:
    return f"{number:+.4g}" if number else "0"


def _conclude(found: Comparison, shown: int) -> None:
    """Say how many outcomes are distinguishable, and what the comparison rests on."""
    from sim.phrases import plural

    count, total = int(found.table["distinguishable"].sum()), len(found.table)
    tell(f"{found.kind}: {count} of {total} rows are distinguishable from zero")
    for note in found.notes:
        tell(f"  {note}")
    if shown < total:
        tell(f"  {plural(total - shown, 'more row')} with --rows {total}, --json or --csv FILE")
