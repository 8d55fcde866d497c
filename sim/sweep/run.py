"""The two verbs of the room: `simulate` for one scenario, `sweep` for a design."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import ConfigError, Fault
from sim.scenario import load_scenario
from sim.sweep.design import Plan, single
from sim.sweep.execution import ENGINES, Progress, Running, Stopped, execute
from sim.sweep.store import Results
from sim.sweep.sweepfile import LARGEST_SEED, MOST_REPLICATES, load_sweep

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["Stopped", "simulate", "sweep"]


def simulate(  # noqa: PLR0913 (a public verb: its options are keywords)
    scenario: str | Path | Scenario,
    replicates: int = 1000,
    seed: int = 1,
    weeks: int | None = None,
    threads: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    *,
    force: bool = False,
    engine: str = "ensemble",
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
        Results folder to write; in memory by default.
    progress : callable, optional
        Called with the number of finished runs and of all.
    force : bool
        Replace other results in the folder.
    engine : str
        ``ensemble`` (compiled) or ``mesa``: the same rows, bit for bit.

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
    _check(replicates, seed, threads, engine)
    chosen = load_scenario(scenario) if isinstance(scenario, str | Path) else scenario
    if weeks is not None:
        chosen = chosen.with_({"weeks": weeks})
    return execute(single(chosen, replicates, seed), Running(_folder(out), threads, progress, force, engine))


def sweep(
    design: str | Path | Plan,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    *,
    force: bool = False,
) -> Results:
    """Run every point of a sweep file; all points share the shocks of a replicate.

    Parameters
    ----------
    design : str, Path or Plan
        A sweep file, the name of a shipped one (``arms-policy``), or a plan.
    replicates, seed : int, optional
        Instead of the file's own; not for a plan, which has its own.
    threads, out, progress, force
        As in `simulate`.

    Returns
    -------
    Results

    Raises
    ------
    ConfigError, ResultsError
        As in `simulate`.
    """
    _check(replicates if replicates is not None else 1, seed if seed is not None else 0, threads, "ensemble")
    plan = design if isinstance(design, Plan) else load_sweep(design, replicates, seed)
    return execute(plan, Running(_folder(out), threads, progress, force))


def _folder(out: str | Path | None) -> Path | None:
    return None if out is None else Path(out)


def _check(replicates: Any, seed: Any, threads: Any, engine: Any) -> None:
    faults = [
        Fault("arguments", name, f"must be a whole number in [{lowest}, {highest}]", repr(value))
        for name, value, lowest, highest in (
            ("replicates", replicates, 1, MOST_REPLICATES),
            ("seed", seed, 0, LARGEST_SEED),
            ("threads", 1 if threads is None else threads, 1, 4096),
        )
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not lowest <= value <= highest
    ]
    if engine not in ENGINES:
        faults.append(Fault("arguments", "engine", f"must be one of {', '.join(ENGINES)}", repr(engine)))
    if faults:
        raise ConfigError(faults)
