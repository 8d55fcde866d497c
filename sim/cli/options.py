"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.completion import configs, sweeps
from sim.cli.paths import source
from sim.files import place

HOW, STORE, SAID = "How it is computed", "Results folder", "What is printed"

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
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.", parser=place)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.", rich_help_panel=SAID)]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but warnings and errors.", rich_help_panel=SAID)]
NoDashboard = Annotated[
    bool, typer.Option("--no-dashboard", help="Draw no page; `dashboard DIR` draws it later.", rich_help_panel=STORE)
]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed that all runs share.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Where it goes.", show_default="results/NAME", parser=place, rich_help_panel=STORE
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace other results in the folder.", rich_help_panel=STORE)]
Extend = Annotated[
    bool,
    typer.Option("--extend", help="Add the replicates or points that the folder lacks.", rich_help_panel=STORE),
]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait for another process that writes the folder.", rich_help_panel=STORE)
]
Shard = Annotated[
    str | None,
    typer.Option(
        metavar="I/N",
        help="Run only share I of N, into results/NAME.shards/I-of-N; `merge` joins them.",
        rich_help_panel=STORE,
    ),
]
MostFailures = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        metavar="SHARE",
        help="Stop when more than this share of the runs failed.",
        show_default="never",
        rich_help_panel=STORE,
    ),
]
Threads = Annotated[
    int | None, typer.Option(min=1, max=4096, help="Threads.", show_default="one a core", rich_help_panel=HOW)
]
Engine = Annotated[
    str | None,
    typer.Option(
        metavar="ensemble|mesa",
        help="Compiled ensemble, or the Mesa model: same rows.",
        show_default="ensemble",
        rich_help_panel=HOW,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="MODULE:CLASS", help="A Mesa model of your own, a subclass of InfluenceModel.", rich_help_panel=HOW
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(min=1, max=4096, help="Processes of Mesa runs.", show_default="one a core", rich_help_panel=HOW),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        min=0, metavar="SECONDS", help="End a Mesa run that takes longer; it counts as failed.", rich_help_panel=HOW
    ),
]
Large = Annotated[
    bool,
    typer.Option(
        "--large", help="Run although it takes more memory than is free, or more than a day.", rich_help_panel=HOW
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Compute on the workers of this Dask scheduler.", rich_help_panel=HOW),
]
Mpi = Annotated[
    bool, typer.Option("--mpi", help="Compute on the ranks of the MPI job that this is.", rich_help_panel=HOW)
]
