"""Which points of a design were drawn together: what a rank correlation counts as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.designs import kind_of

RESULTS = "results"
"""Factor of results that were put together as versions of one design."""


@dataclass(frozen=True)
class Member:
    """A design that drew some of the factors, by itself or as a part of a product or union.

    Attributes
    ----------
    columns : tuple of str
        The factors that it drew.
    block : int
        Points that depend on each other, one behind the other: a trajectory of Morris's, a block of Saltelli's; else 1.
    whole : bool
        Whether it is the whole design.
    """

    columns: tuple[str, ...]
    block: int
    whole: bool


def member_of(sampling: Mapping[str, Any], path: str, everything: Sequence[str]) -> Member:
    """The part of a design that drew a factor; of several without a list of factors, all that is left."""
    if not sampling.get("of"):
        return Member(tuple(everything), _block(sampling), True)
    parts = _parts(sampling)
    found = next((part for part in parts if path in part["factors"]), None)
    if found is not None:
        return Member(tuple(found["factors"]), _block(found), False)
    drawn = {column for part in parts for column in part["factors"]}
    return Member(tuple(column for column in everything if column not in drawn), 1, False)


def units(member: Member, design: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row of its member that each point is at, and block of each row.

    Parameters
    ----------
    member : Member
    design : DataFrame
        Number and factors of the P points.

    Returns
    -------
    row : ndarray, shape (P,)
        Counted from 0.
    block : ndarray, shape (rows,)
    """
    if member.whole:
        numbers = design["point"].to_numpy(dtype=np.int64)
        return np.arange(len(numbers)), numbers // member.block
    row = np.asarray(design.groupby(list(member.columns), sort=False, dropna=False).ngroup(), dtype=np.int64)
    return row, np.arange(int(row.max()) + 1) // member.block


def _parts(sampling: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Members of products and unions that list their factors, at any depth."""
    if sampling.get("of"):
        return [part for member in sampling["of"] for part in _parts(member)]
    return [sampling] if sampling.get("factors") else []


def _block(sampling: Mapping[str, Any]) -> int:
    """Points of a block."""
    kind = kind_of(sampling)
    return 1 if kind is None else kind.block(sampling)
