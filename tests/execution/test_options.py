"""Options of a run: declared once, and the same from Python, on the command line and in messages."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.options import with_run_options
from sim.execution.faults import option_faults
from sim.execution.options import OPTIONS, Option, RunOptions, list_options
from sim.execution.run import simulate, sweep


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of one more option, which is declared as all are."""
    declared = Option("Paint it.", unit="COLOUR", usual="white", typed=str, words=("white", "red"))
    monkeypatch.setitem(OPTIONS, "paint", declared)
    monkeypatch.setitem(RunOptions.__annotations__, "paint", Annotated[str, declared])
    return "paint"


@pytest.mark.parametrize("command", ["run", "sweep"])
@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if option.typed is not None])
def test_command_takes_an_option_as_it_is_declared(command: str, name: str) -> None:
    taken = {one.name: one for one in get_command(app).commands[command].params}[name]  # type: ignore[attr-defined]
    assert taken.opts == [f"--{name.replace('_', '-')}"]
    assert taken.help == OPTIONS[name].meaning
    assert taken.default is (False if OPTIONS[name].typed is bool else None)


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_command_takes_no_option_that_only_python_can_give(command: str) -> None:
    taken = {one.name for one in get_command(app).commands[command].params}  # type: ignore[attr-defined]
    assert {"executor", "progress", "tell", "watch"} == OPTIONS.keys() - taken


@pytest.mark.parametrize("function", [simulate, sweep])
def test_help_of_a_function_lists_every_option(function: Any) -> None:
    parameters = inspect.signature(function).parameters
    text = inspect.getdoc(function) or ""
    for name, option in OPTIONS.items():
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert f"\n{name} : " in text
        assert option.meaning in text
    assert "options" not in parameters


def test_a_new_option_is_on_the_command_line_at_once(painted: str) -> None:
    def command(wall: str, cluster: str | None = None, **options: Any) -> None:
        typer.echo(f"{wall} {options[painted]} {options['force']}")

    app = typer.Typer(rich_markup_mode=None)
    app.command()(with_run_options(command))
    assert CliRunner().invoke(app, ["north", "--paint", "red"]).output == "north red False\n"
    assert "--paint COLOUR" in CliRunner().invoke(app, ["--help"]).output


def test_a_new_option_is_checked_at_once(painted: str) -> None:
    given: Any = {painted: "rde"}
    assert [str(fault) for fault in option_faults(given)] == [
        'arguments: paint must be one of white, red (found "rde"); did you mean red?'
    ]


def test_a_new_option_is_in_help_for_python_at_once(painted: str) -> None:
    @list_options
    def function(wall: str, **options: Any) -> None:
        """Paint a wall.

        Parameters
        ----------
        wall : str
        **options
        """

    assert list(inspect.signature(function).parameters)[:2] == ["wall", "out"]
    assert str(function.__doc__).endswith("paint : str\n    Paint it. Default: white.")
