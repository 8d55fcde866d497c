"""On which numbers of the worlds an effect depends, and where its sign turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.comparison.significance import benjamini_hochberg

Floats = NDArray[np.float64]
FEWEST = 8
"""Worlds below which no dependence is looked for."""
LEVEL = 0.05
LEAST_SIDE = 0.1
"""Share of worlds that must lie on either side of a split."""
MOST = 5


@dataclass(frozen=True)
class Turn:
    """How an effect goes with one number of the worlds.

    Attributes
    ----------
    path : str
    correlation, p : float
        Rank correlation with the effect (Spearman), and its p-value, adjusted after Benjamini and Hochberg.
    at : float
        Value that parts worlds best by the sign of the effect.
    below, above : float
        Share of worlds with an effect above zero, where the number lies below that value, and where it does not.
    """

    path: str
    correlation: float
    p: float
    at: float
    below: float
    above: float


def turns_on(own: Floats, worlds: Floats, paths: Sequence[str]) -> list[Turn]:
    """Numbers with which an effect goes, the strongest first; none where no correlation is clear of chance.

    Parameters
    ----------
    own : ndarray, shape (W,)
        Effect of each world; NaN where it has none.
    worlds : ndarray, shape (W, P)
    paths : sequence of str
        What its columns are.
    """
    from scipy.stats import t  # noqa: PLC0415 (takes a second to import)

    held = np.isfinite(own)
    effects, numbers = own[held], worlds[held]
    varied = np.flatnonzero(np.ptp(numbers, axis=0) > 0) if len(numbers) else np.zeros(0, np.int64)
    if len(effects) < FEWEST or not len(varied) or np.ptp(effects) == 0:
        return []
    correlations = _spearman(effects, numbers[:, varied])
    freedom = len(effects) - 2
    with np.errstate(divide="ignore"):
        statistics = np.abs(correlations) * np.sqrt(freedom / np.maximum(1 - correlations**2, 0))
    p = benjamini_hochberg(np.asarray(2 * t.sf(statistics, freedom)))
    order = [one for one in np.argsort(-np.abs(correlations), kind="stable") if p[one] < LEVEL][:MOST]
    return [
        Turn(paths[varied[one]], float(correlations[one]), float(p[one]), *_split(numbers[:, varied[one]], effects > 0))
        for one in order
    ]


def _spearman(effects: Floats, numbers: Floats) -> Floats:
    from scipy.stats import rankdata  # noqa: PLC0415

    ranks, others = rankdata(effects), rankdata(numbers, axis=0)
    ranks, others = ranks - ranks.mean(), others - others.mean(axis=0)
    return np.asarray(ranks @ others / np.sqrt((ranks**2).sum() * (others**2).sum(axis=0)))


def _split(number: Floats, above_zero: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Value at which worlds are parted best, and the share with an effect above zero on either side."""
    order = np.argsort(number, kind="stable")
    sorted_, signs = number[order], above_zero[order].astype(np.float64)
    count, sums = len(sorted_), np.cumsum(signs)
    least = max(1, int(np.ceil(LEAST_SIDE * count)))
    places = np.arange(least, count - least + 1)
    places = places[sorted_[places - 1] < sorted_[np.minimum(places, count - 1)]]
    if not len(places):
        share = float(signs.mean())
        return float(np.median(number)), share, share
    low = sums[places - 1] / places
    high = (sums[-1] - sums[places - 1]) / (count - places)
    best = int(np.argmax(np.abs(high - low)))
    at = (sorted_[places[best] - 1] + sorted_[places[best]]) / 2
    return float(at), float(low[best]), float(high[best])
