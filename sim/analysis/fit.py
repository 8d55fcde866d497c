"""Plausible parameter sets: draws from the ranges that show the patterns.

Rejection by several patterns at once (pattern-oriented modelling, Grimm et al. 2005; the same idea as
history matching).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sim.analysis.fit_folder import FitFolder, open_fit_folder
from sim.analysis.fit_result import Fit, frame_of
from sim.analysis.patterns import Patterns, load_patterns, patterns_beside
from sim.analysis.search import Progress, Rows, Search, batches, start_search
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


class FitOptions(TypedDict, total=False):
    """How a fit treats its folder.

    Attributes
    ----------
    force : bool
        Replace other results in the folder.
    wait : bool
        Wait for another process that writes the folder, instead of an error.
    tell : callable
        Told in words what there is to wait for.
    """

    force: bool
    wait: bool
    tell: Callable[[str], None]


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
        A config file, the name of a shipped one, or a loaded scenario. Its levers, alignments and capabilities stay;
        the parameters that the patterns file names are drawn.
    patterns : str, Path or Patterns, optional
        A patterns file, or the name of a shipped one. By default ``patterns/NAME.yaml`` beside the config NAME.yaml.
    draws : int
        Points of the Sobol sequence.
    replicates : int, optional
        Runs a draw, by default as the patterns file says; all draws meet the same shocks.
    seed : int
        Seed of the sequence and of the runs.
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
    _check(draws, replicates, seed, threads, options)
    wanted = _patterns(scenario, patterns)
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    search = start_search(loaded, wanted, int(draws), int(replicates or wanted.replicates), int(seed))
    if out is None:
        rows: Rows = []
        for batch in batches(search, 0, threads, threading.Event(), progress):
            rows += batch
        return Fit(frame_of(rows), wanted, search.paths, search.seed, search.replicates)
    with open_fit_folder(place(out), search, **options) as folder:
        if not folder.complete:
            _fill(folder, search, threads, progress)
        return Fit(
            frame_of(folder.rows), wanted, search.paths, search.seed, search.replicates, folder.path, folder.found
        )


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
    stop = threading.Event()
    try:
        with stop_signals(stop):
            for batch in batches(search, len(folder.rows), threads, stop, progress):
                with uninterrupted():
                    folder.add(batch)
            with uninterrupted():
                folder.finish()
    except KeyboardInterrupt as pressed:
        with uninterrupted():
            folder.keep("stopped", by=f"signal {signal_of(pressed)}")
        done, total = len(folder.rows), len(search.values)
        said = f"stopped after {done:,} of {total:,} draws; the same command goes on in {folder.path}"
        raise Stopped(said, signal_of(pressed)) from None


def _check(draws: Any, replicates: Any, seed: Any, threads: Any, options: FitOptions) -> None:
    refuse_options(options, FitOptions.__annotations__, fit)
    refuse([
        *whole_faults("draws", draws, 1, MOST_DRAWS),
        *whole_faults("seed", seed, 0, LARGEST_KEY),
        *whole_faults("replicates", replicates, 1, MOST_REPLICATES, optional=True),
        *whole_faults("threads", threads, 1, MOST_WORKERS, optional=True),
    ])  # fmt: skip
