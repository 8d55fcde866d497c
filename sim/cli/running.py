"""The commands that run: one config, or a sweep over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sim.errors import ConfigError, Fault

if TYPE_CHECKING:
    from sim.sweep.run import Options

HOW, STORE = "How it is computed", "Results folder"

Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where it goes.", show_default="results/NAME", rich_help_panel=STORE)
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


def run(  # noqa: PLR0913 (one parameter an option)
    config: Annotated[str, typer.Argument(metavar="CONFIG", help="A config file, or the name of a shipped one.")],
    replicates: Annotated[int, typer.Option(min=1, help="Number of runs.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed that all runs share.")] = 1,
    weeks: Annotated[
        int | None, typer.Option(min=1, max=5200, help="Horizon in weeks, instead of the config's.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Another value at a path; may be repeated."),
    ] = None,
    out: Out = None,
    force: Force = False,
    extend: Extend = False,
    wait: Wait = False,
    shard: Shard = None,
    most_failures: MostFailures = None,
    threads: Threads = None,
    engine: Engine = None,
    model: Model = None,
    processes: Processes = None,
    time_limit: TimeLimit = None,
    large: Large = False,
    cluster: Cluster = None,
    mpi: Mpi = False,
) -> None:
    """Simulate a config and draw its dashboard; one that was stopped goes on."""
    from sim.cli import console
    from sim.scenario import load_scenario
    from sim.sweep.run import simulate

    options = _options(locals())
    with _workers(cluster, mpi, threads, options) as leading:
        if not leading:
            return
        scenario = load_scenario(config, _overrides(settings or []))
        folder = _folder(out, scenario.name, options)
        with console.progress(scenario.title) as shown:
            options["watch"] = shown.watch
            results = simulate(scenario, replicates, seed, weeks, threads, folder, shown, **options)
    console.conclude(results, folder)


def sweep(  # noqa: PLR0913 (one parameter an option)
    file: Annotated[str, typer.Argument(metavar="SWEEP", help="A sweep file, or the name of a shipped one.")],
    plan: Annotated[
        bool, typer.Option("--plan", help="Say how many points and runs, how long and how large; run nothing.")
    ] = False,
    replicates: Annotated[int | None, typer.Option(min=1, help="Runs a point, instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Seed, instead of the file's.")] = None,
    out: Out = None,
    force: Force = False,
    extend: Extend = False,
    wait: Wait = False,
    shard: Shard = None,
    most_failures: MostFailures = None,
    threads: Threads = None,
    engine: Engine = None,
    model: Model = None,
    processes: Processes = None,
    time_limit: TimeLimit = None,
    large: Large = False,
    cluster: Cluster = None,
    mpi: Mpi = False,
) -> None:
    """Run every point of a design over a config, and draw its dashboard; one that was stopped goes on."""
    from sim.cli import console
    from sim.sweep.sweepfile import load_sweep

    options = _options(locals())
    if plan and (cluster is not None or mpi):
        raise ConfigError([Fault("arguments", "--plan", "is timed on this machine", "", "leave out the cluster")])
    with _workers(cluster, mpi, threads, options) as leading:
        if not leading:
            return
        wanted = load_sweep(file, replicates, seed)
        if plan:
            console.estimate(wanted, threads, options)
            return
        folder = _folder(out, wanted.name, options)
        results = console.run_sweep(wanted, folder, threads, options)
    console.conclude(results, folder)


def _options(given: dict[str, Any]) -> Options:
    """How to run, out of the parameters of a command; what was not given is left out."""
    from sim.sweep.run import Options
    from sim.sweep.sharding import read_shard

    named = {key: given.get(key) for key in Options.__annotations__}
    chosen = {key: value for key, value in named.items() if value is not None and value is not False}
    if given["shard"] is not None:
        chosen["shard"] = read_shard(given["shard"])
    chosen["tell"] = lambda said: typer.echo(said, err=True)
    return cast("Options", chosen)


@contextmanager
def _workers(cluster: str | None, mpi: bool, threads: int | None, options: Options) -> Iterator[bool]:
    """Have workers elsewhere compute, where any are asked for; False in a process that was such a worker."""
    from sim.sweep.executors import on_cluster, on_mpi
    from sim.sweep.run import engine_faults

    faults = [*engine_faults(threads, options, elsewhere=mpi or cluster is not None)]
    if cluster is not None and mpi:
        faults.append(Fault("arguments", "--mpi", "does not go with --cluster", "", "leave one of them out"))
    if faults:  # before anybody is connected to
        raise ConfigError(faults)
    if cluster is None and not mpi:
        yield True
        return
    with on_mpi() if mpi else on_cluster(str(cluster), options["tell"]) as executor:
        if executor is not None:
            options["executor"] = executor
        yield executor is not None


def _folder(out: Path | None, name: str, options: Options) -> Path:
    """Results folder: that of the shard where there is one and no other was given."""
    from sim.sweep.sharding import shard_folder

    usual = Path("results") / name
    return out or (shard_folder(usual, options["shard"]) if "shard" in options else usual)


def _overrides(settings: list[str]) -> dict[str, Any]:
    """Values by path from ``PATH=VALUE``."""
    pairs = [setting.partition("=") for setting in settings]
    faults = [
        Fault("--set", setting, "must be PATH=VALUE", "", "such as --set behaviour.rationality=12")
        for setting, (path, equals, _) in zip(settings, pairs, strict=True)
        if not path or not equals
    ]
    if faults:
        raise ConfigError(faults)
    return {path.strip(): value.strip() for path, _, value in pairs}
