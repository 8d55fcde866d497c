"""Trajectories of the runs whose weeks were kept: a few outcomes week by week."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.dashboard.figures.drawing import WEEK_FROM, calendar
from sim.dashboard.sections.explorer.columns import coded
from sim.dashboard.study import Study
from sim.dashboard.words import capital

MOST_PATHS = 10_000
MOST_PATH_VALUES = 500_000
"""Values of all trajectories: runs times weeks times outcomes. About 1.3 MB of the page."""
MOST_OUTCOMES = 6


def paths(study: Study, runs: pd.DataFrame) -> dict[str, Any] | None:
    """Weeks of kept runs; None where no weeks were kept of any run that the explorer shows.

    Returns
    -------
    dict
        ``dates``, ``runs`` (places among the explorer's runs) and ``outcomes``, each with its values run by run,
        week by week. Runs are evenly spaced among those that are kept where there is no room for all; ``kept``
        says how many these were.
    """
    wanted = weekly_outcomes(study)
    if study.series.empty or not wanted:
        return None
    weeks = np.sort(study.series["week"].unique())
    shown = pd.MultiIndex.from_frame(study.series[["point", "replicate"]].drop_duplicates())
    known = np.flatnonzero(pd.MultiIndex.from_frame(runs[["point", "replicate"]]).isin(shown))
    most = max(1, min(MOST_PATHS, MOST_PATH_VALUES // (len(weeks) * len(wanted))))
    chosen = known if len(known) <= most else known[np.linspace(0, len(known) - 1, most).round().astype(int)]
    if not len(chosen):
        return None
    index = pd.MultiIndex.from_frame(runs.loc[chosen, ["point", "replicate"]])
    outcomes = []
    for column, words in wanted.items():
        table = study.series.pivot(index=["point", "replicate"], columns="week", values=column)
        values = table.reindex(index=index, columns=weeks).to_numpy(dtype=np.float64)
        outcomes.append({"key": column, "name": words, **coded(values.ravel())})
    return {
        "weeks": weeks.astype(float).tolist(),
        "dates": calendar(study, weeks.tolist())[WEEK_FROM],
        "runs": chosen.tolist(),
        "kept": len(study.kept),
        "outcomes": outcomes,
    }


def weekly_outcomes(study: Study) -> dict[str, str]:
    """Weekly outcomes to show, all of them shares, in words: what challengers hold, and the first patron's place."""
    found = {
        f"control.{one.code}": capital(f"part of {one.spoken} held by {one.challenger_name}") for one in study.contests
    }
    for patron in study.patrons[:1]:
        name = study.name(patron)
        found[f"primacy.{patron}"] = f"{name}'s lead in the region"
        for client in study.clients:
            found[f"influence.{patron}.{client}"] = f"{name}'s influence over {study.name(client)}"
    return dict([(column, words) for column, words in found.items() if column in study.series][:MOST_OUTCOMES])
