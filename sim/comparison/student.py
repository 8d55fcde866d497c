"""Standard errors from groups of replicates, and what Student's t makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from sim.comparison.variance import mean_of


def by_group(values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Sums over replicates by group, neighbours in different groups: shape (N, G, O) from (N, R, O)."""
    if values.shape[1] == groups:
        return values
    return np.stack([values[:, place::groups].sum(axis=1) for place in range(groups)], axis=1)


def standard_error(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of the mean of each column; NaN below two values."""
    count = np.isfinite(rows).sum(axis=0)
    squares = np.nansum((rows - mean_of(rows, axis=0)) ** 2, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 1, np.sqrt(squares / (count - 1) / count), np.nan)


def student_half(error: Any, groups: int) -> Any:
    """Half of a 95% interval by Student's t, from a standard error over so many groups; NaN below two."""
    return error * float(stdtrit(groups - 1, 0.975)) if groups > 1 else error * np.nan


def student_p(value: Any, error: Any, groups: int) -> NDArray[np.float64]:
    """Two-sided p-value of a value against none by Student's t, from so many groups; NaN below two.

    Where all groups agree to the digit, the error is 0 and says nothing: p is then that of the test by signs.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * stdtr(max(groups - 1, 1), -np.abs(value) / error)
    agreed = np.where(np.asarray(value) == 0, 1.0, 0.5 ** (groups - 1))
    return np.asarray(np.where(np.asarray(error) == 0, agreed, p) if groups > 1 else np.asarray(value) * np.nan)


def spearman_p(value: NDArray[np.float64], units: int) -> NDArray[np.float64]:
    """Two-sided p-value of rank correlations over so many independent units, shape as given.

    Source: Zar (1972), Journal of the American Statistical Association 67, for the approximation by Student's t.
    """
    with np.errstate(divide="ignore"):
        t = np.abs(value) * np.sqrt((units - 2) / np.maximum(1 - value**2, 0.0))
    return np.asarray(2 * stdtr(units - 2, -t))
