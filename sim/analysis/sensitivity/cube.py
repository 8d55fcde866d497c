"""Outcomes of a stored design by point and replicate, of which no more is read than is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arguments import argument_fault, list_faults, refuse, unknown_name
from sim.errors import ConfigError, ResultsError
from sim.outcomes import is_time
from sim.results.measures import FAILED, Measure, codes, comparable, measures
from sim.results.measures import horizon as horizon_of

if TYPE_CHECKING:
    from sim.results.stored import Stored

Floats = NDArray[np.float64]

HEADLINES = ("control.*:final", "governs.*:final", "weeks_fought.*:final", "primacy.*:final")
"""Outcomes that are looked at unless others are named: who holds what, how much is fought, and who leads."""
MOST_EACH = 4
"""Of each of these, the first so many that vary."""
MOST_ALIKE = 6
"""Without any of these, the first so many numbers that vary."""
SAID = (
    f"looked at: the first {MOST_EACH} outcomes that vary of each of {', '.join(HEADLINES)}; --outcomes PATTERN names"
    " others"
)


@dataclass(frozen=True)
class Cube:
    """Outcomes by point and replicate.

    Attributes
    ----------
    manifest : mapping
    design : DataFrame
        Number and factors of the P points that have runs.
    outcomes : tuple of str
        What each of the O outcomes is: a column, or a column and the word whose share of runs it is.
    units : tuple of str
    values : ndarray, shape (P, R, O)
        NaN where a run is missing, failed or has no value.
    said : tuple of str
        How the outcomes were chosen.
    """

    manifest: Mapping[str, Any]
    design: pd.DataFrame
    outcomes: tuple[str, ...]
    units: tuple[str, ...]
    values: Floats
    said: tuple[str, ...] = ()

    @property
    def replicates(self) -> int:
        """Runs a point."""
        return int(self.values.shape[1])

    @property
    def factors(self) -> list[Mapping[str, Any]]:
        """Factors of the design, as the manifest describes them."""
        return [factor for factor in self.manifest["factors"] if factor["path"] in self.design]

    def label(self, path: str) -> str:
        """A factor's name for people; of a column that numbers levels, that of its factor."""
        bare = path.removesuffix(":level")
        return next((str(one["label"]) for one in self.manifest["factors"] if one["path"] in (path, bare)), path)


@dataclass(frozen=True)
class _Some:
    """Some columns of stored runs, as `measures` reads them."""

    manifest: Mapping[str, Any]
    runs: pd.DataFrame


def read_cube(results: Stored, patterns: Sequence[str] | None = None) -> Cube:
    """Read outcomes of a design.

    Parameters
    ----------
    results : Stored
    patterns : sequence of str, optional
        Names of columns with ``*`` and ``?``; by default the rule of `HEADLINES`.

    Raises
    ------
    ConfigError
        For a pattern that names no outcome.
    ResultsError
        If there is no run yet, or nothing that varies.
    """
    columns = list(results.manifest["columns"])
    wanted = _named(columns, patterns, results) if patterns else _default(columns, results)
    runs = results.some(["point", "replicate", FAILED, *wanted])
    if runs.empty:
        where = results.folder or results.manifest["name"]
        raise ResultsError(f"{where} holds no run yet; give the command that began it again, or wait for it")
    found = _read(results, runs, wanted)
    if not patterns:
        found = _headlines(found)
    if not found:
        raise ResultsError("no outcome varies between the runs, so that nothing can have moved it")
    points, place = np.unique(runs["point"].to_numpy(), return_inverse=True)
    replicates, row = np.unique(runs["replicate"].to_numpy(), return_inverse=True)
    values = np.full((len(points), len(replicates), len(found)), np.nan)
    for o, one in enumerate(found):
        values[place, row, o] = one.values
    names = tuple(one.outcome if one.measure == "mean" else f"{one.outcome}, {one.measure}" for one in found)
    design = results.design.set_index("point").loc[points].reset_index()
    said = () if patterns else (SAID,)
    return Cube(results.manifest, design, names, tuple(one.unit for one in found), values, said)


def _named(columns: Sequence[str], patterns: Sequence[str], results: Stored) -> list[str]:
    """Columns that patterns name; raises ConfigError for a pattern that names none."""
    refuse(list_faults("outcomes", patterns))
    faults = [
        fault
        for one in patterns
        if not any(fnmatchcase(name, one) for name in columns)
        for fault in unknown_name("outcomes", one, columns, "must name an outcome of the runs").faults
    ]
    if faults:
        raise ConfigError(faults)
    named = [name for name in columns if any(fnmatchcase(name, one) for one in patterns)]
    found = [name for name in named if comparable(name, results.manifest) or is_time(name)]
    if not found:
        remedy = "codes have a share of runs at the end only: name outcomes that end in :final"
        raise ConfigError([argument_fault("outcomes", "must name an outcome with a mean", ", ".join(patterns), remedy)])
    return found


def _default(columns: Sequence[str], results: Stored) -> list[str]:
    """Columns among which the headlines are."""
    found = [name for pattern in HEADLINES for name in columns if fnmatchcase(name, pattern)]
    numbers = [name for name in columns if codes(results.manifest, name) is None and not is_time(name)]
    return found or numbers[: 5 * MOST_ALIKE]


def _read(results: Stored, runs: pd.DataFrame, wanted: Sequence[str]) -> list[Measure]:
    """Measures of outcomes: numbers, shares of codes, and weeks without what a time is of."""
    some: Any = _Some(results.manifest, runs)
    read = [one for one in measures(some, wanted, horizon_of(results)) if one.outcome != FAILED]
    return [one for one in read if not is_time(one.outcome) or one.measure.startswith("weeks without")]


def _headlines(found: Sequence[Measure]) -> list[Measure]:
    """The first outcomes of each pattern that vary."""
    vary = [one for one in found if _varies(one.values)]
    groups = [[one for one in vary if fnmatchcase(one.outcome, pattern)] for pattern in HEADLINES]
    return [one for group in groups for one in group[:MOST_EACH]] or vary[:MOST_ALIKE]


def _varies(values: Floats) -> bool:
    held = values[np.isfinite(values)]
    return bool(len(held) and np.ptp(held) > 0)
