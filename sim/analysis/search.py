"""The search of a fit: which parameters are drawn, their values, and how far the runs of each draw show the patterns.

The draws fill the space: a scrambled Sobol sequence (Owen 1998), from SciPy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from sim.analysis.patterns import Pattern, Patterns, shares, words_of
from sim.ensemble import Design, Ensemble
from sim.errors import ConfigError, Fault
from sim.phrases import choose_from
from sim.scenario.scenario import Scenario

BATCH = 16
"""Draws simulated together."""
DIGITS = 3
"""Significant digits of a drawn value, so that what is written down is what was run."""
WORDS = ("policy", "switch")
"""Units of what is set by words, and has no values in between."""

Rows = list[dict[str, float]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Search:
    """Draws that are to be tried.

    Attributes
    ----------
    scenario : Scenario
        As long as the patterns look.
    patterns : Patterns
    paths : tuple of str
        Parameters that are drawn.
    values : ndarray, shape (draws, len(paths))
    seed, replicates : int
        Key of the runs, and runs a draw.
    """

    scenario: Scenario
    patterns: Patterns
    paths: tuple[str, ...]
    values: NDArray[np.float64]
    seed: int
    replicates: int


def start_search(scenario: Scenario, patterns: Patterns, draws: int, replicates: int, seed: int) -> Search:
    """Search for patterns, its draws made; raises ConfigError where the scenario does not have what they name."""
    short = scenario.with_({"weeks": patterns.weeks})
    check_patterns(short, patterns)
    paths = drawn_paths(short, patterns)
    return Search(short, patterns, paths, draw_parameters(short, paths, draws, seed), seed, replicates)


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


def batches(
    search: Search, first: int, threads: int | None, stop: threading.Event, progress: Progress | None
) -> Iterator[Rows]:
    """Rows of the draws from `first` on, some at a time."""
    patterns, runs, draws = search.patterns, search.replicates, len(search.values)
    outcomes = tuple(dict.fromkeys(pattern.outcome for pattern in patterns.patterns))
    structure = search.scenario.structure
    ensemble = Ensemble(
        structure, search.scenario.inputs(), columns=(), series=outcomes, every=round(1.0 / structure.dt)
    )
    if progress and first:
        progress(first * runs, draws * runs)
    for at in range(first, draws, BATCH):
        batch = search.values[at : at + BATCH]
        series = _series(ensemble, Design(search.paths, batch), search, threads, stop)
        if series is None:
            raise KeyboardInterrupt  # the runs heard the stop first
        yield [
            _row(search, point, dict(zip(outcomes, one, strict=True)))
            for point, one in zip(batch, series, strict=True)
        ]  # fmt: skip
        if progress:
            progress(min(at + BATCH, draws) * runs, draws * runs)


def _series(
    ensemble: Ensemble, design: Design, search: Search, threads: int | None, stop: threading.Event
) -> NDArray[np.float64] | None:
    """Weekly series of every outcome, shape ``(points, Z, R, T)``; None once `stop` is set."""
    points, runs = len(design.values), search.replicates
    table = np.stack([np.repeat(np.arange(points), runs), np.tile(np.arange(runs), points)], axis=1)
    blocks = list(
        ensemble.blocks(
            design, table, search.seed, threads=threads, series_replicates=runs, cancelled=stop.is_set
        )
    )  # fmt: skip
    flat = np.concatenate([block.series for block in blocks]) if blocks else np.zeros((0, 0, 0))
    if len(flat) < len(table):
        return None
    return flat.reshape(points, runs, flat.shape[1], flat.shape[2]).transpose(0, 3, 1, 2)


def _row(search: Search, point: NDArray[np.float64], series: dict[str, NDArray[np.float64]]) -> dict[str, float]:
    """One draw: its parameters and how far it shows the patterns."""
    scenario, patterns = search.scenario, search.patterns
    inputs = scenario.inputs()
    inputs[[scenario.layout.row(path) for path in search.paths]] = point
    found = shares(patterns, scenario, series.__getitem__, inputs)
    return {
        **dict(zip(search.paths, map(float, point), strict=True)),
        **{f"share.{name}": share for name, share in found.items()},
        "passed": sum(p.accepts(found[p.name]) for p in patterns.patterns),
        "distance": float(sum(p.distance(found[p.name]) for p in patterns.patterns)),
        "margin": min(p.margin(found[p.name], search.replicates) for p in patterns.patterns),
    }
