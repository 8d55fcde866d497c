"""The parts of a stored design that drew factors together, and the rows that each drew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.sensitivity.cube import Cube
from sim.comparison.members import Member, member_of, units
from sim.comparison.variance import mean_of
from sim.experiments.designs import kind_of

Floats = NDArray[np.float64]

DRAWN = ("random", "latin-hypercube", "sobol", "plausible", "list")
"""Kinds of designs of which correlations over points say something."""


@dataclass(frozen=True)
class Part:
    """A part of a design.

    Attributes
    ----------
    kind : str
        Name of its kind of design.
    sampling : mapping
        What the manifest says of it.
    factors : tuple of str
        What it drew.
    design : DataFrame
        One row for each of the n rows that it drew, a column for each factor.
    values : ndarray, shape (n, R, O)
        Outcomes, averaged over what other parts vary.
    blocks : int
        Rows that depend on each other, one behind the other.
    """

    kind: str
    sampling: Mapping[str, Any]
    factors: tuple[str, ...]
    design: pd.DataFrame
    values: Floats
    blocks: int


def parts_of(cube: Cube) -> list[Part]:
    """Parts of a design that drew factors: the whole of it, or members of a product."""
    sampling = cube.manifest.get("sampling") or {}
    everything = [factor["path"] for factor in cube.factors]
    return [_part(cube, one, everything) for one in _members(sampling) if kind_of(one) is not None and everything]


def _members(sampling: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The design itself, or members of a product; those of a union have no points in common."""
    if sampling.get("design") == "product":
        return [found for member in sampling.get("of") or () for found in _members(member)]
    return [sampling] if sampling.get("design") != "union" else []


def _part(cube: Cube, sampling: Mapping[str, Any], everything: list[str]) -> Part:
    whole = sampling is (cube.manifest.get("sampling") or {})
    own = [path for path in sampling.get("factors") or everything if path in everything] or everything
    member = (
        member_of(cube.manifest["sampling"], own[0], everything) if not whole else Member(tuple(everything), 1, True)
    )
    kind = kind_of(sampling)
    blocks = 1 if kind is None else kind.block(sampling)
    if member.whole:
        design, values = cube.design, cube.values
    else:
        row, _ = units(member, cube.design)
        first = np.unique(row, return_index=True)[1]
        design = cube.design.iloc[first].reset_index(drop=True)
        values = np.array([mean_of(cube.values[row == one], axis=0) for one in range(len(first))])
    return Part(str(sampling["design"]), sampling, tuple(own), design, values, blocks)


def numbers_of(part: Part) -> tuple[list[str], Floats]:
    """Numeric factors of a part that vary, and their values, shape (n, k)."""
    held = [path for path in part.factors if pd.api.types.is_numeric_dtype(part.design[path])]
    held = [path for path in held if part.design[path].nunique() > 1]
    return held, part.design[held].to_numpy(dtype=np.float64).reshape(len(part.design), len(held))


def in_blocks(part: Part) -> Floats | None:
    """Outcomes by block, shape (blocks, points a block, R, O); None where points are missing.

    A row that two blocks share is there once only in a product, so that its blocks cannot be told apart.
    """
    if part.blocks < 2 or len(part.values) % part.blocks or len(part.values) != _rows_meant(part):
        return None
    return part.values.reshape(-1, part.blocks, *part.values.shape[1:])


def _rows_meant(part: Part) -> int:
    return int(part.sampling.get("trajectories") or part.sampling.get("samples") or 0) * part.blocks
