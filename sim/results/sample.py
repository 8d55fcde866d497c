"""Some of the runs where there is no room for the weeks of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.results.tables import run_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

RUN = ["point", "replicate"]
SEED = 20_201
"""Of the choice of points that have a run more than others, which is the same for the same runs."""


def evenly(runs: pd.DataFrame, most: int, first: Sequence[int] = ()) -> pd.DataFrame:
    """At most so many runs: one of each point before a second of any.

    Of a point those with the lowest replicates are taken, which are pairs with those of other points.

    Parameters
    ----------
    runs : DataFrame
        With ``point`` and ``replicate``, one row a run, in order.
    most : int
    first : sequence of int
        Points that half of the room is for, if they have so many runs; all points share the rest.
    """
    if len(runs) <= most:
        return runs
    turn = runs.groupby("point").cumcount().to_numpy()
    order = np.lexsort((np.random.default_rng(SEED).random(len(runs)), turn))
    ahead = order[runs["point"].isin(first).to_numpy()[order]][: most // 2]
    others = order[~np.isin(order, ahead)][: most - len(ahead)]
    return runs.iloc[np.sort(np.r_[ahead, others])].reset_index(drop=True)


def runs_in(parts: Iterable[pa.Table]) -> pd.DataFrame:
    """Point, replicate and number of ``rows`` of each run in parts of a table, in order."""
    found = [part.select(RUN).to_pandas().value_counts(sort=False).rename("rows").reset_index() for part in parts]
    counted = pd.concat(found or [pd.DataFrame({name: np.zeros(0, np.int64) for name in (*RUN, "rows")})])
    return pd.DataFrame(counted.groupby(RUN, as_index=False).sum())


def rows_of(parts: Iterable[pa.Table], runs: pd.DataFrame) -> pd.DataFrame:
    """Rows of some runs of a table, in order, from its parts one at a time.

    Parameters
    ----------
    parts : iterable of pyarrow.Table
    runs : DataFrame
        As `runs_in` gives them. Their rows are counted there, so that there is room for them from the start and they
        are never in memory twice.
    """
    wanted, rows = run_keys(runs), int(runs["rows"].sum())
    found: dict[str, NDArray[Any]] = {}
    at = 0
    for part in parts:
        here = part.filter(pa.array(np.isin(run_keys(part), wanted)))
        for name in here.column_names:
            values = here[name].to_numpy()
            found.setdefault(name, np.empty(rows, values.dtype))[at : at + len(here)] = values
        at += len(here)
        del part, here  # else they are there beside the next ones
    pa.default_memory_pool().release_unused()  # else Arrow keeps the room of a part
    table = pd.DataFrame(found, copy=False)
    order = np.argsort(run_keys(table), kind="stable")
    return table if (np.diff(order) > 0).all() else table.iloc[order].reset_index(drop=True)
