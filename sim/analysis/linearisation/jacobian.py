"""Linear dynamics about the start of a scenario at rest, by finite differences through the compiled model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from sim.analysis.rest import at_rest
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.kernel.allocate import allocate
from sim.kernel.lanes import LANES
from sim.kernel.layout import Layout
from sim.kernel.memory import World
from sim.kernel.tally import no_tally
from sim.scenario.defaults import ABSTAIN
from sim.scenario.scenario import Scenario

MOVING = ("latent", "level", "capability", "stability")
"""Outcomes that a week's change rests on where nobody fights or acts: all others follow from them."""
NOISE = ("behaviour.alignment_noise", "behaviour.stability_noise", "behaviour.control_noise")
STEP = 1e-6
TICK = 1
"""Any tick would do: there is no event, and nobody has a choice."""
AT_ONCE = (LANES - 1) // 2
"""Variables of a block of runs: two lanes each, and one lane in which nothing is disturbed."""


@dataclass(frozen=True)
class Linear:
    """Linear dynamics about the start.

    Attributes
    ----------
    names : tuple of str
        Variables by the name of their outcome, such as ``latent.RUS.TUR``.
    matrix : ndarray, shape (n, n)
        Derivative of the rate of change of each variable (rows) by each (columns), per week.
    start : ndarray, shape (n,)
        Their values there.
    drift : ndarray, shape (n,)
        Rate of change of each at the start itself, per week; 0 where the start is at rest.
    """

    names: tuple[str, ...]
    matrix: NDArray[np.float64]
    start: NDArray[np.float64]
    drift: NDArray[np.float64]

    def among(self, pattern: str, but: str = "") -> Linear:
        """The dynamics of the variables that match a pattern, ``latent.*``, while all others stay as at the start."""
        kept = np.flatnonzero([fnmatchcase(name, pattern) and not fnmatchcase(name, but) for name in self.names])
        names = tuple(self.names[k] for k in kept)
        return Linear(names, self.matrix[np.ix_(kept, kept)], self.start[kept], self.drift[kept])


def moving(layout: Layout) -> tuple[str, ...]:
    """Names of the variables of a scenario at rest."""
    return tuple(name for name in layout.outcomes if name.partition(".")[0] in MOVING)


def linearise(scenario: Scenario) -> Linear:
    """Linear dynamics of a scenario without contests, events, postures and noise, about its start."""
    still = _still(scenario)
    names, world = moving(still.layout), _begun(still)
    rows = np.array([still.layout.outcome_row(name) for name in names])
    start = world.state[:, :1].copy()
    at_start = start[rows, 0]
    slopes, after = np.empty((len(names), len(names))), at_start
    for first in range(0, len(names), AT_ONCE):
        some = names[first : first + AT_ONCE]
        steps = _disturb(world, start, still.layout, some)
        advance(world, TICK, TICK + 1, WHOLE, no_tally())
        reached = world.state[rows]
        up, down = reached[:, : 2 * len(some) : 2], reached[:, 1 : 2 * len(some) : 2]
        slopes[:, first : first + len(some)] = (up - down) / (2.0 * steps)
        after = reached[:, LANES - 1]
    return Linear(names, (slopes - np.eye(len(names))) / world.dt, at_start, (after - at_start) / world.dt)


def _still(scenario: Scenario) -> Scenario:
    """The scenario at rest, without noise, in which every third party is held to abstain."""
    resting = at_rest(scenario)
    abstain = float([name for name, _ in scenario.structure.postures].index(ABSTAIN))
    parties = (f"contests.{contest.code}.parties.{party.state}" for contest, party in scenario.structure.parties)
    held = {f"{party}.posture_policy": abstain for party in parties}
    return resting.at({**dict.fromkeys(NOISE, 0.0), **held})


def _begun(scenario: Scenario) -> World:
    world = allocate(scenario.structure)
    world.inputs[:] = scenario.inputs()[:, None]
    advance(world, 0, 0, BEGIN, no_tally())
    return world


def _disturb(world: World, start: NDArray[np.float64], layout: Layout, names: Sequence[str]) -> NDArray[np.float64]:
    """Put every lane at the start, two of them a step above and below it in each variable; gives the steps."""
    world.state[:] = start
    steps = np.empty(len(names))
    for k, name in enumerate(names):
        row = layout.outcome_row(name)
        steps[k] = STEP * max(1.0, abs(start[row, 0]))
        world.state[row, 2 * k : 2 * k + 2] += (steps[k], -steps[k])
        if name.startswith("latent."):
            alignment = layout.outcome_row(name.replace("latent.", "alignment.", 1))
            world.state[alignment, 2 * k : 2 * k + 2] = np.tanh(world.state[row, 2 * k : 2 * k + 2])
    return steps
