"""Which numbers of plausible sets a scenario may take: those that mean in it what they meant in the fit.

The sets belong to the scenario that they were found for, as it was then. What is laid over that scenario on purpose,
by a config that extends it, by ``--set`` or by a factor, is an experiment: the sets stay plausible for all numbers that
it leaves as they were, and what it says itself holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from sim.arguments import refuse, whole_faults
from sim.errors import ConfigError, Fault
from sim.experiments.factors import Factor
from sim.experiments.plan import Plan
from sim.experiments.plausible import FOUND, MOST_NAMED, PlausibleSets, plausible_digest
from sim.experiments.points import DrawnDesign, Points, Table
from sim.experiments.screening import Screening
from sim.kernel.structure import ContestShape
from sim.phrases import first_of, plural
from sim.scenario.load import ancestors
from sim.scenario.numbers import Number
from sim.scenario.overrides import HERE
from sim.scenario.scenario import Scenario

PLAUSIBLE = "plausible"
"""Kind of design whose points are plausible sets."""
KEPT = 1000
"""Runs of a scenario over sets whose course over time is kept, all sets together."""


@dataclass(frozen=True)
class Taken:
    """What a scenario takes of plausible sets.

    Attributes
    ----------
    sets : PlausibleSets
    scenario, base : Scenario
        The one that takes them, and the one that they were found for, or one alike.
    paths : tuple of str
        Numbers that the sets give.
    own : tuple of str
        Numbers that stay as the scenario says, for it says something else than the one that was fitted.
    absent : tuple of str
        Numbers that the scenario does not have.
    """

    sets: PlausibleSets
    scenario: Scenario
    base: Scenario
    paths: tuple[str, ...]
    own: tuple[str, ...]
    absent: tuple[str, ...]

    def design(self, count: int | None = None) -> DrawnDesign:
        """A world a row: the numbers of so many sets, or of all, each of which counts the same."""
        columns = [self.sets.paths.index(path) for path in self.paths]
        factors = tuple(Factor(path, path, (), True) for path in self.paths)
        points = Table(factors, self.sets.values[self.sets.thinned(count)][:, columns])
        return DrawnDesign(points, self._facts(points.count))

    def _facts(self, count: int) -> dict[str, Any]:
        """How the points came about, as JSON can hold it."""
        sets, numbers = self.sets, self.scenario.numbers
        return {
            "design": PLAUSIBLE,
            "sets": sets.name,
            "title": sets.title,
            "digest": sets.digest,
            "available": len(sets),
            "points": count,
            "scenario": sets.about["scenario"],
            "patterns": sets.about["patterns"],
            "factors": {path: {"distribution": PLAUSIBLE, "range": list(numbers[path].range)} for path in self.paths},
            "own": list(self.own),
            "absent": list(self.absent),
            **({"fit": self._fit()} if self.base.fitted.get("name") == sets.about["patterns"] else {}),
        }

    def _fit(self) -> dict[str, Any]:
        """The patterns of the fit, the day from which they count their weeks, and which contests are the same here."""
        here, there = ({one.code: one for one in each.structure.contests} for each in (self.scenario, self.base))
        return {
            "start": self.base.structure.start.isoformat(),
            "digest": self.sets.about["patterns_digest"],
            "patterns": dict(self.base.fitted),
            "contests": [code for code in here if code in there and _sides(here[code]) == _sides(there[code])],
        }


def plan_over(scenario: Scenario, sets: PlausibleSets, count: int | None, replicates: int, seed: int) -> Plan:
    """Plan that runs a scenario over plausible sets.

    Parameters
    ----------
    scenario : Scenario
    sets : PlausibleSets
    count : int or None
        Sets to take; None for all.
    replicates : int
        Runs a set.
    seed : int

    Raises
    ------
    ConfigError
        As `taken_by` does, for more sets than there are, and for sets that the scenario cannot have.
    """
    refuse(whole_faults("sets", count, 1, len(sets), optional=True))
    design = taken_by(scenario, sets).design(count)
    _refuse_exceeded(scenario, sets, design.points)
    series = replace(scenario.series, replicates=min(scenario.series.replicates, -(-KEPT // design.points.count)))
    name, title = f"{scenario.name}-over-{sets.name}", f"{scenario.title}, over plausible sets"
    return Plan(name, title, "sweep", scenario, design.points, replicates, seed, series, design.sampling)


def shortfall(sampling: Mapping[str, Any]) -> list[str]:
    """Which numbers of plausible sets a stored design could not take, a sentence for each such part of it."""
    found = [said for member in sampling.get("of") or () for said in shortfall(member)]
    parts = (("own", "as the scenario says"), ("absent", "absent from it"))
    lacking = [
        f"{what}: {first_of(paths, MOST_NAMED)} ({len(paths):,} in all)"
        for key, what in parts
        if sampling.get("design") == PLAUSIBLE and (paths := sampling.get(key))
    ]
    if lacking:
        taken = len(sampling["factors"])
        every = taken + len(sampling["own"]) + len(sampling["absent"])
        found.append(f"{taken:,} of {plural(every, 'number')} come from {sampling['sets']}; {'; '.join(lacking)}")
    return found


def taken_by(scenario: Scenario, sets: PlausibleSets) -> Taken:
    """What a scenario takes of plausible sets.

    Parameters
    ----------
    scenario : Scenario
        The one that the sets were found for, or one laid over it: by its file, which extends that config, or by
        values that were set after it was loaded.
    sets : PlausibleSets

    Raises
    ------
    ConfigError
        If it is neither, or the scenario that the sets were found for has changed since; or for values of the sets
        that lie outside of their ranges.
    """
    base = _found_for(scenario, sets)
    if base is None:
        raise _changed(scenario, list(_family(scenario)), sets)
    _refuse_outside(base, sets)
    here, there = scenario.numbers, base.numbers
    own = {path for path in sets.paths if path in here and _says_otherwise(here[path], there[path])}
    paths = tuple(path for path in sets.paths if path in here and path not in own)
    if not paths:
        rule, found_here = "must leave a number to the sets", f"none of {plural(len(sets.paths), 'number')}"
        raise ConfigError([Fault(scenario.name, sets.name, rule, found_here, "run the scenario without them")])
    absent = tuple(path for path in sets.paths if path not in here)
    return Taken(sets, scenario, base, paths, tuple(sorted(own)), absent)


def _found_for(scenario: Scenario, sets: PlausibleSets) -> Scenario | None:
    """The scenario that sets were found for, or else one alike; asked one by one, as each is read from its file."""
    alike = None
    for one in _family(scenario):
        if plausible_digest(one, sets.paths) == sets.about["scenario_digest"]:
            if one.fitted.get("name") == sets.about["patterns"]:
                return one
            alike = alike or one
    return alike


def _sides(contest: ContestShape) -> tuple[str | None, ...]:
    """Where a contest is, and who contends with whom."""
    return contest.host, *contest.sides


def _refuse_exceeded(scenario: Scenario, sets: PlausibleSets, points: Points) -> None:
    """Refuse sets with shares that no scenario could have together."""
    screening = Screening(scenario, points)
    limits = screening.limits()
    _, counts = screening.broken(list(limits.values()))
    remedy = "find sets for this scenario, or take back what it changes in these numbers"
    exceeded = [(limit, count) for limit, count in zip(limits, counts.tolist(), strict=True) if count]
    refuse(
        Fault(scenario.name, limit.paths[-1], limit.rule, f"more in {plural(count, 'set')} of {sets.name}", remedy)
        for limit, count in exceeded
    )


def _family(scenario: Scenario) -> Iterator[Scenario]:
    """A scenario, and what it was laid over, the nearest first."""
    yield from chain([scenario], ancestors(scenario))


def _says_otherwise(here: Number, there: Number) -> bool:
    """Whether a scenario gives a number itself: it was set by hand, if only to the value that it had, or differs."""
    return here.where == HERE.file or (here.value, here.range) != (there.value, there.range)


def _refuse_outside(base: Scenario, sets: PlausibleSets) -> None:
    """Refuse sets with values that their numbers cannot have had in the fit, the first few by name."""
    low, high = np.array([base.numbers[path].range for path in sets.paths]).T
    outside = (sets.values < low) | (sets.values > high)
    faults = []
    for column in np.flatnonzero(outside.any(axis=0))[:MOST_NAMED].tolist():
        value = sets.values[outside[:, column], column][0]
        rule = f"must lie in its range [{low[column]:g}, {high[column]:g}] in every set"
        faults.append(Fault(sets.name, sets.paths[column], rule, f"{value:g}", "take the file as the fit wrote it"))
    if faults:
        raise ConfigError(faults)


def _changed(scenario: Scenario, family: list[Scenario], sets: PlausibleSets) -> ConfigError:
    """What is said of a scenario that the sets were not found for."""
    wanted, patterns = sets.about["scenario"], sets.about["patterns"]
    same = next((one for one in family if one.name == wanted), None)
    remedy = f"find sets for it by `counterpoise fit {scenario.name} --patterns {patterns}`"
    if same is None:
        rule = f"must be {wanted}, for which the sets {sets.name} were found, or extend it"
        return ConfigError([Fault("arguments", "plausible", rule, scenario.name, remedy)])
    rule = f"must be as it was when the sets {sets.name} were found"
    remedy = f"undo the change, or {remedy}; to try a change in the same worlds, extend the config or use --set"
    return ConfigError([Fault(same.name, "the scenario", rule, _differences(same, sets), remedy)])


def _differences(scenario: Scenario, sets: PlausibleSets) -> str:
    """What has changed since the fit, in words, as far as the file of sets tells."""
    before = sets.about.get(FOUND)
    if not isinstance(before, dict):
        return "another"
    now = {path: _said(number.value, number.range, path in sets.paths) for path, number in scenario.numbers.items()}
    then = {path: _said(*_read(entry), path in sets.paths) for path, entry in before.items()}
    new, gone = sorted(now.keys() - then.keys()), sorted(then.keys() - now.keys())
    moved = [f"{path} {now[path]}, was {then[path]}" for path in now if path in then and now[path] != then[path]]
    parts = [*moved, *(f"{path} is new" for path in new), *(f"{path} is gone" for path in gone)]
    return first_of(parts, MOST_NAMED) or "other states, ties, contests or events"


def _said(value: float | None, ends: tuple[float, float], drawn: bool) -> str:
    """A number with its range; of one that was drawn its range alone."""
    span = f"[{ends[0]:g}, {ends[1]:g}]"
    return span if drawn or value is None else f"{value:g} in {span}"


def _read(entry: object) -> tuple[float | None, tuple[float, float]]:
    """Value and range as a file has them; a file may say anything."""
    if isinstance(entry, list) and len(entry) == 3 and all(isinstance(one, int | float) for one in entry[1:]):
        value = entry[0] if isinstance(entry[0], int | float) else None
        return value, (entry[1], entry[2])
    return None, (float("nan"), float("nan"))
