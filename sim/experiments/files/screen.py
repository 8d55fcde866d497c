"""Holding a design to its constraints, and to what is true of every scenario."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.experiments.constraints import Constraint, ConstraintError, constraint
from sim.experiments.designs.kinds import Drawn
from sim.experiments.files.reader import Reader, Where, told
from sim.experiments.points import Kept
from sim.experiments.screening import Rule, Screen
from sim.phrases import choose_from
from sim.scenario.checks.rules import Limit
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, plain

MOST_CONSTRAINTS = 100


def sieved(node: Branch, where: Where, drawn: Drawn, reader: Reader) -> Drawn | None:
    """The design without the points that it may not have; None where a fault was noted.

    Points that break a constraint are dropped, and so are drawn ones that no scenario could have. A design that is of
    no use with some of its points, and a listed point that no scenario could have, are faults.
    """
    screen = Screen(reader.scenario, drawn.points)
    rules = _rules(node, where, screen, reader)
    if rules is None:
        return None
    if rules and drawn.rigid:
        reader.refuse(node.entries["constraints"], (*where, "constraints"), f"does not go with {drawn.rigid}", "",
                      "its analysis needs every point: take the constraint out, or draw by sobol")  # fmt: skip
        return None
    limits = screen.limits()
    broken, counts = screen.broken([*rules, *limits.values()])
    exceeded = {limit: int(count) for limit, count in zip(limits, counts[len(rules) :], strict=True) if count}
    if exceeded and not (drawn.free and not drawn.rigid):
        _refuse(node, where, exceeded, drawn, reader)
        return None
    if rules:
        drawn = replace(drawn, sampling={**drawn.sampling, "constraints": plain(node.entries["constraints"])})
    return _without(node, where, drawn, broken, reader)


def _without(node: Branch, where: Where, drawn: Drawn, broken: NDArray[np.int64], reader: Reader) -> Drawn | None:
    if not len(broken):
        return drawn
    if len(broken) == drawn.points.count:
        key = "constraints" if "constraints" in node.entries else "design"
        reader.refuse(node.entries.get(key, node), (*where, key), "must leave a point", f"none of {len(broken):,}",
                      "no point fits: mend the constraints, or narrow the ranges")  # fmt: skip
        return None
    kept = np.delete(np.arange(drawn.points.count, dtype=np.int64), broken)
    sampling = {**drawn.sampling, "dropped": len(broken)}
    return Drawn(Kept(drawn.points, kept), sampling, drawn.dropped + len(broken), drawn.rigid, drawn.free)


def _refuse(node: Branch, where: Where, exceeded: dict[Limit, int], drawn: Drawn, reader: Reader) -> None:
    for limit, count in exceeded.items():
        remedy = "leave one of them out (all-uncertain: {except: [PATTERN, ...]}), or narrow their ranges"
        reader.refuse(node, (*where, "design"), limit.rule,
                      f"a larger sum at {count:,} of {drawn.points.count:,} points: {', '.join(limit.paths)}",
                      remedy if drawn.rigid else "take those points out, or forbid them by a constraint")  # fmt: skip


def _rules(node: Branch, where: Where, screen: Screen, reader: Reader) -> list[Rule] | None:
    listed = node.entries.get("constraints")
    if listed is None:
        return []
    if not isinstance(listed, Listing) or not 0 < len(listed.items) <= MOST_CONSTRAINTS:
        reader.refuse(listed, (*where, "constraints"), f"must be a list of 1 to {MOST_CONSTRAINTS} lines", told(listed),
                      'write constraints: ["PATH < PATH"]')  # fmt: skip
        return None
    found = [_read(item, (*where, "constraints", i), screen, reader) for i, item in enumerate(listed.items)]
    good = [one for one in found if one is not None]
    return [screen.against(one) for one in good] if len(good) == len(found) else None


def _read(item: Node, where: Where, screen: Screen, reader: Reader) -> Constraint | None:
    written = item.value if isinstance(item, Leaf) else None
    if not isinstance(written, str):
        reader.refuse(item, where, "must be a comparison", told(item), "write it as a text: PATH < PATH")
        return None
    try:
        found = constraint(written, screen.knows)
    except ConstraintError as error:
        reader.refuse(item, where, error.rule, error.found, error.remedy)
        return None
    unknown = [name for name in found.names if not screen.knows(name)]
    for name in unknown:
        remedy = choose_from(name, screen.names)
        reader.refuse(item, where, "must speak of factors and paths of the scenario", name, remedy)
    return None if unknown or not _fits(found, item, where, screen, reader) else found


def _fits(found: Constraint, item: Node, where: Where, screen: Screen, reader: Reader) -> bool:
    """Whether a constraint compares like with like, which one point shows."""
    marks = screen.points.marks(np.zeros(1, np.int64))
    try:
        screen.against(found)(marks, screen.settings.values(marks))
    except ConstraintError as error:
        reader.refuse(item, where, error.rule, error.found, error.remedy)
        return False
    return True
