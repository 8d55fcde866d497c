"""What matters: how strongly each outcome goes with each factor over the points of a design.

`P` points, `F` factors, `O` outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.variance import mean_of
from sim.dashboard.effects.variation import Variation
from sim.dashboard.sections.explorer.columns import numbers_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Strengths:
    """How outcomes go with factors.

    Attributes
    ----------
    values : ndarray, shape (F, O)
        Spearman's rank correlation; of a factor of three or more words the correlation ratio of ranks, which has no
        sign. NaN where nothing varies.
    signed : ndarray of bool, shape (F,)
        Whether the factor has an order.
    clear : ndarray of bool, shape (F, O)
        Whether the page's test, corrected for all comparisons, tells the effect from chance.
    """

    values: Floats
    signed: NDArray[np.bool_]
    clear: NDArray[np.bool_]

    @property
    def order(self) -> list[int]:
        """Places of the factors, the one whose strongest correlation is largest first."""
        most = np.nan_to_num(np.abs(self.values)).max(axis=1, initial=0.0)
        return [int(place) for place in np.argsort(-most, kind="stable")]

    def rows(self, held: Sequence[int]) -> list[dict[str, Any]]:
        """For each factor that is held, its strengths by outcome as the page's script reads them."""
        return [
            {
                "signed": bool(self.signed[place]),
                "values": [round(float(one), 3) + 0.0 if np.isfinite(one) else None for one in self.values[place]],
                "clear": self.clear[place].tolist(),
            }
            for place in held
        ]


def strengths(vary: Variation) -> Strengths:
    """Work them out from the means of the points.

    Source: Spearman (1904), American Journal of Psychology 15; Pearson (1905), On the general theory of skew
    correlation (correlation ratio).
    """
    means = mean_of(vary.cube, axis=1)
    ranks = pd.DataFrame(means).rank().to_numpy()
    values, signed = [], []
    for factor in vary.study.factors:  # one at a time, as all numbers together take as much room as the design
        words, number = numbers_of(factor, vary.design)
        signed.append(len(words) < 3)
        values.append(_correlations(number, means, ranks) if signed[-1] else _ratios(number, ranks))
    sure = {(effect.path, effect.outcome) for effect in vary.clear}
    clear = [[(factor["path"], one) in sure for one in vary.outcomes] for factor in vary.study.factors]
    return Strengths(np.array(values), np.array(signed), np.array(clear))


def _correlations(number: Floats, means: Floats, ranks: Floats) -> Floats:
    """Rank correlation of a number with each outcome, shape (O,), over the points that have both."""
    both = np.isfinite(number)[:, None] & np.isfinite(means)
    if both.all():
        return _pearson(pd.Series(number).rank().to_numpy()[:, None], ranks)
    found = [
        _pearson(*(pd.Series(one[here]).rank().to_numpy()[:, None] for one in (number, outcome)))[0]
        for outcome, here in zip(means.T, both.T, strict=True)
    ]
    return np.array(found)


def _pearson(x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> Floats:
    """Correlation of one column with each of others; NaN where one does not vary."""
    if not len(x):
        return np.full(y.shape[1], np.nan)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((x * y).sum(axis=0) / np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0)))


def _ratios(place: Floats, ranks: Floats) -> Floats:
    """Correlation ratio of the ranks of each outcome over the levels of a factor, shape (O,)."""
    found = []
    for outcome in ranks.T:
        here = np.isfinite(place) & np.isfinite(outcome)
        level, rank = place[here].astype(np.int64), outcome[here]
        count = np.bincount(level)
        middle = np.bincount(level, weights=rank) / np.maximum(count, 1)
        between = float((count * (middle - rank.mean()) ** 2).sum()) if len(rank) else 0.0
        total = float(((rank - rank.mean()) ** 2).sum()) if len(rank) else 0.0
        found.append(np.sqrt(between / total) if total > 0 else np.nan)
    return np.array(found)
