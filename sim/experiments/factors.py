"""What a design varies: factors, and their levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.distributions import Spread, chosen

if TYPE_CHECKING:
    import pandas as pd

LEVEL = ":level"
"""End of the name of a column of ``design.parquet`` that numbers the levels of a factor of words, from 0."""


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

    At a point a factor has a *mark*, a single number: the value itself where the factor is numeric, else the
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
    spread : Spread or None
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
    spread: Spread | None = None
    weights: tuple[float, ...] = ()
    group: str = ""

    @property
    def marks(self) -> tuple[float, ...]:
        """Mark of each level."""
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

    def drawn(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Marks that stand at some shares of all draws: quantiles of the range, or levels by their weights.

        Parameters
        ----------
        shares : ndarray
            In [0, 1].
        """
        if self.spread is not None:
            return self.spread.at(shares)
        return np.array(self.marks)[chosen(shares, np.array(self.weights or [1.0] * len(self.levels)))]

    def facts(self) -> dict[str, Any]:
        """How a sampler draws the factor, as JSON can hold it."""
        if self.spread is not None:
            return self.spread.facts()
        return {
            "distribution": "discrete",
            "values": [self.entry(index) for index in range(len(self.levels))],
            "weights": list(self.weights or [1.0] * len(self.levels)),
        }


def factors_alone(design: pd.DataFrame) -> pd.DataFrame:
    """``point`` and the factors of a stored design, without the columns that number the levels of words."""
    numbered = [name for name in design.columns if name.endswith(LEVEL) and name.removesuffix(LEVEL) in design.columns]
    return design.drop(columns=numbered)
