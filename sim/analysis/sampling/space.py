"""The space that a fit draws from: every uncertain number over its range, as far as the numbers may stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.scenario.checks.rules import Limit, limits
from sim.scenario.scenario import Scenario

DIGITS = 3
"""Significant digits of a drawn value, so that what is written down is what was run."""
WORDS = ("policy", "switch")
"""Units of what is set by words, and has no values in between."""
DECADE = 10.0
"""Ratio of the ends of a range above 0 from which on it is drawn on a logarithmic scale."""
POWERS = np.array([float(f"1e{power}") for power in range(-19, 20)])
"""Sizes from which on a value has one digit more before the point."""
_SHIFTS = np.arange(DIGITS + 19, DIGITS - 20, -1)
UP, DOWN = (np.array([float(f"1e{max(0, sign * shift)}") for shift in _SHIFTS]) for sign in (1, -1))
"""Powers of ten that bring the last digit before the point, by place among `POWERS`; one of the two is 1."""

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Space:
    """A box of numbers, cut by the limits of their sums.

    Attributes
    ----------
    paths : tuple of str
    low, high : ndarray, shape (paths,)
        Ranges.
    limits : tuple of Limit
        Sums that a scenario may not exceed, such as the shares of one client in one lever.
    others : mapping of str to float
        The scenario's own numbers, for those in the sums that are not drawn.
    """

    paths: tuple[str, ...]
    low: Numbers
    high: Numbers
    limits: tuple[Limit, ...] = ()
    others: Mapping[str, float] = field(default_factory=dict)

    @property
    def logarithmic(self) -> Mask:
        """Which numbers are drawn on a logarithmic scale: those whose range spans a factor of ten or more above 0."""
        return (self.low > 0.0) & (self.high >= DECADE * self.low)

    def values(self, units: Numbers) -> Numbers:
        """Values at places in the unit cube, rounded to three digits and within their ranges; shape as `units`."""
        wide, span = self.logarithmic, self.high - self.low
        found: Numbers = self.low + units * span
        if wide.any():
            ratio = self.high[wide] / self.low[wide]
            found[:, wide] = self.low[wide] * ratio ** units[:, wide]
        return np.clip(rounded(found), self.low, self.high)

    def admitted(self, units: Numbers) -> tuple[Numbers, Mask]:
        """Values at those places that keep all limits, and which these are.

        Most places may break a limit, so only what has limits is worked out for all of them.
        """
        good = (
            self.bound.admits(self.bound.values(units[:, self.columns])) if self.limits else np.ones(len(units), bool)
        )
        return self.values(units[good]), good

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """Columns of the numbers that have a limit."""
        named = {path for limit in self.limits for path in _named(limit, self.others)}
        return np.array([at for at, path in enumerate(self.paths) if path in named], np.int64)

    @cached_property
    def bound(self) -> Space:
        """The space of those numbers alone."""
        paths = tuple(self.paths[at] for at in self.columns)
        return replace(self, paths=paths, low=self.low[self.columns], high=self.high[self.columns])

    def units(self, values: Numbers) -> Numbers:
        """Places of values in the unit cube: the inverse of `values` but for rounding."""
        wide, span = self.logarithmic, self.high - self.low
        found: Numbers = (values - self.low) / span
        if wide.any():
            found[:, wide] = np.log(values[:, wide] / self.low[wide]) / np.log(self.high[wide] / self.low[wide])
        return np.clip(found, 0.0, 1.0)

    def admits(self, values: Numbers) -> Mask:
        """Which rows of values keep all limits, shape ``(rows,)``."""
        at = {path: column for column, path in enumerate(self.paths)}

        def value(path: str) -> Numbers | float:
            return values[:, at[path]] if path in at else self.others[path]

        good = np.ones(len(values), bool)
        for limit in self.limits:
            good &= ~limit.exceeded(limit.total(value))
        return good


def space_of(scenario: Scenario, wanted: Sequence[str]) -> Space:
    """Space of a scenario's uncertain numbers.

    Parameters
    ----------
    scenario : Scenario
    wanted : sequence of str
        Paths, with ``*`` for any letters. What has a point for a range is a constant, and no word is drawn.
    """
    paths = tuple(
        path
        for path in scenario.layout.paths
        if any(fnmatchcase(path, one) for one in wanted)
        and scenario.layout.quantity(path).unit not in WORDS
        and scenario.numbers[path].range[0] < scenario.numbers[path].range[1]
    )
    low, high = np.array([scenario.numbers[path].range for path in paths], float).reshape(-1, 2).T
    values = {path: number.value for path, number in scenario.numbers.items()}
    drawn = frozenset(paths)
    all_limits = limits(scenario.structure, scenario.layout.quantity)
    return Space(paths, low, high, tuple(one for one in all_limits if drawn & _named(one, values)), values)


def _named(limit: Limit, values: Mapping[str, float]) -> set[str]:
    """Every path that a limit reads."""
    read: set[str] = set()

    def value(path: str) -> float:
        read.add(path)
        return values[path]

    limit.total(value)
    return read


def rounded(values: Numbers) -> Numbers:
    """Values of `DIGITS` significant digits, each the double nearest to its decimal form; shape as given.

    Powers of ten are looked up and digits are whole numbers, so that the last bit does not depend on the machine.
    """
    place = np.searchsorted(POWERS, np.abs(values).ravel(), side="right").reshape(values.shape)
    up, down = UP[place], DOWN[place]
    found: Numbers = np.rint(values * up / down) * down / up
    return found
