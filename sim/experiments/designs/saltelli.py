"""Saltelli's design, from which ``SALib.analyze.sobol`` computes variance-based sensitivity indices (Saltelli 2002)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.designs.salib import design_with_problem, moves, moving_factors, stored_moves, unit_problem
from sim.experiments.designs.sampled import Shares, generator, is_power_of_two
from sim.experiments.factors import Factor
from sim.experiments.files.factor import ALL_UNCERTAIN, FACTORS
from sim.experiments.files.reader import Where
from sim.experiments.points import LARGEST_DESIGN, DrawnDesign
from sim.scenario.schema.json_parts import whole
from sim.scenario.yaml.tree import Branch, Leaf, describe

NAME = "saltelli"
KEYS = {
    "samples": whole(2, LARGEST_DESIGN, "a power of two; each stands for factors + 2 points, or twice that"),
    "second-order": {"type": "boolean", "default": False, "description": "whether pairs of factors are looked at"},
}


def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """A block of points for each sample of a Sobol sequence; about twice as many for indices of second order."""
    factors = moving_factors(node, where, reader.sweep)
    samples = reader.sweep.whole(node, "samples", where, (2, LARGEST_DESIGN))
    second = node.entries.get("second-order", Leaf(False, node.place))
    if not isinstance(second, Leaf) or not isinstance(second.value, bool):
        reader.sweep.refuse(second, (*where, "second-order"), "must be true or false", describe(second))
        return None
    if samples is None or not is_power_of_two(node, "samples", samples, where, reader.sweep) or factors is None:
        return None
    count = samples * _block(moves(factors), second_order=second.value)
    if not reader.affords(node, where, count, len(factors)):
        return None
    return samples_of(factors, samples, reader.key(where), second_order=second.value)


def samples_of(
    factors: Sequence[Factor], samples: int, key: Sequence[int], *, second_order: bool = False
) -> DrawnDesign:
    """A block of points for each of so many samples, a power of two.

    Parameters
    ----------
    factors : sequence of Factor
    samples : int
    key : sequence of int
        Key of the draws.
    second_order : bool
        Whether pairs of factors are looked at.
    """
    shares = _draw(unit_problem(factors), samples, key, second_order=second_order)
    return design_with_problem(factors, shares, {"design": NAME, "samples": samples, "second_order": second_order})


def _draw(problem: dict[str, Any], samples: int, key: Sequence[int], *, second_order: bool) -> Shares:
    from SALib.sample import sobol  # noqa: PLC0415 (takes a second to import)

    shares: Shares = sobol.sample(problem, samples, calc_second_order=second_order, seed=generator(key))
    return shares


def _block(count: int, *, second_order: bool) -> int:
    return 2 * count + 2 if second_order else count + 2


def block(sampling: Mapping[str, Any]) -> int:
    """Points of a sample: one or two for each thing moved, and the ends."""
    return _block(stored_moves(sampling), second_order=bool(sampling.get("second_order")))


SALTELLI = Kind(NAME, FACTORS | ALL_UNCERTAIN | KEYS, read, needs=("samples",), block=block)
