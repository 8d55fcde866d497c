"""When a draw is dropped early: bounds on how many of the first runs show a pattern.

A draw is judged on so many runs in all, of which the first ones are a part that is drawn without replacement. If just
as many of all runs met the pattern as are needed, the number among the first would be hypergeometric. A draw is
dropped where fewer met it than that allows, but for a stated error. So a draw that would pass a pattern is dropped for
it at a stage with at most that probability. This is a group sequential test with the horizon's own counts (curtailment
by conditional power, Lan, Simon and Halperin 1982).

Where weeks are counted, a run counts by its share of weeks. Shares vary less than yes and no do, so the bounds err on
the side of keeping a draw.
"""

from __future__ import annotations

from math import ceil, floor

import numpy as np

ERROR = 1e-3
"""Probability at most, for a pattern and a stage, of dropping a draw that would have passed."""
ROUNDING = 1e-9


def bounds(at_least: float, at_most: float, runs: int, total: int, error: float = ERROR) -> tuple[int, int]:
    """Fewest and most of the first runs that may meet a pattern of a draw that goes on.

    Parameters
    ----------
    at_least, at_most : float
        Share of all runs that is accepted.
    runs, total : int
        First runs, and runs in all.
    error : float
        Probability of dropping a draw that would pass.
    """
    from scipy.stats import hypergeom  # noqa: PLC0415 (takes a second to import)

    counts = np.arange(runs + 1)
    fewest = ceil(at_least * total - ROUNDING)
    most = min(total, floor(at_most * total + ROUNDING))
    below = hypergeom.cdf(counts, total, fewest, runs)
    above = hypergeom.sf(counts - 1, total, most, runs)
    return int(np.argmax(below >= error)), int(runs - np.argmax(above[::-1] >= error))
