"""Arguments and options that several commands share; those of a run are declared in `sim.execution.options`."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from sim.cli.completion import configs, plausible_sets, sweeps
from sim.cli.paths import source
from sim.execution.options import OPTIONS, Option
from sim.files import place

Command = TypeVar("Command", bound=Callable[..., None])

Config = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG", help="A config file, or the name of a shipped one.", parser=source, autocompletion=configs
    ),
]
Sweep = Annotated[
    str,
    typer.Argument(
        metavar="SWEEP", help="A sweep file, or the name of a shipped one.", parser=source, autocompletion=sweeps
    ),
]
Plausible = Annotated[
    str | None,
    typer.Option(
        metavar="SETS",
        help="Run it over plausible sets of its numbers: a file, or the name of shipped ones.",
        parser=source,
        autocompletion=plausible_sets,
    ),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="NAME=EXPRESSION",
        help="A further outcome, worked out of others; may be repeated.",
    ),
]
PlanOnly = Annotated[
    bool, typer.Option("--plan", help="Say how many points and runs, how long and how large; run nothing.")
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.", parser=place)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but warnings and errors.")]
NoDashboard = Annotated[bool, typer.Option("--no-dashboard", help="Draw no page; `dashboard DIR` draws it later.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed that all runs share.")]
Cluster = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Compute on the workers of this Dask scheduler.")]
Mpi = Annotated[bool, typer.Option("--mpi", help="Compute on the ranks of the MPI job that this is.")]


def as_typer(name: str) -> Any:
    """An option of a run as the command line takes it."""
    option = OPTIONS[name]
    lowest, highest = option.bounds or (None, None)
    return typer.Option(
        f"--{name.replace('_', '-')}",
        metavar=option.unit,
        help=option.meaning,
        show_default=option.usual or True,
        min=lowest,
        max=highest,
        parser=option.read,
    )


Force = Annotated[bool, as_typer("force")]
Wait = Annotated[bool, as_typer("wait")]
Threads = Annotated[int | None, as_typer("threads")]


def with_run_options(command: Command) -> Command:
    """Give a command a parameter for each option of a run, in the place of its ``**options``.

    They come before the options of the last lines, which say where it is computed and what is printed.
    """
    own = [one for one in signature(command, eval_str=True).parameters.values() if one.kind is not one.VAR_KEYWORD]
    place_of = [one.name for one in own].index("cluster")
    of_runs = [_parameter(name, option) for name, option in OPTIONS.items() if option.typed is not None]
    parameters = [*own[:place_of], *of_runs, *own[place_of:]]
    command.__signature__ = signature(command).replace(  # type: ignore[attr-defined]
        parameters=[one.replace(kind=Parameter.KEYWORD_ONLY) for one in parameters]
    )
    return command


def _parameter(name: str, option: Option) -> Parameter:
    kind: Any = option.typed if option.typed is bool else option.typed | None  # type: ignore[operator]
    default = False if option.typed is bool else None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, as_typer(name)])
