"""What is kept of a block of runs: a summary of each, some series, and the ticks at which runs failed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiler import ByPointer, part, phase
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.quantities import FINAL, FRESH, IN_FIGHTING, IN_FRESH_TRUCE, MEAN, MINIMUM, TRUCE

CHECKED_EVERY = 52
"""Ticks between two checks that all is finite."""


@dataclass(frozen=True, eq=False)
class Tally(ByPointer):
    """What is kept of a block of runs.

    Attributes
    ----------
    rows, statistics : ndarray of int, shape (Y,)
        Row of the state and code of the statistic of each column.
    contests : ndarray of int, shape (Y,)
        Contest whose phase a statistic goes by, −1 for none.
    weeks : ndarray, shape (Y, W)
        Weeks so far of that phase; 0 rows where no statistic goes by one.
    summary : ndarray, shape (Y, W)
        One value a column and run.
    series_rows : ndarray of int, shape (Z,)
        Rows of the state kept over time.
    series : ndarray, shape (T, Z, W)
        Their values, every `every` ticks; T = 0 keeps none.
    every : int
        Ticks between two rows of the series.
    last : int
        Last tick of the run.
    failed : ndarray, shape (W,)
        Tick at which a run was found not finite, −1 while it is.
    graph_from : int
        First tick at which the alignment graph is looked at: nobody needs what is not kept.
    weighed : int
        1 where utilities and probabilities of all postures are kept; else only those who reconsider weigh postures.
    told : ndarray of int, shape (E,)
        1 for third parties whose utility terms are kept; not asked where `weighed`.
    """

    rows: NDArray[np.int64]
    statistics: NDArray[np.int64]
    contests: NDArray[np.int64]
    weeks: NDArray[np.float64]
    summary: NDArray[np.float64]
    series_rows: NDArray[np.int64]
    series: NDArray[np.float64]
    every: int
    last: int
    failed: NDArray[np.float64]
    graph_from: int
    weighed: int
    told: NDArray[np.int64]


def no_tally() -> Tally:
    """A tally that keeps nothing but failures."""
    nothing = np.zeros(0, np.int64)
    return Tally(
        rows=nothing,
        statistics=nothing,
        contests=nothing,
        weeks=np.zeros((0, LANES)),
        summary=np.zeros((0, LANES)),
        series_rows=nothing,
        series=np.zeros((0, 0, LANES)),
        every=1,
        last=-1,
        failed=np.full(LANES, -1.0),
        graph_from=0,
        weighed=1,
        told=nothing,
    )


@part
def average_phase(world: World, y: int, tally: Tally) -> None:
    """Mean of a column over the weeks of one phase of its contest, each tick by what of it was such.

    What was fought of a tick counts as fighting, the rest as truce where the contest is in one at the end.
    """
    contest, statistic = world.now.contests[tally.contests[y]], tally.statistics[y]
    value, so_far, weeks = world.state[tally.rows[y]], tally.summary[y], tally.weeks[y]
    for w in range(LANES):
        calm = 1.0 - contest.fighting[w] if contest.phase[w] == TRUCE else 0.0
        fresh = calm if contest.age[w] < FRESH else 0.0
        part_of_tick = (
            contest.fighting[w]
            if statistic == IN_FIGHTING
            else (fresh if statistic == IN_FRESH_TRUCE else calm - fresh)
        )
        weeks[w] += world.dt * part_of_tick
        share = world.dt * part_of_tick / weeks[w] if weeks[w] > 0.0 else 0.0
        so_far[w] += (value[w] - so_far[w]) * share


@phase
def summarise(world: World, tick: int, tally: Tally) -> None:
    """Update the summary of every run after a tick, and keep a row of the series where one is due.

    Parameters
    ----------
    tick : int
        Current tick.
    tally : Tally
        Modified: summary (means are running means) and series.
    """
    share = 1.0 / (tick + 1.0)
    for y in range(len(tally.rows)):
        value, so_far, statistic = world.state[tally.rows[y]], tally.summary[y], tally.statistics[y]
        if statistic == FINAL:
            if tick == tally.last:
                for w in range(LANES):
                    so_far[w] = value[w]
        elif statistic >= IN_FIGHTING:
            average_phase(world, y, tally)
        elif tick == 0:
            for w in range(LANES):
                so_far[w] = value[w]
        elif statistic == MEAN:
            for w in range(LANES):
                so_far[w] += (value[w] - so_far[w]) * share
        elif statistic == MINIMUM:
            for w in range(LANES):
                so_far[w] = so_far[w] if so_far[w] < value[w] else value[w]
        else:
            for w in range(LANES):
                so_far[w] = so_far[w] if so_far[w] > value[w] else value[w]
    if tick % tally.every == 0 and tick // tally.every < len(tally.series):
        for s in range(len(tally.series_rows)):
            value, kept = world.state[tally.series_rows[s]], tally.series[tick // tally.every, s]
            for w in range(LANES):
                kept[w] = value[w]


@phase
def check_finite(world: World, tick: int, tally: Tally) -> None:
    """Note the tick at which a state variable of a run is found not to be finite; once so, it stays so."""
    if tick % CHECKED_EVERY != 0 and tick != tally.last:
        return
    total, failed = world.buffers.tally[0].total, tally.failed
    for w in range(LANES):
        total[w] = 0.0
    for row in range(len(world.state)):
        for w in range(LANES):
            total[w] += world.state[row, w] * 0.0
    for w in range(LANES):
        failed[w] = tick if total[w] != 0.0 and failed[w] < 0.0 else failed[w]
