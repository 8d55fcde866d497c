"""Waves of draws: the first from the ranges, each later one from what the waves before it have shown.

Whatever a wave is drawn from, its plausible draws stand for the same distribution: the ranges, as far as they show the
patterns. A draw's weight is one over the density of all waves together at its place (the balance heuristic, Veach and
Guibas 1995; adaptive multiple importance sampling, Cornuet et al. 2012).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from sim.analysis.found import RUNS, SHARE, Found, plausible
from sim.analysis.patterns import Patterns
from sim.analysis.sampling.draws import Draws, Prior, Proposal
from sim.analysis.sampling.emulator import LEARNT, HistoryMatching, Target
from sim.analysis.sampling.importance import Importance
from sim.analysis.sampling.space import Numbers, Space
from sim.analysis.sampling.weighting import effective

Method = Literal["importance", "history"]
METHODS: tuple[Method, ...] = ("importance", "history")
MOST_WAVES = 8
ELITE = 64
"""Draws that a proposal learns from, at least: where fewer pass, those that come nearest."""
PLAIN = 4096
"""Draws from the ranges that those that passed are compared with; they are made, not simulated."""


class Waves:
    """Draws of all waves, and their weights.

    Parameters
    ----------
    space : Space
    draws : int
        Draws a wave.
    seed : int
    method : {"importance", "history"}
        How waves after the first are drawn.
    """

    def __init__(self, space: Space, draws: int, seed: int, method: Method = "importance") -> None:
        self.space, self.draws, self._seed, self._method = space, draws, seed, method
        self._waves = [Draws(space, Prior(len(space.paths), seed))]

    def wave(self, number: int, found: Found) -> Draws:
        """Draws of a wave, which depend on what all waves before it have shown."""
        while len(self._waves) <= number:
            self._waves.append(Draws(self.space, self._proposal(len(self._waves), found)))
        return self._waves[number]

    def make_all(self, found: Found) -> None:
        """Make every wave of which there are draws."""
        self.wave(max(0, len(found) - 1) // self.draws, found)

    def said(self) -> str:
        """How the draws were made, in words."""
        later = f", then {self._waves[1].proposal.said} in {len(self._waves) - 1} waves" if len(self._waves) > 1 else ""
        return f"{self._waves[0].proposal.said}{later}"

    def values(self, numbers: Numbers) -> Numbers:
        """Values of draws with the given ascending numbers, shape ``(n, paths)``; their waves have been made."""
        found = np.empty((len(numbers), len(self.space.paths)))
        waves = numbers // self.draws
        for wave in np.unique(waves):
            here = waves == wave
            found[here] = self._waves[wave].at(numbers[here] - wave * self.draws)
        return found

    def plain(self, count: int = PLAIN) -> Numbers:
        """Values of draws from the ranges that keep all limits, shape ``(count, paths)``."""
        return self._waves[0].values(0, count)

    def weights(self, values: Numbers) -> Numbers:
        """Weights of plausible draws of all waves together; they sum to 1."""
        units = self.space.units(values)
        density = np.stack([
            one.proposal.log_density(units) - np.log(one.share(self.draws)) for one in self._waves
        ])  # fmt: skip
        weights = np.exp(-np.logaddexp.reduce(density, axis=0))
        return np.asarray(weights / weights.sum()) if len(weights) else weights

    def enough(self, found: Found, wanted: int) -> bool:
        """Whether as many plausible sets were found as are wanted, unequal weights counted for less."""
        if len(self._waves) > MOST_WAVES:
            return True
        kept = plausible(found.frame, found.patterns)
        if len(kept) < wanted:
            return False
        return effective(self.weights(self.values(kept["draw"].to_numpy()))) >= wanted

    def _proposal(self, wave: int, found: Found) -> Proposal:
        before = found.before(wave)
        if self._method == "history":
            return self._history(wave, before, found.patterns)
        elite = _elite(before, found.patterns)
        values = self.values(elite["draw"].to_numpy())
        plain = self.space.units(self.plain())
        return Importance(self.space.units(values), self.weights(values), plain, self._seed + wave)

    def _history(self, wave: int, before: pd.DataFrame, patterns: Patterns) -> Proposal:
        # of most runs, and of the last wave, for that is where it matters which places are ruled out
        learnt = before.sort_values([RUNS, "draw"], ascending=False).head(LEARNT).sort_values("draw")
        units = self.space.units(self.values(learnt["draw"].to_numpy()))
        runs = learnt[RUNS].to_numpy(float)
        targets = [
            Target(learnt[f"{SHARE}{one.name}"].to_numpy(), runs, one.at_least, one.at_most)
            for one in patterns.patterns
            if not one.is_spread
        ]
        return HistoryMatching(units, targets, self._seed + wave)


def _elite(frame: pd.DataFrame, patterns: Patterns) -> pd.DataFrame:
    """Draws that passed, and while they are few those that came nearest, by their numbers."""
    passed = plausible(frame, patterns)
    if len(passed) >= ELITE:
        return passed
    return frame.sort_values(["distance", "draw"]).head(ELITE).sort_values("draw")
