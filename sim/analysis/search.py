"""The search of a fit: draws are simulated in stages, and one that will hardly pass is dropped early.

All draws meet the same shocks, so that the runs of a stage are the first of all. Patterns of another world than the
scenario's, and spreads, are looked at in the last stage only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.found import Found, judged
from sim.analysis.pattern_file import HOLDS, REST
from sim.analysis.patterns import Pattern, Patterns, words_of
from sim.analysis.rest import at_rest
from sim.analysis.sampling.space import Space, space_of
from sim.analysis.sampling.stopping import bounds
from sim.analysis.sampling.waves import Method, Waves
from sim.analysis.simulator import Group, groups_of, spread_outcomes
from sim.errors import ConfigError, Fault
from sim.expressions import ExpressionError
from sim.phrases import choose_from
from sim.scenario.checks.declared import read_condition
from sim.scenario.scenario import Scenario

BATCH = 256
"""Draws that are taken through all stages together; a stop loses no more than these."""

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Search:
    """Draws that are to be tried.

    Attributes
    ----------
    scenario : Scenario
    patterns : Patterns
    space : Space
        What is drawn.
    draws : int
        Draws a wave.
    replicates : int
        Runs of a draw that is not dropped.
    seed : int
        Key of the draws and of the runs.
    wanted : int
        Plausible sets that are looked for.
    method : {"importance", "history"}
        How waves after the first are drawn.
    """

    scenario: Scenario
    patterns: Patterns
    space: Space
    draws: int
    replicates: int
    seed: int
    wanted: int
    method: Method

    @property
    def stages(self) -> tuple[int, ...]:
        """Runs after each stage."""
        return (*(runs for runs in self.patterns.stages if runs < self.replicates), self.replicates)

    def waves(self) -> Waves:
        """Where its draws come from."""
        return Waves(self.space, self.draws, self.seed, self.method)


def start_search(
    scenario: Scenario,
    patterns: Patterns,
    draws: int,
    replicates: int | None = None,
    seed: int = 1,
    wanted: int | None = None,
    method: Method = "importance",
) -> Search:
    """Search for patterns; raises ConfigError where the scenario does not have what they name."""
    check_patterns(scenario, patterns)
    space = space_of(scenario, patterns.parameters)
    runs = patterns.replicates if replicates is None else replicates
    aim = patterns.wanted if wanted is None else wanted
    return Search(scenario, patterns, space, draws, runs, seed, aim, method)


def check_patterns(scenario: Scenario, patterns: Patterns) -> None:
    """Raise ConfigError where the patterns name what the scenario, or its weeks, do not have."""
    faults = [fault for pattern in patterns.patterns for fault in _faults(scenario, patterns, pattern)]
    if not faults and not space_of(scenario, patterns.parameters).paths:
        remedy = f"{scenario.name} gives no range to what they name"
        faults.append(Fault(patterns.name, "parameters", "must match a path with a range", "none", remedy))
    if faults:
        raise ConfigError(faults)


def _faults(scenario: Scenario, patterns: Patterns, pattern: Pattern) -> Iterator[Fault]:
    where, world = f"patterns.{pattern.name}", at_rest(scenario) if pattern.world == REST else scenario
    if pattern.test == HOLDS:
        try:
            read_condition(world.layout, world.declared, patterns.weeks, pattern.against)
        except ExpressionError as error:
            for one in error.slips:
                yield Fault(patterns.name, f"{where}.{HOLDS}", one.rule, one.shown, one.remedy)
        return
    outcomes = world.layout.outcomes
    known = spread_outcomes(world, [pattern]) if pattern.is_spread else outcomes
    if not known or (not pattern.is_spread and pattern.outcome not in known):
        remedy = choose_from(pattern.outcome, outcomes)
        rule = f"must be an outcome of {scenario.name}"
        yield Fault(patterns.name, f"{where}.outcome", rule, pattern.outcome, remedy)
    if pattern.weeks[1] >= patterns.weeks:
        rule = f"must lie before week {patterns.weeks}"
        yield Fault(patterns.name, f"{where}.weeks", rule, str(pattern.weeks[1]), "or give the file more weeks")
    if pattern.test in ("is", "never"):
        words = words_of(scenario, pattern.outcome)
        for word in pattern.against:
            if word not in words:
                rule = "must be a word of that outcome"
                yield Fault(patterns.name, f"{where}.{pattern.test}", rule, word, choose_from(word, words))
    path = pattern.starting_path
    if path and path not in scenario.layout.paths:
        key, remedy = "from" if pattern.start else pattern.test, choose_from(path, scenario.layout.paths)
        yield Fault(patterns.name, f"{where}.{key}", "must be the path of a number", path, remedy)


class Stages:
    """Takes draws through the stages of a search.

    Parameters
    ----------
    search : Search
    threads : int or None
    stop : threading.Event

    Attributes
    ----------
    runs : int
        Runs made so far, of all worlds.
    """

    def __init__(self, search: Search, threads: int | None, stop: threading.Event) -> None:
        self._search, self._threads, self._stop = search, threads, stop
        self._groups = groups_of(search.scenario, search.patterns, search.space.paths)
        self._place = {one.name: column for column, one in enumerate(search.patterns.patterns)}
        self.runs = 0

    def judge(self, values: Floats, keep: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Floats]:
        """Runs of each draw, and its share of each pattern.

        Parameters
        ----------
        values : ndarray, shape (draws, paths)
        keep : ndarray of bool, shape (draws,)
            Draws that are not dropped early.

        Returns
        -------
        runs : ndarray of int, shape (draws,)
        shares : ndarray, shape (draws, patterns)
            NaN where a draw was dropped before that pattern was looked at.
        """
        search = self._search
        shares = np.full((len(values), len(search.patterns.patterns)), np.nan)
        runs, going = np.zeros(len(values), np.int64), np.arange(len(values))
        for group in self._groups:
            if not self._is_staged(group):
                self._whole(group, values, going, shares)
                continue
            counts = np.zeros((len(values), len(group.patterns)))
            for first, last in pairwise((0, *search.stages)):
                counts[going] += self._shares(group, values[going], first, last)
                runs[going] = last
                shares[np.ix_(going, self._columns(group))] = counts[going] / (last * _parts(group))
                if last < search.replicates:
                    going = going[keep[going] | self._goes_on(group, counts[going], last)]
        runs[going] = search.replicates
        return runs, shares

    def _is_staged(self, group: Group) -> bool:
        return group is self._groups[0] and not group.patterns[0].is_spread and group.patterns[0].world != REST

    def _whole(self, group: Group, values: Floats, going: NDArray[np.int64], shares: Floats) -> None:
        """Write the shares of a group that is looked at in the last stage only."""
        runs = self._search.replicates
        found = self._shares(group, values[going], 0, runs)
        scale = 1 if group.patterns[0].is_spread else runs * _parts(group)
        shares[np.ix_(going, self._columns(group))] = found / scale

    def _shares(self, group: Group, values: Floats, first: int, last: int) -> Floats:
        found = group.shares(values, first, last, self._search.seed, self._threads, self._stop)
        self.runs += len(values) * (last - first)
        return found

    def _columns(self, group: Group) -> NDArray[np.int64]:
        return np.array([self._place[pattern.name] for pattern in group.patterns], np.int64)

    def _goes_on(self, group: Group, counts: Floats, runs: int) -> NDArray[np.bool_]:
        """Which draws may still pass every pattern of a group."""
        good = np.ones(len(counts), bool)
        for pattern, met in zip(group.patterns, (counts / _parts(group)).T, strict=True):
            fewest, most = bounds(pattern.at_least, pattern.at_most, runs, self._search.replicates)
            good &= (met >= fewest) & (met <= most)
        return good


def _parts(group: Group) -> NDArray[np.int64]:
    """Parts of a run that count, for each pattern of a group."""
    return np.array([pattern.parts for pattern in group.patterns])


def batches(
    search: Search, waves: Waves, found: Found, threads: int | None, stop: threading.Event, progress: Progress | None
) -> Iterator[pd.DataFrame]:
    """Rows of the draws that are still to be tried, some at a time; whoever takes them adds them to `found`."""
    stages, before = Stages(search, threads, stop), len(found)
    waves.make_all(found)
    wave = before // search.draws
    while wave == 0 or len(found) % search.draws or not waves.enough(found, search.wanted):
        draws = waves.wave(wave, found)
        while len(found) < (wave + 1) * search.draws:
            first = len(found) - wave * search.draws
            values = draws.values(first, min(first + BATCH, search.draws))
            keep = np.arange(len(found), len(found) + len(values)) < search.patterns.reference
            runs, shares = stages.judge(values, keep)
            yield judged(search.patterns, len(found), wave, runs, shares)
            if progress:
                share = (len(found) - before) / ((wave + 1) * search.draws - before)
                progress(stages.runs, round(stages.runs / share))
        wave += 1
