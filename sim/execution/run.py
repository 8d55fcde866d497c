"""The two verbs of the room: `simulate` for one scenario, `sweep` for a design."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from sim.arguments import LARGEST_KEY, argument_fault, as_number, as_whole, plain, refuse_options, whole_faults
from sim.errors import ConfigError, Fault
from sim.execution.custom_model import load_model
from sim.execution.runner import ENGINES, Progress, Running, Stopped, execute
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import Plan, single
from sim.experiments.replicates import MOST_REPLICATES
from sim.files import place
from sim.phrases import nearest, shown
from sim.results.results import Results
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.model import InfluenceModel

__all__ = ["Options", "Stopped", "simulate", "sweep"]

MOST_WORKERS = 4096


class Options(TypedDict, total=False):
    """How to run, as opposed to what: options that `simulate` and `sweep` share.

    Attributes
    ----------
    force : bool
        Replace other results in the folder.
    extend : bool
        Add the replicates or points that the folder lacks; what it has is not run again.
    wait : bool
        Wait for another process that writes the folder, instead of an error.
    shard : (int, int)
        Run only this share, counted from 1, of that many; `sim.execution.merge.merge` makes one folder of all.
    most_failures : float
        Stop when a larger share of the runs has failed; never by default.
    engine : str
        ``ensemble`` (compiled), or ``mesa``, one run after the other in processes: the same rows, bit for bit.
    model : str or subclass of InfluenceModel
        A Mesa model of one's own, as ``package.module:Class`` or the class itself; its engine is ``mesa``.
    processes : int
        Processes of Mesa runs; one a core by default.
    time_limit : float
        Seconds that a Mesa run may take; one that takes longer is ended and recorded as a failure.
    executor : concurrent.futures.Executor
        Computes the runs instead of this machine's threads: of Dask, MPI, or any other kind.
    tell : callable
        Told in words what there is to wait for.
    watch : callable
        Told counts by name: ``stored``, the runs that were there already, and ``failed``, whenever there are more.
    large : bool
        Run although it takes more memory than is free, or more than a day.
    """

    force: bool
    extend: bool
    wait: bool
    shard: tuple[int, int]
    most_failures: float
    engine: str
    model: str | type[InfluenceModel]
    processes: int
    time_limit: float
    executor: Executor
    tell: Callable[[str], None]
    watch: Callable[[str, int], None]
    large: bool


def simulate(
    scenario: str | Path | Scenario,
    replicates: int = 1000,
    seed: int = 1,
    weeks: int | None = None,
    threads: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Results:
    """Simulate one scenario many times.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A config file, the name of a shipped one, or a loaded scenario.
    replicates : int
        Number of runs; run r is the same whatever the number.
    seed : int
        Seed that all runs share.
    weeks : int, optional
        Horizon instead of the scenario's own.
    threads : int, optional
        Threads to use; one a core by default. Results do not depend on it.
    out : str or Path, optional
        Results folder to write, where a stopped run goes on; in memory by default.
    progress : callable, optional
        Called with the number of finished runs and of all.
    **options
        See `Options`.

    Returns
    -------
    Results

    Raises
    ------
    ConfigError
        For a faulty scenario or argument.
    ResultsError
        If the folder cannot be written or holds other results.

    Examples
    --------
    >>> from sim import simulate
    >>> results = simulate("nagorno-karabakh-2020", replicates=200)  # doctest: +SKIP
    >>> results.runs["control.NK:final"].median()  # doctest: +SKIP
    """
    _check(replicates, seed, threads, out, options)
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if weeks is not None:
        chosen = chosen.with_({"weeks": weeks})
    return execute(single(chosen, int(replicates), int(seed)), _running(out, threads, progress, options))


def sweep(
    design: str | Path | Plan,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Results:
    """Run every point of a sweep file; all points share the shocks of a replicate.

    Parameters
    ----------
    design : str, Path or Plan
        A sweep file, the name of a shipped one (``arms-policy``), or a plan.
    replicates, seed : int, optional
        Instead of the file's own; not for a plan, which has its own.
    threads, out, progress, **options
        As in `simulate`.

    Returns
    -------
    Results

    Raises
    ------
    ConfigError, ResultsError
        As in `simulate`.
    """
    _check(1 if replicates is None else replicates, 0 if seed is None else seed, threads, out, options)
    if not isinstance(design, Plan):
        plan = load_sweep(design, replicates, seed)
    elif replicates is None and seed is None:
        plan = design
    else:
        name = "replicates" if seed is None else "seed"
        raise ConfigError([argument_fault(name, "must not be given beside a plan", "", "the plan has its own")])
    return execute(plan, _running(out, threads, progress, options))


def _running(out: str | Path | None, threads: int | None, progress: Progress | None, options: Options) -> Running:
    """How to run, with Python's numbers, and with a model found by its name."""
    given: dict[str, Any] = {name: plain(value) for name, value in options.items()}
    if given.get("model") is not None:
        given |= {"model": load_model(given["model"]), "engine": "mesa"}
    return Running(None if out is None else place(out), plain(threads), progress, **given)


