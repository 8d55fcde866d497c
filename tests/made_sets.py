"""Plausible sets of a scenario that no fit has found: drawn at random from the ranges of some numbers."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from sim.experiments.plausible import PlausibleSets, scenario_facts
from sim.scenario.scenario import Scenario

ABOUT = {
    "patterns": "what-is-known",
    "patterns_digest": "none",
    "draws": 100,
    "replicates": 10,
    "seed": 1,
    "representative": 0,
    "method": "drawn at random for a test",
}
"""What the file says of a fit that never was."""


def make_sets(
    scenario: Scenario, *patterns: str, count: int = 8, weights: Any = None, name: str = "worlds"
) -> PlausibleSets:
    """Sets of the numbers that fit one of some patterns and have a range; of all weights unless given."""
    wanted = patterns or ("weights.*",)
    paths = tuple(
        path
        for path, number in scenario.numbers.items()
        if any(fnmatchcase(path, pattern) for pattern in wanted)
        and number.range[0] < number.range[1]
        and scenario.layout.quantity(path).unit not in ("policy", "switch")
    )
    low, high = np.array([scenario.numbers[path].range for path in paths]).T
    values = low + np.random.default_rng(1).random((count, len(paths))) * (high - low)
    share = np.full(count, 1.0) if weights is None else np.array(weights, dtype=np.float64)
    about = {**ABOUT, **scenario_facts(scenario, paths)}
    return PlausibleSets(name, "Worlds for a test", paths, np.clip(values, low, high), share / share.sum(), about)
