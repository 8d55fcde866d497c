"""The commands that run: one config, or a sweep over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sim.cli import options as given
from sim.cli.console import Voice, conclude, progress, say, say_json
from sim.cli.paths import CONFIG, SWEEP, expecting
from sim.errors import ConfigError, Fault

if TYPE_CHECKING:
    from sim.execution.run import Options
    from sim.experiments.plan import Plan
    from sim.results.results import Results


def run(  # noqa: PLR0913 (one parameter an option)
    config: given.Config,
    replicates: Annotated[int, typer.Option(min=1, help="Number of runs.")] = 1000,
    seed: given.Seed = 1,
    weeks: Annotated[
        int | None, typer.Option(min=1, max=5200, help="Horizon in weeks, instead of the config's.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Another value at a path; may be repeated."),
    ] = None,
    out: given.Out = None,
    force: given.Force = False,
    extend: given.Extend = False,
    wait: given.Wait = False,
    shard: given.Shard = None,
    most_failures: given.MostFailures = None,
    no_dashboard: given.NoDashboard = False,
    threads: given.Threads = None,
    engine: given.Engine = None,
    model: given.Model = None,
    processes: given.Processes = None,
    time_limit: given.TimeLimit = None,
    large: given.Large = False,
    cluster: given.Cluster = None,
    mpi: given.Mpi = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
) -> None:
    """Simulate a config and draw its dashboard; one that was stopped goes on."""
    from sim.execution.run import simulate
    from sim.scenario.load import load_scenario

    voice = Voice(quiet, as_json)
    options = _options(locals(), voice)
    with _workers(cluster, mpi, threads, options) as leading:
        if not leading:
            return
        with expecting(config, CONFIG):
            scenario = load_scenario(config, _overrides(settings or []))
        folder = _folder(out, scenario.name, options)
        with progress(scenario.title, voice) as shown:
            options["watch"] = shown.watch
            results = simulate(scenario, replicates, seed, weeks, threads, folder, shown, **options)
    conclude(results, folder, voice, dashboard=not no_dashboard)


def sweep(  # noqa: PLR0913 (one parameter an option)
    file: given.Sweep,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say how many points and runs, how long and how large; run nothing.")
    ] = False,
    replicates: Annotated[int | None, typer.Option(min=1, help="Runs a point, instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Seed, instead of the file's.")] = None,
    out: given.Out = None,
    force: given.Force = False,
    extend: given.Extend = False,
    wait: given.Wait = False,
    shard: given.Shard = None,
    most_failures: given.MostFailures = None,
    no_dashboard: given.NoDashboard = False,
    threads: given.Threads = None,
    engine: given.Engine = None,
    model: given.Model = None,
    processes: given.Processes = None,
    time_limit: given.TimeLimit = None,
    large: given.Large = False,
    cluster: given.Cluster = None,
    mpi: given.Mpi = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
) -> None:
    """Run every point of a design over a config, and draw its dashboard; one that was stopped goes on."""
    from sim.experiments.files.sweep_file import load_sweep

    voice = Voice(quiet, as_json)
    options = _options(locals(), voice)
    if plan and (cluster is not None or mpi):
        raise ConfigError([Fault("arguments", "--plan", "is timed on this machine", "", "leave out the cluster")])
    with _workers(cluster, mpi, threads, options) as leading:
        if not leading:
            return
        with expecting(file, SWEEP):
            wanted = load_sweep(file, replicates, seed)
        if plan:
            _estimate(wanted, threads, options, as_json)
            return
        folder = _folder(out, wanted.name, options)
        results = run_plan(wanted, folder, threads, options, voice)
    conclude(results, folder, voice, dashboard=not no_dashboard)


def run_plan(plan: Plan, folder: Path, threads: int | None, options: Options, voice: Voice) -> Results:
    """Run a plan into a folder."""
    from sim.execution.run import sweep
    from sim.experiments.replicates import runs_said
    from sim.phrases import counted

    voice.tell(f"{counted(plan.points, 'point')}, {runs_said(plan.points, plan.replicates)}")
    with progress(plan.title, voice) as shown:
        options["watch"] = shown.watch
        return sweep(plan, threads=threads, out=folder, progress=shown, **options)


def _estimate(plan: Plan, threads: int | None, options: Options, as_json: bool) -> None:
    """Say what a plan will take on this machine, without running it."""
    from sim.execution.custom_model import load_model
    from sim.execution.estimate import estimate, said

    model = load_model(options["model"]) if "model" in options else None
    mesa = model is not None or options.get("engine") == "mesa"
    found = estimate(plan, options.get("processes") if mesa else threads, mesa=mesa, model=model)
    if as_json:
        say_json({
            "name": plan.name, "title": plan.title, "points": found.points, "dropped": found.dropped,
            "runs": [found.runs, found.most_runs], "parts": found.parts, "workers": found.workers,
            "seconds": list(found.seconds), "bytes": list(found.size),
        })  # fmt: skip
        return
    for line in said(plan, found):
        say(line)


def _options(chosen: dict[str, Any], voice: Voice) -> Options:
    """How to run, out of the parameters of a command; what was not given is left out."""
    from sim.execution.run import Options
    from sim.experiments.shards import read_shard

    named = {key: chosen.get(key) for key in Options.__annotations__}
    found = {key: value for key, value in named.items() if value is not None and value is not False}
    if chosen["shard"] is not None:
        found["shard"] = read_shard(chosen["shard"])
    found["tell"] = voice.tell
    return cast("Options", found)


@contextmanager
def _workers(cluster: str | None, mpi: bool, threads: int | None, options: Options) -> Iterator[bool]:
    """Have workers elsewhere compute, where any are asked for; False in a process that was such a worker."""
    from sim.execution.cluster import on_cluster, on_mpi
    from sim.execution.run import engine_faults

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
    from sim.experiments.shards import shard_folder

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