def _check(replicates: Any, seed: Any, threads: Any, out: Any, options: Options) -> None:
    refuse_options(options, Options.__annotations__, simulate)
    faults = [
        *whole_faults("replicates", replicates, 1, MOST_REPLICATES),
        *whole_faults("seed", seed, 0, LARGEST_KEY),
        *_option_faults(out, options),
        *engine_faults(threads, options, elsewhere=options.get("executor") is not None),
    ]
    if faults:
        raise ConfigError(faults)


def _option_faults(out: Any, options: Options) -> Iterator[Fault]:
    share: Any = options.get("most_failures")
    number = as_number(share)
    if share is not None and not (number is not None and 0 <= number <= 1):
        yield argument_fault("most_failures", "must lie in [0, 1]", shown(share), "0.1 is a tenth of the runs")
    shard: Any = options.get("shard")
    if shard is not None:
        pair = [as_whole(one) for one in shard] if isinstance(shard, tuple) else []
        if len(pair) != 2 or pair[0] is None or pair[1] is None or not 1 <= pair[0] <= pair[1]:
            yield argument_fault("shard", "must be (i, n) with 1 ≤ i ≤ n", repr(shard), "(1, 4) is the first of four")
    if out is None and (options.get("extend") or shard is not None):
        yield argument_fault("out", "is missing", "", "extensions and shards need a results folder")


def engine_faults(threads: Any, options: Options, *, elsewhere: bool) -> Iterator[Fault]:
    """What does not go together of the options that say where runs are computed.

    Parameters
    ----------
    threads : int or None
    options : Options
    elsewhere : bool
        Whether an executor computes them.
    """
    engine: Any = options.get("engine")
    executor: Any = options.get("executor")
    model: Any = options.get("model")
    mesa, local = engine == "mesa" or model is not None, "is for Mesa runs in processes of this machine"
    processes, limit = options.get("processes"), options.get("time_limit")
    if engine not in (None, *ENGINES):
        rule = f"must be one of {', '.join(ENGINES)}"
        yield argument_fault("engine", rule, shown(engine), nearest(str(engine), ENGINES))
    if model is not None and not isinstance(model, str | type):
        yield argument_fault("model", "must be package.module:Class or a class", repr(model))
    if engine == "ensemble" and mesa:
        yield argument_fault("model", "runs through Mesa only", "engine ensemble", "leave the engine out")
    if executor is not None and not hasattr(executor, "submit"):
        yield argument_fault("executor", "must be a concurrent.futures.Executor", repr(executor))
    for name, count in (("threads", threads), ("processes", processes)):
        if count is not None:
            yield from whole_faults(name, count, 1, MOST_WORKERS)
    seconds = as_number(limit)
    if limit is not None and not (seconds is not None and seconds > 0):
        yield argument_fault("time_limit", "must be a positive number of seconds", shown(limit))
    for name, given in (("processes", processes), ("time_limit", limit)):
        if given is not None and (not mesa or elsewhere):
            yield argument_fault(name, local, repr(given), "leave it out")
    if threads is not None and (mesa or elsewhere):
        remedy = "a cluster's workers are as many as were started" if elsewhere else "processes are for Mesa"
        yield argument_fault("threads", "is for the ensemble on this machine", repr(threads), remedy)
