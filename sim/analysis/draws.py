"""Which parameters a search draws, their values, and whether a scenario has what the patterns look at."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from sim.analysis.patterns import Pattern, Patterns, words_of
from sim.errors import ConfigError, Fault
from sim.phrases import choose_from
from sim.scenario.scenario import Scenario

DIGITS = 3
"""Significant digits of a drawn value, so that what is written down is what was run."""
WORDS = ("policy", "switch")
"""Units of what is set by words, and has no values in between."""


def drawn_paths(scenario: Scenario, patterns: Patterns) -> tuple[str, ...]:
    """Paths that match the file's `parameters` and have a range to draw from."""
    return tuple(
        path
        for path in scenario.layout.paths
        if any(fnmatchcase(path, wanted) for wanted in patterns.parameters)
        and scenario.layout.quantity(path).unit not in WORDS
        and scenario.numbers[path].range[0] < scenario.numbers[path].range[1]
    )


def draw_parameters(scenario: Scenario, paths: tuple[str, ...], draws: int, seed: int) -> NDArray[np.float64]:
    """Values of the parameters, shape ``(draws, len(paths))``, rounded.

    A range that spans a factor of ten or more above 0 is drawn on a logarithmic scale.
    """
    from scipy.stats import qmc  # noqa: PLC0415 (takes a second to import)

    power = max(1, int(np.ceil(np.log2(draws))))
    unit = qmc.Sobol(len(paths), scramble=True, rng=seed).random_base2(power)[:draws]
    low, high = np.array([scenario.numbers[path].range for path in paths], float).T
    wide = (low > 0.0) & (high >= 10.0 * low)
    safe = np.where(wide, low, 1.0)
    values = np.where(wide, safe * (np.where(wide, high, 1.0) / safe) ** unit, low + unit * (high - low))
    rounded = np.array([[float(f"{v:.{DIGITS}g}") for v in row] for row in values])
    within: NDArray[np.float64] = np.clip(rounded, low, high)
    return within


def check_patterns(scenario: Scenario, patterns: Patterns) -> None:
    """Raise ConfigError where the patterns name what the scenario, or its weeks, do not have."""
    faults = [fault for pattern in patterns.patterns for fault in _faults(scenario, patterns, pattern)]
    if not faults and not drawn_paths(scenario, patterns):
        remedy = f"{scenario.name} gives no range to what they name"
        faults.append(Fault(patterns.name, "parameters", "must match a path with a range", "none", remedy))
    if faults:
        raise ConfigError(faults)


def _faults(scenario: Scenario, patterns: Patterns, pattern: Pattern) -> Iterator[Fault]:
    where, outcomes = f"patterns.{pattern.name}", scenario.layout.outcomes
    if pattern.outcome not in outcomes:
        remedy = choose_from(pattern.outcome, outcomes)
        rule = f"must be an outcome of {scenario.name}"
        yield Fault(patterns.name, f"{where}.outcome", rule, pattern.outcome, remedy)
    if pattern.weeks[1] >= patterns.weeks:
        rule = f"must lie before week {patterns.weeks}"
        yield Fault(patterns.name, f"{where}.weeks", rule, str(pattern.weeks[1]), "or give the file more weeks")
    if pattern.test in ("is", "never"):
        known = words_of(scenario, pattern.outcome)
        for word in pattern.against:
            if word not in known:
                rule = "must be a word of that outcome"
                yield Fault(patterns.name, f"{where}.{pattern.test}", rule, word, choose_from(word, known))
    if pattern.test == "above_start" and pattern.against not in scenario.layout.paths:
        remedy = choose_from(pattern.against, scenario.layout.paths)
        yield Fault(patterns.name, f"{where}.above_start", "must be the path of a number", pattern.against, remedy)
