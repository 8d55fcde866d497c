"""One factor at a time: a baseline, and then each other level of each factor alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.factors import Factor
from sim.experiments.files.factor import ALL_UNCERTAIN, FACTORS, factors_of, levels_at
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.points import DrawnDesign, Table
from sim.scenario.yaml.tree import Branch


def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """The baseline, then each other level of each factor; the baseline of a range is the scenario's own value."""
    listed = factors_of(node, where, reader.sweep)
    if listed is None:
        return None
    factors = tuple(factor if factor.distribution is None else _around(factor, reader.sweep) for factor in listed)
    count = 1 + sum(len(factor.levels) - 1 for factor in factors)
    if not reader.affords(node, where, count, len(factors)):
        return None
    return DrawnDesign(Table(factors, _rows(factors, count)), {"design": ONE_AT_A_TIME.name})


def _around(factor: Factor, reader: SweepReader) -> Factor:
    """A factor of a range with the scenario's own value as its first level, then its steps, by default its ends."""
    assert factor.distribution is not None, "it has a range"
    own = reader.own(factor.column)
    levels = factor.levels or levels_at(factor.column, factor.distribution, 2)
    return replace(factor, levels=(own, *(level for level in levels if level.settings != own.settings)))


def _rows(factors: Sequence[Factor], count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rows = np.tile(np.array([factor.level_values[0] for factor in factors]), (count, 1))
    steps = ((index, value) for index, factor in enumerate(factors) for value in factor.level_values[1:])
    for row, (index, value) in enumerate(steps, 1):
        rows[row, index] = value
    return rows


ONE_AT_A_TIME = Kind("one-at-a-time", FACTORS | ALL_UNCERTAIN, read, baseline=True)
