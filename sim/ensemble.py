"""Many runs: compiled, block by block, on any number of threads, always the same numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.dynamics.measures import EVERY
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.kernel.allocate import allocate
from sim.kernel.kept import Kept
from sim.kernel.lanes import LANES
from sim.kernel.layout import layout
from sim.kernel.memory import World
from sim.kernel.structure import Structure
from sim.kernel.tally import Tally, no_tally
from sim.kernel.threads import cores, in_order
from sim.outcomes import Derived, default_columns
from sim.scenario.declared import DeclaredOutcome

CHUNK = 26
"""Ticks a call of compiled code, so that a stop is heard soon."""


@dataclass(frozen=True)
class Design:
    """Points of a parameter space: the numeric paths that vary, and their values.

    Attributes
    ----------
    paths : tuple of str
        Canonical config paths.
    values : ndarray, shape (points, len(paths))
    points : ndarray of int, shape (points,), optional
        Ascending numbers of the points that stand in the rows of values; by default 0, 1, and so on.
    """

    paths: tuple[str, ...]
    values: NDArray[np.float64]
    points: NDArray[np.int64] | None = None

    def at(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values at points, shape (n, len(paths))."""
        return self.values[points if self.points is None else np.searchsorted(self.points, points)]


BASE = Design((), np.zeros((1, 0)))
"""The scenario as it stands: one point."""


@dataclass(frozen=True)
class Block:
    """Results of up to `LANES` runs.

    Attributes
    ----------
    first : int
        Position of the first run.
    summary : ndarray, shape (n, Y)
        One value a run and column; times that never came are NaN.
    series : ndarray, shape (kept, T, Z)
        Series of the runs in `kept`; NaN past the end of a run that is shorter than others.
    kept : ndarray of int
        Positions of the runs whose series is kept.
    failure : tuple of (str or None)
        Why a run failed, or None.
    """

    first: int
    summary: NDArray[np.float64]
    series: NDArray[np.float64]
    kept: NDArray[np.int64]
    failure: tuple[str | None, ...]


