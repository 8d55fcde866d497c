"""The two verbs of the room: `simulate` for one scenario, `sweep` for a design."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np

from sim.errors import ConfigError, Fault
from sim.scenario import load_scenario
from sim.sweep.design import Plan, single
from sim.sweep.execution import ENGINES, Progress, Running, Stopped, execute
from sim.sweep.replicates import MOST_REPLICATES
from sim.sweep.store import Results
from sim.sweep.sweepfile import LARGEST_SEED, load_sweep

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["Options", "Stopped", "simulate", "sweep"]


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
        Run only this share, counted from 1, of that many; `sim.sweep.merging.merge` makes one folder of all.
    most_failures : float
        Stop when a larger share of the runs has failed; never by default.
    engine : str
        ``ensemble`` (compiled) or ``mesa``: the same rows, bit for bit.
    tell : callable
        Told in words what there is to wait for.
    watch : callable
        Told counts by name: ``stored``, the runs that were there already, and ``failed``, whenever there are more.
    """

    force: bool
    extend: bool
    wait: bool
    shard: tuple[int, int]
    most_failures: float
    engine: str
    tell: Callable[[str], None]
    watch: Callable[[str, int], None]


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
    chosen = load_scenario(scenario) if isinstance(scenario, str | Path) else scenario
    if weeks is not None:
        chosen = chosen.with_({"weeks": weeks})
    return execute(single(chosen, replicates, seed), Running(_folder(out), threads, progress, **options))


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
    plan = design if isinstance(design, Plan) else load_sweep(design, replicates, seed)
    return execute(plan, Running(_folder(out), threads, progress, **options))


def _folder(out: str | Path | None) -> Path | None:
    return None if out is None else Path(out)


def _check(replicates: Any, seed: Any, threads: Any, out: Any, options: Options) -> None:
    wholes = (
        ("replicates", replicates, 1, MOST_REPLICATES),
        ("seed", seed, 0, LARGEST_SEED),
        ("threads", 1 if threads is None else threads, 1, 4096),
    )
    faults = [
        Fault("arguments", name, f"must be a whole number in [{lowest}, {highest}]", repr(value))
        for name, value, lowest, highest in wholes
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not lowest <= value <= highest
    ]
    faults.extend(_option_faults(out, options))
    if faults:
        raise ConfigError(faults)


def _option_faults(out: Any, options: Options) -> Iterator[Fault]:
    engine = options.get("engine", "ensemble")
    if engine not in ENGINES:
        yield Fault("arguments", "engine", f"must be one of {', '.join(ENGINES)}", repr(engine))
    share = options.get("most_failures")
    if share is not None and not 0 <= share <= 1:
        yield Fault("arguments", "most_failures", "must lie in [0, 1]", repr(share), "0.1 is a tenth of the runs")
    if out is None and (options.get("extend") or options.get("shard")):
        yield Fault("arguments", "out", "is missing", "", "extensions and shards need a results folder")
