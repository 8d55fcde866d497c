"""Influence from the first week to the last, as rows of a small chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.estimates import mean_in
from sim.dashboard.figures.bars import share_bar
from sim.dashboard.figures.drawing import PALETTE
from sim.dashboard.figures.small import Bar
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import Study, View
from sim.dashboard.words import enumeration, figure


@dataclass(frozen=True)
class Ends:
    """First and last week of a view's kept runs, by run."""

    study: Study
    runs: pd.DataFrame
    opening: pd.DataFrame
    closing: pd.DataFrame

    def bar(self, columns: list[str], words: str, patron: str) -> Bar:
        """Mean over runs and some columns in the last week, and where it comes from; intervals are those of the end."""
        values = [table[columns].to_numpy(np.float64).mean(axis=1) for table in (self.opening, self.closing)]
        return self._bar(values, words, colour_of(self.study, patron))

    def own(self, client: str) -> Bar | None:
        """What patrons leave of all influence on a client, as `bar` has it; None where not all of theirs is kept."""
        columns = [f"influence.{patron}.{client}" for patron in self.study.patrons if patron != client]
        if not columns or not {*columns} <= {*self.opening}:
            return None
        values = [1.0 - table[columns].to_numpy(np.float64).sum(axis=1) for table in (self.opening, self.closing)]
        return self._bar(values, own_words(self.study, client), "c7")

    def _bar(self, values: Sequence[NDArray[np.float64]], words: str, colour: str) -> Bar:
        start, end = (mean_in(self.study, self.runs, then, share=True) for then in values)
        bar = share_bar(words, end, colour)
        return replace(bar, said=f"{figure(start.value)} → {bar.said}", start=start.value)

    def mean_move(self, columns: list[str]) -> Estimate:
        """Mean over some columns of the change from the first week to the last."""
        moves = (self.closing[columns] - self.opening[columns]).to_numpy(np.float64)
        return mean_in(self.study, self.runs, moves.mean(axis=1))


def ends_of_runs(study: Study, view: View) -> Ends | None:
    """First and last week of a view's kept runs; None without any."""
    kept = study.series_of(view)
    if kept.empty:
        return None
    weeks = kept["week"].min(), kept["week"].max()
    opening, closing = (kept[kept["week"] == week].set_index("replicate") for week in weeks)
    both = opening.index.intersection(closing.index)
    runs = study.kept_runs_of(view)
    if len(both) < len(runs):
        return None  # versions of several lengths have no last week in common
    return Ends(study, runs, opening.loc[both], closing.loc[both])


def own_words(study: Study, client: str) -> str:
    """What patrons leave of all influence on a client: its own weight, and whatever others have ties to it."""
    ties = {tuple(path.split(".")[1:3]) for path in study.scenario["numbers"] if path.startswith("ties.")}
    others = [study.name(one) for one in study.states if (one, client) in ties and one not in study.patrons]
    return f"{study.name(client)}'s own weight" + (f" and the part of {enumeration(others)}" if others else "")


def colour_of(study: Study, patron: str) -> str:
    """Colour of a patron everywhere on the page."""
    return PALETTE[study.patrons.index(patron) % len(PALETTE)].removeprefix("$")


def held_by(study: Study, patron: str, known: pd.DataFrame) -> Mapping[str, str]:
    """Columns of a patron's influence by client, as far as they are kept."""
    names = {client: f"influence.{patron}.{client}" for client in study.clients if client != patron}
    return {client: name for client, name in names.items() if name in known}


def top_of(rows: list[Bar]) -> float:
    """Upper end of a scale of shares: the next tenth above the highest."""
    ends = [end for row in rows for end in (row.value, row.start, *row.chance, *row.assumptions) if np.isfinite(end)]
    return min(1.0, float(np.ceil(10 * max([*ends, 0.05])) / 10))
