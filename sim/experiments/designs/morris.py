"""Morris's design, from which ``SALib.analyze.morris`` computes elementary effects (Morris 1991)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.designs.salib import design_with_problem, moves, moving_factors, stored_moves, unit_problem
from sim.experiments.designs.sampled import Shares, generator
from sim.experiments.factors import Factor
from sim.experiments.files.factor import ALL_UNCERTAIN, FACTORS
from sim.experiments.files.reader import Where
from sim.experiments.points import LARGEST_DESIGN, DrawnDesign
from sim.scenario.schema.json_parts import whole
from sim.scenario.yaml.tree import Branch

NAME = "morris"
FEWEST_LEVELS, MOST_LEVELS = 4, 64
KEYS = {
    "trajectories": whole(2, LARGEST_DESIGN, "walks of factors + 1 points"),
    "levels": {**whole(FEWEST_LEVELS, MOST_LEVELS, "of the grid walked on"), "multipleOf": 2, "default": FEWEST_LEVELS},
}


def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """Trajectories over a grid that move one factor, or group, at a time."""
    factors = moving_factors(node, where, reader.sweep)
    trajectories = reader.sweep.whole(node, "trajectories", where, (2, LARGEST_DESIGN))
    limits = (FEWEST_LEVELS, MOST_LEVELS)
    levels = reader.sweep.whole(node, "levels", where, limits) if "levels" in node.entries else FEWEST_LEVELS
    if levels is not None and levels % 2:
        reader.sweep.refuse(node.entries["levels"], (*where, "levels"), "must be even", str(levels), "4 is usual")
        return None
    if factors is None or trajectories is None or levels is None:
        return None
    if not reader.affords(node, where, trajectories * (moves(factors) + 1), len(factors)):
        return None
    return walks(factors, trajectories, levels, reader.key(where))


def walks(factors: Sequence[Factor], trajectories: int, levels: int, key: Sequence[int]) -> DrawnDesign:
    """Trajectories of factors + 1 points each, or of groups + 1.

    Parameters
    ----------
    factors : sequence of Factor
    trajectories, levels : int
        Number of walks, and levels of the grid walked on.
    key : sequence of int
        Key of the draws.
    """
    shares = _draw(unit_problem(factors), trajectories, levels, key)
    return design_with_problem(factors, shares, {"design": NAME, "trajectories": trajectories, "levels": levels})


def _draw(problem: dict[str, Any], trajectories: int, levels: int, key: Sequence[int]) -> Shares:
    from SALib.sample import morris  # noqa: PLC0415 (takes a second to import)

    shares: Shares = morris.sample(problem, trajectories, num_levels=levels, seed=generator(key))
    return shares


def block(sampling: Mapping[str, Any]) -> int:
    """Points of a trajectory: its start, and one for each thing moved."""
    return stored_moves(sampling) + 1


MORRIS = Kind(NAME, FACTORS | ALL_UNCERTAIN | KEYS, read, needs=("trajectories",), block=block, walk=True)
