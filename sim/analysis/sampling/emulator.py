"""History matching: draws from where an emulator does not rule the patterns out.

For each pattern the log odds of its share are emulated by a Bayesian regression on squares and products of the numbers
that bear on it most (its active inputs). A place is ruled out where the emulator lies more than three standard
deviations on the wrong side (Craig et al. 1997; Vernon, Goldstein and Bower 2010). What is left is drawn evenly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.sampling.draws import Prior
from sim.analysis.sampling.space import Mask, Numbers
from sim.errors import CounterpoiseError

ACTIVE, LEARNT = 10, 2048
"""Active inputs of a pattern, and draws that an emulator learns from."""
IMPLAUSIBLE = 3.0
"""Standard deviations beyond which a place is ruled out; Pukelsheim (1994) gives the rule."""


@dataclass(frozen=True)
class Target:
    """A pattern as an emulator sees it.

    Attributes
    ----------
    shares, runs : ndarray, shape (n,)
        Share that showed it in each draw, and runs of which it is a share.
    at_least, at_most : float
        Shares that are accepted.
    """

    shares: Numbers
    runs: Numbers
    at_least: float
    at_most: float


class HistoryMatching:
    """Proposal that leaves out what emulators rule out.

    Parameters
    ----------
    units : ndarray, shape (n, paths)
        Places of draws that were simulated.
    targets : list of Target
    seed : int

    Raises
    ------
    CounterpoiseError
        Where scikit-learn is not installed.
    """

    said = "history matching with a Bayesian regression for each pattern"

    def __init__(self, units: Numbers, targets: list[Target], seed: int) -> None:
        self._even = Prior(units.shape[1], seed)
        self._emulators = [_Emulator(units, target) for target in targets]

    def units(self, chunk: int) -> Numbers:
        """Points of a chunk of Latin hypercubes."""
        return self._even.units(chunk)

    def admits(self, units: Numbers) -> Mask:
        """Which points no emulator rules out."""
        good = np.ones(len(units), bool)
        for emulator in self._emulators:
            good[good] = emulator.admits(units[good])
        return good

    def log_density(self, units: Numbers) -> Numbers:
        """0 where a point passes, without end below elsewhere."""
        return np.where(self.admits(units), 0.0, -np.inf)


class _Emulator:
    """Log odds of one pattern's share over its active inputs."""

    def __init__(self, units: Numbers, target: Target) -> None:
        self._low, self._high = (_log_odds(end) for end in (target.at_least, target.at_most))
        seen = np.flatnonzero(np.isfinite(target.shares))
        self._model: Any = None
        odds = _log_odds((target.shares[seen] * target.runs[seen] + 0.5) / (target.runs[seen] + 1.0))
        if len(seen) < 2 * ACTIVE or not odds.std() > 0.0:
            return
        correlation = np.abs(np.corrcoef(odds, units[seen].T)[0, 1:])
        self._active = np.sort(np.argsort(-correlation, kind="stable")[:ACTIVE])
        self._model = _regression()
        self._model.fit(units[np.ix_(seen, self._active)], odds)

    def admits(self, units: Numbers) -> Mask:
        if self._model is None or not len(units):
            return np.ones(len(units), bool)
        mean, error = self._model.predict(units[:, self._active], return_std=True)
        good = (mean >= self._low - IMPLAUSIBLE * error) & (mean <= self._high + IMPLAUSIBLE * error)
        return np.asarray(good, bool)


def _regression() -> Any:
    """Bayesian ridge regression on all products of two inputs, from scikit-learn."""
    try:
        from sklearn.linear_model import BayesianRidge  # noqa: PLC0415 (an extra)
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
        from sklearn.preprocessing import PolynomialFeatures  # noqa: PLC0415
    except ImportError as error:
        remedy = 'pip install "counterpoise[fit]" brings it, and --method importance goes without it'
        raise CounterpoiseError(f"history matching needs scikit-learn; {remedy}") from error
    return make_pipeline(PolynomialFeatures(2, include_bias=False), BayesianRidge())


def _log_odds(share: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(share) - np.log1p(-np.asarray(share, float))
