"""Arms of all parts as one plan a scenario: every arm in the same worlds, with the same chance events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from sim.arguments import refuse, whole_faults
from sim.comparison.claims.claim import FULL, LADDER, STRESS, ClaimsFile, Part, Settings, World
from sim.errors import ConfigError, Fault
from sim.experiments.designs.sampled import facts_of, latin_hypercube, table_at
from sim.experiments.factors import Factor, Level, factor_of_range
from sim.experiments.files.factor import uncertain
from sim.experiments.lengths import WEEKS
from sim.experiments.plan import Plan
from sim.experiments.plausible import load_plausible
from sim.experiments.points import DrawnDesign, Grid, Product
from sim.experiments.replicates import MOST_REPLICATES
from sim.experiments.screening import Screening
from sim.experiments.transfer import taken_by
from sim.scenario.scenario import Scenario

ARM = "arm"
"""Column of the factor whose levels are the arms."""
AS_IT_IS = "as it is"
MOST_SETS = 10_000


@dataclass(frozen=True)
class Size:
    """How much is run.

    Attributes
    ----------
    sets, replicates : int
        Worlds that the claims are tested in, at most, and runs of each arm in each of them.
    ladder : bool
        Whether worlds that bear on no verdict are run too.
    seed : int
    """

    sets: int
    replicates: int
    ladder: bool = True
    seed: int = 1


@dataclass(frozen=True)
class Arms:
    """Arms of the parts of one scenario, each once.

    Attributes
    ----------
    plan : Plan
        Worlds by arms, those fastest.
    number : mapping of tuple to int
        Place of each arm by its settings.
    worlds : ndarray of float64, shape (W, P)
        Numbers of each world that the claims are tested in.
    paths : tuple of str
        What the columns of `worlds` are.
    """

    plan: Plan
    number: Mapping[Settings, int]
    worlds: np.ndarray
    paths: tuple[str, ...]

    @property
    def replicates(self) -> int:
        """Runs of an arm in a world."""
        return int(self.plan.replicates)  # type: ignore[arg-type]


def worlds_of(part: Part, size: Size) -> list[World]:
    """Worlds in which a part is run."""
    return [world for world in part.worlds if size.ladder or world.role not in (LADDER, STRESS)]


def arms_of(file: ClaimsFile, size: Size) -> dict[str, Arms]:
    """Arms of each scenario that a part is about, by its key.

    Raises
    ------
    ConfigError
        For sets that were not found for a scenario, and arms with shares that no scenario could have together.
    """
    refuse([
        *whole_faults("sets", size.sets, 1, MOST_SETS),
        *whole_faults("replicates", size.replicates, 2, MOST_REPLICATES),
    ])  # fmt: skip
    keys = dict.fromkeys(part.scenario for part in file.parts)
    return {key: _arms(file, key, [part for part in file.parts if part.scenario == key], size) for key in keys}


def drawn_worlds(file: ClaimsFile, scenario: Scenario, size: Size) -> DrawnDesign:
    """Worlds that claims are tested in: plausible sets, or a Latin hypercube over the ranges of some numbers."""
    if file.sets:
        sets = load_plausible(file.sets)
        return taken_by(scenario, sets).design(min(size.sets, len(sets)))
    from fnmatch import fnmatchcase  # noqa: PLC0415 (only here)

    factors = [
        factor_of_range(path, scenario.numbers[path].range)
        for path in uncertain(scenario)
        if any(fnmatchcase(path, pattern) for pattern in file.parameters)
    ]
    if not factors:
        rule, found = "must match a number that has a range", ", ".join(file.parameters)
        raise ConfigError([Fault(file.name, "parameters", rule, found, f"{scenario.name} gives no other a range")])
    shares = latin_hypercube(size.sets, len(factors), (size.seed, 0))
    sampling = {"design": "latin-hypercube", "points": size.sets, "factors": facts_of(factors)}
    return DrawnDesign(table_at(factors, shares), sampling, free=True)


def _arms(file: ClaimsFile, key: str, parts: Sequence[Part], size: Size) -> Arms:
    scenario = file.scenarios[key]
    levels = _levels(parts, size)
    drawn = drawn_worlds(file, scenario, size)
    factor = Factor(ARM, ARM, tuple(Level(label, settings) for settings, label in levels.items()), numeric=False)
    points = Product((drawn.points, Grid((factor,))))
    _refuse_exceeded(file, scenario, points)
    columns = tuple(dict.fromkeys(column for part in parts for column in part.measure.columns))
    kept = replace(scenario, outcomes=columns)
    sampling = {"design": "product", "of": [drawn.sampling, {"design": "grid"}]}
    name, title = f"{file.name}-{scenario.name}", f"{file.title}: {scenario.title}"
    series = replace(scenario.series, replicates=0)
    plan = Plan(name, title, "sweep", kept, points, size.replicates, size.seed, series, sampling)
    worlds = drawn.points.level_values(np.arange(drawn.points.count))
    paths = tuple(one.column for one in drawn.points.factors)
    return Arms(plan, {settings: place for place, settings in enumerate(levels)}, worlds, paths)


def _levels(parts: Sequence[Part], size: Size) -> dict[Settings, str]:
    """Words of each arm by its settings, the longest arms first: those of the first part that has it."""
    found: dict[Settings, str] = {(): AS_IT_IS}
    for part in parts:
        for world in worlds_of(part, size):
            for words, _, settings in part.terms(world):
                where = "" if world.role == FULL else f", {world.name}"
                found.setdefault(settings, f"{part.key}: {words}{where}")
    return dict(sorted(found.items(), key=_length, reverse=True))


def _length(arm: tuple[Settings, str]) -> float:
    """Weeks that an arm lasts: arms of one length are computed together, so they stand together."""
    return dict(arm[0]).get(WEEKS, inf)


def _refuse_exceeded(file: ClaimsFile, scenario: Scenario, points: Product) -> None:
    """Refuse arms with shares that no scenario could have together, in any world."""
    screening = Screening(scenario, points)
    limits = screening.limits()
    broken, counts = screening.broken(list(limits.values()))
    arms = points.members[1].factors[0].levels
    first = arms[int(broken[0]) % len(arms)].label if len(broken) else ""
    remedy = "take smaller values there, or set what else counts"
    refuse(
        Fault(file.name, limit.paths[-1], limit.rule, f"more in {count:,} points, such as {first}", remedy)
        for limit, count in zip(limits, counts.tolist(), strict=True)
        if count
    )
