"""Plausible parameter sets: draws from the ranges that show the patterns.

Rejection by several patterns at once (pattern-oriented modelling, Grimm et al. 2005; the same idea as
history matching). The draws fill the space: a scrambled Sobol sequence (Owen 1998), from SciPy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.patterns import Patterns, shares, words_of
from sim.ensemble import Design, Ensemble
from sim.errors import ConfigError, CounterpoiseError, Fault
from sim.scenario import Scenario
from sim.scenario.nodes import choose_from
from sim.sweep.folder import mendable

DIGITS = 3
"""Significant digits of a drawn value, so that what is written down is what was run."""
CLEARLY = 3.0
"""Standard errors that the narrowest margin of a typical draw must have."""
BATCH = 16
"""Draws simulated together."""


@dataclass(frozen=True)
class Fit:
    """What a search found.

    Attributes
    ----------
    draws : DataFrame
        One row a draw: parameters by path, the share of each pattern, `passed` (how many patterns),
        `distance` (sum of the distances from acceptance), and `margin` (the narrowest, in standard errors).
    patterns : Patterns
    paths : tuple of str
        Parameters that were drawn.
    seed, replicates : int
        Key of the runs, and runs a draw.
    """

    draws: pd.DataFrame
    patterns: Patterns
    paths: tuple[str, ...]
    seed: int
    replicates: int

    @property
    def plausible(self) -> pd.DataFrame:
        """Draws that show every pattern, the widest narrowest margin first."""
        kept = self.draws[self.draws["passed"] == len(self.patterns.patterns)]
        return kept.sort_values("margin", ascending=False)

    @property
    def best(self) -> pd.Series:
        """The most typical of the draws that show every pattern clearly; where none does, the nearest to it.

        Typical is nearest to the middle of all plausible draws, each parameter in units of its spread over
        all draws: a draw chosen for showing the patterns best would be an extreme one.
        """
        clear = self.plausible[self.plausible["margin"] >= CLEARLY]
        if clear.empty:
            return self.draws.sort_values(["distance", "margin"], ascending=[True, False]).iloc[0]
        columns = list(self.paths)
        middle = self.plausible[columns].to_numpy().mean(axis=0)
        spread = self.draws[columns].to_numpy().std(axis=0)
        away = (((clear[columns].to_numpy() - middle) / spread) ** 2).sum(axis=1)
        return clear.iloc[int(away.argmin())]

    def rates(self) -> pd.DataFrame:
        """For each pattern: share of draws that pass it alone, and the median share of runs over draws."""
        rows = [
            {
                "pattern": p.name,
                "text": p.text,
                "draws that pass": float(np.mean([p.accepts(s) for s in self.draws[f"share.{p.name}"]])),
                "median share": float(self.draws[f"share.{p.name}"].median()),
            }
            for p in self.patterns.patterns
        ]
        return pd.DataFrame(rows)


def fit(
    scenario: Scenario,
    patterns: Patterns,
    draws: int = 1024,
    replicates: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Fit:
    """Draw parameters from their ranges, simulate, and see which draws show the patterns.

    Parameters
    ----------
    scenario : Scenario
        Its levers, alignments and capabilities stay; the parameters that the patterns file names are drawn.
    patterns : Patterns
    draws : int
        Points of the Sobol sequence.
    replicates : int, optional
        Runs a draw, by default as the patterns file says; all draws meet the same shocks.
    seed : int
        Seed of the sequence and of the runs.
    threads : int, optional
    progress : callable, optional
        Called with runs finished and of all.

    Raises
    ------
    ConfigError
        For a pattern on an unknown outcome, or parameters without a range.
    """
    runs = replicates or patterns.replicates
    short = scenario.with_({"weeks": patterns.weeks})
    _check(short, patterns)
    paths = drawn_paths(short, patterns)
    values = draw_parameters(short, paths, draws, seed)
    outcomes = tuple(dict.fromkeys(pattern.outcome for pattern in patterns.patterns))
    every = round(1.0 / short.structure.dt)
    ensemble = Ensemble(short.structure, short.inputs(), columns=(), series=outcomes, every=every)
    rows: list[dict[str, float]] = []
    for first in range(0, draws, BATCH):
        batch = values[first : first + BATCH]
        series = _series(ensemble, Design(paths, batch), runs, seed, threads)
        rows += [_row(patterns, short, paths, point, dict(zip(outcomes, s, strict=True)), runs)
                 for point, s in zip(batch, series, strict=True)]  # fmt: skip
        if progress:
            progress(min(first + BATCH, draws) * runs, draws * runs)
    return Fit(pd.DataFrame(rows), patterns, paths, seed, runs)


def drawn_paths(scenario: Scenario, patterns: Patterns) -> tuple[str, ...]:
    """Paths that match the file's `parameters` and have a range to draw from."""
    return tuple(
        path
        for path in scenario.layout.paths
        if any(fnmatchcase(path, wanted) for wanted in patterns.parameters)
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
    return np.array([[float(f"{v:.{DIGITS}g}") for v in row] for row in values])


def _check(scenario: Scenario, patterns: Patterns) -> None:
    faults = [
        Fault(patterns.name, f"patterns.{p.name}.outcome", "must be an outcome of the scenario", p.outcome)
        for p in patterns.patterns
        if p.outcome not in scenario.layout.outcomes
    ]
    faults += [
        Fault(
            patterns.name,
            f"patterns.{p.name}.weeks",
            f"must lie before week {patterns.weeks}",
            str(p.weeks[1]),
        )
        for p in patterns.patterns
        if p.weeks[1] >= patterns.weeks
    ]
    faults += [
        Fault(
            patterns.name,
            f"patterns.{p.name}.{p.test}",
            "must be a word of that outcome",
            word,
            choose_from(word, known),
        )
        for p in patterns.patterns
        if p.test in ("is", "never")
        for known in [words_of(scenario, p.outcome)]
        for word in p.against
        if word not in known
    ]
    faults += [
        Fault(patterns.name, f"patterns.{p.name}.above_start", "must be the path of a number", p.against)
        for p in patterns.patterns
        if p.test == "above_start" and p.against not in scenario.layout.paths
    ]
    if not faults and not drawn_paths(scenario, patterns):
        faults.append(Fault(patterns.name, "parameters", "must match a path with a range", "none"))
    if faults:
        raise ConfigError(faults)


def _series(ensemble: Ensemble, design: Design, runs: int, seed: int, threads: int | None) -> NDArray[np.float64]:
    """Weekly series of every outcome, shape ``(points, Z, R, T)``."""
    points = len(design.values)
    table = np.stack([np.repeat(np.arange(points), runs), np.tile(np.arange(runs), points)], axis=1)
    blocks = list(ensemble.blocks(design, table, seed, threads=threads, series_replicates=runs))
    flat = np.concatenate([block.series for block in blocks])
    return flat.reshape(points, runs, flat.shape[1], flat.shape[2]).transpose(0, 3, 1, 2)


def _row(
    patterns: Patterns,
    scenario: Scenario,
    paths: tuple[str, ...],
    point: NDArray[np.float64],
    series: dict[str, NDArray[np.float64]],
    runs: int,
) -> dict[str, float]:
    """One draw: its parameters and how far it shows the patterns."""
    inputs = scenario.inputs()
    inputs[[scenario.layout.row(path) for path in paths]] = point
    found = shares(patterns, scenario, series.__getitem__, inputs)
    margins = [p.margin(found[p.name], runs) for p in patterns.patterns]
    return {
        **dict(zip(paths, map(float, point), strict=True)),
        **{f"share.{name}": share for name, share in found.items()},
        "passed": sum(p.accepts(found[p.name]) for p in patterns.patterns),
        "distance": sum(p.distance(found[p.name]) for p in patterns.patterns),
        "margin": min(margins),
    }


def write_fit(found: Fit, scenario: Scenario, folder: Path, force: bool = False) -> Path:
    """Write `draws.parquet` and, as config, the best draw to `fitted.yaml`.

    Raises
    ------
    ResultsError
        If the folder cannot be written.
    CounterpoiseError
        If it already holds another fit and `force` is not set.
    """
    written = fitted_config(found, scenario)
    digest = hashlib.sha256(
        json.dumps([scenario.digest, found.seed, found.replicates, len(found.draws), found.patterns.name]).encode()
    ).hexdigest()
    there = folder / "fitted.yaml"
    if there.exists() and f"fit {digest[:16]}" not in there.read_text(encoding="utf-8") and not force:
        raise CounterpoiseError(f"{folder} holds another fit; give another folder with --out, or --force")
    with mendable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        found.draws.to_parquet(folder / "draws.parquet", index=False)
        there.write_text(f"# fit {digest[:16]}\n{written}", encoding="utf-8")
    return there


def fitted_config(found: Fit, scenario: Scenario) -> str:
    """The best draw as a config fragment, every number with its provenance."""
    lines: list[str] = []
    section = ""
    for path in found.paths:
        head, _, field = path.rpartition(".")
        if head != section:
            lines.append(f"{head}:")
            section = head
        low, high = scenario.numbers[path].range
        note = f"one of {len(found.plausible)} of {len(found.draws)} draws that show {found.patterns.name}"
        lines.append(
            f"  {field}: {{value: {found.best[path]:g}, range: [{low:g}, {high:g}], source: assumption, "
            f'note: "{note}"}}'
        )
    return "\n".join(lines) + "\n"
