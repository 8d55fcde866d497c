"""What a design varies: factors, their levels, and how a number is spread over its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

LEVEL = ":level"
"""End of the name of a column of ``design.parquet`` that numbers the levels of a factor of words, from 0."""
NO_VARIANT = "as in the scenario"
"""Level of a factor of variants at points of a design that do not vary it."""

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
class Distribution:
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


@dataclass(frozen=True)
class Level:
    """One value of a factor.

    Attributes
    ----------
    label : str
        How the level is called in results: a word of a policy, a number, the name of a variant.
    settings : tuple of (path, value)
        Numeric paths that the level sets; values in the units of their quantities, policies as codes.
    """

    label: str
    settings: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Factor:
    """Something that a design varies.

    At a point a factor has a *level value*, a single number: the value itself where the factor is numeric, else the
    index of the level.

    Attributes
    ----------
    column : str
        Column in ``design.parquet``: the path, or the label of a factor of variants.
    label : str
        Name for people.
    levels : tuple of Level
        In the order of the file; the first is the baseline. Empty for a number that a sampler draws from a range.
    numeric : bool
        Whether levels are numbers rather than words.
    distribution : Distribution or None
        Distribution of a number that has a range.
    weights : tuple of float
        How often a sampler takes each level, relative to the others; empty for all alike.
    group : str
        Factors of one group are moved together by ``saltelli`` and ``morris``.
    """

    column: str
    label: str
    levels: tuple[Level, ...]
    numeric: bool
    distribution: Distribution | None = None
    weights: tuple[float, ...] = ()
    group: str = ""

    @property
    def level_values(self) -> tuple[float, ...]:
        """Level value of each level."""
        return tuple(level.settings[0][1] if self.numeric else float(i) for i, level in enumerate(self.levels))

    @property
    def number(self) -> str:
        """Column in which the factor is a number: its own, or for words that of their levels."""
        return self.column if self.numeric else f"{self.column}{LEVEL}"

    @property
    def paths(self) -> tuple[str, ...]:
        """Numeric paths that the factor sets."""
        if self.numeric:
            return (self.column,)
        return tuple(dict.fromkeys(path for level in self.levels for path, _ in level.settings))

    def entry(self, level: int) -> float | str:
        """What stands in ``design.parquet`` for a level."""
        return self.levels[level].settings[0][1] if self.numeric else self.levels[level].label

    def at(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Level values that stand at some shares of all draws: quantiles of the range, or levels by their weights.

        Parameters
        ----------
        shares : ndarray
            In [0, 1].
        """
        if self.distribution is not None:
            return self.distribution.at(shares)
        return np.array(self.level_values)[alternatives_at(shares, np.array(self.weights or [1.0] * len(self.levels)))]

    def facts(self) -> dict[str, Any]:
        """How a sampler draws the factor, as JSON can hold it."""
        if self.distribution is not None:
            return self.distribution.facts()
        return {
            "distribution": "discrete",
            "values": [self.entry(index) for index in range(len(self.levels))],
            "weights": list(self.weights or [1.0] * len(self.levels)),
        }


def factor_of_range(path: str, ends: tuple[float, float]) -> Factor:
    """Factor of a number that is drawn evenly from a range."""
    return Factor(path, path, (), True, Distribution("uniform", *ends))


def with_absent(factor: Factor, own: Level | None, *, missing: bool) -> tuple[Factor, float]:
    """Factor and level value for points that leave it out: the scenario's own, by one level more if need be.

    Parameters
    ----------
    factor : Factor
    own : Level or None
        Level at which a factor of a path is the scenario's own.
    missing : bool
        Whether there are such points.
    """
    if factor.numeric and own is not None:
        return factor, own.settings[0][1]
    nothing = own or next((level for level in factor.levels if not level.settings), Level(NO_VARIANT, ()))
    if nothing in factor.levels or not missing:
        return factor, float(factor.levels.index(nothing)) if nothing in factor.levels else 0.0
    added = (*factor.levels, nothing)
    return Factor(factor.column, factor.label, added, False), float(len(added) - 1)


def alternatives_at(shares: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
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


def factors_alone(design: pd.DataFrame) -> pd.DataFrame:
    """``point`` and the factors of a stored design, without the columns that number the levels of words."""
    numbered = [name for name in design.columns if name.endswith(LEVEL) and name.removesuffix(LEVEL) in design.columns]
    return design.drop(columns=numbered)
