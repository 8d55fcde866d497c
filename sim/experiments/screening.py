"""Points that a design may not have: those that break a constraint, or that no scenario could have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.assignment import Settings
from sim.experiments.constraints import Constraint
from sim.experiments.points import Points, chunks
from sim.scenario.checks.rules import Limit, limits
from sim.scenario.numbers import coded, meant, menu_of, policy_words
from sim.scenario.scenario import Scenario
from sim.scenario.structure import canonical

Numbers = NDArray[np.float64]
Rule = Callable[[Numbers, Numbers], NDArray[np.bool_]]
"""Which of some points, given by the marks of their factors and the values of their paths, break a rule."""


class Screen:
    """Looks at the points of a design, chunk by chunk.

    Parameters
    ----------
    scenario : Scenario
    points : Points
    """

    def __init__(self, scenario: Scenario, points: Points) -> None:
        self.scenario, self.points = scenario, points
        self.settings = Settings(scenario, points.factors)
        self.named = {name: i for i, factor in enumerate(points.factors) for name in (factor.label, factor.column)}

    def knows(self, name: str) -> bool:
        """Whether a constraint may speak of a name: a factor's, or any path of the scenario."""
        return name in self.named or canonical(name) in self.scenario.numbers

    @property
    def names(self) -> list[str]:
        """All names that a constraint may speak of, those of factors first."""
        return [*self.named, *self.scenario.numbers]

    def broken(self, rules: Sequence[Rule]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Points that break a rule, in their order, and for each rule how many break it."""
        counts, found = np.zeros(len(rules), np.int64), [np.zeros(0, np.int64)]
        for points in chunks(self.points) if rules else ():
            marks = self.points.marks(points)
            values = self.settings.values(marks)
            broken = np.array([rule(marks, values) for rule in rules])
            counts += broken.sum(axis=1)
            found.append(points[broken.any(axis=0)])
        return np.concatenate(found), counts

    def against(self, constraint: Constraint) -> Rule:
        """Rule that a constraint makes."""

        def breaks(marks: Numbers, values: Numbers) -> NDArray[np.bool_]:
            columns = {name: self._column(name, marks, values) for name in constraint.names}
            return ~np.broadcast_to(constraint.holds(columns), len(marks))

        return breaks

    def limits(self) -> dict[Limit, Rule]:
        """Limits of every scenario that the design may exceed, each with the rule that it makes."""
        known, varied = self.scenario.layout.quantity, set(self.settings.paths)
        found = [limit for limit in limits(self.scenario.structure, known) if varied & set(limit.paths)]
        return {limit: self._within(limit) for limit in found}

    def _within(self, limit: Limit) -> Rule:
        columns = {path: index for index, path in enumerate(self.settings.paths)}

        def breaks(marks: Numbers, values: Numbers) -> NDArray[np.bool_]:
            def value(path: str) -> Any:
                return values[:, columns[path]] if path in columns else self.scenario.numbers[path].value

            return np.broadcast_to(limit.exceeded(limit.total(value)), len(marks))

        return breaks

    def _column(self, name: str, marks: Numbers, values: Numbers) -> Any:
        """What a name stands for: words or numbers, one a point, or one for all."""
        index = self.named.get(name)
        if index is not None:
            factor = self.points.factors[index]
            labels = np.array([level.label for level in factor.levels], dtype=np.str_)
            return marks[:, index] if factor.numeric else labels[marks[:, index].astype(np.int64)]
        path = canonical(name)
        paths = self.settings.paths
        numbers = values[:, paths.index(path)] if path in paths else self.scenario.numbers[path].value
        words = self._words(path)
        return np.vectorize(words.get, otypes=[np.str_])(numbers) if words else numbers

    def _words(self, path: str) -> dict[float, str]:
        """Words of a policy by their codes; none for a number."""
        quantity, menu = meant(self.scenario.layout, path), menu_of(self.scenario.layout)
        if quantity.unit != "policy":
            return {}
        words = policy_words(quantity, menu)
        return {code: word for word in words if (code := coded(quantity, word, menu)) is not None}
