"""Points of a design that differ in one factor alone: what an effect with all else equal is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Neighbours:
    """Finds pairs of points by one factor, in any design.

    Each level of each factor gets a well mixed 64-bit number. The sum over all factors but one is then the same where
    these have the same levels, which takes one sort a factor instead of a comparison of all columns. A factor is
    numbered again when it is asked about: the numbers of all would take more room than the design.

    Parameters
    ----------
    columns : sequence of Series
        The factors, one value a point.
    """

    def __init__(self, columns: Sequence[pd.Series]) -> None:
        self._columns = columns
        self._sum = np.zeros(len(columns[0]), np.uint64)
        for place in range(len(columns)):
            self._sum += _mixed(self._coded(place)[0], place)

    def levels(self, place: int) -> list[Any]:
        """Levels of a factor, in their own order."""
        return list(self._coded(place)[1])

    def _coded(self, place: int) -> tuple[NDArray[np.int64], pd.Index[Any]]:
        """Place of each point's level among the levels of a factor, and these."""
        codes, levels = pd.factorize(self._columns[place], sort=True, use_na_sentinel=False)
        return codes.astype(np.int64), levels

    def from_first(self, place: int, levels: Sequence[Any]) -> list[NDArray[np.int64]]:
        """Pairs from a factor's first level to each of the others.

        Parameters
        ----------
        place : int
            Which factor.
        levels : sequence
            All its levels, the first one first.

        Returns
        -------
        list of ndarray, shape (pairs, 2)
            One for each level but the first: positions of the point at the first level and of that at this one.
        """
        codes, known = self._coded(place)
        rank = np.array([levels.index(level) for level in known])[codes]
        order, first, same = self._worlds(self._without(place, codes), rank)
        once = np.r_[
            True, (rank[order][1:] != rank[order][:-1]) | (first[1:] != first[:-1])
        ]  # not a point that is there twice
        here = same & once & (rank[first] == 0)
        return [np.column_stack([first, order])[here & (rank[order] == one)] for one in range(1, len(levels))]

    def upward(self, place: int, units: NDArray[np.int64]) -> NDArray[np.int64]:
        """Pairs from each value of a number to the next higher one in the same unit, shape (pairs, 2).

        Parameters
        ----------
        place : int
            Which factor.
        units : ndarray of int, shape (P,)
            Points that were drawn together, such as a trajectory: two of them may pass through one point.
        """
        rank, _ = self._coded(place)
        world = self._without(place, rank)
        order = np.lexsort((rank, world, units))
        alike = (world[order][1:] == world[order][:-1]) & (units[order][1:] == units[order][:-1])
        step = alike & (rank[order][1:] > rank[order][:-1])
        return np.asarray(np.column_stack([order[:-1], order[1:]])[step])

    def _without(self, place: int, codes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The world of each point: a number for the levels of all factors but one, which has these codes."""
        return np.asarray(self._sum - _mixed(codes, place))

    def _worlds(
        self, world: NDArray[np.uint64], rank: NDArray[Any]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Points world by world, the first point of each one's world, and whether the two differ in rank."""
        order = np.lexsort((rank, world))
        starts = np.flatnonzero(np.r_[True, world[order][1:] != world[order][:-1]])
        first = np.repeat(order[starts], np.diff(np.r_[starts, len(order)]))
        return order, first, rank[first] != rank[order]


def _mixed(codes: NDArray[np.int64], place: int) -> NDArray[np.uint64]:
    """A well mixed number for each code of a factor: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    column = np.uint64(place + 1)
    with np.errstate(over="ignore"):
        x: NDArray[np.uint64] = codes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + column * np.uint64(
            0xD1B54A32D192ED03
        )
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)))
