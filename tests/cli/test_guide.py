"""The command that shows the guide: a list of pages, and each page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app, guide

PACKAGE = Path(sim.__file__).parent
PAGES = sorted((PACKAGE / "guide").rglob("*.md"))
MOST_PAGES = 14


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Call a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str):
        result = CliRunner().invoke(app, ["guide", *arguments], prog_name="counterpoise")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def own_pages(tmp_path, monkeypatch):
    """A guide of two pages, one of them in a folder below."""
    folder = tmp_path / "guide"
    (folder / "recipes").mkdir(parents=True)
    (folder / "first.md").write_text("# First\n\nA sentence. Another.\n")
    (folder / "recipes" / "add-a-thing.md").write_text("# Add a thing\n\nHow a thing\nis added.\n\nMore.\n")
    (tmp_path / "secret.md").write_text("# Secret\n\nNot for reading.\n")
    monkeypatch.setattr(guide, "FOLDER", folder)


def test_list_has_every_page_with_its_first_sentence(call):
    said = call().stdout.splitlines()[1:]
    rows = dict(line.split("\t") for line in said)
    assert list(rows) == [file.stem for file in PAGES if file.parent.name == "guide"] + [
        f"{file.parent.name}/{file.stem}" for file in PAGES if file.parent.name != "guide"
    ]
    for name, sentence in rows.items():
        text = " ".join((PACKAGE / "guide" / f"{name}.md").read_text(encoding="utf-8").split())
        assert re.fullmatch(r"[^\[\]*]{20,150}[.?]", sentence), name
        assert sentence in text


def test_page_is_printed_as_it_stands_where_there_is_no_terminal(call):
    for file in PAGES:
        name = file.relative_to(PACKAGE / "guide").with_suffix("").as_posix()
        assert call(name).stdout == file.read_text(encoding="utf-8")


def test_page_is_formatted_on_a_terminal(call, monkeypatch):
    from rich.console import Console

    monkeypatch.setattr(Console, "is_terminal", True)
    monkeypatch.setenv("TERM", "dumb")
    said = call("designs").stdout
    assert "latin-hypercube" in said
    assert "counterpoise sweep" in said
    assert not re.search(r"^#|```|\]\(", said, re.MULTILINE)


def test_slip_of_a_name_is_refused_with_the_nearest_page(call):
    result = call("desings")
    assert result.exit_code == 2
    assert result.stderr == ('arguments: page must be a page of the guide (found "desings"); did you mean designs?\n')
    assert result.stdout == ""


def test_pages_of_a_folder_below_are_listed_and_shown(call, own_pages):
    assert call().stdout.splitlines()[1:] == ["first\tA sentence.", "recipes/add-a-thing\tHow a thing is added."]
    assert "is added" in call("recipes/add-a-thing").stdout
    assert call("add-a-thing").stdout == call("recipes/add-a-thing").stdout
    assert "did you mean recipes/add-a-thing?" in call("recipes/add-a-think").stderr


@pytest.mark.parametrize(
    "name", ["../secret", "recipes/../../secret", "../secret.md", "", ".", "/etc/passwd", "first.md"]
)
def test_nothing_but_pages_can_be_read(call, own_pages, name):
    result = call(name)
    assert result.exit_code == 2
    assert "must be a page of the guide" in result.stderr
    assert result.stdout == ""


def test_help_shows_an_example_that_works(call):
    (example,) = re.findall(r"`counterpoise guide (\S+)`", call("--help").stdout)
    assert call(example).exit_code == 0


def test_shell_completes_names_of_pages():
    environment = os.environ | {
        "_COUNTERPOISE_COMPLETE": "complete_bash", "COMP_CWORD": "2", "COMP_WORDS": "counterpoise guide des",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "from sim.cli import main; main()"],
        capture_output=True, text=True, cwd=PACKAGE.parent, env=environment, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["design-files", "designs"]


def test_folders_of_the_guide_stay_small():
    for folder in {file.parent for file in PAGES}:
        assert 0 < len(list(folder.glob("*.md"))) <= MOST_PAGES
