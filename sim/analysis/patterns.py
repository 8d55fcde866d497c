"""Patterns that a plausible model shows, as a patterns file says them.

Pattern-oriented modelling after Grimm et al. (2005), Science 310:987.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.analysis.pattern_file import HOLDS, SCENARIO, TESTS, faults_of
from sim.errors import ConfigError, Fault
from sim.scenario.load import located, shipped, shipped_in
from sim.scenario.scenario import Scenario
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, plain

Shares: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class Pattern:
    """One pattern: a condition on an outcome, and the share of runs or run-weeks that must meet it.

    Attributes
    ----------
    name, text, source : str
    outcome : str
        Outcome that is looked at, empty where a condition holds; of a spread a pattern of names, with ``*`` for any
        letters.
    weeks : tuple of (first, last)
        Weeks that are looked at, both included.
    test : str
        One of `TESTS`; ``is`` and ``never`` compare with words, ``holds`` is a condition on the whole run, the others
        compare with numbers or a start.
    against : tuple of str, or of float, or float, or str
        Words, two ends, a number, or the path of a starting value.
    of_weeks : bool
        Share of run-weeks rather than of runs; of a spread it is one of outcomes.
    at_least, at_most : float
        Acceptance.
    world : str
        One of `WORLDS`: where it is looked for.
    start : str
        Path of the number from which a rise counts; empty for the value of week 0.
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
    world: str = SCENARIO
    start: str = ""

    @property
    def is_spread(self) -> bool:
        """Whether it asks how far runs lie apart rather than how many meet a condition."""
        return self.test == "spread_at_most"

    @property
    def parts(self) -> int:
        """Parts of a run that are counted: its weeks, or 1 for the run."""
        return self.weeks[1] - self.weeks[0] + 1 if self.of_weeks else 1

    @property
    def starting_path(self) -> str:
        """Path of the number that the outcome is compared with; empty for none."""
        return self.against if self.test == "above_start" else self.start

    def accepts(self, share: Shares) -> Any:
        """Whether a share is accepted: one answer, or an array of them; a missing share is not."""
        return (np.asarray(share) >= self.at_least) & (np.asarray(share) <= self.at_most)

    def distance(self, share: Shares) -> Any:
        """How far a share is from being accepted, 0 inside; one number, or an array of them."""
        return np.maximum(np.maximum(self.at_least - np.asarray(share), np.asarray(share) - self.at_most), 0.0)

    def margin(self, share: Shares, runs: Any) -> Any:
        """How many standard errors a share of that many runs lies inside its acceptance; negative outside.

        The standard error is of a share of independent runs, with half a run added so that it is never 0. A spread
        has none: its margin is without end on either side.
        """
        given = np.asarray(share, float)
        p = (given * runs + 0.5) / (runs + 1.0)
        error = np.sqrt(p * (1.0 - p) / runs)
        if self.is_spread:
            error = np.zeros(np.shape(given))
        above = _in_errors(given - self.at_least, error) if self.at_least > 0.0 else np.inf
        below = _in_errors(self.at_most - given, error) if self.at_most < 1.0 else np.inf
        return np.minimum(above, below)


@dataclass(frozen=True)
class Patterns:
    """A patterns file: what must be seen, on how many runs, and which parameters may be drawn to see it.

    Attributes
    ----------
    name, title : str
    weeks : int
        Weeks that runs may last.
    replicates : int
        Runs a draw.
    parameters : tuple of str
        Paths that are drawn, with ``*`` for any letters.
    patterns : tuple of Pattern
    stages : tuple of int
        Runs after which a draw that will hardly pass is dropped.
    reference : int
        Draws that are never dropped early.
    wanted : int
        Plausible sets that are looked for.
    """

    name: str
    title: str
    weeks: int
    replicates: int
    parameters: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    stages: tuple[int, ...] = ()
    reference: int = 1024
    wanted: int = 0


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
    weeks = said.get("weeks", 26)
    return Patterns(
        said["name"],
        said.get("title", said["name"]),
        weeks,
        said.get("replicates", 200),
        tuple(said.get("parameters", ("behaviour.*", "weights.*"))),
        tuple(_pattern(name, entry, weeks) for name, entry in said["patterns"].items()),
        tuple(said.get("stages", ())),
        said.get("reference", 1024),
        said.get("wanted", 0),
    )


def _pattern(name: str, said: Mapping[str, Any], length: int) -> Pattern:
    """One pattern of a file whose runs last so many weeks."""
    test = next(key for key in TESTS if key in said)
    if test == HOLDS:
        weeks = (0, length - 1)
    else:
        weeks = tuple(said["weeks"]) if "weeks" in said else (said["week"], said["week"])
    against = tuple(said[test]) if isinstance(said[test], list) else said[test]
    return Pattern(
        name,
        said.get("text", name),
        said.get("source", ""),
        said.get("outcome", ""),
        (weeks[0], weeks[1]),
        test,
        against,
        said.get("of", "runs") == "weeks",
        float(said.get("at_least", 1.0 if test == "spread_at_most" else 0.0)),
        float(said.get("at_most", 1.0)),
        said.get("in", SCENARIO),
        said.get("from", ""),
    )


def words_of(scenario: Scenario, outcome: str) -> tuple[str, ...]:
    """Words that an outcome can be compared with, in the order of their codes; none for a number."""
    if outcome.startswith("phase."):
        return qt.PHASES
    return tuple(name for name, _ in scenario.structure.postures) if outcome.startswith("posture.") else ()


def _in_errors(inside: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.float64]:
    """A distance in standard errors; without end where there is no error."""
    endless = np.where(inside < 0.0, -np.inf, np.inf)
    return np.where(error > 0.0, inside / np.where(error > 0.0, error, 1.0), endless)
