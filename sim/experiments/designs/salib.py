"""What the designs of sensitivity analysis share: they move factors, or groups of them, and tell SALib how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.designs.sampled import Shares, facts_of, table_at
from sim.experiments.factors import Factor
from sim.experiments.files.factor import factors_of
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.points import DrawnDesign
from sim.scenario.yaml.tree import Branch


def moving_factors(node: Branch, where: Where, reader: SweepReader) -> tuple[Factor, ...] | None:
    """Factors of a sensitivity analysis, which compares what it moves: one factor, or two groups at least."""
    factors = factors_of(node, where, reader)
    if factors is None or len(factors) == 1 or moves(factors) > 1:
        return factors
    reader.refuse(node.entries["factors"], (*where, "factors"), "must leave two groups to compare", factors[0].group,
                  "give some factors another group, or none")  # fmt: skip
    return None


def moves(factors: Sequence[Factor]) -> int:
    """How many things are moved: groups, and factors of none."""
    return len({factor.group or factor.column for factor in factors})


def stored_moves(sampling: Mapping[str, Any]) -> int:
    """How many things a stored design moved."""
    problem = sampling["problem"]
    return len(set(problem.get("groups") or problem["names"]))


def unit_problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """The problem over the unit cube, from which SALib draws."""
    return _problem(factors, [[0.0, 1.0]] * len(factors))


def design_with_problem(factors: Sequence[Factor], shares: Shares, facts: dict[str, Any]) -> DrawnDesign:
    """Points with the problem that SALib analyses them by, in columns of ``design.parquet``."""
    problem = _problem(factors, [_bounds(factor) for factor in factors])
    sampling = {**facts, "problem": problem, "factors": facts_of(factors)}
    return DrawnDesign(table_at(factors, shares), sampling, rigid=facts["design"])


def _problem(factors: Sequence[Factor], bounds: list[list[float]]) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.number for factor in factors],
        "bounds": bounds,
    }
    if any(factor.group for factor in factors):
        problem["groups"] = [factor.group or factor.column for factor in factors]
    return problem


def _bounds(factor: Factor) -> list[float]:
    if factor.distribution is not None:
        return [factor.distribution.low, factor.distribution.high]
    return [min(factor.level_values), max(factor.level_values)]
