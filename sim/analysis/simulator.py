"""Runs of many draws at once, as far as the patterns look, and the shares of each that show them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from sim.analysis.pattern_file import HOLDS, REST
from sim.analysis.pattern_shares import met, spread
from sim.analysis.patterns import Pattern, Patterns
from sim.analysis.rest import at_rest, resting_values
from sim.ensemble import Block, Design, Ensemble
from sim.scenario.declared import DeclaredOutcome
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]

HELD = 2**26
"""Bytes of outcomes that are held at once."""


class Group:
    """Patterns that are looked for in the same runs.

    Parameters
    ----------
    scenario : Scenario
    patterns : sequence of Pattern
        All of one world, and all spreads of one week, or none.
    paths : sequence of str
        Numbers that are drawn; those that the world does not have, or holds, are left out.
    """

    def __init__(self, scenario: Scenario, patterns: Sequence[Pattern], paths: Sequence[str]) -> None:
        rest = patterns[0].world == REST
        held = resting_values(scenario) if rest else {}
        self.patterns = tuple(patterns)
        self.scenario = at_rest(scenario) if rest else scenario
        known = self.scenario.numbers.keys() - held.keys()
        self._drawn = [column for column, path in enumerate(paths) if path in known]
        self._paths = tuple(paths[column] for column in self._drawn)
        last = max(pattern.weeks[1] for pattern in patterns)
        self._structure = replace(self.scenario.structure, weeks=last + 1)
        self._inputs = self.scenario.inputs()
        self.outcomes, self._ensemble = self._ensemble_of()

    def _ensemble_of(self) -> tuple[tuple[str, ...], Ensemble]:
        every = round(1.0 / self._structure.dt)
        outcomes = tuple(dict.fromkeys(pattern.outcome for pattern in self.patterns))
        ensemble = Ensemble(self._structure, self._inputs, columns=(), series=outcomes, every=every)
        return outcomes, ensemble

    @property
    def weeks(self) -> int:
        """Weeks that its runs last."""
        return self._structure.weeks

    @property
    def held_by_run(self) -> int:
        """Numbers that a run leaves."""
        return len(self.outcomes) * self.weeks

    def shares(
        self, values: Floats, first: int, last: int, seed: int, threads: int | None, stop: threading.Event
    ) -> Floats:
        """How far replicates [first, last) of each draw show each pattern.

        Parameters
        ----------
        values : ndarray, shape (draws, paths)
        first, last : int
        seed : int
        threads : int, optional
        stop : threading.Event

        Returns
        -------
        ndarray, shape (draws, patterns)
            Parts of runs that show it, see `Pattern.parts`; of a spread the share of outcomes.

        Raises
        ------
        KeyboardInterrupt
            Once `stop` is set.
        """
        size = max(1, HELD // (8 * self.held_by_run * (last - first)))
        parts = [
            self._counts(values[at : at + size], (first, last), seed, threads, stop)
            for at in range(0, len(values), size)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.patterns)))

    def _counts(
        self, values: Floats, span: tuple[int, int], seed: int, threads: int | None, stop: threading.Event
    ) -> Floats:
        draws, runs = len(values), span[1] - span[0]
        series = np.concatenate([block.series for block in self._blocks(values, span, seed, threads, stop)])
        found = np.empty((draws, len(self.patterns)))
        for column, pattern in enumerate(self.patterns):
            of = series[:, :, self.outcomes.index(pattern.outcome)]
            start = of[:, 0]
            if pattern.starting_path:
                start = np.repeat(self._starts(values, pattern.starting_path), runs)
            found[:, column] = met(pattern, self.scenario, of, start).reshape(draws, runs).sum(axis=1)
        return found

    def _starts(self, values: Floats, path: str) -> Floats:
        """Value at a path of each draw."""
        if path in self._paths:
            return values[:, self._drawn[self._paths.index(path)]]
        return np.full(len(values), self._inputs[self.scenario.layout.row(path)])

    def _blocks(
        self, values: Floats, span: tuple[int, int], seed: int, threads: int | None, stop: threading.Event
    ) -> Iterator[Block]:
        """Blocks of the replicates of a span, draw by draw."""
        draws, runs = len(values), np.arange(*span)
        table = np.stack([np.repeat(np.arange(draws), len(runs)), np.tile(runs, draws)], axis=1)
        design = Design(self._paths, values[:, self._drawn])
        done = 0
        for block in self._ensemble.blocks(
            design, table, seed, threads=threads, series_replicates=span[1], cancelled=stop.is_set
        ):
            done += len(block.summary)
            yield block
        if done < len(table):
            raise KeyboardInterrupt  # the runs heard the stop first


class SpreadGroup(Group):
    """Patterns of how far runs lie apart in one week of one world."""

    def _ensemble_of(self) -> tuple[tuple[str, ...], Ensemble]:
        outcomes = spread_outcomes(self.scenario, self.patterns)
        columns = tuple(f"{outcome}:final" for outcome in outcomes)
        return outcomes, Ensemble(self._structure, self._inputs, columns=columns)

    @property
    def held_by_run(self) -> int:
        """Numbers that a run leaves."""
        return len(self.outcomes)

    def _counts(
        self, values: Floats, span: tuple[int, int], seed: int, threads: int | None, stop: threading.Event
    ) -> Floats:
        final = np.concatenate([block.summary for block in self._blocks(values, span, seed, threads, stop)])
        of_draws = final.reshape(len(values), span[1] - span[0], len(self.outcomes))
        named = [[fnmatchcase(outcome, pattern.outcome) for outcome in self.outcomes] for pattern in self.patterns]
        return np.stack(
            [spread(pattern, of_draws[:, :, where]) for pattern, where in zip(self.patterns, named, strict=True)],
            axis=1,
        )


class ConditionGroup(Group):
    """Patterns that are conditions on whole runs of one world, each worked out as an outcome would be."""

    def _ensemble_of(self) -> tuple[tuple[str, ...], Ensemble]:
        conditions = [DeclaredOutcome(f"pattern {one.name}", one.against, "share") for one in self.patterns]
        declared = (*self.scenario.declared, *conditions)
        ensemble = Ensemble(self._structure, self._inputs, columns=(), declared=declared)
        return tuple(one.name for one in conditions), ensemble

    @property
    def held_by_run(self) -> int:
        """Numbers that a run leaves."""
        return len(self._ensemble.columns)

    def _counts(
        self, values: Floats, span: tuple[int, int], seed: int, threads: int | None, stop: threading.Event
    ) -> Floats:
        met = np.concatenate([block.summary for block in self._blocks(values, span, seed, threads, stop)])
        of_draws = met[:, -len(self.patterns) :].reshape(len(values), span[1] - span[0], len(self.patterns))
        return np.asarray((of_draws == 1.0).sum(axis=1), np.float64)


def spread_outcomes(scenario: Scenario, patterns: Sequence[Pattern]) -> tuple[str, ...]:
    """Outcomes that the patterns of a spread name."""
    return tuple(
        outcome
        for outcome in scenario.layout.outcomes
        if any(fnmatchcase(outcome, pattern.outcome) for pattern in patterns)
    )


def groups_of(scenario: Scenario, patterns: Patterns, paths: Sequence[str]) -> list[Group]:
    """Groups of all patterns; first that of the scenario's own world, which is looked at in every stage."""
    keyed: dict[tuple[int, str, int], list[Pattern]] = {}
    kinds = (Group, ConditionGroup, SpreadGroup)
    for pattern in patterns.patterns:
        kind = kinds.index(SpreadGroup if pattern.is_spread else ConditionGroup if pattern.test == HOLDS else Group)
        week = pattern.weeks[1] if pattern.is_spread else -1
        keyed.setdefault((kind, pattern.world, week), []).append(pattern)
    ordered = sorted(keyed.items(), key=lambda item: (item[0][0], item[0][1] == REST, item[0][2]))
    return [kinds[key[0]](scenario, these, paths) for key, these in ordered]
