"""Points of a design: for each point one mark a factor, looked up for as many points as are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.experiments.factors import Factor

LARGEST_DESIGN = 1_000_000
"""Points that a design may have."""
CHUNK, CHUNK_NUMBERS = 65_536, 2**21
"""Points, and numbers, that are looked at together, so that a design never stands in memory whole."""


class Points(Protocol):
    """Points of a design, in their order."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What varies."""

    @property
    def count(self) -> int:
        """Number of points."""

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""


def chunks(points: Points) -> Iterator[NDArray[np.int64]]:
    """Numbers of all points of a design, at most `CHUNK` at a time, and fewer of a design with many factors."""
    size = chunk_size(len(points.factors))
    for first in range(0, points.count, size):
        yield np.arange(first, min(first + size, points.count), dtype=np.int64)


def chunk_size(factors: int) -> int:
    """Points that are looked at together."""
    return max(1, min(CHUNK, CHUNK_NUMBERS // max(1, factors)))


@dataclass(frozen=True)
class Grid:
    """Every combination of levels, the last factor fastest; of no factors there is one point."""

    factors: tuple[Factor, ...]

    @property
    def count(self) -> int:
        """Number of combinations."""
        return prod(len(factor.levels) for factor in self.factors)

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""
        shape = tuple(len(factor.levels) for factor in self.factors)
        chosen = np.unravel_index(points, shape) if shape else ()
        columns = [np.array(factor.marks)[index] for factor, index in zip(self.factors, chosen, strict=True)]
        return np.column_stack(columns) if columns else np.zeros((len(points), 0))


@dataclass(frozen=True)
class Table:
    """Points that are listed.

    Attributes
    ----------
    factors : tuple of Factor
    rows : ndarray of float64, shape (points, factors)
        Mark of each factor at each point.
    """

    factors: tuple[Factor, ...]
    rows: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""
        return self.rows[points]


@dataclass(frozen=True)
class Product:
    """Every combination of the points of several designs, those of the last one fastest."""

    members: tuple[Points, ...]

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Factors of all members, one after the other."""
        return tuple(factor for member in self.members for factor in member.factors)

    @property
    def count(self) -> int:
        """Number of combinations."""
        return prod(member.count for member in self.members)

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""
        chosen = np.unravel_index(points, tuple(member.count for member in self.members))
        return np.column_stack([m.marks(index) for m, index in zip(self.members, chosen, strict=True)])


@dataclass(frozen=True)
class Union:
    """Points of several designs, one after the other.

    Attributes
    ----------
    factors : tuple of Factor
        All that any member varies, each with the levels of all members.
    members : tuple of Points
    columns : tuple of ndarray of int64
        For each member the place of its factors among all.
    remarks : tuple of (tuple of (ndarray or None))
        For each factor of each member what becomes of its marks: None leaves them.
    absent : ndarray of float64, shape (factors,)
        Mark of a factor in the points of a member that does not vary it.
    """

    factors: tuple[Factor, ...]
    members: tuple[Points, ...]
    columns: tuple[NDArray[np.int64], ...]
    remarks: tuple[tuple[NDArray[np.float64] | None, ...], ...]
    absent: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of points of all members."""
        return sum(member.count for member in self.members)

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""
        found = np.tile(self.absent, (len(points), 1))
        first = 0
        for member, columns, remarks in zip(self.members, self.columns, self.remarks, strict=True):
            here = np.flatnonzero((points >= first) & (points < first + member.count))
            if len(here):
                found[np.ix_(here, columns)] = _remarked(member.marks(points[here] - first), remarks)
            first += member.count
        return found


@dataclass(frozen=True)
class Kept:
    """Those points of a design that no constraint drops.

    Attributes
    ----------
    whole : Points
    kept : ndarray of int64, shape (points,)
        Their numbers in `whole`.
    """

    whole: Points
    kept: NDArray[np.int64]

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What varies."""
        return self.whole.factors

    @property
    def count(self) -> int:
        """Number of points kept."""
        return len(self.kept)

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""
        return self.whole.marks(self.kept[points])


def _remarked(marks: NDArray[np.float64], remarks: Sequence[NDArray[np.float64] | None]) -> NDArray[np.float64]:
    columns = [
        marks[:, index] if remark is None else remark[marks[:, index].astype(np.int64)]
        for index, remark in enumerate(remarks)
    ]
    return np.column_stack(columns) if columns else np.zeros((len(marks), 0))
