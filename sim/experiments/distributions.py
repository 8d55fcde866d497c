"""How a number that a design draws is spread over its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHAPES = {
    "uniform": (),
    "log-uniform": (),
    "triangular": ("mode",),
    "normal": ("mean", "sd"),
    "beta": ("alpha", "beta"),
}
"""Distributions, each over a range, and the numbers that shape them."""
DIGITS = 34
"""Binary digits kept of a quantile that needs more than exact arithmetic; about ten decimal ones.

Logarithms and powers differ in their last digit between machines; a design should not.
"""


@dataclass(frozen=True)
class Spread:
    """A distribution over a range.

    Attributes
    ----------
    kind : str
        One of `SHAPES`; ``normal`` is cut off at the range, ``beta`` stretched over it.
    low, high : float
        The range, in the unit of the number.
    shape : tuple of float
        As `SHAPES` names them; mode, mean and standard deviation in the unit of the number.
    """

    kind: str
    low: float
    high: float
    shape: tuple[float, ...] = ()

    def at(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantiles: the values below which the given shares of all draws lie.

        Parameters
        ----------
        shares : ndarray
            In [0, 1].
        """
        if self.kind == "uniform":
            return np.clip(self.low + shares * (self.high - self.low), self.low, self.high)
        return np.clip(_rounded(self._frozen().ppf(shares)), self.low, self.high)

    def facts(self) -> dict[str, Any]:
        """What the sweep file says of it, as JSON can hold it."""
        shape = dict(zip(SHAPES[self.kind], self.shape, strict=True))
        return {"distribution": self.kind, "range": [self.low, self.high], **shape}

    def _frozen(self) -> Any:
        """The distribution as SciPy knows it."""
        from scipy import stats  # noqa: PLC0415 (takes a second to import)

        span = self.high - self.low
        if self.kind == "log-uniform":
            return stats.loguniform(self.low, self.high)
        if self.kind == "triangular":
            return stats.triang((self.shape[0] - self.low) / span, self.low, span)
        if self.kind == "normal":
            mean, sd = self.shape
            return stats.truncnorm((self.low - mean) / sd, (self.high - mean) / sd, mean, sd)
        return stats.beta(*self.shape, self.low, span)


def chosen(shares: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which of several alternatives each share falls to.

    Parameters
    ----------
    shares : ndarray
        In [0, 1].
    weights : ndarray, shape (alternatives,)
        How often each is drawn, relative to the others.
    """
    ends = np.cumsum(weights)
    found = np.searchsorted(ends, shares * ends[-1], side="right")
    indices: NDArray[np.int64] = np.minimum(found, np.flatnonzero(weights)[-1])
    return indices


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    mantissa, exponent = np.frexp(values)
    rounded: NDArray[np.float64] = np.ldexp(np.rint(np.ldexp(mantissa, DIGITS)), exponent - DIGITS)
    return rounded
