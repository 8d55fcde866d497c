"""Which runs and factors a page has room for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.dashboard.sections.explorer.columns import text
from sim.dashboard.sections.explorer.matters import Strengths

MOST_RUNS = 100_000
MOST_RUN_VALUES = 2_400_000
"""Values of outcomes: runs times outcomes. About 6 MB of the page."""
MOST_POINT_VALUES = 1_600_000
"""Values of factors: points times factors."""
SEED = 20_201
"""Of the choice of runs, which is the same for the same results."""


def all_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs in the order of their points and replicates."""
    return runs.sort_values(["point", "replicate"], ignore_index=True)


def sampled(runs: pd.DataFrame, outcomes: int) -> pd.DataFrame:
    """The runs, or as many as there is room for: one of each point before a second of any, chosen evenly at random."""
    runs = all_runs(runs)
    most = min(MOST_RUNS, MOST_RUN_VALUES // max(outcomes, 1))
    if len(runs) <= most:
        return runs
    drawn = pd.Series(np.random.default_rng(SEED).random(len(runs)))
    turn = drawn.groupby(runs["point"].to_numpy()).rank(method="first")
    chosen = np.sort(np.lexsort((drawn, turn))[:most])
    return runs.iloc[chosen].reset_index(drop=True)


def factors_that_fit(found: Strengths, points: int) -> list[int]:
    """Places of the factors that there is room for, those that matter most first."""
    return found.order[: max(1, MOST_POINT_VALUES // points)]


def numbers_of_points(design: pd.DataFrame) -> str:
    """Numbers of the points, as four bytes each."""
    return text(design["point"].to_numpy().astype("<u4"))


def places_at_points(runs: pd.DataFrame, design: pd.DataFrame) -> dict[str, Any]:
    """Numbers of the points, and for each run its place among them and its replicate, as four bytes each."""
    at = pd.Index(design["point"]).get_indexer(runs["point"])
    return {
        "points": numbers_of_points(design),
        "at": text(at.astype("<u4")),
        "replicates": text(runs["replicate"].to_numpy().astype("<u4")),
    }
