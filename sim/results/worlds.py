"""Which points of a design stand in which plausible set of parameters: a world that nobody chose.

Numbers over such points have two uncertainties: chance, which more replicates narrow, and the assumptions that the sets
differ in, which no run narrows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.transfer import PLAUSIBLE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Worlds:
    """Sets that the points of a design stand in.

    Attributes
    ----------
    of_point : ndarray of int64, shape (P,)
        Number of the set of each row of the design, from 0.
    weights : ndarray of int64, shape (W,)
        How often each set was drawn; more than once where it weighs more than others.
    """

    of_point: NDArray[np.int64]
    weights: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.weights)

    def by_set(
        self, rows: NDArray[np.int64], replicates: NDArray[np.int64], values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Means of runs by set and replicate, shape (W, R, Y); NaN where there are none.

        Parameters
        ----------
        rows : ndarray of int64, shape (N,)
            Row of the design that each run is at.
        replicates : ndarray of int64, shape (N,)
        values : ndarray, shape (N, Y)
            NaN where a run has none.
        """
        known, column = np.unique(replicates, return_inverse=True)
        cell = self.of_point[rows] * len(known) + column
        held = np.isfinite(values)
        shape = (len(self) * len(known), values.shape[1])
        sums, counts = np.zeros(shape), np.zeros(shape)
        np.add.at(sums, cell, np.where(held, values, 0.0))
        np.add.at(counts, cell, held)
        with np.errstate(invalid="ignore"):
            return (sums / counts).reshape(len(self), len(known), -1)


def worlds(manifest: Mapping[str, Any], design: pd.DataFrame) -> Worlds | None:
    """Sets of a stored design; None where its points are no plausible sets, alone or in a product.

    Parameters
    ----------
    manifest : mapping
    design : DataFrame
        One row a point, a column for each factor.
    """
    member = sets_of(manifest.get("sampling") or {})
    if member is None or design.empty:
        return None
    paths = [path for path in member["factors"] if path in design]
    of_point = np.asarray(design.groupby(paths, sort=False).ngroup(), dtype=np.int64)
    counts = np.bincount(of_point)
    return Worlds(of_point, counts // max(1, np.gcd.reduce(counts)))


def sets_of(sampling: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is stored of the plausible sets of a design, or of the one member of a product that has them."""
    if sampling.get("design") == PLAUSIBLE:
        return sampling
    if sampling.get("design") != "product":
        return None
    return next((found for member in sampling.get("of") or () if (found := sets_of(member)) is not None), None)


def same_sets(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two designs are of plausible sets alone, and the same ones point by point.

    A scenario that says otherwise in a number does not take it from the sets, so that columns may differ.
    """
    keys = ("design", "digest", "points")
    both = [one.get("sampling") or {} for one in (first, second)]
    return (
        all(one.get("design") == PLAUSIBLE and not one.get("dropped") for one in both)
        and len({tuple(one.get(key) for key in keys) for one in both}) == 1
    )
