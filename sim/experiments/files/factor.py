"""Reading what a design varies: factors of values, of a range or of variants, and all uncertain numbers."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.factors import LEVEL, SHAPES, Distribution, Factor, Level, factor_of_range
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.lengths import WEEKS
from sim.phrases import choose_from, shown
from sim.scenario.numbers import span
from sim.scenario.schema.fields import bounds, explained, lowest
from sim.scenario.schema.json_parts import Schema, closed
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, describe, text

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

SHAPE_KEYS = tuple(dict.fromkeys(name for names in SHAPES.values() for name in names))
RANGE_KEYS = ("range", "steps", "distribution", *SHAPE_KEYS)
KEYS = ("path", "label", "values", "variants", "weights", "group", *RANGE_KEYS)
TAKEN = ("point", "replicate", "week", "failure")
"""Columns of results that are neither factors nor outcomes."""
DISCRETE = "discrete"
FORM = "write {path: ..., values: [...]}, {path: ..., range: [.., ..]} or {label: ..., variants: {...}}"
PATTERNS = ("only", "except")
NARROWEST, WIDEST = 1e-6, 1e6
"""Standard deviation of a normal distribution, as a multiple of its range."""
SHAPELESS, SHARPEST = 0.01, 1000.0
"""Parameters of a beta distribution."""
MOST_STEPS = 10_000

FACTORS: Schema = {"factors": {"type": "array", "items": {"$ref": "#/$defs/factor"}, "minItems": 1}}
"""Key of a design's factors, with its JSON Schema; `ALL_UNCERTAIN` is the key of all others."""
_PATHS = {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "paths, * for any letters"}
ALL_UNCERTAIN: Schema = {
    "all-uncertain": {
        "anyOf": [{"const": True}, closed(dict.fromkeys(PATTERNS, _PATHS))],
        "description": "every number of the scenario that has a range",
    }
}


def factors_of(node: Branch, where: Where, reader: SweepReader) -> tuple[Factor, ...] | None:
    """Factors that a design names, and those of ``all-uncertain``; None where a fault was noted."""
    before = len(reader.faults)
    factors = _listed(node, where, reader)
    if "all-uncertain" in node.entries:
        set_already = {path for factor in factors for path in factor.paths}
        paths = [path for path in _uncertain(node, where, reader) if path not in set_already]
        factors += [factor_of_range(path, reader.scenario.numbers[path].range) for path in paths]
    elif "factors" not in node.entries:
        reader.refuse(node, (*where, "factors"), "is missing", "", FORM)
    return tuple(factors) if len(reader.faults) == before else None


def _listed(node: Branch, where: Where, reader: SweepReader) -> list[Factor]:
    listed = node.entries.get("factors")
    if listed is None:
        return []
    if not isinstance(listed, Listing) or not listed.items:
        reader.refuse(listed, (*where, "factors"), "must be a list of factors", describe(listed), FORM)
        return []
    factors: list[Factor] = []
    taken: set[str] = set()
    for index, item in enumerate(listed.items):
        factor = _factor(item, (*where, "factors", index), reader)
        if factor is None:
            continue
        if factor.column in taken:
            reader.refuse(item, (*where, "factors", index), "must differ from the other factors", factor.column)
        taken.add(factor.column)
        factors.append(factor)
    return factors


def _uncertain(node: Branch, where: Where, reader: SweepReader) -> list[str]:
    """Paths of all numbers that have a range, less those that patterns leave out."""
    given, here = node.entries["all-uncertain"], (*where, "all-uncertain")
    paths = uncertain(reader.scenario)
    if isinstance(given, Branch):
        reader.known(given, here, PATTERNS)
        only, but = (_patterns(given, key, here, paths, reader) for key in PATTERNS)
        paths = [path for path in paths if (not only or _any(path, only)) and not _any(path, but)]
    elif not isinstance(given, Leaf) or given.value is not True:
        reader.refuse(given, here, "must be true or a mapping", describe(given),
                      "write true, or {only: [PATTERN, ...], except: [PATTERN, ...]}")  # fmt: skip
        return []
    if not paths:
        reader.refuse(
            given, here, "must leave a number to vary", "none", f"{reader.scenario.name} gives no other a range"
        )
    return paths


def uncertain(scenario: Scenario) -> list[str]:
    """Paths of all numbers of a scenario that have a range; policies and switches have none."""
    known = scenario.layout.quantity
    return [
        path
        for path, number in scenario.numbers.items()
        if number.range[0] < number.range[1] and known(path).unit not in ("policy", "switch")
    ]


