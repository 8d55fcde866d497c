"""From the draws of a complete search to what is kept of it: plausible sets, the one that stands for all, a report."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.found import Found, plausible
from sim.analysis.report import report_of
from sim.analysis.representative import medoid, set_means
from sim.analysis.sampling.waves import Waves
from sim.analysis.search import Search
from sim.experiments.plausible import PlausibleSets, scenario_facts
from sim.storage.manifest import digest

Floats = NDArray[np.float64]

MOST_SETS = 500
MOST_RUNS = 100
"""Sets that are kept, and runs of each from which the one that stands for all is found."""


def conclude(
    search: Search,
    waves: Waves,
    found: Found,
    threads: int | None,
    stop: threading.Event,
) -> tuple[PlausibleSets | None, dict[str, Any]]:
    """Plausible sets of a search, None where no draw shows all patterns, and its report."""
    report = report_of(found, waves, search.patterns)
    kept = plausible(found.frame, search.patterns)["draw"].to_numpy()
    if not len(kept):
        return None, report
    chosen, weights = thinned(waves.weights(waves.values(kept)), MOST_SETS)
    values, paths = waves.values(kept[chosen]), search.space.paths
    runs = range(min(search.replicates, MOST_RUNS))
    means = set_means(search.scenario, paths, values, runs, search.seed, threads, stop)
    best = medoid(means, weights)
    report["representative"] = {"set": best, "draw": int(kept[chosen][best])}
    about = {
        **scenario_facts(search.scenario, paths),
        "patterns": search.patterns.name,
        "patterns_digest": digest(asdict(search.patterns)),
        "draws": len(found),
        "replicates": search.replicates,
        "seed": search.seed,
        "method": f"{waves.said()}; draws that show all patterns, {len(chosen)} of {len(kept)} kept",
        "representative": best,
    }
    return PlausibleSets(search.patterns.name, search.patterns.title, paths, values, weights, about), report


def thinned(weights: Floats, most: int) -> tuple[NDArray[np.int64], Floats]:
    """At most so many of some sets, with their new weights: systematic resampling, those drawn twice counting double.

    Source: Kitagawa (1996), Journal of Computational and Graphical Statistics 5.
    """
    if len(weights) <= most:
        return np.arange(len(weights)), weights
    ends = np.cumsum(weights)
    steps = (np.arange(most) + 0.5) / most * ends[-1]
    drawn = np.minimum(np.searchsorted(ends, steps, side="right"), len(weights) - 1)
    chosen, counts = np.unique(drawn, return_counts=True)
    return chosen.astype(np.int64), counts / most
