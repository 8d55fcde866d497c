"""Kinds of designs: what each makes of its factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.experiments.designs import samplers
from sim.experiments.factors import Factor, Level
from sim.experiments.points import Points, Product, Table, Union

NO_VARIANT = "as in the scenario"
"""Level of a factor of variants at points of a union that do not vary it."""


@dataclass(frozen=True)
class Drawn:
    """Points of a design, and how they came about.

    Attributes
    ----------
    points : Points
    sampling : dict
        Kind and options of the design, as JSON can hold them.
    dropped : int
        Points that constraints took out.
    rigid : str
        Kind of design, in it or in a part of it, that is of no use with some of its points; else empty.
    free : bool
        Whether points were drawn, so that some may be dropped without asking.
    """

    points: Points
    sampling: dict[str, Any] = field(default_factory=dict)
    dropped: int = 0
    rigid: str = ""
    free: bool = False


def sampled(factors: Sequence[Factor], kind: str, count: int, key: Sequence[int]) -> Drawn:
    """Points of ``random``, ``latin-hypercube`` or ``sobol``.

    Parameters
    ----------
    factors : sequence of Factor
    kind : str
    count : int
        Number of points.
    key : sequence of int
        Seed of the sweep, and the place of the design in its file.
    """
    draw = {"random": samplers.random, "latin-hypercube": samplers.latin_hypercube, "sobol": samplers.sobol}[kind]
    shares = draw(count, len(factors), key)
    return Drawn(_table(factors, shares), {"design": kind, "points": count, "factors": _facts(factors)}, free=True)


def saltelli(factors: Sequence[Factor], samples: int, key: Sequence[int], *, second_order: bool) -> Drawn:
    """Points from which ``SALib.analyze.sobol`` computes indices."""
    shares = samplers.saltelli(_problem(factors, unit=True), samples, key, second_order=second_order)
    facts = {"design": "saltelli", "samples": samples, "second_order": second_order}
    return _rigid(factors, shares, facts)


def morris(factors: Sequence[Factor], trajectories: int, levels: int, key: Sequence[int]) -> Drawn:
    """Points from which ``SALib.analyze.morris`` computes elementary effects."""
    shares = samplers.morris(_problem(factors, unit=True), trajectories, levels, key)
    facts = {"design": "morris", "trajectories": trajectories, "levels": levels}
    return _rigid(factors, shares, facts)


def moved(factors: Sequence[Factor]) -> int:
    """How many things ``saltelli`` and ``morris`` move: groups, and factors of none."""
    return len({factor.group or factor.column for factor in factors})


def one_at_a_time(factors: Sequence[Factor]) -> Drawn:
    """The first level of all factors, and then each other level of each factor with all others at their first."""
    base = np.array([factor.marks[0] for factor in factors])
    steps = [(index, mark) for index, factor in enumerate(factors) for mark in factor.marks[1:]]
    rows = np.tile(base, (1 + len(steps), 1))
    for row, (index, mark) in enumerate(steps, 1):
        rows[row, index] = mark
    return Drawn(Table(tuple(factors), rows), {"design": "one-at-a-time"})


def product(members: Sequence[Drawn]) -> Drawn:
    """Every combination of the points of several designs."""
    return _joined(Product(tuple(member.points for member in members)), "product", members)


def union(members: Sequence[Drawn], own: Mapping[str, Level]) -> Drawn:
    """Points of several designs, one after the other.

    Parameters
    ----------
    members : sequence of Drawn
    own : mapping
        For the column of each factor of a path the level at which it is the scenario's own.

    Raises
    ------
    ValueError
        With the column and label of a level that two members give different meanings.
    """
    found: dict[str, Factor] = {}
    for member in members:
        for factor in member.points.factors:
            found[factor.column] = _merged(found.get(factor.column), factor)
    absent = {}
    everywhere = [{factor.column for factor in member.points.factors} for member in members]
    for column, factor in found.items():
        missing = any(column not in columns for columns in everywhere)
        found[column], absent[column] = with_absent(factor, own.get(column), missing=missing)
    factors = tuple(found.values())
    places = {factor.column: index for index, factor in enumerate(factors)}
    columns = tuple(np.array([places[f.column] for f in m.points.factors], dtype=np.int64) for m in members)
    remarks = tuple(tuple(_remark(f, found[f.column]) for f in m.points.factors) for m in members)
    marks = np.array([absent[factor.column] for factor in factors])
    points = Union(factors, tuple(member.points for member in members), columns, remarks, marks)
    return _joined(points, "union", members)


def _joined(points: Points, kind: str, members: Sequence[Drawn]) -> Drawn:
    rigid = next((member.rigid for member in members if member.rigid), "")
    sampling = {"design": kind, "of": [member.sampling for member in members]}
    return Drawn(points, sampling, sum(m.dropped for m in members), rigid, any(m.free for m in members))


def _merged(before: Factor | None, factor: Factor) -> Factor:
    if before is None:
        return factor
    if before.numeric != factor.numeric:
        raise ValueError(factor.column, factor.label)
    levels = {level.label: level for level in before.levels}
    for level in factor.levels:
        if levels.setdefault(level.label, level).settings != level.settings:
            raise ValueError(factor.column, level.label)
    spread = before.spread if before.spread == factor.spread else None
    return Factor(before.column, before.label, tuple(levels.values()), before.numeric, spread)


def with_absent(factor: Factor, own: Level | None, *, missing: bool) -> tuple[Factor, float]:
    """Factor and mark for points of a design that leave it out: the scenario's own, by one level more if need be.

    Parameters
    ----------
    factor : Factor
    own : Level or None
        Level at which a factor of a path is the scenario's own.
    missing : bool
        Whether there are such points.
    """
    if factor.numeric and own is not None:
        return factor, own.settings[0][1]
    nothing = own or next((level for level in factor.levels if not level.settings), Level(NO_VARIANT, ()))
    if nothing in factor.levels or not missing:
        return factor, float(factor.levels.index(nothing)) if nothing in factor.levels else 0.0
    added = (*factor.levels, nothing)
    return Factor(factor.column, factor.label, added, False), float(len(added) - 1)


def _remark(factor: Factor, merged: Factor) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    labels = [level.label for level in merged.levels]
    return None if factor.numeric else np.array([float(labels.index(level.label)) for level in factor.levels])


def _table(factors: Sequence[Factor], shares: samplers.Shares) -> Table:
    return Table(tuple(factors), np.column_stack([f.drawn(shares[:, i]) for i, f in enumerate(factors)]))


def _rigid(factors: Sequence[Factor], shares: samplers.Shares, facts: dict[str, Any]) -> Drawn:
    sampling = {**facts, "problem": _problem(factors, unit=False), "factors": _facts(factors)}
    return Drawn(_table(factors, shares), sampling, rigid=facts["design"])


def _facts(factors: Sequence[Factor]) -> dict[str, Any]:
    return {factor.column: factor.facts() for factor in factors}


def _problem(factors: Sequence[Factor], *, unit: bool) -> dict[str, Any]:
    """The problem as SALib wants it: over the unit cube, where it draws, or in columns of ``design.parquet``."""
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.number for factor in factors],
        "bounds": [[0.0, 1.0] if unit else _bounds(factor) for factor in factors],
    }
    if any(factor.group for factor in factors):
        problem["groups"] = [factor.group or factor.column for factor in factors]
    return problem


def numbered(sampling: Mapping[str, Any]) -> set[str]:
    """Columns that the problems of a design name, its own and those of the designs that it is made of."""
    own = set(sampling.get("problem", {}).get("names", ()))
    return own.union(*(numbered(member) for member in sampling.get("of", ())))


def _bounds(factor: Factor) -> list[float]:
    if factor.spread is not None:
        return [factor.spread.low, factor.spread.high]
    return [min(factor.marks), max(factor.marks)]