def _patterns(given: Branch, key: str, where: Where, paths: list[str], reader: SweepReader) -> list[str]:
    listed = given.entries.get(key)
    if listed is None:
        return []
    items = listed.items if isinstance(listed, Listing) else ()
    found = []
    for index, item in enumerate(items):
        pattern = item.value if isinstance(item, Leaf) else None
        if not isinstance(pattern, str) or not any(fnmatchcase(path, pattern) for path in paths):
            reader.refuse(item, (*where, key, index), "must fit a path that has a range", describe(item),
                          "write a path, * for any letters")  # fmt: skip
            continue
        found.append(pattern)
    if not items:
        reader.refuse(listed, (*where, key), "must be a list of patterns", describe(listed), "write [PATTERN, ...]")
    return found


def _any(path: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _factor(node: Node, where: Where, reader: SweepReader) -> Factor | None:
    """Read one factor; what is wrong with it is noted, and None given back."""
    before = len(reader.faults)
    if not isinstance(node, Branch):
        reader.refuse(node, where, "must be a mapping", describe(node), FORM)
        return None
    reader.known(node, where, KEYS)
    label = reader.line(node, "label", where, "it names the factor")
    group = reader.line(node, "group", where, "it names the group")
    if "variants" in node.entries:
        factor = _of_variants(node, where, reader, label, group)
    else:
        factor = _of_path(node, where, reader, label, group)
    return factor if len(reader.faults) == before else None


def _of_path(node: Branch, where: Where, reader: SweepReader, label: str, group: str) -> Factor | None:
    written = node.entries.get("path")
    path = reader.path(written or node, text(node, "path"), (*where, "path"))
    listed = "values" in node.entries or text(node, "distribution") == DISCRETE
    if path is None:
        return None
    numeric = reader.quantity(path).unit != "policy"
    if listed:
        _refuse_together(node, where, reader, "values", tuple(key for key in RANGE_KEYS if key != "distribution"))
        if "distribution" in node.entries and text(node, "distribution") != DISCRETE:
            reader.refuse(node.entries["distribution"], (*where, "distribution"), "does not go with values",
                          describe(node.entries["distribution"]), f"leave it out, or write {DISCRETE}")  # fmt: skip
        levels = _values(node, path, where, reader)
        numeric = numeric and reader.quantity(path).absent not in [level.label for level in levels]
        return Factor(path, label or path, levels, numeric, None, _weights(node, where, reader, len(levels)), group)
    _refuse_together(node, where, reader, "a range", ("weights",))
    if not numeric or path == WEEKS or reader.quantity(path).unit == "switch":
        reader.refuse(node, (*where, "values"), "must be a list of values", describe(node.entries.get("values")),
                      f"{path} has no range: write values: [.., ..]")  # fmt: skip
        return None
    distribution = _distribution(node, path, where, reader)
    levels = _steps(node, where, reader, path, distribution) if distribution is not None else ()
    return Factor(path, label or path, levels, True, distribution, (), group)


def _values(node: Branch, path: str, where: Where, reader: SweepReader) -> tuple[Level, ...]:
    listed = node.entries.get("values")
    if not isinstance(listed, Listing) or not listed.items:
        reader.refuse(listed or node, (*where, "values"), "must be a list of values", describe(listed),
                      "write values: [.., ..]")  # fmt: skip
        return ()
    levels = tuple(reader.level(path, item, (*where, "values", i)) for i, item in enumerate(listed.items))
    labels = [level.label for level in levels]
    twice = sorted({label for label in labels if labels.count(label) > 1}) if len(set(labels)) < len(labels) else []
    if twice:
        reader.refuse(listed, (*where, "values"), "must not repeat a value", twice[0], "take one of the two out")
    return levels


def _of_variants(node: Branch, where: Where, reader: SweepReader, label: str, group: str) -> Factor | None:
    named = node.entries["variants"]
    _refuse_together(node, where, reader, "variants", ("path", "values", *RANGE_KEYS))
    if "label" not in node.entries:
        reader.refuse(node, (*where, "label"), "is missing", "", "variants need a label: it names their column")
    elif label in TAKEN or label.endswith(LEVEL) or label.partition(":")[0] in reader.outcomes:
        reader.refuse(node.entries["label"], (*where, "label"), "must not be the name of a column of results",
                      shown(label), "it names the column of the factor: choose another")  # fmt: skip
    if not isinstance(named, Branch) or not named.entries:
        reader.refuse(named, (*where, "variants"), "must be a mapping", describe(named),
                      "write {on: {}, off: {PATH: VALUE}}")  # fmt: skip
        return None
    levels = tuple(
        Level(name, _settings(entry, (*where, "variants", name), reader)) for name, entry in named.entries.items()
    )
    return Factor(label, label, levels, False, None, _weights(node, where, reader, len(levels)), group)


def _settings(node: Node, where: Where, reader: SweepReader) -> tuple[tuple[str, float], ...]:
    if not isinstance(node, Branch):
        reader.refuse(node, where, "must be a mapping", describe(node),
                      "write {PATH: VALUE}, or {} for the scenario as it is")  # fmt: skip
        return ()
    found = []
    for written, item in node.entries.items():
        path = reader.path(item, written, (*where, written))
        if path is not None:
            longest = reader.scenario.structure.weeks
            here = (*where, written)
            value = reader.length(item, here, longest) if path == WEEKS else reader.value(path, item, here)
            found.append((path, value))
    return tuple(found)


def _weights(node: Branch, where: Where, reader: SweepReader, count: int) -> tuple[float, ...]:
    """How often each level is drawn: a list in their order, at least one of them above 0."""
    listed = node.entries.get("weights")
    if listed is None:
        return ()
    items = listed.items if isinstance(listed, Listing) else ()
    found = [item.value for item in items if isinstance(item, Leaf)]
    numbers = [one for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
    good = [float(one) for one in numbers if 0 <= one < 1e9]
    if len(good) != len(items) or len(good) != count or not any(good):
        rule = f"must be a list of {count} numbers, one a level, none below 0 and not all 0"
        reader.refuse(listed, (*where, "weights"), rule, describe(listed), "[1, 3] is a quarter and the rest")
        return ()
    return tuple(good)


def _refuse_together(node: Branch, where: Where, reader: SweepReader, form: str, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in node.entries:
            entry = node.entries[key]
            reader.refuse(entry, (*where, key), f"does not go with {form}", describe(entry), "give one or the other")


def _distribution(node: Branch, path: str, where: Where, reader: SweepReader) -> Distribution | None:
    """Distribution of a factor over its range, by default even over the scenario's; None with faults noted."""
    kind = text(node, "distribution") or "uniform"
    if "distribution" in node.entries and kind not in SHAPES:
        entry = node.entries["distribution"]
        rule = f"must be one of {', '.join((*SHAPES, DISCRETE))}"
        reader.refuse(entry, (*where, "distribution"), rule, describe(entry), choose_from(kind, SHAPES))
        return None
    for key in SHAPE_KEYS:
        if key in node.entries and key not in SHAPES[kind]:
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
    return Distribution(kind, *ends, known) if len(known) == len(shape) else None


def _range(node: Branch, path: str, where: Where, reader: SweepReader) -> tuple[float, float] | None:
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
        found = f"[{ends[0]:g}, {ends[1]:g}]" if ends is not None else describe(given)
        reader.refuse(given, (*where, "range"), rule, found, explained(quantity))
        return None
    return ends


def _shaping(
    node: Branch, path: str, where: Where, reader: SweepReader, name: str, ends: tuple[float, float]
) -> float | None:
    """One number that shapes a distribution; mode and mean are the scenario's value unless given."""
    width = ends[1] - ends[0]
    limits = {"sd": (NARROWEST * width, WIDEST * width), "mode": ends, "mean": ends}
    own = reader.scenario.numbers[path].value
    if name in ("mode", "mean") and name not in node.entries and ends[0] <= own <= ends[1]:
        return own
    return reader.number(node, name, where, limits.get(name, (SHAPELESS, SHARPEST)))


def _steps(node: Branch, where: Where, reader: SweepReader, path: str, distribution: Distribution) -> tuple[Level, ...]:
    """Levels of a factor whose range is cut into steps; none where it is not."""
    steps = reader.whole(node, "steps", where, (2, MOST_STEPS)) if "steps" in node.entries else None
    return () if steps is None else levels_at(path, distribution, steps)


def levels_at(path: str, distribution: Distribution, steps: int) -> tuple[Level, ...]:
    """Levels at even shares of a distribution, its ends among them."""
    found = dict.fromkeys(distribution.at(np.linspace(0, 1, steps)).tolist())
    return tuple(Level(f"{value:.10g}", ((path, value),)) for value in found)
