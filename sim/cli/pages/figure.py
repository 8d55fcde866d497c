"""The command that takes a figure of the page for a paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import say, tell
from sim.cli.paths import FOLDER, expecting
from sim.files import place

if TYPE_CHECKING:
    from sim.results.results import Results


def figure(  # noqa: PLR0913 (one parameter an option)
    folder: options.Folder,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Name of a figure; without it, they are listed.", show_default=False),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="[svg|png|pdf|html]", help="Format.", show_default="svg")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where it goes.", show_default="RESULTS-NAME.FORMAT here", parser=place),
    ] = None,
    width: Annotated[int, typer.Option(min=320, max=4000, help="Width in pixels.")] = 760,
    height: Annotated[
        int | None, typer.Option(min=100, max=8000, help="Height of the drawing.", show_default="as on the page")
    ] = None,
    theme: Annotated[str, typer.Option(metavar="[light|dark]", help="Colours.")] = "light",
    point: Annotated[
        int | None, typer.Option(min=0, help="Design point that it shows.", show_default="what the page shows first")
    ] = None,
    scale: Annotated[int, typer.Option(min=1, max=8, help="Pixels of a PNG to a pixel of the page.")] = 2,
) -> None:
    """Take a figure of the page for a paper, as SVG, PNG, PDF or a page of its own; without NAME, list the figures.

    Example: `counterpoise figure results/demo crisis-NK --format pdf`
    """
    from sim.dashboard.export.export import Wanted, exported
    from sim.results.results import Results

    with expecting(folder, FOLDER):
        results = Results.open(folder)
    if results.warning:
        tell(f"warning: {results.warning}")
    if name is None:
        _list(results, folder)
        return
    wanted = Wanted(name, _form(form, output), width, height, theme, point, scale)
    content = exported(results, wanted)
    file = output or Path(re.sub(r"[^A-Za-z0-9.-]+", "-", f"{results.manifest['name']}-{name}.{wanted.form}"))
    _write(file, content)
    say(str(file))


def _form(form: str | None, output: Path | None) -> str:
    """The format that was given, or that of the file."""
    from sim.arguments import argument_fault, refuse
    from sim.dashboard.export.export import form_of

    ending = form_of(output) if output else None
    if form and ending and form != ending:
        refuse([argument_fault("output", f"must end in .{form}", str(output), "or leave out --format")])
    return form or ending or "svg"


def _list(results: Results, folder: Path) -> None:
    from sim.cli.table import show_table
    from sim.dashboard.export.export import titles

    show_table(("figure", "title"), list(titles(results).items()), f"Figures of {folder}")
    tell(f"`counterpoise figure {folder} NAME` takes one")


def _write(file: Path, content: bytes) -> None:
    from sim.cli.table import export

    export(file, content, "--output")
