"""Points that a design may not have: those that break a constraint, or that no scenario could have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.assignment import Assignment
from sim.experiments.constraints import Constraint, ConstraintError, constraint
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.points import DrawnDesign, Kept, Points, chunks
from sim.scenario.checks.rules import Limit, limits
from sim.scenario.numbers import coded, meant, menu_of, policy_words
from sim.scenario.scenario import Scenario
from sim.scenario.structure import canonical
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, describe, plain

MOST_CONSTRAINTS = 100

Numbers = NDArray[np.float64]
Rule = Callable[[Numbers, Numbers], NDArray[np.bool_]]
"""Which of some points, given by the level values of their factors and the values of their paths, break a rule."""


class Screening:
    """Looks at the points of a design, chunk by chunk.

    Parameters
    ----------
    scenario : Scenario
    points : Points
    """

    def __init__(self, scenario: Scenario, points: Points) -> None:
        self.scenario, self.points = scenario, points
        self.assignment = Assignment(scenario, points.factors)
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
            level_values = self.points.level_values(points)
            values = self.assignment.values(level_values)
            broken = np.array([rule(level_values, values) for rule in rules])
            counts += broken.sum(axis=1)
            found.append(points[broken.any(axis=0)])
        return np.concatenate(found), counts

    def against(self, constraint: Constraint) -> Rule:
        """Rule that a constraint makes."""

        def breaks(level_values: Numbers, values: Numbers) -> NDArray[np.bool_]:
            columns = {name: self._column(name, level_values, values) for name in constraint.names}
            return ~np.broadcast_to(constraint.holds(columns), len(level_values))

        return breaks

    def limits(self) -> dict[Limit, Rule]:
        """Limits of every scenario that the design may exceed, each with the rule that it makes."""
        known, varied = self.scenario.layout.quantity, set(self.assignment.paths)
        found = [limit for limit in limits(self.scenario.structure, known) if varied & set(limit.paths)]
        return {limit: self._within(limit) for limit in found}

    def _within(self, limit: Limit) -> Rule:
        columns = {path: index for index, path in enumerate(self.assignment.paths)}

        def breaks(level_values: Numbers, values: Numbers) -> NDArray[np.bool_]:
            def value(path: str) -> Any:
                return values[:, columns[path]] if path in columns else self.scenario.numbers[path].value

            return np.broadcast_to(limit.exceeded(limit.total(value)), len(level_values))

        return breaks

    def _column(self, name: str, level_values: Numbers, values: Numbers) -> Any:
        """What a name stands for: words or numbers, one a point, or one for all."""
        index = self.named.get(name)
        if index is not None:
            factor = self.points.factors[index]
            labels = np.array([level.label for level in factor.levels], dtype=np.str_)
            return level_values[:, index] if factor.numeric else labels[level_values[:, index].astype(np.int64)]
        path = canonical(name)
        paths = self.assignment.paths
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


def screen(node: Branch, where: Where, drawn: DrawnDesign, reader: SweepReader) -> DrawnDesign | None:
    """The design without the points that it may not have; None where a fault was noted.

    Points that break a constraint are dropped, and so are drawn ones that no scenario could have. A design that is of
    no use with some of its points, and a listed point that no scenario could have, are faults.
    """
    screening = Screening(reader.scenario, drawn.points)
    rules = _rules(node, where, screening, reader)
    if rules is None:
        return None
    if rules and drawn.rigid:
        reader.refuse(node.entries["constraints"], (*where, "constraints"), f"does not go with {drawn.rigid}", "",
                      "its analysis needs every point: take the constraint out, or draw by sobol")  # fmt: skip
        return None
    limits = screening.limits()
    broken, counts = screening.broken([*rules, *limits.values()])
    exceeded = {limit: int(count) for limit, count in zip(limits, counts[len(rules) :], strict=True) if count}
    if exceeded and not (drawn.free and not drawn.rigid):
        _refuse(node, where, exceeded, drawn, reader)
        return None
    if rules:
        drawn = replace(drawn, sampling={**drawn.sampling, "constraints": plain(node.entries["constraints"])})
    return _without(node, where, drawn, broken, reader)


def _without(
    node: Branch, where: Where, drawn: DrawnDesign, broken: NDArray[np.int64], reader: SweepReader
) -> DrawnDesign | None:
    if not len(broken):
        return drawn
    if len(broken) == drawn.points.count:
        key = "constraints" if "constraints" in node.entries else "design"
        reader.refuse(node.entries.get(key, node), (*where, key), "must leave a point", f"none of {len(broken):,}",
                      "no point fits: mend the constraints, or narrow the ranges")  # fmt: skip
        return None
    kept = np.delete(np.arange(drawn.points.count, dtype=np.int64), broken)
    sampling = {**drawn.sampling, "dropped": len(broken)}
    return DrawnDesign(Kept(drawn.points, kept), sampling, drawn.dropped + len(broken), drawn.rigid, drawn.free)


def _refuse(node: Branch, where: Where, exceeded: dict[Limit, int], drawn: DrawnDesign, reader: SweepReader) -> None:
    for limit, count in exceeded.items():
        remedy = "leave one of them out (all-uncertain: {except: [PATTERN, ...]}), or narrow their ranges"
        reader.refuse(node, (*where, "design"), limit.rule,
                      f"a larger sum at {count:,} of {drawn.points.count:,} points: {', '.join(limit.paths)}",
                      remedy if drawn.rigid else "take those points out, or forbid them by a constraint")  # fmt: skip


def _rules(node: Branch, where: Where, screening: Screening, reader: SweepReader) -> list[Rule] | None:
    listed = node.entries.get("constraints")
    if listed is None:
        return []
    if not isinstance(listed, Listing) or not 0 < len(listed.items) <= MOST_CONSTRAINTS:
        rule = f"must be a list of 1 to {MOST_CONSTRAINTS} lines"
        remedy = 'write constraints: ["PATH < PATH"]'
        reader.refuse(listed, (*where, "constraints"), rule, describe(listed), remedy)
        return None
    found = [_read(item, (*where, "constraints", i), screening, reader) for i, item in enumerate(listed.items)]
    good = [one for one in found if one is not None]
    return [screening.against(one) for one in good] if len(good) == len(found) else None


def _read(item: Node, where: Where, screening: Screening, reader: SweepReader) -> Constraint | None:
    written = item.value if isinstance(item, Leaf) else None
    if not isinstance(written, str):
        reader.refuse(item, where, "must be a comparison", describe(item), "write it as a text: PATH < PATH")
        return None
    try:
        found = constraint(written, screening.knows, screening.names)
    except ConstraintError as error:
        for slip in error.slips:
            reader.refuse(item, where, slip.rule, slip.shown, slip.remedy)
        return None
    return found if _fits(found, item, where, screening, reader) else None


def _fits(found: Constraint, item: Node, where: Where, screening: Screening, reader: SweepReader) -> bool:
    """Whether a constraint compares like with like, which one point shows."""
    level_values = screening.points.level_values(np.zeros(1, np.int64))
    try:
        screening.against(found)(level_values, screening.assignment.values(level_values))
    except ConstraintError as error:
        reader.refuse(item, where, error.rule, error.found, error.remedy)
        return False
    return True
