"""Plausible parameter sets: draws from the ranges that show the patterns.

Rejection by several patterns at once (pattern-oriented modelling, Grimm et al. 2005).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sim.analysis.conclusion import conclude
from sim.analysis.fit_folder import FitFolder, open_fit_folder
from sim.analysis.fit_result import Fit
from sim.analysis.found import Found
from sim.analysis.patterns import Patterns, load_patterns, patterns_beside
from sim.analysis.sampling.waves import METHODS, MOST_WAVES, Method
from sim.analysis.search import Progress, Search, batches, start_search
from sim.arguments import LARGEST_KEY, argument_fault, refuse, refuse_options, whole_faults
from sim.errors import ConfigError, Fault
from sim.execution.options import MOST_WORKERS
from sim.experiments.replicates import MOST_REPLICATES
from sim.files import place
from sim.phrases import shown
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.storage.signals import Stopped, signal_of, stop_signals, uninterrupted

MOST_DRAWS = 1_000_000
LARGEST_SEED = LARGEST_KEY - MOST_WAVES - 1
"""Each wave has a seed of its own, the next one."""
SETTINGS = ("wanted", "method")
"""Options of the search itself."""


class FitOptions(TypedDict, total=False):
    """How a fit goes on, and how it treats its folder.

    Attributes
    ----------
    force : bool
        Replace other results in the folder.
    wait : bool
        Wait for another process that writes the folder, instead of an error.
    tell : callable
        Told in words what there is to wait for.
    wanted : int
        Plausible sets that are looked for, by default as the patterns file says. While there are fewer, unequal
        weights counted for less, further waves of as many draws follow, at most eight.
    method : {"importance", "history"}
        How those waves are drawn: adaptive importance sampling, or history matching, which needs scikit-learn.
    """

    force: bool
    wait: bool
    tell: Callable[[str], None]
    wanted: int | None
    method: Method


def fit(
    scenario: str | Path | Scenario,
    patterns: str | Path | Patterns | None = None,
    draws: int = 1024,
    replicates: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    **options: Unpack[FitOptions],
) -> Fit:
    """Draw parameters from their ranges, simulate, and see which draws show the patterns.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A config file, the name of a shipped one, or a loaded scenario. The parameters that the patterns file names
        are drawn from their ranges, the others stay.
    patterns : str, Path or Patterns, optional
        A patterns file, or the name of a shipped one. By default ``patterns/NAME.yaml`` beside the config NAME.yaml.
    draws : int
        Draws of the first wave, and of each later one.
    replicates : int, optional
        Runs of a draw that is not dropped early, by default as the patterns file says; all draws meet the same shocks.
    seed : int
        Seed of the draws and of the runs.
    threads : int, optional
        Threads to use; one a core by default. Results do not depend on it.
    out : str or Path, optional
        Folder to write, where a stopped fit goes on; in memory by default.
    progress : callable, optional
        Called with runs finished and of all.
    **options
        See `FitOptions`.

    Returns
    -------
    Fit

    Raises
    ------
    ConfigError
        For a faulty file or argument, a pattern on an unknown outcome, or parameters without a range.
    ResultsError
        If the folder cannot be written, or holds other results.

    Examples
    --------
    >>> from sim import fit
    >>> found = fit("post-soviet-2020", "october-2020", draws=64)  # doctest: +SKIP
    >>> found.plausible  # doctest: +SKIP
    """
    settings: Any = {key: value for key, value in options.items() if key in SETTINGS}
    keeping: Any = {key: value for key, value in options.items() if key not in SETTINGS}
    _check(draws, replicates, seed, threads, options)
    wanted = _patterns(scenario, patterns)
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    runs = None if replicates is None else int(replicates)
    search = start_search(loaded, wanted, int(draws), runs, int(seed), **settings)
    if out is None:
        found, waves, stop = Found(wanted), search.waves(), threading.Event()
        for batch in batches(search, waves, found, threads, stop, progress):
            found.add(batch)
        return Fit(found.frame, *conclude(search, waves, found, threads, stop), search)
    with open_fit_folder(place(out), search, **keeping) as folder:
        if not folder.complete:
            _fill(folder, search, threads, progress)
        return Fit(folder.rows.frame, *folder.conclusion(), search, folder.path, folder.found)


def _patterns(scenario: str | Path | Scenario, given: str | Path | Patterns | None) -> Patterns:
    if isinstance(given, Patterns):
        return given
    if isinstance(given, str | Path):
        return load_patterns(given)
    if given is not None:
        raise ConfigError([argument_fault("patterns", "must be Patterns, or a file or name of some", shown(given))])
    if isinstance(scenario, Scenario):
        rule, remedy = "must be given", "a loaded scenario has no file beside which they could be found"
        raise ConfigError([Fault("arguments", "patterns", rule, "", remedy)])
    return load_patterns(patterns_beside(scenario))


def _fill(folder: FitFolder, search: Search, threads: int | None, progress: Progress | None) -> None:
    """Simulate the draws that a folder lacks; when stopped, keep those that are finished."""
    stop, waves = threading.Event(), search.waves()
    try:
        with stop_signals(stop):
            for batch in batches(search, waves, folder.rows, threads, stop, progress):
                with uninterrupted():
                    folder.add(batch)
            concluded = conclude(search, waves, folder.rows, threads, stop)
            with uninterrupted():
                folder.finish(*concluded)
    except KeyboardInterrupt as pressed:
        with uninterrupted():
            folder.keep("stopped", by=f"signal {signal_of(pressed)}")
        done, total = len(folder.rows), max(search.draws, len(folder.rows))
        said = f"stopped after {done:,} of {total:,} draws; the same command goes on in {folder.path}"
        raise Stopped(said, signal_of(pressed)) from None


def _check(draws: Any, replicates: Any, seed: Any, threads: Any, options: FitOptions) -> None:
    refuse_options(options, FitOptions.__annotations__, fit)
    method = options.get("method", METHODS[0])
    wrong = [] if method in METHODS else [argument_fault("method", f"must be {' or '.join(METHODS)}", shown(method))]
    refuse([
        *whole_faults("draws", draws, 1, MOST_DRAWS),
        *whole_faults("seed", seed, 0, LARGEST_SEED),
        *whole_faults("replicates", replicates, 1, MOST_REPLICATES, optional=True),
        *whole_faults("threads", threads, 1, MOST_WORKERS, optional=True),
        *whole_faults("wanted", options.get("wanted"), 0, MOST_DRAWS, optional=True),
        *wrong,
    ])  # fmt: skip
