"""How an outcome lies over the two numbers that matter most: a quadratic surface, and how well it foretells.

Source: Box and Wilson (1951), Journal of the Royal Statistical Society B 13; Stone (1974), same journal 36, for the
cross-validation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FOLDS = 10
STEPS = 15
"""Steps of each number at which the surface is given."""


@dataclass(frozen=True)
class Surface:
    """A quadratic surface.

    Attributes
    ----------
    at : ndarray, shape (STEPS², 2)
        The two numbers.
    height : ndarray, shape (STEPS²,)
    explained : float
        Cross-validated R²: share of the variance between points that the surface foretells of points it did not see;
        below 0 where the mean would do better.
    """

    at: Floats
    height: Floats
    explained: float


def surface(numbers: Floats, means: Floats) -> Surface | None:
    """Fit a surface; None where points are too few or do not vary.

    Parameters
    ----------
    numbers : ndarray, shape (n, 2)
    means : ndarray, shape (n,)
    """
    held = np.isfinite(means)
    x, y = numbers[held], means[held]
    low, high = (x.min(axis=0), x.max(axis=0)) if len(x) else (np.zeros(2), np.zeros(2))
    if len(y) < 3 * FOLDS or np.ptp(y) == 0 or (high <= low).any():
        return None
    terms = _terms((x - low) / (high - low))
    fold = np.arange(len(y)) % FOLDS
    foretold = np.empty(len(y))
    for one in range(FOLDS):
        foretold[fold == one] = terms[fold == one] @ _fitted(terms[fold != one], y[fold != one])
    explained = 1.0 - float(((y - foretold) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    share = np.linspace(0.0, 1.0, STEPS)
    grid = np.column_stack([one.ravel() for one in np.meshgrid(share, share, indexing="ij")])
    return Surface(low + grid * (high - low), _terms(grid) @ _fitted(terms, y), explained)


def _terms(x: Floats) -> Floats:
    a, b = x.T
    return np.column_stack([np.ones_like(a), a, b, a * a, a * b, b * b])


def _fitted(terms: Floats, y: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(terms, y, rcond=None)[0])
