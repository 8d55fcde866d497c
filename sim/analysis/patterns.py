"""Patterns that a plausible model shows, as a config file says them, and how far runs show them.

Pattern-oriented modelling after Grimm et al. (2005), Science 310:987.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.errors import ConfigError, Fault
from sim.scenario import Scenario, shipped
from sim.scenario.nodes import Branch, Leaf, choose_from, fault, plain, shown
from sim.scenario.reading import read

HEAD = ("name", "title", "weeks", "replicates", "parameters", "patterns")
TESTS = ("is", "never", "ever_above", "above", "above_start", "falls_by")
KEYS = ("text", "source", "outcome", "week", "weeks", "of", "at_least", "at_most", *TESTS)


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
    folders = {path.parent / "patterns" for path in shipped().values()}
    return {file.stem: file for folder in sorted(folders) for file in sorted(folder.glob("*.yaml"))}


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
    path = shipped_patterns().get(str(file), Path(file))
    return patterns_of(read(path, str(path)))


def patterns_of(tree: Branch) -> Patterns:
    """Patterns from the content of a file.

    Raises
    ------
    ConfigError
        With every fault of the content.
    """
    faults = list(_faults(tree))
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


def _faults(tree: Branch) -> Iterator[Fault]:
    for key, node in tree.entries.items():
        if key not in HEAD:
            yield fault(node.place, (key,), "is not a key here", shown(key), choose_from(key, HEAD))
    for key in ("weeks", "replicates"):
        whole = tree.entries.get(key)
        if whole is not None and not _is_count(whole):
            yield fault(whole.place, (key,), "must be a whole number of at least 1", shown(plain(whole)))
    entries = tree.entries.get("patterns")
    if "name" not in tree.entries or not isinstance(entries, Branch) or not entries.entries:
        yield fault(tree.place, ("patterns",), "is missing", "", "a patterns file has a name and patterns")
        return
    for name, entry in entries.entries.items():
        yield from _pattern_faults(name, entry)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value)) and value[0] <= value[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


SHAPES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("outcome", _is_text, "must be the name of an outcome"),
    ("week", _is_whole, "must be a whole number of weeks"),
    ("weeks", _is_span, "must be [first, last], whole numbers of weeks"),
    ("of", lambda value: value in ("runs", "weeks"), "must be runs or weeks"),
    ("is", _is_words, "must be a list of words"),
    ("never", _is_words, "must be a list of words"),
    ("ever_above", _is_number, "must be a number"),
    ("above", _is_number, "must be a number"),
    ("falls_by", _is_number, "must be a number"),
    ("above_start", _is_text, "must be the path of a starting value"),
)
"""What the entries of a pattern must be."""


def _is_count(node: Any) -> bool:
    value = node.value if isinstance(node, Leaf) else None
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _pattern_faults(name: str, entry: Any) -> Iterator[Fault]:
    path = ("patterns", name)
    if not isinstance(entry, Branch):
        yield fault(entry.place, path, "must be a mapping", shown(plain(entry)))
        return
    for key, node in entry.entries.items():
        if key not in KEYS:
            yield fault(node.place, (*path, key), "is not a key here", shown(key), choose_from(key, KEYS))
    if sum(key in entry.entries for key in TESTS) != 1:
        yield fault(entry.place, path, f"must have exactly one of {', '.join(TESTS)}", "")
    if "outcome" not in entry.entries:
        yield fault(entry.place, (*path, "outcome"), "is missing", "", "name the outcome to look at")
    if ("week" in entry.entries) == ("weeks" in entry.entries):
        yield fault(entry.place, path, "must have either week or weeks", "", "weeks: [first, last]")
    for key, good, rule in SHAPES:
        given = entry.entries.get(key)
        if given is not None and not good(plain(given)):
            yield fault(given.place, (*path, key), rule, shown(plain(given)))
    for key in ("at_least", "at_most"):
        limit = entry.entries.get(key)
        value = limit.value if isinstance(limit, Leaf) else None
        if limit is not None and not (isinstance(value, int | float) and 0 <= value <= 1):
            yield fault(limit.place, (*path, key), "must lie in [0, 1]", shown(plain(limit)), "it is a share")


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
