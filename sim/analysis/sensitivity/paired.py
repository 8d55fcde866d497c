"""Paired effects of a design's factors over worlds, and regrets of policies.

A world is a setting of all other factors, or a plausible set where the design has them. Runs of one replicate number
share their chance events, so points are compared in pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.sensitivity.cube import Cube
from sim.analysis.sensitivity.regret import Regret, regret
from sim.comparison.neighbours import Neighbours
from sim.comparison.over_sets import over_sets
from sim.results.measures import rounded
from sim.results.worlds import worlds

Floats = NDArray[np.float64]
Pairs = Sequence[NDArray[np.int64]]

MOST_LEVELS = 12
"""A number of more levels than this is no policy."""


def leveled(cube: Cube) -> list[tuple[int, Mapping[str, Any], list[Any]]]:
    """Factors of words, or of few numbers: place, factor, and the levels that there are, the first one first."""
    found = []
    for place, factor in enumerate(cube.factors):
        here = set(cube.design[factor["path"]].tolist())
        levels = [value for value in factor.get("values") or () if value in here]
        few = len(levels) <= MOST_LEVELS or any(isinstance(value, str) for value in levels)
        if few and 1 < len(levels) == len(here):
            found.append((place, factor, levels))
    return found


def paired(cube: Cube) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effects of each factor's levels against its first, and regrets; both empty where no points are pairs."""
    if not cube.factors:
        return pd.DataFrame(), pd.DataFrame()
    neighbours = Neighbours([cube.design[factor["path"]] for factor in cube.factors])
    effects, regrets = [], []
    for place, factor, levels in leveled(cube):
        pairs = neighbours.from_first(place, levels)
        if not any(len(one) for one in pairs):
            continue
        effects += list(_effects(cube, factor, levels, pairs))
        regrets += list(_regrets(cube, factor, levels, pairs))
    return pd.DataFrame(effects), pd.DataFrame(regrets)


def _effects(cube: Cube, factor: Mapping[str, Any], levels: list[Any], pairs: Pairs) -> Iterator[dict[str, Any]]:
    sets = worlds(cube.manifest, cube.design)
    for level, chosen in zip(levels[1:], pairs, strict=True):
        if not len(chosen):
            continue
        first, second = cube.values[chosen[:, 0]], cube.values[chosen[:, 1]]
        moved = rounded(second - first, cube.values)
        weights = np.ones(len(chosen), np.int64)
        if sets is not None:
            rows, runs = np.repeat(chosen[:, 0], cube.replicates), np.tile(np.arange(cube.replicates), len(chosen))
            moved, weights = sets.by_set(rows, runs, moved.reshape(-1, moved.shape[2])), sets.weights
        for o, outcome in enumerate(cube.outcomes):
            found = over_sets(moved[:, :, o], weights)
            if found.sets:
                yield {
                    "outcome": outcome,
                    "unit": cube.units[o],
                    "factor": factor["path"],
                    "label": str(factor["label"]),
                    "level": said(factor, level),
                    "baseline": said(factor, levels[0]),
                    "mean": found.value,
                    "chance_low": found.chance[0],
                    "chance_high": found.chance[1],
                    "assumptions_low": found.assumptions[0],
                    "assumptions_high": found.assumptions[1],
                    "sd": float(np.nanstd(np.nanmean(moved[_there(moved[:, :, o]), :, o], axis=1))),
                    "rises": found.rises,
                    "falls": found.falls,
                    "worlds": found.sets,
                    "runs": found.runs,
                }


def _there(values: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).any(axis=1))


def _regrets(cube: Cube, factor: Mapping[str, Any], levels: list[Any], pairs: Pairs) -> Iterator[dict[str, Any]]:
    """Regrets over the points that have a pair at every level, once for each direction that may be better."""
    points = _complete(pairs)
    if len(points) < 2:
        return
    sets = worlds(cube.manifest, cube.design)
    place = None if sets is None else sets.of_point[points[:, 0]]
    weights = np.ones(len(points), np.int64) if sets is None or place is None else sets.weights[place]
    for o, outcome in enumerate(cube.outcomes):
        values = cube.values[points][..., o]
        for best, sign in (("highest", 1.0), ("lowest", -1.0)):
            found = regret(sign * values, weights)
            if found is not None:
                yield from _rows(found, outcome, best, factor, levels)


def _rows(found: Regret, outcome: str, best: str, factor: Mapping[str, Any], levels: list[Any]) -> Iterator[Any]:
    for place, level in enumerate(levels):
        yield {
            "outcome": outcome,
            "factor": factor["path"],
            "label": str(factor["label"]),
            "level": said(factor, level),
            "best_is": best,
            "mean_regret": float(found.mean[place]),
            "max_regret": float(found.largest[place]),
            "best_in": float(found.best[place]),
            "worlds": found.worlds,
        }


def _complete(pairs: Pairs) -> NDArray[np.int64]:
    """Points of each world that has all levels, shape (worlds, levels)."""
    partner = [dict(one.tolist()) for one in pairs]
    whole = sorted(set(partner[0]).intersection(*partner[1:]))
    return np.array([[first, *(one[first] for one in partner)] for first in whole], np.int64).reshape(
        len(whole), len(pairs) + 1
    )


def said(factor: Mapping[str, Any], value: Any) -> str:
    """A level in the factor's own words where it has them."""
    values, words = list(factor.get("values") or ()), factor.get("labels") or ()
    if len(words) == len(values) and value in values:
        return str(words[values.index(value)])
    return value if isinstance(value, str) else f"{float(value):g}"
