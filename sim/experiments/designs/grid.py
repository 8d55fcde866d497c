"""Grids: every combination of the levels of some factors."""

from __future__ import annotations

from math import prod

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.files.factor import FACTORS, factors_of
from sim.experiments.files.reader import Where
from sim.experiments.points import DrawnDesign, Grid
from sim.scenario.yaml.tree import Branch, Listing


def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """Every combination of levels; a range must be cut into steps."""
    factors = factors_of(node, where, reader.sweep)
    listed = node.entries.get("factors")
    items = listed.items if isinstance(listed, Listing) else ()
    open_ended = [index for index, factor in enumerate((factors or ())[: len(items)]) if not factor.levels]
    for index in open_ended:
        reader.sweep.refuse(items[index], (*where, "factors", index), "must say how many values of its range to take",
                            "", "add steps: 5, or list values: [.., ..]")  # fmt: skip
    if factors is None or open_ended or not reader.in_limit(node, where, prod(len(f.levels) for f in factors)):
        return None
    return DrawnDesign(Grid(factors), {"design": GRID.name})


GRID = Kind("grid", FACTORS, read, needs=("factors",), baseline=True)