class Ensemble:
    """The compiled ensemble of one structure.

    Parameters
    ----------
    structure : Structure
        Who there is.
    inputs : ndarray, shape (P,)
        The scenario's numbers in the order of `Layout` rows.
    columns : sequence of str
        Per-run summaries, ``outcome:statistic``.
    series : sequence of str
        Outcomes kept over time, for the runs whose replicate is below `series_replicates`.
    every : int
        Ticks between two rows of a series.
    declared : sequence of DeclaredOutcome
        Outcomes that are worked out of each run; their columns follow `columns`.

    Raises
    ------
    KeyError
        For an unknown outcome or statistic.
    """

    def __init__(
        self,
        structure: Structure,
        inputs: NDArray[np.float64],
        *,
        columns: Sequence[str] | None = None,
        series: Sequence[str] = (),
        every: int = 1,
        declared: Sequence[DeclaredOutcome] = (),
    ) -> None:
        self.structure = structure
        self.inputs = inputs
        self.layout = layout(structure)
        self._summarised = default_columns(structure) if columns is None else tuple(columns)
        self._derived = Derived(structure, declared)
        self.columns = self._summarised + self._derived.names
        self.series_columns = tuple(series)
        self.every = every
        self._kept = self._keep()
        self._free: list[World] = []

    @property
    def weeks(self) -> NDArray[np.float64]:
        """Week of each row of a series, shape (T,)."""
        return np.arange(0, self.structure.ticks, self.every, dtype=np.float64) * self.structure.dt

    def lasting(self, weeks: int) -> Ensemble:
        """The same for runs that last so many weeks; the two share the memory of blocks."""
        other = copy(self)
        other.structure = replace(self.structure, weeks=weeks)
        other._kept = other._keep()
        return other

    def _keep(self) -> dict[bool, Kept]:
        """What is kept of blocks with series and of those without."""
        every = 1 if self._derived.series else self.every
        return {keep: Kept(self.structure, self._tallied, self._followed(keep), every, EVERY) for keep in (False, True)}

    @property
    def _tallied(self) -> tuple[str, ...]:
        """Summaries that are stored, and then those that declared outcomes are worked out of."""
        return _joined(self._summarised, self._derived.columns)

    def _followed(self, keep: bool) -> tuple[str, ...]:
        """Outcomes that are stored over time, if they are, and then those that others are worked out of."""
        return _joined(self.series_columns if keep else (), self._derived.series)

    def blocks(
        self,
        design: Design,
        runs: NDArray[np.int64],
        seed: int,
        *,
        threads: int | None = None,
        series_replicates: int = 0,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[Block]:
        """Simulate runs and yield their blocks in order, whatever the number of threads.

        Parameters
        ----------
        design : Design
            Points that the runs refer to.
        runs : ndarray of int, shape (R, 2)
            Point and replicate of each run.
        seed : int
            Seed of all draws.
        threads : int, optional
            Threads; by default one a core.
        series_replicates : int
            Keep the series of runs whose replicate is smaller.
        cancelled : callable, optional
            Asked every few weeks; True ends the iteration after the blocks already yielded.
        """
        rows = self.rows(design.paths)
        stop = cancelled or (lambda: False)
        threads = threads or cores()

        def task(first: int) -> Block | None:
            return self._block(design, rows, runs[first : first + LANES], first, seed, series_replicates, stop)

        self.compile()
        for block in in_order(task, range(0, len(runs), LANES), threads):
            if block is None:
                return
            yield block

    def rows(self, paths: Sequence[str]) -> NDArray[np.int64]:
        """Rows of the inputs that paths lead to; raises KeyError for a path that is not there."""
        return np.array([self.layout.row(path) for path in paths], np.int64)

    def compile(self) -> None:
        """Compile the kernel, or take it from the cache, in this thread, which hears a Ctrl-C meanwhile."""
        world = self._take()
        advance(world, 0, 0, BEGIN, no_tally())
        self._free.append(world)

    def tick_seconds(self) -> float:
        """Seconds that one thread takes for a tick of a block, once the kernel is there."""
        world = self._take()
        world.inputs[:] = self.inputs[:, None]
        world.keys[:] = 0
        advance(world, 0, 0, BEGIN, no_tally())
        advance(world, 0, 1, WHOLE, no_tally())
        begun = time.perf_counter()
        advance(world, 1, 2, WHOLE, no_tally())
        seconds = time.perf_counter() - begun
        self._free.append(world)
        return seconds

    def _take(self) -> World:
        """Memory for a block that no thread uses now."""
        try:
            return self._free.pop()
        except IndexError:
            return allocate(self.structure)

    def _block(
        self,
        design: Design,
        rows: NDArray[np.int64],
        runs: NDArray[np.int64],
        first: int,
        seed: int,
        series_replicates: int,
        stop: Callable[[], bool],
    ) -> Block | None:
        """One block; lanes beyond the last run repeat it."""
        world = self._take()
        lanes = np.minimum(np.arange(LANES), len(runs) - 1)
        world.inputs[:] = self.inputs[:, None]
        if len(rows):
            world.inputs[rows] = design.at(runs[lanes, 0]).T
        world.keys[0] = np.uint64(seed)
        world.keys[1] = runs[lanes, 1].astype(np.uint64)
        keep = bool((runs[:, 1] < series_replicates).any()) and len(self.series_columns) > 0
        tally = self.tally(keep)
        done = play(world, self.structure.ticks, tally, stop)
        self._free.append(world)
        if not done:
            return None
        return self.read(tally, runs, first, seed, keep, series_replicates)

    def read(
        self,
        tally: Tally,
        runs: NDArray[np.int64],
        first: int,
        seed: int,
        keep: bool,
        series_replicates: int = 2**62,
    ) -> Block:
        """A block's results out of its tally, in which times that never came become NaN."""
        n = len(runs)
        kept = np.flatnonzero(runs[:, 1] < series_replicates) if keep else np.zeros(0, np.int64)
        self._kept[keep].mark_missing(tally)
        summary = self._summary(tally, n, keep)
        series = self._series(tally, kept)
        failure: tuple[str | None, ...] = (None,) * n
        if (tally.failed >= 0).any():
            failure = tuple(self._failure(tick, seed, run) for tick, run in zip(tally.failed, runs, strict=False))
        return Block(first, summary, series, kept + first, failure)

    def _summary(self, tally: Tally, n: int, keep: bool) -> NDArray[np.float64]:
        """Columns of the first n runs of a block, shape (n, Y); a run that failed has no declared outcome."""
        summary = tally.summary[:, :n].T.copy()
        if not self._derived.names:
            return summary
        tallied, followed = self._tallied, self._followed(keep)
        columns = {name: summary[:, tallied.index(name)] for name in self._derived.columns}
        series = {name: tally.series[:, followed.index(name), :n].T for name in self._derived.series}
        derived = self._derived.values(columns, series, self.structure.dt, n)
        derived[tally.failed[:n] >= 0] = np.nan
        return np.column_stack([summary[:, : len(self._summarised)], derived])

    def _series(self, tally: Tally, kept: NDArray[np.int64]) -> NDArray[np.float64]:
        """Series that results hold of some runs of a block, shape (kept, T, Z)."""
        if not len(kept):
            return np.zeros((0, 0, len(self.series_columns)))
        every = self.every if self._derived.series else 1
        return tally.series[::every, : len(self.series_columns), kept].transpose(2, 0, 1).copy()

    def lost(self, run: NDArray[np.int64], first: int, seed: int, series_replicates: int, why: str) -> Block:
        """The block of one run that gave nothing; every value is NaN.

        Parameters
        ----------
        run : ndarray of int, shape (1, 2)
            Its point and replicate.
        first : int
            Its position.
        seed : int
        series_replicates : int
            Replicates whose series is kept.
        why : str
            What became of it.
        """
        kept = np.flatnonzero(run[:, 1] < series_replicates) if self.series_columns else np.zeros(0, np.int64)
        summary = np.full((1, len(self.columns)), np.nan)
        series = np.full((len(kept), len(self.weeks), len(self.series_columns)), np.nan)
        return Block(first, summary, series, kept + first, (f"{why} ({_named(seed, run[0])})",))

    def tally(self, series: bool) -> Tally:
        """Room for what is kept of a block, with or without series."""
        return self._kept[series].tally(series or bool(self._derived.series))

    def _failure(self, tick: float, seed: int, run: NDArray[np.int64]) -> str | None:
        """What to record of a run that turned non-finite."""
        if tick < 0:
            return None
        week = tick * self.structure.dt
        return f"not finite by week {week:g} ({_named(seed, run)})"


def _joined(names: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Names, and those of some more that are not among them."""
    return (*names, *(name for name in more if name not in names))


def _named(seed: int, run: NDArray[np.int64]) -> str:
    """By what a run is found again."""
    return f"seed {seed}, replicate {int(run[1])}, point {int(run[0])}"


def play(world: World, ticks: int, tally: Tally, stop: Callable[[], bool]) -> bool:
    """Begin a block and advance it to the horizon; False where `stop` said so in between."""
    advance(world, 0, 0, BEGIN, tally)
    for first in range(0, ticks, CHUNK):
        if stop():
            return False
        advance(world, first, min(first + CHUNK, ticks), WHOLE, tally)
    return True
