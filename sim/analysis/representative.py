"""Which plausible set stands for all: the medoid in the space of what the sets say.

In hundreds of numbers all sets are about equally far from each other. So they are compared by what comes of them: the
mean over runs of each outcome that results hold by default, at the full horizon, in standard deviations over sets. The
medoid has the smallest weighted sum of distances to all sets (Kaufman and Rousseeuw 1987).
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Design, Ensemble
from sim.outcomes import default_columns, expanded, is_time
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]

BATCH = 64
"""Sets that are simulated together."""
TINY = 1e-12


def set_means(
    scenario: Scenario,
    paths: tuple[str, ...],
    values: Floats,
    runs: range,
    seed: int,
    threads: int | None,
    stop: threading.Event,
) -> Floats:
    """Mean over runs of each default outcome, shape ``(sets, outcomes)``.

    A time that never comes counts as the horizon. What is never finite counts as 0.

    Parameters
    ----------
    scenario : Scenario
        At its full horizon.
    paths : tuple of str
    values : ndarray, shape (sets, paths)
    runs : range
        Replicates.
    seed : int
    threads : int, optional
    stop : threading.Event
        Once set, KeyboardInterrupt is raised.
    """
    columns = expanded(scenario.outcomes, scenario.layout, statistics=True) or default_columns(scenario.structure)
    never = np.array([scenario.structure.weeks if is_time(name) else 0.0 for name in columns])
    ensemble = Ensemble(scenario.structure, scenario.inputs(), columns=columns)
    found = np.empty((len(values), len(columns)))
    for first in range(0, len(values), BATCH):
        some = values[first : first + BATCH]
        table = np.stack([np.repeat(np.arange(len(some)), len(runs)), np.tile(np.array(runs), len(some))], axis=1)
        blocks = ensemble.blocks(Design(paths, some), table, seed, threads=threads, cancelled=stop.is_set)
        summary = [block.summary for block in blocks]
        if sum(map(len, summary)) < len(table):
            raise KeyboardInterrupt  # the runs heard the stop first
        whole = np.concatenate(summary)
        whole = np.where(np.isfinite(whole), whole, never)
        found[first : first + len(some)] = whole.reshape(len(some), len(runs), -1).mean(axis=1)
    return found


def medoid(means: Floats, weights: Floats) -> int:
    """Number of the set that is nearest to all.

    Parameters
    ----------
    means : ndarray, shape (sets, outcomes)
    weights : ndarray, shape (sets,)
    """
    middle = weights @ means
    spread = np.sqrt(weights @ (means - middle) ** 2)
    kept = spread > TINY * np.maximum(1.0, np.abs(middle))
    scaled = (means[:, kept] - middle[kept]) / spread[kept]
    sums = [np.sqrt(((scaled - one) ** 2).sum(axis=1)) @ weights for one in scaled]
    return int(np.argmin(sums))
