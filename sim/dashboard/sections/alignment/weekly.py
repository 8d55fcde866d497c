"""Alignment and influence among all states, week by week: data of the network and the two matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.figures.drawing import short_numbers
from sim.dashboard.study import Study, View
from sim.quantities import FIGHTING

KINDS = ("alignment.", "influence.")
MOST_WEEKS = 120
"""More weeks than this are thinned evenly: the slider has no use for them."""


def alignment(study: Study, views: Sequence[View]) -> dict[str, Any] | None:
    """Mean matrices over runs for each view.

    Returns
    -------
    dict or None
        ``states`` (codes), ``names``, ``weeks``, of how many kept (``all_weeks``), ``dates``,
        ``days`` (words), and ``points``: for each
        view None or its
        two matrices, hundredths as integers in the order week, row, column. Row i, column j of
        ``alignment`` is i's disposition toward j; of ``influence``, what i holds over j. Beside them, by contest,
        the share of runs that are ``fighting``. None when the folder keeps neither matrix.
    """
    if not any(str(name).startswith(KINDS) for name in study.series):
        return None
    held = np.sort(study.series["week"].unique())
    weeks = thin(held)
    return {
        "states": list(study.states),
        "names": [study.name(state) for state in study.states],
        "patrons": list(study.patrons),
        "weeks": [round(float(week), 2) for week in weeks],
        "all_weeks": len(held),
        "dates": [study.day(week).isoformat() for week in weeks],
        "days": [study.day_words(float(week)) for week in weeks],
        "points": [matrices(study, view, weeks) for view in views],
    }


def thin(weeks: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """At most `MOST_WEEKS` of the weeks, evenly spaced, first and last included."""
    if len(weeks) <= MOST_WEEKS:
        return weeks
    places = np.unique(np.linspace(0, len(weeks) - 1, MOST_WEEKS).round().astype(np.int64))
    return np.take(weeks, places)


def matrices(study: Study, view: View, weeks: NDArray[np.floating[Any]]) -> dict[str, Any] | None:
    """Both matrices of one view and how many runs are fighting, or None where it kept no series."""
    kept = study.series_of(view)
    if kept.empty:
        return None
    kept = kept[kept["week"].isin(weeks)]
    means = kept.drop(columns=["point", "replicate"]).groupby("week").mean().reindex(weeks)
    found: dict[str, Any] = {kind: flat(means, kind, study.states) for kind in ("alignment", "influence")}
    phases = {contest.code: f"phase.{contest.code}" for contest in study.contests}
    found["fighting"] = {
        code: short_numbers((kept[name] == FIGHTING).groupby(kept["week"]).mean().reindex(weeks).tolist())
        for code, name in phases.items()
        if name in kept
    }
    return found


def flat(means: pd.DataFrame, kind: str, states: tuple[str, ...]) -> list[int | None]:
    """Hundredths in the order week, row, column; null on the diagonal and where nothing is kept."""
    held = [f"{kind}.{i}.{j}" for i in states for j in states]
    table = means.reindex(columns=held).to_numpy(dtype=np.float64)
    return [round(100 * value) if np.isfinite(value) else None for value in table.ravel().tolist()]
