"""Many runs: compiled, block by block, on any number of threads, always the same numbers."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.dynamics.measures import EVERY, FINAL, GRAPH, STATISTICS, Tally
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.kernel.allocate import allocate
from sim.kernel.lanes import LANES
from sim.kernel.layout import TIMES, layout
from sim.kernel.memory import World, now_blocks
from sim.kernel.structure import Structure
from sim.kernel.threads import cores

A = TypeVar("A")
B = TypeVar("B")

EXPLAINED = 128
"""Replicates over which utility terms of every posture are averaged."""
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


def default_columns(structure: Structure) -> tuple[str, ...]:
    """Outcomes summarised by default: what the dashboard and the patterns need, at most 150 columns."""
    columns: list[str] = []
    for contest in structure.contests:
        code = contest.code
        columns += [f"{name}.{code}:final" for name in ("control", "phase", "entry", "win_probability")]
        columns += [f"{name}.{code}:{s}" for name in ("control",) for s in ("mean", "min", "max")]
        columns += [
            f"{name}.{code}:final" for name in ("truces", "truces_broken", "weeks_fought", "disputes", "clashes")
        ]
        columns += [f"{name}.{code}:final" for name in TIMES if contest.host or name != "takeover"]
        if contest.host:
            columns.append(f"governs.{code}:final")
        columns += [f"posture.{code}.{party.state}:final" for party in contest.parties]
    for client in structure.clients:
        columns += [f"influence.{patron}.{client}:final" for patron in structure.patrons if patron != client]
        columns += [f"alignment.{client}.{patron}:final" for patron in structure.patrons if patron != client]
    columns += [f"stability.{state}:final" for state in structure.clients]
    columns += [f"primacy.{patron}:{s}" for patron in structure.patrons for s in ("final", "mean")]
    columns += ["imbalance:final", "frustration:final", "polarity:final"]
    for contest in structure.contests:  # why the states that look most closely did what they did, on average
        for party in contest.parties:
            columns += [f"term.{contest.code}.{party.state}.{term}:mean" for term in qt.TERMS]
    return tuple(columns[:150])


def default_series(structure: Structure) -> tuple[str, ...]:
    """Outcomes kept over time by default."""
    names: list[str] = []
    for contest in structure.contests:
        names += [
            f"{name}.{contest.code}" for name in ("control", "phase", "win_probability", "entry", "truces_broken")
        ]
        if contest.host:
            names.append(f"governs.{contest.code}")
        names += [f"posture.{contest.code}.{party.state}" for party in contest.parties]
    states = structure.states
    names += [f"influence.{patron}.{client}" for client in states for patron in structure.patrons if patron != client]
    names += [f"alignment.{one}.{other}" for one in states for other in states if one != other]
    names += [f"capability.{state}" for state in states] + [f"stability.{state}" for state in states]
    names += [f"primacy.{patron}" for patron in structure.patrons] + ["imbalance", "frustration", "polarity"]
    return tuple(names)


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
    ) -> None:
        self.structure = structure
        self.inputs = inputs
        self.layout = layout(structure)
        self.columns = default_columns(structure) if columns is None else tuple(columns)
        self.series_columns = tuple(series)
        self.every = every
        names = [column.rsplit(":", 1) for column in self.columns]
        self._rows = np.array([self.layout.outcome_row(name) for name, _ in names], np.int64)
        self._statistics = np.array([STATISTICS.index(statistic) for _, statistic in names], np.int64)
        self._times = [n for n, (name, _) in enumerate(names) if name.split(".")[0] in TIMES]
        self._series_rows = np.array([self.layout.outcome_row(name) for name in self.series_columns], np.int64)
        self._series_times = [n for n, name in enumerate(self.series_columns) if name.split(".")[0] in TIMES]
        self._needed = {series: self._needs(series) for series in (False, True)}
        self._free: list[World] = []

    @property
    def weeks(self) -> NDArray[np.float64]:
        """Week of each row of a series, shape (T,)."""
        return np.arange(0, self.structure.ticks, self.every, dtype=np.float64) * self.structure.dt

    def lasting(self, weeks: int) -> Ensemble:
        """The same for runs that last so many weeks; the two share the memory of blocks."""
        other = copy(self)
        other.structure = replace(self.structure, weeks=weeks)
        other._needed = {series: other._needs(series) for series in (False, True)}
        return other

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
        keep = bool((runs[:, 1] < series_replicates).any()) and len(self._series_rows) > 0
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
        _without_never(tally.summary, self._times)
        _without_never(tally.series, self._series_times)
        summary = tally.summary[:, :n].T.copy()
        series = tally.series[:, :, kept].transpose(2, 0, 1).copy()
        failure: tuple[str | None, ...] = (None,) * n
        if (tally.failed >= 0).any():
            failure = tuple(self._failure(tick, seed, run) for tick, run in zip(tally.failed, runs, strict=False))
        return Block(first, summary, series, kept + first, failure)

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
        count, ticks = len(self._series_rows), self.structure.ticks
        return Tally(
            self._rows,
            self._statistics,
            np.zeros((len(self._rows), LANES)),
            self._series_rows,
            np.zeros((len(self.weeks) if series else 0, count, LANES)),
            self.every,
            ticks - 1,
            np.full(LANES, -1.0),
            *self._needed[series],
        )

    def _needs(self, series: bool) -> tuple[int, int, NDArray[np.int64]]:
        """What must be worked out for the columns, or for series too: the last members of a `Tally`."""
        weighed = self._kept("utility", series).any() or self._kept("probability", series).any()
        told = np.array([row.any() for row in self._kept("chosen", series)], np.int64)
        return self._graph_from(series), int(weighed), told

    def _kept(self, block: str, series: bool) -> NDArray[np.bool_]:
        """Of which rows of a block of the state a column, or a series, is kept; one row of the answer an entity."""
        rows = np.union1d(self._rows, self._series_rows) if series else self._rows
        of = now_blocks(self.structure)[block]
        kept = np.isin(np.arange(of.first, of.first + of.rows), rows)
        return kept.reshape(of.shape[0], of.rows // max(of.shape[0], 1))

    def _graph_from(self, series: bool) -> int:
        """First tick at which a kept column, or a kept series, needs the alignment graph."""
        rows = [self.layout.outcome_row(name) for name in GRAPH]
        watched = np.isin(self._rows, rows) & (self._statistics != FINAL)
        if watched.any() or (series and np.isin(self._series_rows, rows).any()):
            return 0
        return (self.structure.ticks - 1) // EVERY * EVERY

    def _failure(self, tick: float, seed: int, run: NDArray[np.int64]) -> str | None:
        """What to record of a run that turned non-finite."""
        if tick < 0:
            return None
        week = tick * self.structure.dt
        return f"not finite by week {week:g} ({_named(seed, run)})"


def _named(seed: int, run: NDArray[np.int64]) -> str:
    """By what a run is found again."""
    return f"seed {seed}, replicate {int(run[1])}, point {int(run[0])}"


def in_order(task: Callable[[A], B], arguments: Iterable[A], threads: int) -> Iterator[B]:
    """Results in the order of their arguments, with at most two tasks a thread under way; one thread is this one."""
    if threads == 1:
        yield from map(task, arguments)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _, future in futures_in_order(lambda argument: pool.submit(task, argument), arguments, 2 * threads):
            yield future.result()


def futures_in_order(
    submit: Callable[[A], Future[B]], arguments: Iterable[A], ahead: int
) -> Generator[tuple[A, Future[B]], None, None]:
    """Arguments with their futures, in order, at most `ahead` of them under way; at the end the rest is cancelled."""
    waiting: deque[tuple[A, Future[B]]] = deque()
    try:
        for argument in arguments:
            waiting.append((argument, submit(argument)))
            if len(waiting) == ahead:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _without_never(values: NDArray[np.float64], times: Sequence[int]) -> None:
    """Write NaN for times that never came; times are rows of the last axis but one."""
    for row in times:
        of_time = values[..., row, :]
        of_time[of_time < 0] = np.nan


def play(world: World, ticks: int, tally: Tally, stop: Callable[[], bool]) -> bool:
    """Begin a block and advance it to the horizon; False where `stop` said so in between."""
    advance(world, 0, 0, BEGIN, tally)
    for first in range(0, ticks, CHUNK):
        if stop():
            return False
        advance(world, first, min(first + CHUNK, ticks), WHOLE, tally)
    return True


def no_tally() -> Tally:
    """A tally that keeps nothing but failures."""
    nothing = np.zeros(0, np.int64)
    series = np.zeros((0, 0, LANES))
    return Tally(nothing, nothing, np.zeros((0, LANES)), nothing, series, 1, -1, np.full(LANES, -1.0), 0, 1, nothing)


def mean_reasons(
    structure: Structure, inputs: NDArray[np.float64], seed: int, weeks: int | None = None
) -> NDArray[np.float64]:
    """Weighted utility terms of every posture, averaged over the first `EXPLAINED` replicates.

    Parameters
    ----------
    structure : Structure
    inputs : ndarray, shape (P,)
        One point.
    seed : int
    weeks : int, optional
        Ticks to look at; by default the horizon.

    Returns
    -------
    ndarray, shape (ticks, E, Q, T)
        In the order of the structure's parties, its menu, and `quantities.TERMS`; NaN for a posture that a
        party cannot take.
    """
    ticks = weeks or structure.ticks
    means = np.zeros((ticks, len(structure.parties), len(structure.postures), len(qt.TERMS)))
    world = allocate(structure, reasons=True)
    for first in range(0, EXPLAINED, LANES):
        world.inputs[:] = inputs[:, None]
        world.keys[0] = np.uint64(seed)
        world.keys[1] = np.arange(first, first + LANES, dtype=np.uint64)
        tally = no_tally()
        advance(world, 0, 0, BEGIN, tally)
        for tick in range(ticks if structure.parties else 0):
            advance(world, tick, tick + 1, WHOLE, tally)
            for t, term in enumerate(qt.TERMS):
                means[tick, :, :, t] += world.reasons[term][..., : EXPLAINED - first].sum(axis=-1)
    for e, (_, party) in enumerate(structure.parties):
        means[:, e, [name in party.without for name, _ in structure.postures]] = np.nan
    return means / EXPLAINED
