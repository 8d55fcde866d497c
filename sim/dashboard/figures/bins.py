"""Bins of histograms, as many as the data bear."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST, MOST = 5, 30
MOST_STEPS = 10_000
"""Steps in the range of values beyond which bins hold so many that one more or less is not seen."""
OFF = 1e-6
"""How far, in steps, a value may lie from a multiple of the step."""


def bin_edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges of equally wide bins that hold all values, shape (bins + 1,).

    As many bins as the rule of Freedman and Diaconis (1981) has, at least as many as that of Sturges (1926), from
    `FEWEST` to `MOST`. Values that are multiples of a step, as shares of few runs are, get bins of whole steps with
    edges between the multiples: else some bins would hold more of the possible values than others, and bars stand like
    the teeth of a comb.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Finite, at least two of them different.
    """
    low, high = float(values.min()), float(values.max())
    most = min(MOST, FEWEST + int(np.sqrt(len(values))))
    step = step_of(np.unique(values))
    if step is None:
        return np.linspace(low, high, bins_for(values, most) + 1)
    places = round((high - low) / step) + 1
    each = steps_each(places, most)
    return low - step / 2 + each * step * np.arange(-(-places // each) + 1, dtype=np.float64)


def bins_for(values: NDArray[np.float64], most: int) -> int:
    """Number of bins for values without a step."""
    upper, lower = np.quantile(values, [0.75, 0.25])
    width = 2 * (upper - lower) / np.cbrt(len(values))
    by_spread = min(float(most), np.ptp(values) / width) if width > 0 else 0.0
    return int(np.clip(np.ceil(max(by_spread, np.log2(len(values)) + 1)), FEWEST, most))


def step_of(different: NDArray[np.float64]) -> float | None:
    """The smallest difference of ascending values, where all others are multiples of it; else None."""
    step = float(np.diff(different).min())
    if not np.ptp(different) <= MOST_STEPS * step:
        return None
    places = (different - different[0]) / step
    return step if np.abs(places - np.round(places)).max() < OFF else None


def steps_each(places: int, most: int) -> int:
    """Steps to a bin, for at most `most` bins: where possible a number by which all bins hold as many multiples."""
    least = -(-places // most)
    return next((each for each in range(least, 2 * least + 1) if places % each == 0), least)
