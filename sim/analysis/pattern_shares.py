"""How far runs show patterns: for every run of many draws at once, in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.analysis.patterns import Pattern, Patterns, words_of
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]


def met(pattern: Pattern, scenario: Scenario, values: Floats, start: Floats) -> NDArray[np.int64]:
    """Parts of each run that meet a pattern: 0 or 1, or a number of weeks where those are counted.

    Parameters
    ----------
    pattern : Pattern
        Not one of a spread.
    scenario : Scenario
        Whose words the outcome's codes stand for.
    values : ndarray, shape (runs, weeks)
        The outcome, from week 0 on.
    start : ndarray, shape (runs,)
        Value that a rise counts from, or that must be exceeded; see `starts`.

    Returns
    -------
    ndarray of int, shape (runs,)
    """
    first, last = pattern.weeks
    held = _holds(pattern, scenario, values[:, first : last + 1], start)
    if pattern.test == "never":
        return np.asarray(~held.any(axis=1), np.int64)
    if pattern.test == "ever_above":
        return np.asarray(held.any(axis=1), np.int64)
    found = held.sum(axis=1) if pattern.of_weeks else held.all(axis=1)
    return np.asarray(found, np.int64)


def _holds(pattern: Pattern, scenario: Scenario, values: Floats, start: Floats) -> NDArray[np.bool_]:
    """Where the condition holds, shape ``(runs, weeks looked at)``."""
    against = pattern.against
    if pattern.test in ("is", "never"):
        known = words_of(scenario, pattern.outcome)
        return np.isin(values, [known.index(word) for word in against])
    if pattern.test == "above_start":
        return np.asarray(values > start[:, None])
    if pattern.test == "falls_by":
        return np.asarray(start[:, None] - values >= against)
    if pattern.test == "rises_by":
        rise = values - start[:, None]
        return np.asarray((rise >= against[0]) & (rise <= against[1]))
    return np.asarray(values > against)


def spread(pattern: Pattern, values: Floats) -> Floats:
    """Share of outcomes whose standard deviation over runs is small enough, for each draw.

    Parameters
    ----------
    pattern : Pattern
        One of a spread.
    values : ndarray, shape (draws, runs, outcomes)
        Outcomes in the week that is looked at.

    Returns
    -------
    ndarray, shape (draws,)
        NaN with fewer than two runs.
    """
    if values.shape[1] < 2:
        return np.full(len(values), np.nan)
    return np.asarray((values.std(axis=1, ddof=1) <= pattern.against).mean(axis=1))


def shares(patterns: Patterns, scenario: Scenario, series: Callable[[str], Floats], inputs: Floats) -> dict[str, float]:
    """Share of runs or run-weeks of one draw that meet each pattern of the scenario's own world.

    Parameters
    ----------
    series : callable
        Values of an outcome by its name, shape ``(R, T)``, one column a week.
    inputs : ndarray, shape (P,)
        The point's inputs, for patterns that compare with a starting value.
    """
    found: dict[str, float] = {}
    for pattern in patterns.patterns:
        values, path = series(pattern.outcome), pattern.starting_path
        start = np.full(len(values), inputs[scenario.layout.row(path)]) if path else values[:, 0]
        found[pattern.name] = float(met(pattern, scenario, values, start).sum() / (pattern.parts * len(values)))
    return found
