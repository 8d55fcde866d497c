"""Patterns that a plausible model shows, as a config file says them, and how far runs show them.

Pattern-oriented modelling after Grimm et al. (2005), Science 310:987.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.analysis.pattern_file import TESTS, faults_of
from sim.errors import ConfigError, Fault
from sim.scenario.load import located, shipped, shipped_in
from sim.scenario.scenario import Scenario
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, plain


@dataclass(frozen=True)
class Pattern:
    """One pattern: a condition on an outcome, and the share of runs or run-weeks that must meet it.

    Attributes
    ----------
    name, text, source : str
    outcome : str
        Outcome that is looked at.
    weeks : tuple of (first, last)
        Weeks that are looked at, both included.
    test : str
        One of `TESTS`; ``is`` and ``never`` compare with words, the others with a number or a start.
    against : tuple of str, or float, or str
        Words, a number, or the path of a starting value.
    of_weeks : bool
        Share of run-weeks rather than of runs.
    at_least, at_most : float
        Acceptance.
    """

    name: str
    text: str
    source: str
    outcome: str
    weeks: tuple[int, int]
    test: str
    against: Any
    of_weeks: bool
    at_least: float
    at_most: float

    def accepts(self, share: float) -> bool:
        """Whether a share is accepted."""
        return self.at_least <= share <= self.at_most

    def distance(self, share: float) -> float:
        """How far a share is from being accepted, 0 inside."""
        return max(self.at_least - share, share - self.at_most, 0.0)

    def margin(self, share: float, runs: int) -> float:
        """How many standard errors a share of that many runs lies inside its acceptance; negative outside.

        The standard error is of a share of independent runs, with half a run added so that it is never 0.
        """
        p = (share * runs + 0.5) / (runs + 1.0)
        error = sqrt(p * (1.0 - p) / runs)
        above = (share - self.at_least) / error if self.at_least > 0.0 else float("inf")
        below = (self.at_most - share) / error if self.at_most < 1.0 else float("inf")
        return min(above, below)


@dataclass(frozen=True)
class Patterns:
    """A patterns file: what must be seen, on how many runs, and which parameters may be drawn to see it."""

    name: str
    title: str
    weeks: int
    replicates: int
    parameters: tuple[str, ...]
    patterns: tuple[Pattern, ...]


def shipped_patterns() -> dict[str, Path]:
    """Patterns files that travel with Counterpoise, by name."""
    return shipped_in("patterns")


def patterns_beside(config: str | Path) -> Path:
    """The patterns file of a config: ``patterns/NAME.yaml`` in the folder of the config NAME.yaml.

    Parameters
    ----------
    config : str or Path
        A config file, or the name of a shipped one.

    Raises
    ------
    ConfigError
        If there is none.
    """
    path = shipped().get(str(config), Path(config))
    file = path.parent / "patterns" / f"{path.stem}.yaml"
    if not file.is_file():
        known = ", ".join(shipped_patterns())
        beside = "" if str(config) in shipped() else f", or write {file}"
        remedy = f"name a patterns file with --patterns{beside}; {known} travels with Counterpoise"
        raise ConfigError([Fault("arguments", "patterns", "must be named, or stand beside the config", "none", remedy)])
    return file


def is_patterns(file: str | Path) -> bool:
    """Whether a file, or a name, is a patterns file's."""
    path = shipped_patterns().get(str(file), Path(file))
    try:
        return "patterns" in read(path, str(file)).entries
    except ConfigError:
        return False


def load_patterns(file: str | Path) -> Patterns:
    """Read a patterns file, or a shipped one by its name.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    path = located(file, shipped_patterns(), "patterns file")
    return patterns_of(read(path, str(path)))


def patterns_of(tree: Branch) -> Patterns:
    """Patterns from the content of a file.

    Raises
    ------
    ConfigError
        With every fault of the content.
    """
    faults = list(faults_of(tree))
    if faults:
        raise ConfigError(faults)
    said = plain(tree)
    return Patterns(
        said["name"],
        said.get("title", said["name"]),
        said.get("weeks", 26),
        said.get("replicates", 200),
        tuple(said.get("parameters", ("behaviour.*", "weights.*"))),
        tuple(_pattern(name, entry) for name, entry in said["patterns"].items()),
    )


def _pattern(name: str, said: Mapping[str, Any]) -> Pattern:
    test = next(key for key in TESTS if key in said)
    weeks = tuple(said["weeks"]) if "weeks" in said else (said["week"], said["week"])
    against = tuple(said[test]) if isinstance(said[test], list) else said[test]
    return Pattern(
        name,
        said.get("text", name),
        said.get("source", ""),
        said["outcome"],
        (weeks[0], weeks[1]),
        test,
        against,
        said.get("of", "runs") == "weeks",
        float(said.get("at_least", 0.0)),
        float(said.get("at_most", 1.0)),
    )


def shares(
    patterns: Patterns,
    scenario: Scenario,
    series: Callable[[str], NDArray[np.float64]],
    inputs: NDArray[np.float64],
) -> dict[str, float]:
    """Share of runs or run-weeks that meet each pattern.

    Parameters
    ----------
    series : callable
        Values of an outcome by its name, shape ``(R, T)``, one column a week.
    inputs : ndarray, shape (P,)
        The point's inputs, for patterns that compare with a starting value.
    """
    found: dict[str, float] = {}
    for pattern in patterns.patterns:
        first, last = pattern.weeks
        values = series(pattern.outcome)
        met = _met(pattern, scenario, values[:, first : last + 1], values[:, 0], inputs)
        found[pattern.name] = float(met.mean())
    return found


def _met(
    pattern: Pattern,
    scenario: Scenario,
    values: NDArray[np.float64],
    start: NDArray[np.float64],
    inputs: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Where the condition holds: one answer a run, or a run and week."""
    against = pattern.against
    if pattern.test in ("is", "never"):
        hits: NDArray[np.bool_] = np.isin(values, _codes(scenario, pattern.outcome, against))
        never: NDArray[np.bool_] = np.asarray(~hits.any(axis=1), bool)
        return never if pattern.test == "never" else _every(hits, pattern)
    if pattern.test == "ever_above":
        above: NDArray[np.bool_] = np.asarray((values > against).any(axis=1), bool)
        return above
    if pattern.test == "above_start":
        return _every(values > inputs[scenario.layout.row(against)], pattern)
    if pattern.test == "falls_by":
        return _every(start[:, None] - values >= against, pattern)
    return _every(values > against, pattern)


def _every(held: NDArray[np.bool_], pattern: Pattern) -> NDArray[np.bool_]:
    """One answer a run and week, or one a run where all its weeks must hold."""
    whole: NDArray[np.bool_] = np.asarray(held.all(axis=1), bool)
    return held if pattern.of_weeks else whole


def words_of(scenario: Scenario, outcome: str) -> tuple[str, ...]:
    """Words that an outcome can be compared with, in the order of their codes; none for a number."""
    if outcome.startswith("phase."):
        return qt.PHASES
    return tuple(name for name, _ in scenario.structure.postures) if outcome.startswith("posture.") else ()


def _codes(scenario: Scenario, outcome: str, words: tuple[str, ...]) -> list[int]:
    known = words_of(scenario, outcome)
    return [known.index(word) for word in words]
