"""Runs of a plan in the order in which they are made: stages, one after the other, cut into parts.

A plan of a fixed number of replicates is one stage. What is added to it later, and each round of adaptive
replicates, is a further stage, so that what has been run keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.replicates import Adaptive
from sim.kernel.lanes import LANES

PART_RUNS = 8192
"""Most runs a part: 150 columns of them take 10 MB."""
PART_ROWS = 65536
"""Most rows of series a part, unless one block of runs has more: 150 columns of them take 40 MB."""

MOST_PARTS = 1_000_000
"""Parts that results may have."""

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """Some replicates of some points; points in order, replicates fastest.

    Attributes
    ----------
    points : ndarray of int64, shape (n,)
        Ascending.
    first, last : ndarray of int64, shape (n,)
        Replicates of each point: from `first`, up to but not including `last`.
    """

    points: Whole
    first: Whole
    last: Whole

    @cached_property
    def ends(self) -> Whole:
        """Number of runs up to and including each point, shape (n,)."""
        return np.cumsum(self.last - self.first, dtype=np.int64)

    @property
    def count(self) -> int:
        """Number of runs."""
        return int(self.ends[-1]) if len(self.points) else 0

    def runs(self, first: int, last: int) -> Whole:
        """Point and replicate of the runs at positions `first` up to `last`, shape (last - first, 2)."""
        position = np.arange(first, last, dtype=np.int64)
        index = np.searchsorted(self.ends, position, side="right")
        begin = self.ends[index] - (self.last - self.first)[index]
        return np.column_stack([self.points[index], position - begin + self.first[index]])

    def said(self) -> dict[str, Any]:
        """The stage as JSON can hold it; lists become ranges and single numbers where that says the same."""
        return {"points": _ranged(self.points), "first": _single(self.first), "last": _single(self.last)}


def stage(points: Sequence[int] | range | Whole, first: Any, last: Any) -> Stage:
    """Stage of some points, each with the replicates from `first` up to `last`: numbers, or one number a point."""
    listed = np.asarray(points, dtype=np.int64)
    bounds = (np.broadcast_to(np.asarray(bound, dtype=np.int64), listed.shape) for bound in (first, last))
    return Stage(listed, *bounds)


def read_stage(said: Mapping[str, Any]) -> Stage:
    """Stage from what `Stage.said` gave."""
    points = said["points"]
    listed = np.arange(points["from"], points["to"]) if isinstance(points, dict) else points
    return stage(np.asarray(listed, dtype=np.int64), said["first"], said["last"])


def first_stage(points: int, replicates: int | Adaptive) -> Stage:
    """What is run of a plan before anything is known of its outcomes."""
    return stage(range(points), 0, replicates.least if isinstance(replicates, Adaptive) else replicates)


@dataclass(frozen=True)
class Part:
    """Runs that are stored together.

    Attributes
    ----------
    number : int
        By which its files are named.
    first, last : int
        Positions of its runs, up to but not including `last`.
    """

    number: int
    first: int
    last: int

    def file(self, room: str) -> str:
        """Name of its file of ``runs`` or ``series``."""
        return f"{room}/part-{self.number:05d}.parquet"


@dataclass(frozen=True)
class Schedule:
    """All runs of some stages, or a window of them, by position.

    Attributes
    ----------
    stages : tuple of Stage
    weeks : int
        Rows of series that a run keeps.
    kept : int
        Replicates of a point whose series is kept.
    window : (int, int) or None
        Positions that are run here, where the others are run elsewhere.
    begin : int
        Number of the first part.
    """

    stages: tuple[Stage, ...]
    weeks: int
    kept: int
    window: tuple[int, int] | None = None
    begin: int = 0

    @cached_property
    def ends(self) -> Whole:
        """Number of runs up to and including each stage."""
        return np.cumsum([one.count for one in self.stages], dtype=np.int64)

    @property
    def bounds(self) -> tuple[int, int]:
        """First position that is run, and the first behind the last one."""
        return self.window or (0, int(self.ends[-1]))

    @property
    def count(self) -> int:
        """Number of runs."""
        first, last = self.bounds
        return last - first

    def runs(self, first: int, last: int) -> Whole:
        """Point and replicate of the runs at positions `first` up to `last` of one stage, shape (last - first, 2)."""
        index = int(np.searchsorted(self.ends, first, side="right"))
        before = int(self.ends[index]) - self.stages[index].count
        return self.stages[index].runs(first - before, last - before)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All parts in order."""
        return tuple(Part(self.begin + k, first, last) for k, (first, last) in enumerate(self._ranges()))

    def _ranges(self) -> Iterator[tuple[int, int]]:
        lowest, highest = self.bounds
        for one, end in zip(self.stages, self.ends, strict=True):
            begin, stop = max(int(end) - one.count, lowest), min(int(end), highest)
            size = part_size(one, self.weeks, self.kept)
            for first in range(begin, stop, size):
                yield first, min(first + size, stop)


def part_size(runs: Stage, weeks: int, kept: int) -> int:
    """Runs a part: as many whole blocks as stay within `PART_RUNS` and `PART_ROWS`.

    Parameters
    ----------
    runs : Stage
    weeks : int
        Rows of series of a run that keeps them.
    kept : int
        Replicates of a point that keep them.
    """
    replicates = int((runs.last - runs.first).min(initial=2**62))
    keeping = int((np.minimum(runs.last, kept) - runs.first).max(initial=0)) if weeks else 0

    def rows(size: int) -> int:
        points, rest = divmod(size, max(replicates, 1))
        return min(size, points * keeping + min(rest, keeping)) * weeks

    blocks = max(1, PART_RUNS // LANES)
    while blocks > 1 and rows(blocks * LANES) > PART_ROWS:
        blocks -= 1
    return blocks * LANES


def part_count(stages: Sequence[Stage], weeks: int, kept: int) -> int:
    """Parts of some stages; see `part_size`."""
    return sum(-(-one.count // part_size(one, weeks, kept)) for one in stages)


def spread_out(parts: Sequence[Part]) -> list[Part]:
    """Parts by the binary digits of their places, read backwards: the first of them lie evenly among all."""
    digits = max(len(parts) - 1, 1).bit_length()
    places = sorted(range(len(parts)), key=lambda place: f"{place:0{digits}b}"[::-1])
    return [parts[place] for place in places]


def _ranged(points: Whole) -> dict[str, int] | list[int]:
    first, last = (int(points[0]), int(points[-1]) + 1) if len(points) else (0, 0)
    return {"from": first, "to": last} if last - first == len(points) else points.tolist()


def _single(bounds: Whole) -> int | list[int]:
    return int(bounds[0]) if len(bounds) and (bounds == bounds[0]).all() else bounds.tolist()
