"""The command that shows the guide in a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import tell
from sim.errors import ConfigError

FOLDER = Path(__file__).parents[1] / "guide"
FIRST_SENTENCE = re.compile(r"\A# [^\n]+\n\n(.+?[.?])(?=\s)", re.DOTALL)
LINK_TO_A_FILE = re.compile(r"(?<!\w)\[([^\]]+)\]\((?!https:)[^)]*\)")


def complete(incomplete: str) -> list[str]:
    """Names of pages that begin so."""
    return [name for name in pages() if name.startswith(incomplete)]


def guide(
    page: Annotated[
        str | None,
        typer.Argument(metavar="PAGE", help="Name of a page.", show_default=False, autocompletion=complete),
    ] = None,
) -> None:
    """List the pages of the guide, or show one in the terminal.

    Example: `counterpoise guide designs`
    """
    if page is None:
        _list()
    else:
        _show(page)


def pages() -> dict[str, Path]:
    """File of each page by its name, which is its path in the guide without the ending."""
    files = sorted(FOLDER.rglob("*.md"), key=lambda file: (len(file.parts), file))
    return {file.relative_to(FOLDER).with_suffix("").as_posix(): file for file in files}


def _list() -> None:
    from sim.cli.table import show_table

    rows = [(name, _first_sentence(file.read_text(encoding="utf-8"))) for name, file in pages().items()]
    show_table(("page", "about"), rows, "Guide")
    tell("`counterpoise guide PAGE` shows a page")


def _first_sentence(text: str) -> str:
    found = FIRST_SENTENCE.match(text)
    return found[1] if found else ""  # a page without one is listed all the same


def _show(page: str) -> None:
    """Print a page: formatted on a terminal, as it stands in its file elsewhere."""
    from rich.console import Console
    from rich.markdown import Markdown

    text = _file_of(page).read_text(encoding="utf-8")
    console = Console()
    if console.is_terminal:
        console.print(Markdown(LINK_TO_A_FILE.sub(r"\1", text), hyperlinks=False))
    else:
        typer.echo(text, nl=False)


def _file_of(page: str) -> Path:
    found = pages()
    known = {name.rpartition("/")[2]: file for name, file in found.items()} | found
    if page in known:
        return known[page]
    from sim.arguments import argument_fault
    from sim.phrases import choose_from, shown

    rule = "must be a page of the guide"
    raise ConfigError([argument_fault("page", rule, shown(page), choose_from(page, found))])
