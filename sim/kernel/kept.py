"""Which rows of the state are kept of each run, and what must be worked out for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.kernel.lanes import LANES
from sim.kernel.layout import layout
from sim.kernel.memory import now_blocks
from sim.kernel.structure import Structure
from sim.kernel.tally import Tally
from sim.quantities import FINAL, IN_FIGHTING, STATISTICS


class Kept:
    """Columns and series of runs of one structure, from which the tally of each block is made.

    Parameters
    ----------
    structure : Structure
    columns : sequence of str
        Summaries, ``outcome:statistic``.
    series : sequence of str
        Outcomes kept over time.
    every, graph_every : int
        Ticks between two rows of a series, and between two looks at the alignment graph.

    Raises
    ------
    KeyError
        For an unknown outcome or statistic.
    """

    def __init__(
        self, structure: Structure, columns: Sequence[str], series: Sequence[str], every: int, graph_every: int
    ) -> None:
        self._structure, self._every, self._graph_every = structure, every, graph_every
        pairs = [column.rsplit(":", 1) for column in columns]
        outcomes = [layout(structure).outcome(name) for name, _ in pairs]
        courses = [layout(structure).outcome(name) for name in series]
        self._rows = np.array([one.row for one in outcomes], np.int64)
        self._statistics = np.array([list(STATISTICS).index(how) for _, how in pairs], np.int64)
        self._by_phase = self._statistics >= IN_FIGHTING
        codes = [contest.code for contest in structure.contests]
        self._contests = np.array([codes.index(one.contest) if one.contest else -1 for one in outcomes], np.int64)
        self._series_rows = np.array([one.row for one in courses], np.int64)
        self._times = [n for n, one in enumerate(outcomes) if one.quantity.kind == "time"]
        self._series_times = [n for n, one in enumerate(courses) if one.quantity.kind == "time"]
        self._needed = {with_series: self._needs(with_series) for with_series in (False, True)}

    def tally(self, series: bool) -> Tally:
        """Room for what is kept of a block, with or without series."""
        ticks = self._structure.ticks
        rows = -(-ticks // self._every) if series else 0
        graph_from, weighed, told = self._needed[series]
        return Tally(
            rows=self._rows,
            statistics=self._statistics,
            contests=self._contests,
            weeks=np.zeros((len(self._rows) if self._by_phase.any() else 0, LANES)),
            summary=np.zeros((len(self._rows), LANES)),
            series_rows=self._series_rows,
            series=np.zeros((rows, len(self._series_rows), LANES)),
            every=self._every,
            last=ticks - 1,
            failed=np.full(LANES, -1.0),
            graph_from=graph_from,
            weighed=weighed,
            told=told,
        )

    def mark_missing(self, tally: Tally) -> None:
        """Write NaN for times that never came, and for means over a phase that never was."""
        for values, times in ((tally.summary, self._times), (tally.series, self._series_times)):
            for row in times:
                of_time = values[..., row, :]
                of_time[of_time < 0] = np.nan
        if self._by_phase.any():
            never = self._by_phase[:, None] & (tally.weeks == 0.0)
            tally.summary[never] = np.nan

    def _needs(self, series: bool) -> tuple[int, int, NDArray[np.int64]]:
        """What must be worked out for the columns, or for series too: the last members of a `Tally`."""
        weighed = self._of("utility", series).any() or self._of("probability", series).any()
        told = np.array([row.any() for row in self._of("chosen", series)], np.int64)
        return self._graph_from(series), int(weighed), told

    def _of(self, block: str, series: bool) -> NDArray[np.bool_]:
        """Of which rows of a block of the state a column, or a series, is kept; one row of the answer an entity."""
        rows = np.union1d(self._rows, self._series_rows) if series else self._rows
        of = now_blocks(self._structure)[block]
        kept = np.isin(np.arange(of.first, of.first + of.rows), rows)
        return kept.reshape(of.shape[0], of.rows // max(of.shape[0], 1))

    def _graph_from(self, series: bool) -> int:
        """First tick at which a kept column, or a kept series, needs the alignment graph."""
        region = now_blocks(self._structure)["region"]
        rows = np.arange(region.first, region.first + region.rows)
        watched = np.isin(self._rows, rows) & (self._statistics != FINAL)
        if watched.any() or (series and np.isin(self._series_rows, rows).any()):
            return 0
        return (self._structure.ticks - 1) // self._graph_every * self._graph_every
