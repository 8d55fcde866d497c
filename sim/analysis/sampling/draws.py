"""Draws of a fit, by number: made in chunks when they are asked for, so that they never stand in memory together."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sim.analysis.sampling.space import Mask, Numbers, Space
from sim.errors import ConfigError, Fault

CHUNK = 1024
"""Points that are made together: those of one Latin hypercube."""
FEWEST, PATIENCE = 1e-3, 64
"""Share of points that must be of use, and chunks after which that is asked."""


class Proposal(Protocol):
    """What the draws of a wave are proposed from.

    Attributes
    ----------
    said : str
        How they are drawn, in words.
    """

    said: str

    def units(self, chunk: int) -> Numbers:
        """Points of a chunk in the unit cube, shape ``(CHUNK, paths)``."""

    def admits(self, units: Numbers) -> Mask:
        """Which points the proposal lets pass."""

    def log_density(self, units: Numbers) -> Numbers:
        """Logarithm of the density at points, what `admits` refuses left in."""


class Prior:
    """The ranges, evenly: Latin hypercubes of `CHUNK` points (McKay, Beckman and Conover 1979), one after the other.

    In hundreds of numbers a Sobol sequence of so many points has pairs of numbers that go together, which would pass
    for trade-offs; within a Latin hypercube pairs are independent.

    Parameters
    ----------
    dimensions, seed : int
    """

    said = "Latin hypercubes over the ranges"

    def __init__(self, dimensions: int, seed: int) -> None:
        self._dimensions, self._seed = dimensions, seed

    def units(self, chunk: int) -> Numbers:
        """Points of a chunk, shape ``(CHUNK, dimensions)``."""
        random = np.random.Generator(np.random.PCG64([self._seed, chunk]))
        strata = random.permuted(np.tile(np.arange(CHUNK), (self._dimensions, 1)), axis=1).T
        found: Numbers = (strata + random.random((CHUNK, self._dimensions))) / CHUNK
        return found

    def admits(self, units: Numbers) -> Mask:
        """Every point."""
        return np.ones(len(units), bool)

    def log_density(self, units: Numbers) -> Numbers:
        """0 everywhere."""
        return np.zeros(len(units))


class Draws:
    """Points of a proposal that keep all limits, numbered from 0.

    Parameters
    ----------
    space : Space
    proposal : Proposal
    """

    def __init__(self, space: Space, proposal: Proposal) -> None:
        self.space, self.proposal = space, proposal
        self._ends = [0]
        self._last: tuple[int, Numbers] = (-1, np.zeros((0, len(space.paths))))

    def values(self, first: int, last: int) -> Numbers:
        """Values of draws [first, last), shape ``(last − first, paths)``; raises ConfigError as `share` says."""
        while self._ends[-1] < last:
            self._chunk(len(self._ends) - 1)
        ends = np.array(self._ends)
        begin, end = np.searchsorted(ends, first, side="right") - 1, np.searchsorted(ends, last)
        found = [self._chunk(chunk) for chunk in range(begin, end)] or [self._last[1][:0]]
        offset = self._ends[begin]
        return np.concatenate(found)[first - offset : last - offset]

    def at(self, numbers: Numbers) -> Numbers:
        """Values of draws with the given ascending numbers, shape ``(n, paths)``."""
        found = np.empty((len(numbers), len(self.space.paths)))
        blocks = numbers // CHUNK
        for block in np.unique(blocks):
            here = blocks == block
            first = int(block) * CHUNK
            found[here] = self.values(first, int(numbers[here].max()) + 1)[numbers[here] - first]
        return found

    def share(self, count: int) -> float:
        """Share of the proposal's points that are draws, from as many as `count` draws take.

        Raises
        ------
        ConfigError
            Where hardly any point keeps the limits.
        """
        self.values(max(0, count - 1), count)
        chunks = int(np.searchsorted(self._ends, count))
        return self._ends[chunks] / (chunks * CHUNK)

    def _chunk(self, chunk: int) -> Numbers:
        """Draws of a chunk of points."""
        if self._last[0] == chunk:
            return self._last[1]
        units = self.proposal.units(chunk)
        values, good = self.space.admitted(units)
        found = values[self.proposal.admits(units[good])]
        self._last = chunk, found
        if chunk == len(self._ends) - 1:
            self._ends.append(self._ends[-1] + len(found))
            self._refuse_few()
        return found

    def _refuse_few(self) -> None:
        chunks = len(self._ends) - 1
        if chunks >= PATIENCE and self._ends[-1] < FEWEST * chunks * CHUNK:
            rule, remedy = "must leave room to draw from", "narrow those whose sum has a limit, such as shares of ties"
            found = f"{self._ends[-1]:,} of {chunks * CHUNK:,} points keep all limits"
            raise ConfigError([Fault("the scenario", "its ranges", rule, found, remedy)])
