"""Adaptive replicates: more runs of a point until the interval of an outcome is narrow enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Adaptive:
    """How many replicates a point gets.

    Attributes
    ----------
    least, most : int
        Replicates that each point gets, and that none gets more than.
    outcome : str
        Column of runs that is looked at, such as ``control.NK:final``.
    half_width : float
        Half the width of the interval of its mean that is narrow enough, in the unit of the outcome.
    confidence : float
        Of the interval.
    """

    least: int
    most: int
    outcome: str
    half_width: float
    confidence: float = 0.95
