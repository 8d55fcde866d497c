"""What a fit says: how many draws show what, which ranges narrowed and why, what trades off, what almost fitted.

Pass rates come from the reference draws, which are never dropped early; what almost fitted, from all draws of the
first wave by the runs that each had. Ranges and correlations of the plausible draws
are compared with draws from the ranges that keep all limits, for a limit on a sum narrows ranges too.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.found import SHARE, WAVE, Found, plausible
from sim.analysis.patterns import Patterns
from sim.analysis.sampling.space import Space
from sim.analysis.sampling.waves import Waves
from sim.analysis.sampling.weighting import effective, false_discoveries, largest_gap, quantiles, two_sample_p

Floats = NDArray[np.float64]

LEVEL = 0.05
"""Share of the ranges, or of the pairs, that are named and may be so by chance alone."""
ENDS = (0.05, 0.95)
FEWEST = 8
"""Draws without which nothing is said of ranges and correlations."""
MOST_PAIRS = 100


def report_of(found: Found, waves: Waves, patterns: Patterns) -> dict[str, Any]:
    """Everything that a fit says of its draws, as JSON can hold it.

    Parameters
    ----------
    found : Found
    waves : Waves
        All of which have been made.
    patterns : Patterns
    """
    frame, space = found.frame, waves.space
    reference = frame[frame["draw"] < min(patterns.reference, waves.draws)] if patterns.reference else frame
    passed = _passed(reference, patterns)
    kept = plausible(frame, patterns)
    values = waves.values(kept["draw"].to_numpy())
    weights = waves.weights(values)
    plain = waves.plain()
    said = {
        "draws": len(frame),
        "reference": len(reference),
        "plausible": len(kept),
        "worth": round(effective(weights), 1),
        "method": waves.said(),
        "rates": _rates(reference, passed, patterns),
        "pairs": _pairs(passed, patterns),
        "almost": _almost(frame[frame[WAVE] == 0], patterns),
        "ranges": [],
        "tradeoffs": [],
    }
    if len(kept) >= FEWEST:
        units, usual = space.units(values), space.units(plain)
        causes = _causes(space.units(waves.values(reference["draw"].to_numpy())), passed, patterns)
        said["ranges"] = _ranges(space, (values, units, weights), (plain, usual), causes)
        said["tradeoffs"] = _tradeoffs(space, units, weights, usual)
    return said


def _passed(frame: pd.DataFrame, patterns: Patterns) -> NDArray[np.bool_]:
    """Which draws show which pattern, shape ``(draws, patterns)``."""
    return np.stack([one.accepts(frame[f"{SHARE}{one.name}"].to_numpy()) for one in patterns.patterns], axis=1)


def _rates(frame: pd.DataFrame, passed: NDArray[np.bool_], patterns: Patterns) -> list[dict[str, Any]]:
    """Of each pattern the share of draws that show it, and the median share of runs."""
    return [
        {
            "pattern": one.name,
            "text": one.text,
            "rate": float(column.mean()) if len(column) else 0.0,
            "median": _median(frame[f"{SHARE}{one.name}"]),
        }
        for one, column in zip(patterns.patterns, passed.T, strict=True)
    ]


def _median(shares: pd.Series) -> float | None:
    return float(shares.median()) if shares.notna().any() else None


def _pairs(passed: NDArray[np.bool_], patterns: Patterns) -> list[dict[str, Any]]:
    """Of each pair of patterns the share of draws that show both, and what it would be if they were independent."""
    rates = passed.mean(axis=0) if len(passed) else np.zeros(passed.shape[1])
    both = (passed.T.astype(float) @ passed) / max(1, len(passed))
    names = [one.name for one in patterns.patterns]
    return [
        {"patterns": [names[i], names[j]], "rate": float(both[i, j]), "independent": float(rates[i] * rates[j])}
        for i, j in combinations(range(len(names)), 2)
    ]


def _almost(frame: pd.DataFrame, patterns: Patterns) -> list[dict[str, Any]]:
    """Draws that show all patterns but one: how many, and how far they miss it, by the runs that each had."""
    shares = frame[[f"{SHARE}{one.name}" for one in patterns.patterns]].to_numpy()
    missed = np.stack([one.distance(share) for one, share in zip(patterns.patterns, shares.T, strict=True)], axis=1)
    one_short = (missed > 0.0).sum(axis=1) == 1  # of those that were looked at: NaN is not above 0
    said = []
    for pattern, column in zip(patterns.patterns, missed.T, strict=True):
        by = column[one_short & (column > 0.0)]
        if len(by):
            near, middle = float(by.min()), float(np.median(by))
            said.append({"pattern": pattern.name, "draws": len(by), "median miss": middle, "least miss": near})
    return sorted(said, key=lambda row: -row["draws"])


def _causes(units: Floats, passed: NDArray[np.bool_], patterns: Patterns) -> list[list[str]]:
    """For each number the patterns whose passing goes by it, the strongest first.

    Kolmogorov and Smirnov's distance between draws that show a pattern and those that do not, adjusted for the number
    of tests.
    """
    from scipy.special import kolmogorov  # noqa: PLC0415 (takes a while to import)

    gaps, p = np.zeros((passed.shape[1], units.shape[1])), np.ones((passed.shape[1], units.shape[1]))
    for row, column in enumerate(passed.T):
        yes, no = int(column.sum()), int((~column).sum())
        if min(yes, no) >= FEWEST:
            gaps[row] = largest_gap(units, np.where(column, 1.0 / yes, -1.0 / no))
            p[row] = kolmogorov(np.sqrt(yes * no / (yes + no)) * gaps[row])
    named = false_discoveries(p) <= LEVEL
    names = np.array([one.name for one in patterns.patterns])
    order = np.argsort(-gaps, axis=0, kind="stable")
    return [[str(names[row]) for row in order[:, at] if named[row, at]] for at in range(units.shape[1])]


def _ranges(
    space: Space, kept: tuple[Floats, Floats, Floats], plain: tuple[Floats, Floats], causes: list[list[str]]
) -> list[dict[str, Any]]:
    """Of each number how far the plausible draws narrow it; the surest first.

    The width is that of the interval that holds 90 % of the plausible draws, over that of draws from the ranges, on the
    scale on which the number is drawn.
    """
    values, units, weights = kept
    p = two_sample_p(units, weights, plain[1])
    adjusted = false_discoveries(p)
    ends = quantiles(values, weights, ENDS)
    one, other = quantiles(units, weights, ENDS), quantiles(plain[1], np.full(len(plain[1]), 1.0), ENDS)
    width = (one[1] - one[0]) / np.maximum(other[1] - other[0], 1e-12)
    rows = [
        {
            "path": path,
            "range": [float(space.low[at]), float(space.high[at])],
            "interval": [float(ends[0, at]), float(ends[1, at])],
            "width": float(width[at]),
            "p": float(p[at]),
            "adjusted p": float(adjusted[at]),
            "moved": bool(adjusted[at] <= LEVEL),
            "patterns": causes[at],
        }
        for at, path in enumerate(space.paths)
    ]
    return sorted(rows, key=lambda row: row["p"])


def _tradeoffs(space: Space, units: Floats, weights: Floats, plain: Floats) -> list[dict[str, Any]]:
    """Pairs of numbers whose rank correlation over plausible draws is not that over the ranges; the strongest first."""
    from scipy.stats import norm  # noqa: PLC0415 (takes a second to import)

    size = effective(weights)
    if size <= FEWEST:
        return []
    found, usual = _rank_correlation(units, weights), _rank_correlation(plain, np.full(len(plain), 1.0))
    i, j = np.triu_indices(len(space.paths), 1)
    gap = np.arctanh(_inside(found[i, j])) - np.arctanh(_inside(usual[i, j]))
    z = np.abs(gap) / np.sqrt(1.06 / (size - 3.0) + 1.06 / (len(plain) - 3.0))
    adjusted = false_discoveries(2.0 * norm.sf(z))
    named = np.flatnonzero(adjusted <= LEVEL)
    strongest = named[np.argsort(-np.abs(gap[named]), kind="stable")][:MOST_PAIRS]
    return [
        {
            "paths": [space.paths[i[at]], space.paths[j[at]]],
            "correlation": float(found[i[at], j[at]]),
            "over the ranges": float(usual[i[at], j[at]]),
            "adjusted p": float(adjusted[at]),
        }
        for at in strongest
    ]


def _rank_correlation(values: Floats, weights: Floats) -> Floats:
    """Weighted rank correlation of all pairs of columns; Fieller, Hartley and Pearson (1957) give its error."""
    from scipy.stats import rankdata  # noqa: PLC0415 (takes a second to import)

    ranks = rankdata(values, axis=0)
    share = weights / weights.sum()
    centred = (ranks - share @ ranks) * np.sqrt(share)[:, None]
    size = np.sqrt((centred**2).sum(axis=0))
    return np.asarray(centred.T @ centred / np.maximum(np.outer(size, size), 1e-300))


def _inside(correlation: Floats) -> Floats:
    return np.clip(correlation, -0.999999, 0.999999)
