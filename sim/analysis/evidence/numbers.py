"""Which numbers matter, in two steps: a screening of all that have a range, then indices of variance of the few kept.

The numbers that the screening does not keep move together as one more group of the second design. Its total index says
what passing over them one by one has missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import zip_longest
from typing import Any

from sim.analysis.sensitivity.cube import HEADLINES, Cube
from sim.experiments.designs.morris import FEWEST_LEVELS, walks
from sim.experiments.designs.saltelli import samples_of
from sim.experiments.factors import Factor, factor_of_range
from sim.experiments.files.factor import uncertain
from sim.experiments.plan import Plan
from sim.experiments.points import DrawnDesign
from sim.outcomes import expanded
from sim.phrases import plural
from sim.scenario.checks.rules import limits
from sim.scenario.scenario import Scenario

MOST_OUTCOMES = 10
FEWEST_KEPT, MOST_KEPT = 2, 15
"""Numbers that indices of variance are worked out for, one by one."""
OTHERS = "all other numbers"
"""The group of those that are not kept."""


def free_numbers(scenario: Scenario) -> list[str]:
    """Paths of the numbers that can move alone over their whole ranges, whatever the others are.

    Shares of a whole cannot: raised one by one they would come to more than all of it.
    """
    paths = uncertain(scenario)

    def highest(path: str) -> float:
        number = scenario.numbers[path]
        return float(number.range[1] if path in varied else number.value)

    varied, known = set(paths), scenario.layout.quantity
    tied = {
        path
        for limit in limits(scenario.structure, known)
        if varied & set(limit.paths) and limit.exceeded(limit.total(highest))
        for path in limit.paths
    }
    return [path for path in paths if path not in tied]


def screening_plan(scenario: Scenario, trajectories: int, replicates: int, seed: int) -> Plan:
    """Plan of Morris's design over all free numbers."""
    factors = [factor_of_range(path, scenario.numbers[path].range) for path in free_numbers(scenario)]
    drawn = walks(factors, trajectories, FEWEST_LEVELS, (seed, 0))
    return _plan(scenario, "screening", "which numbers matter", drawn, replicates, seed)


def variance_plan(scenario: Scenario, kept: Sequence[str], samples: int, replicates: int, seed: int) -> Plan:
    """Plan of Saltelli's design over the numbers that the screening keeps, all others as one group."""
    factors = [_grouped(scenario, path, kept) for path in free_numbers(scenario)]
    drawn = samples_of(factors, samples, (seed, 1))
    return _plan(scenario, "variance", "what the outcomes' variance comes from", drawn, replicates, seed)


def kept_numbers(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Numbers of the largest shares: those above 0, at least `FEWEST_KEPT` and at most `MOST_KEPT`."""
    shares = clear_shares(rows)
    clear = sum(share > 0 for share in shares.values())
    return list(shares)[: min(MOST_KEPT, max(FEWEST_KEPT, clear))]


def clear_shares(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """How much each number moves some outcome at least, in falling order; above 0 where an interval is clear of it.

    It is the lower end of the 95% interval of μ* as a share of the largest μ* of the same outcome, where that is most.
    Intervals are not widened for the many numbers and outcomes: a screening had better keep one too many.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the table ``morris`` of an answer.
    """
    most: dict[str, float] = {}
    for row in rows:
        most[row["outcome"]] = max(most.get(row["outcome"], 0.0), float(row["mu_star"] or 0.0))
    shares: dict[str, float] = {}
    for row in rows:
        share = float(row["mu_star_low"] or 0.0) / (most[row["outcome"]] or 1.0)
        shares[row["factor"]] = max(shares.get(row["factor"], share), share)
    return dict(sorted(shares.items(), key=lambda one: -one[1]))


def headlines(cube: Cube) -> Cube:
    """At most `MOST_OUTCOMES` of a cube's outcomes, in turn of what holds, governs, fights and leads."""
    kinds = [
        [at for at, name in enumerate(cube.outcomes) if fnmatchcase(name.partition(",")[0], pattern)]
        for pattern in HEADLINES
    ]
    turns = [at for turn in zip_longest(*kinds) for at in turn if at is not None]
    chosen = sorted((turns or list(range(len(cube.outcomes))))[:MOST_OUTCOMES])
    said = (f"looked at: {plural(len(chosen), 'headline outcome')}",)
    return replace(
        cube,
        outcomes=tuple(cube.outcomes[at] for at in chosen),
        units=tuple(cube.units[at] for at in chosen),
        values=cube.values[:, :, chosen],
        said=said,
    )


def _grouped(scenario: Scenario, path: str, kept: Sequence[str]) -> Factor:
    return replace(factor_of_range(path, scenario.numbers[path].range), group="" if path in kept else OTHERS)


def _plan(scenario: Scenario, name: str, asks: str, drawn: DrawnDesign, replicates: int, seed: int) -> Plan:
    kept = expanded(HEADLINES, scenario.layout, statistics=True) or scenario.outcomes
    lean = replace(scenario, outcomes=kept)  # some hundred thousand runs, of which only these are looked at
    series = replace(scenario.series, replicates=0)
    title = f"{scenario.title}: {asks}"
    return Plan(f"{scenario.name}-{name}", title, "sweep", lean, drawn.points, replicates, seed, series, drawn.sampling)
