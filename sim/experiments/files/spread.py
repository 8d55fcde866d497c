"""Reading the range of a factor, and how its values are spread over it."""

from __future__ import annotations

import numpy as np

from sim.experiments.distributions import SHAPES, Spread
from sim.experiments.factors import Level
from sim.experiments.files.reader import Reader, Where, told
from sim.phrases import choose_from, shown
from sim.scenario.numbers import span
from sim.scenario.schema.fields import bounds, explained, lowest
from sim.scenario.yaml.tree import Branch, text

NARROWEST, WIDEST = 1e-6, 1e6
"""Standard deviation of a normal distribution, as a multiple of its range."""
SHAPELESS, SHARPEST = 0.01, 1000.0
"""Parameters of a beta distribution."""
MOST_STEPS = 10_000


def spread_of(node: Branch, path: str, where: Where, reader: Reader) -> Spread | None:
    """Distribution of a factor over its range, by default even over the scenario's; None with faults noted."""
    kind = text(node, "distribution") or "uniform"
    if "distribution" in node.entries and kind not in SHAPES:
        entry = node.entries["distribution"]
        rule = f"must be one of {', '.join((*SHAPES, 'discrete'))}"
        reader.refuse(entry, (*where, "distribution"), rule, told(entry), choose_from(kind, SHAPES))
        return None
    for key in {name for names in SHAPES.values() for name in names} - set(SHAPES[kind]):
        if key in node.entries:
            reader.refuse(node.entries[key], (*where, key), f"does not go with a {kind} distribution", "",
                          f"its numbers are {', '.join(SHAPES[kind]) or 'those of its range'}")  # fmt: skip
    ends = _range(node, path, where, reader)
    if ends is None:
        return None
    if kind == "log-uniform" and ends[0] <= 0:
        reader.refuse(node.entries.get("range", node), (*where, "range"), "must begin above 0", shown(ends[0]),
                      "a logarithm has no 0")  # fmt: skip
        return None
    shape = [_shaping(node, path, where, reader, name, ends) for name in SHAPES[kind]]
    known = tuple(one for one in shape if one is not None)
    return Spread(kind, *ends, known) if len(known) == len(shape) else None


def _range(node: Branch, path: str, where: Where, reader: Reader) -> tuple[float, float] | None:
    given = node.entries.get("range")
    if given is None:
        low, high = reader.scenario.numbers[path].range
        if low < high:
            return low, high
        reader.refuse(node, (*where, "values"), "must be a list of values", "nothing",
                      f"{path} has no range in the scenario: write values: [.., ..] or range: [.., ..]")  # fmt: skip
        return None
    quantity = reader.quantity(path)
    ends = span(given)
    if ends is None or not lowest(quantity) <= ends[0] < ends[1] <= quantity.upper:
        rule = f"must be two numbers, the lower one first, in {bounds(quantity)}"
        found = f"[{ends[0]:g}, {ends[1]:g}]" if ends is not None else told(given)
        reader.refuse(given, (*where, "range"), rule, found, explained(quantity))
        return None
    return ends


def _shaping(
    node: Branch, path: str, where: Where, reader: Reader, name: str, ends: tuple[float, float]
) -> float | None:
    """One number that shapes a distribution; mode and mean are the scenario's value unless given."""
    width = ends[1] - ends[0]
    limits = {"sd": (NARROWEST * width, WIDEST * width), "mode": ends, "mean": ends}
    own = reader.scenario.numbers[path].value
    if name in ("mode", "mean") and name not in node.entries and ends[0] <= own <= ends[1]:
        return own
    return reader.number(node, name, where, limits.get(name, (SHAPELESS, SHARPEST)))


def stepped(node: Branch, where: Where, reader: Reader, path: str, spread: Spread) -> tuple[Level, ...]:
    """Levels at even shares of a distribution, its ends among them; none where no number of steps is given."""
    if "steps" not in node.entries:
        return ()
    steps = reader.whole(node, "steps", where, (2, MOST_STEPS))
    if steps is None:
        return ()
    return levels_at(path, spread, steps)


def levels_at(path: str, spread: Spread, steps: int) -> tuple[Level, ...]:
    """Levels at even shares of a distribution, its ends among them."""
    found = dict.fromkeys(spread.at(np.linspace(0, 1, steps)).tolist())
    return tuple(Level(f"{value:.10g}", ((path, value),)) for value in found)
