"""An effect over worlds and replicates: its size, how sure it is, and in which share of worlds it has which sign.

Runs of one replicate share their chance events in all worlds, so the replicate is the unit of chance. A world's own
effect is drawn toward that of all as far as the noise of its runs goes: only then do shares of worlds by sign tell of
worlds, and not of noise.

Source of the test of equivalence: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr, stdtrit

from sim.comparison.over_sets import over_sets, without_noise
from sim.comparison.variance import jackknife, mean_of

Floats = NDArray[np.float64]
NOTHING = 1e-9
"""Size below which a world's effect is none: results are stored with seven digits."""
CLEAR = 0.025
"""One-sided level at which a single world's effect is clear of chance."""
BEYOND = 0.01
"""Probability at most of so many clear worlds by chance alone, where chance makes `CLEAR` of them so."""
MOST_NEEDED = 10**9


@dataclass(frozen=True)
class Effect:
    """What is known of an effect.

    Attributes
    ----------
    value, error : float
        Mean over worlds, and its standard error by chance.
    chance, assumptions : tuple of float
        95% interval over other replicates, and the 5% and 95% quantile over worlds.
    p, p_same : float
        Two-sided p-value of no effect, and that of an effect beyond the margin (the larger of two one-sided ones);
        NaN where there are fewer than two replicates, or there is no margin.
    up, down, within : float
        Share of worlds whose effect is above and below nothing, and within the margin.
    clear_up, clear_down : int
        Worlds whose effect is clear of chance by itself.
    turns : bool
        Whether there are more of both than chance allows.
    own : ndarray, shape (W,)
        Effect of each world without noise; NaN where it has none.
    worlds, runs, replicates : int
    """

    value: float
    error: float
    chance: tuple[float, float]
    assumptions: tuple[float, float]
    p: float
    p_same: float
    up: float
    down: float
    within: float
    clear_up: int
    clear_down: int
    turns: bool
    own: Floats
    worlds: int
    runs: int
    replicates: int

    @property
    def sign(self) -> int:
        """Sign of the mean."""
        return int(np.sign(self.value)) if abs(self.value) > NOTHING else 0

    def share(self, sign: int) -> float:
        """Share of worlds with an effect of a sign."""
        return self.up if sign > 0 else self.down

    def needed(self, level: float = 0.05) -> int | None:
        """Replicates at which an interval of this effect would leave zero; None where that cannot be told.

        Parameters
        ----------
        level : float
            Two-sided, such as 0.05 for a 95% interval.
        """
        if not (isfinite(self.error) and self.error > 0 and abs(self.value) > NOTHING and self.replicates > 1):
            return None
        found = self.replicates * (float(ndtri(1 - level / 2)) * self.error / self.value) ** 2
        return ceil(found) if found < MOST_NEEDED else None


def effect_of(values: Floats, margin: float = 0.0) -> Effect:
    """What is known of an effect.

    Parameters
    ----------
    values : ndarray, shape (W, R)
        Effect of each world and replicate; NaN where there is none.
    margin : float
        Size below which it counts as none.
    """
    from scipy.stats import binom  # noqa: PLC0415 (takes a second to import, and pages need no effect anew)

    weights = np.ones(len(values), np.int64)
    found = over_sets(values, weights)
    there = np.isfinite(values).any(axis=1)
    means, own = mean_of(values, axis=1), np.full(len(values), np.nan)
    if there.any():
        own[there], _ = without_noise(values[there], means[there], found.value)
    replicates = int(np.isfinite(values).any(axis=0).sum())
    error = _error(found.chance, values.shape[1])
    p, p_same = _p_values(found.value, error, values.shape[1], margin)
    count = max(1, int(there.sum()))
    up, down = (float((sign * own[there] > NOTHING).sum() / count) for sign in (1, -1))
    within = float((np.abs(own[there]) < margin).sum() / count)
    clear_up, clear_down = _clear(values[there])
    most = float(binom.isf(BEYOND, count, CLEAR))
    turns = min(clear_up, clear_down) > most
    return Effect(found.value, error, found.chance, found.assumptions, p, p_same, up, down, within, clear_up,
                  clear_down, turns, own, int(there.sum()), found.runs, replicates)  # fmt: skip


def kept(full: Floats, changed: Floats) -> tuple[float, tuple[float, float]]:
    """Share of an effect that is left in another world, with a 95% interval: jackknife over replicates.

    Parameters
    ----------
    full, changed : ndarray, shape (W, R)
        Effect in the whole model, and in the changed one.
    """
    both = np.isfinite(full) & np.isfinite(changed)
    ones, others = (np.where(both, values, np.nan) for values in (full, changed))
    share = _ratio(others, ones)
    replicates = full.shape[1]
    if replicates < 2 or not isfinite(share):
        return share, (float("nan"), float("nan"))
    left = np.array([_ratio(np.delete(others, r, axis=1), np.delete(ones, r, axis=1)) for r in range(replicates)])
    half = float(stdtrit(replicates - 1, 0.975) * jackknife(left))
    return share, (share - half, share + half)


def _ratio(changed: Floats, full: Floats) -> float:
    above, below = (float(np.nanmean(mean_of(one, axis=1))) if np.isfinite(one).any() else float("nan")
                    for one in (changed, full))  # fmt: skip
    return above / below if abs(below) > NOTHING else float("nan")


def _error(chance: tuple[float, float], replicates: int) -> float:
    if replicates < 2:
        return float("nan")
    return (chance[1] - chance[0]) / 2 / float(stdtrit(replicates - 1, 0.975))


def _p_values(value: float, error: float, replicates: int, margin: float) -> tuple[float, float]:
    if not isfinite(error):
        return float("nan"), float("nan")
    freedom = replicates - 1

    def beyond(distance: float) -> float:
        """Probability of a mean so far from its hypothesis, one-sided."""
        return float(stdtr(freedom, -distance / error)) if error > 0 else float(distance <= 0)

    p = min(1.0, 2 * beyond(abs(value))) if abs(value) > NOTHING else 1.0
    return p, max(beyond(margin - value), beyond(margin + value)) if margin > 0 else float("nan")


def _clear(values: Floats) -> tuple[int, int]:
    """Worlds whose effect is clear of chance by itself, above zero and below: Student's test over replicates."""
    runs = np.isfinite(values).sum(axis=1)
    means = mean_of(values, axis=1)
    squares = np.nansum((values - means[:, None]) ** 2, axis=1)
    enough = runs > 1
    errors = np.sqrt(squares[enough] / (runs[enough] - 1) / runs[enough])
    ends = stdtrit(runs[enough] - 1, 1 - CLEAR) * errors
    return int((means[enough] > np.maximum(ends, NOTHING)).sum()), int(
        (-means[enough] > np.maximum(ends, NOTHING)).sum()
    )
