"""The commands that run: one config, or a sweep over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import typer

from sim.cli import options as given
from sim.cli.console import Bar, Voice, conclude, progress, say, say_json
from sim.cli.paths import CONFIG, SWEEP, expecting
from sim.errors import ConfigError, Fault
from sim.execution.options import RunOptions, custom_model, through_mesa

if TYPE_CHECKING:
    from sim.experiments.plan import Plan
    from sim.results.results import Results

RESULTS = Path("results")
"""Where results go that are given no folder."""


@given.with_run_options
def run(  # noqa: PLR0913 (one parameter an option)
    config: given.Config,
    replicates: Annotated[
        int | None, typer.Option(min=1, help="Number of runs.", show_default="1000, or 20 a plausible set")
    ] = None,
    seed: given.Seed = 1,
    plausible: given.Plausible = None,
    sets: Annotated[
        int | None, typer.Option(min=1, help="How many of these, evenly by weight.", show_default="all")
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(min=1, max=5200, help="Horizon in weeks, instead of the config's.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Another value at a path; may be repeated."),
    ] = None,
    outcomes: given.Outcomes = None,
    cluster: given.Cluster = None,
    mpi: given.Mpi = False,
    no_dashboard: given.NoDashboard = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
    **options: Unpack[RunOptions],
) -> None:
    """Simulate a config and draw its dashboard; one that was stopped goes on."""
    from sim.execution.run import plan_of, plan_with
    from sim.scenario.load import load_scenario

    voice = Voice(quiet, as_json)
    options["tell"] = voice.tell
    with _workers(cluster, mpi, options) as leading:
        if not leading:
            return
        with expecting(config, CONFIG):
            scenario = load_scenario(config, _overrides(settings or []) | ({} if weeks is None else {"weeks": weeks}))
        wanted = plan_with(plan_of(scenario, replicates, seed, plausible, sets), _outcomes(outcomes))
        folder = options["out"] = _folder(wanted.name, options)
        results = run_plan(wanted, options, voice, size=plausible is not None)
    conclude(results, folder, voice, dashboard=not no_dashboard)


@given.with_run_options
def sweep(  # noqa: PLR0913 (one parameter an option)
    file: given.Sweep,
    plan: given.PlanOnly = False,
    replicates: Annotated[int | None, typer.Option(min=1, help="Runs a point, instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Seed, instead of the file's.")] = None,
    outcomes: given.Outcomes = None,
    cluster: given.Cluster = None,
    mpi: given.Mpi = False,
    no_dashboard: given.NoDashboard = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
    **options: Unpack[RunOptions],
) -> None:
    """Run every point of a design over a config, and draw its dashboard; one that was stopped goes on."""
    from sim.execution.run import plan_with
    from sim.experiments.files.sweep_file import load_sweep

    voice = Voice(quiet, as_json)
    options["tell"] = voice.tell
    if plan and (cluster is not None or mpi):
        raise ConfigError([Fault("arguments", "--plan", "is timed on this machine", "", "leave out the cluster")])
    with _workers(cluster, mpi, options) as leading:
        if not leading:
            return
        with expecting(file, SWEEP):
            wanted = plan_with(load_sweep(file, replicates, seed), _outcomes(outcomes))
        if plan:
            _estimate(wanted, options, as_json)
            return
        folder = options["out"] = _folder(wanted.name, options)
        results = run_plan(wanted, options, voice)
    conclude(results, folder, voice, dashboard=not no_dashboard)


def run_plan(plan: Plan, options: RunOptions, voice: Voice, *, size: bool = True) -> Results:
    """Run a plan into the folder that the options name; with `size`, say first how much there is to run."""
    from sim.execution.run import sweep
    from sim.experiments.replicates import runs_said
    from sim.phrases import plural

    if size:
        voice.tell(f"{plural(plan.points, 'point')}, {runs_said(plan.points, plan.replicates)}")
    with progress(plan.title, voice) as shown:
        return sweep(plan, **_shown(options, shown))


def _shown(options: RunOptions, bar: Bar) -> RunOptions:
    """Options of runs that a bar follows."""
    return {**options, "progress": bar, "watch": bar.watch}


def _estimate(plan: Plan, options: RunOptions, as_json: bool) -> None:
    """Say what a plan will take on this machine, without running it."""
    from sim.execution.estimate import estimate, said

    mesa = through_mesa(options)
    workers = options.get("processes") if mesa else options.get("threads")
    found = estimate(plan, workers, mesa=mesa, model=custom_model(options))
    if as_json:
        say_json({
            "name": plan.name, "title": plan.title, "points": found.points, "dropped": found.dropped,
            "runs": [found.runs, found.most_runs], "parts": found.parts, "workers": found.workers,
            "seconds": list(found.seconds), "bytes": list(found.size),
        })  # fmt: skip
        return
    for line in said(plan, found):
        say(line)


@contextmanager
def _workers(cluster: str | None, mpi: bool, options: RunOptions) -> Iterator[bool]:
    """Have workers elsewhere compute, where any are asked for; False in a process that was such a worker."""
    from sim.execution.cluster import on_cluster, on_mpi
    from sim.execution.faults import option_faults

    stored: RunOptions = {**options, "out": options.get("out") or RESULTS}  # a command always has a folder
    faults = [*option_faults(stored, elsewhere=mpi or cluster is not None)]
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


def _folder(name: str, options: RunOptions) -> Path:
    """Results folder: that of the shard where there is one and no other was given."""
    from sim.experiments.shards import shard_folder

    out, shard = options.get("out"), options.get("shard")
    if out is not None:
        return Path(out)
    return RESULTS / name if shard is None else shard_folder(RESULTS / name, shard)


def _overrides(settings: list[str]) -> dict[str, Any]:
    """Values by path from ``PATH=VALUE``."""
    return _pairs("--set", settings, "PATH=VALUE", "behaviour.rationality=12")


def _outcomes(given: list[str] | None) -> dict[str, Any] | None:
    """Expressions by name from ``NAME=EXPRESSION``."""
    return _pairs("--outcome", given, "NAME=EXPRESSION", '"gain=control.NK:final - 0.5"') if given else None


def _pairs(option: str, given: list[str], form: str, example: str) -> dict[str, Any]:
    """What stands behind the first equals sign of each text, by what stands before it."""
    pairs = [one.partition("=") for one in given]
    faults = [
        Fault(option, one, f"must be {form}", "", f"such as {option} {example}")
        for one, (name, equals, _) in zip(given, pairs, strict=True)
        if not name or not equals
    ]
    if faults:
        raise ConfigError(faults)
    return {path.strip(): value.strip() for path, _, value in pairs}
