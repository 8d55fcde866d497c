"""Sampled designs: points drawn from the distributions of all factors, by one sequence or another.

Sequences that fill the space are SciPy's. They are given a seed, and what they give is stored with the results, so
that nothing later depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.factors import Factor
from sim.experiments.files.factor import ALL_UNCERTAIN, FACTORS, factors_of
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.points import LARGEST_DESIGN, DrawnDesign, Table
from sim.scenario.schema.json_parts import whole
from sim.scenario.yaml.tree import Branch

Shares = NDArray[np.float64]
"""Points of the unit cube, one a row and one column a factor: where among all its draws each factor is looked at."""
Draw = Callable[[int, int, Sequence[int]], Shares]


def random(count: int, factors: int, key: Sequence[int]) -> Shares:
    """Independent even draws.

    Parameters
    ----------
    count, factors : int
    key : sequence of int
        Seed of the sweep, and the place of the design in its file.
    """
    return generator(key).random((count, factors))


def latin_hypercube(count: int, factors: int, key: Sequence[int]) -> Shares:
    """One draw in each of `count` equal strata of each factor (McKay, Beckman and Conover 1979)."""
    from scipy.stats import qmc  # noqa: PLC0415 (takes a second to import)

    shares: Shares = qmc.LatinHypercube(factors, rng=generator(key)).random(count)
    return shares


def sobol(count: int, factors: int, key: Sequence[int]) -> Shares:
    """Scrambled Sobol sequence (Owen 1998); balanced where `count` is a power of two."""
    from scipy.stats import qmc  # noqa: PLC0415

    shares: Shares = qmc.Sobol(factors, rng=generator(key)).random(count)
    return shares


def generator(key: Sequence[int]) -> np.random.Generator:
    """Random numbers of one design of a sweep file."""
    return np.random.default_rng(list(key))


def table_at(factors: Sequence[Factor], shares: Shares) -> Table:
    """Points that stand at some shares of all draws."""
    return Table(tuple(factors), np.column_stack([f.at(shares[:, i]) for i, f in enumerate(factors)]))


def facts_of(factors: Sequence[Factor]) -> dict[str, Any]:
    """How each factor is drawn, as JSON can hold it."""
    return {factor.column: factor.facts() for factor in factors}


def is_power_of_two(node: Branch, key: str, number: int, where: Where, reader: SweepReader) -> bool:
    """Whether a number is a power of two, as the balance of a Sobol sequence needs it; a fault is noted otherwise."""
    if number & (number - 1) == 0:
        return True
    near = 1 << (number.bit_length() - 1)
    reader.refuse(node.entries[key], (*where, key), "must be a power of two", str(number), f"{near} or {2 * near}")
    return False


def _kind(name: str, draw: Draw, *, balanced: bool = False) -> Kind:
    """Kind of design that draws so many points; a balanced sequence takes a power of two."""

    def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
        factors = factors_of(node, where, reader.sweep)
        count = reader.sweep.whole(node, "points", where, (1, LARGEST_DESIGN))
        if count is None or (balanced and not is_power_of_two(node, "points", count, where, reader.sweep)):
            return None
        if factors is None or not reader.affords(node, where, count, len(factors)):
            return None
        points = table_at(factors, draw(count, len(factors), reader.key(where)))
        return DrawnDesign(points, {"design": name, "points": count, "factors": facts_of(factors)}, free=True)

    points = {"points": whole(1, LARGEST_DESIGN, "number of points; a power of two for sobol")}
    return Kind(name, FACTORS | ALL_UNCERTAIN | points, read, needs=("points",))


RANDOM = _kind("random", random)
LATIN_HYPERCUBE = _kind("latin-hypercube", latin_hypercube)
SOBOL = _kind("sobol", sobol, balanced=True)
