"""Reading one factor of a sweep file: values or a range of a path, or named variants that set several paths."""

from __future__ import annotations

from sim.experiments.distributions import SHAPES, Spread
from sim.experiments.factors import LEVEL, Factor, Level
from sim.experiments.files.reader import Reader, Where, told
from sim.experiments.files.spread import spread_of, stepped
from sim.experiments.lengths import WEEKS
from sim.phrases import shown
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, text

SPREAD_KEYS = ("range", "steps", "distribution", *dict.fromkeys(name for names in SHAPES.values() for name in names))
KEYS = ("path", "label", "values", "variants", "weights", "group", *SPREAD_KEYS)
TAKEN = ("point", "replicate", "week", "failure")
"""Columns of results that are neither factors nor outcomes."""
DISCRETE = "discrete"
FORM = "write {path: ..., values: [...]}, {path: ..., range: [.., ..]} or {label: ..., variants: {...}}"


def factor_of(node: Node, where: Where, reader: Reader) -> Factor | None:
    """Read one factor; what is wrong with it is noted, and None given back."""
    before = len(reader.faults)
    if not isinstance(node, Branch):
        reader.refuse(node, where, "must be a mapping", told(node), FORM)
        return None
    reader.known(node, where, KEYS)
    label = reader.line(node, "label", where, "it names the factor")
    group = reader.line(node, "group", where, "it names the group")
    if "variants" in node.entries:
        factor = _of_variants(node, where, reader, label, group)
    else:
        factor = _of_path(node, where, reader, label, group)
    return factor if len(reader.faults) == before else None


def _of_path(node: Branch, where: Where, reader: Reader, label: str, group: str) -> Factor | None:
    written = node.entries.get("path")
    path = reader.path(written or node, text(node, "path"), (*where, "path"))
    listed = "values" in node.entries or text(node, "distribution") == DISCRETE
    if path is None:
        return None
    numeric = reader.quantity(path).unit != "policy"
    if listed:
        _refuse_together(node, where, reader, "values", tuple(key for key in SPREAD_KEYS if key != "distribution"))
        if "distribution" in node.entries and text(node, "distribution") != DISCRETE:
            reader.refuse(node.entries["distribution"], (*where, "distribution"), "does not go with values",
                          told(node.entries["distribution"]), f"leave it out, or write {DISCRETE}")  # fmt: skip
        levels = _values(node, path, where, reader)
        return Factor(path, label or path, levels, numeric, None, _weights(node, where, reader, len(levels)), group)
    _refuse_together(node, where, reader, "a range", ("weights",))
    if not numeric or path == WEEKS or reader.quantity(path).unit == "switch":
        reader.refuse(node, (*where, "values"), "must be a list of values", told(node.entries.get("values")),
                      f"{path} has no range: write values: [.., ..]")  # fmt: skip
        return None
    spread = spread_of(node, path, where, reader)
    levels = stepped(node, where, reader, path, spread) if spread is not None else ()
    return Factor(path, label or path, levels, True, spread, (), group)


def _values(node: Branch, path: str, where: Where, reader: Reader) -> tuple[Level, ...]:
    listed = node.entries.get("values")
    if not isinstance(listed, Listing) or not listed.items:
        reader.refuse(listed or node, (*where, "values"), "must be a list of values", told(listed),
                      "write values: [.., ..]")  # fmt: skip
        return ()
    levels = tuple(reader.level(path, item, (*where, "values", i)) for i, item in enumerate(listed.items))
    labels = [level.label for level in levels]
    twice = sorted({label for label in labels if labels.count(label) > 1}) if len(set(labels)) < len(labels) else []
    if twice:
        reader.refuse(listed, (*where, "values"), "must not repeat a value", twice[0], "take one of the two out")
    return levels


def _of_variants(node: Branch, where: Where, reader: Reader, label: str, group: str) -> Factor | None:
    named = node.entries["variants"]
    _refuse_together(node, where, reader, "variants", ("path", "values", *SPREAD_KEYS))
    if "label" not in node.entries:
        reader.refuse(node, (*where, "label"), "is missing", "", "variants need a label: it names their column")
    elif label in TAKEN or label.endswith(LEVEL) or label.partition(":")[0] in reader.layout.outcomes:
        reader.refuse(node.entries["label"], (*where, "label"), "must not be the name of a column of results",
                      shown(label), "it names the column of the factor: choose another")  # fmt: skip
    if not isinstance(named, Branch) or not named.entries:
        reader.refuse(named, (*where, "variants"), "must be a mapping", told(named),
                      "write {on: {}, off: {PATH: VALUE}}")  # fmt: skip
        return None
    levels = tuple(
        Level(name, _settings(entry, (*where, "variants", name), reader)) for name, entry in named.entries.items()
    )
    return Factor(label, label, levels, False, None, _weights(node, where, reader, len(levels)), group)


def _settings(node: Node, where: Where, reader: Reader) -> tuple[tuple[str, float], ...]:
    if not isinstance(node, Branch):
        reader.refuse(node, where, "must be a mapping", told(node),
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


def _weights(node: Branch, where: Where, reader: Reader, count: int) -> tuple[float, ...]:
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
        reader.refuse(listed, (*where, "weights"), rule, told(listed), "[1, 3] is a quarter and the rest")
        return ()
    return tuple(good)


def _refuse_together(node: Branch, where: Where, reader: Reader, form: str, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in node.entries:
            entry = node.entries[key]
            reader.refuse(entry, (*where, key), f"does not go with {form}", told(entry), "give one or the other")


def ranged(path: str, reader: Reader) -> Factor:
    """Factor of a number over the range that the scenario gives it."""
    return Factor(path, path, (), True, Spread("uniform", *reader.scenario.numbers[path].range))
