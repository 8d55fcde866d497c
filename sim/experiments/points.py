"""Points of a design: for each point one level value per factor, looked up for as many points as are asked for."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, Protocol

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

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""


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

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""
        shape = tuple(len(factor.levels) for factor in self.factors)
        chosen = np.unravel_index(points, shape) if shape else ()
        columns = [np.array(factor.level_values)[index] for factor, index in zip(self.factors, chosen, strict=True)]
        return np.column_stack(columns) if columns else np.zeros((len(points), 0))


@dataclass(frozen=True)
class Table:
    """Points that are listed.

    Attributes
    ----------
    factors : tuple of Factor
    rows : ndarray of float64, shape (points, factors)
        Level value of each factor at each point.
    """

    factors: tuple[Factor, ...]
    rows: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""
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

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""
        chosen = np.unravel_index(points, tuple(member.count for member in self.members))
        return np.column_stack([m.level_values(index) for m, index in zip(self.members, chosen, strict=True)])


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
    renumbering : tuple of (tuple of (ndarray or None))
        For each factor of each member what becomes of its level values: None leaves them.
    absent : ndarray of float64, shape (factors,)
        Level value of a factor in the points of a member that does not vary it.
    """

    factors: tuple[Factor, ...]
    members: tuple[Points, ...]
    columns: tuple[NDArray[np.int64], ...]
    renumbering: tuple[tuple[NDArray[np.float64] | None, ...], ...]
    absent: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of points of all members."""
        return sum(member.count for member in self.members)

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""
        found = np.tile(self.absent, (len(points), 1))
        first = 0
        for member, columns, renumbering in zip(self.members, self.columns, self.renumbering, strict=True):
            here = np.flatnonzero((points >= first) & (points < first + member.count))
            if len(here):
                found[np.ix_(here, columns)] = _renumber(member.level_values(points[here] - first), renumbering)
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

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""
        return self.whole.level_values(self.kept[points])


class PointsOnDisk:
    """Points as plain numbers in a temporary file without a name, which goes when they do.

    A design file is text, or compressed, and may change while a sweep runs; this neither costs memory nor changes.

    Parameters
    ----------
    factors : tuple of Factor
    """

    def __init__(self, factors: tuple[Factor, ...]) -> None:
        self._factors = factors
        self._count = 0
        self._size = chunk_size(len(factors))
        self._stream = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the points)
        self._reading = threading.Lock()
        self._last = (-1, np.zeros((0, len(factors))))

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What varies."""
        return self._factors

    @property
    def count(self) -> int:
        """Number of points."""
        return self._count

    def add(self, level_values: NDArray[np.float64]) -> None:
        """Take more points, shape (n, factors); raises OSError where the disk is full."""
        self._stream.write(np.ascontiguousarray(level_values, dtype=np.float64).tobytes())
        self._stream.flush()
        self._count += len(level_values)

    def level_values(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Level values of some points, shape (n, factors)."""
        found = np.empty((len(points), len(self._factors)))
        chunks = points // self._size
        for chunk in np.unique(chunks):
            here = chunks == chunk
            found[here] = self._chunk(int(chunk))[points[here] - chunk * self._size]
        return found

    def _chunk(self, chunk: int) -> NDArray[np.float64]:
        with self._reading:
            if self._last[0] != chunk:
                width = len(self._factors)
                self._stream.seek(chunk * self._size * width * 8)
                content = self._stream.read(self._size * width * 8)
                self._last = chunk, np.frombuffer(content).reshape(-1, width)
            return self._last[1]


@dataclass(frozen=True)
class DrawnDesign:
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


def _renumber(
    level_values: NDArray[np.float64], renumbering: Sequence[NDArray[np.float64] | None]
) -> NDArray[np.float64]:
    columns = [
        level_values[:, index] if new is None else new[level_values[:, index].astype(np.int64)]
        for index, new in enumerate(renumbering)
    ]
    return np.column_stack(columns) if columns else np.zeros((len(level_values), 0))
