"""Designs made of other designs: every combination of their points, or their points one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.factors import Factor, Level, with_absent
from sim.experiments.files.reader import Where
from sim.experiments.points import DrawnDesign, Points, Product, Union
from sim.scenario.yaml.tree import Branch, Listing, describe

MOST_MEMBERS = 100
KEYS = {"of": {"type": "array", "items": {"$ref": "#/$defs/design"}, "minItems": 1, "maxItems": MOST_MEMBERS}}


def read_product(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """Every combination of the points of several designs, those of the last one fastest."""
    members = _members(node, where, reader)
    if not members:
        return None
    columns = [factor.column for member in members for factor in member.points.factors]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    for column in twice:
        reader.sweep.refuse(node.entries["of"], (*where, "of"), "must vary a factor in one design only", column,
                            "a product crosses what differs; take it out of the others")  # fmt: skip
    if twice or not reader.in_limit(node, where, prod(member.points.count for member in members)):
        return None
    return _combine(Product(tuple(member.points for member in members)), PRODUCT.name, members)


def read_union(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """Points of several designs, one after the other."""
    members = _members(node, where, reader)
    if not members or not reader.in_limit(node, where, sum(member.points.count for member in members)):
        return None
    sweep = reader.sweep
    columns = {factor.column for member in members for factor in member.points.factors}
    try:
        points = _union(members, {column: sweep.own(column) for column in columns if sweep.knows(column)})
    except ValueError as error:
        column, label = error.args
        sweep.refuse(node.entries["of"], (*where, "of"), f"must give a level of {column} one meaning", str(label),
                     "two designs mean different things by it: rename one")  # fmt: skip
        return None
    return _combine(points, UNION.name, members)


def _members(node: Branch, where: Where, reader: DesignReader) -> list[DrawnDesign] | None:
    """Designs that a product or union is made of; None where a fault was noted."""
    listed, here = node.entries.get("of"), (*where, "of")
    if not isinstance(listed, Listing) or not 0 < len(listed.items) <= MOST_MEMBERS:
        reader.sweep.refuse(listed or node, here, f"must be a list of 1 to {MOST_MEMBERS} designs", describe(listed),
                            "write of: [{design: sobol, ...}, {design: grid, ...}]")  # fmt: skip
        return None
    found = []
    for index, item in enumerate(listed.items):
        if isinstance(item, Branch):
            found.append(reader.read(item, (*here, index)))
        else:
            reader.sweep.refuse(item, (*here, index), "must be a mapping", describe(item), "write {design: ..., ...}")
            found.append(None)
    members = [member for member in found if member is not None]
    return members if len(members) == len(found) else None


def _combine(points: Points, kind: str, members: Sequence[DrawnDesign]) -> DrawnDesign:
    rigid = next((member.rigid for member in members if member.rigid), "")
    sampling = {"design": kind, "of": [member.sampling for member in members]}
    return DrawnDesign(points, sampling, sum(m.dropped for m in members), rigid, any(m.free for m in members))


def _union(members: Sequence[DrawnDesign], own: Mapping[str, Level]) -> Union:
    """Points of a union; ValueError with the column and label of a level that two members give different meanings.

    Parameters
    ----------
    members : sequence of DrawnDesign
    own : mapping
        For the column of each factor of a path the level at which it is the scenario's own.
    """
    found: dict[str, Factor] = {}
    for member in members:
        for factor in member.points.factors:
            found[factor.column] = _merge(found.get(factor.column), factor)
    absent = {}
    everywhere = [{factor.column for factor in member.points.factors} for member in members]
    for column, factor in found.items():
        missing = any(column not in columns for columns in everywhere)
        found[column], absent[column] = with_absent(factor, own.get(column), missing=missing)
    factors = tuple(found.values())
    places = {factor.column: index for index, factor in enumerate(factors)}
    columns = tuple(np.array([places[f.column] for f in m.points.factors], dtype=np.int64) for m in members)
    renumbering = tuple(tuple(_renumbering(f, found[f.column]) for f in m.points.factors) for m in members)
    level_values = np.array([absent[factor.column] for factor in factors])
    return Union(factors, tuple(member.points for member in members), columns, renumbering, level_values)


def _merge(before: Factor | None, factor: Factor) -> Factor:
    """A factor with the levels of two members."""
    if before is None:
        return factor
    if before.numeric != factor.numeric:
        raise ValueError(factor.column, factor.label)
    levels = {level.label: level for level in before.levels}
    for level in factor.levels:
        if levels.setdefault(level.label, level).settings != level.settings:
            raise ValueError(factor.column, level.label)
    distribution = before.distribution if before.distribution == factor.distribution else None
    return Factor(before.column, before.label, tuple(levels.values()), before.numeric, distribution)


def _renumbering(factor: Factor, merged: Factor) -> NDArray[np.float64] | None:
    labels = [level.label for level in merged.levels]
    return None if factor.numeric else np.array([float(labels.index(level.label)) for level in factor.levels])


PRODUCT = Kind("product", KEYS, read_product, needs=("of",), baseline=True)
UNION = Kind("union", KEYS, read_union, needs=("of",))
