"""What every number must have beside its value: a range that holds it, a source that is there, a note."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Fault
from sim.kernel.layout import Layout
from sim.phrases import choose_from, shown
from sim.scenario.checks.values import A_NUMBER, RefusedValueError, read_value, words_of
from sim.scenario.numbers import ASSUMPTION, PASSAGE, span
from sim.scenario.schema.fields import explained
from sim.scenario.structure import canonical, operation, real, written_at
from sim.scenario.yaml.tree import Branch, Leaf, Node, branch, fault, find, nearest_place, text


def number_faults(tree: Branch, layout: Layout) -> Iterator[Fault]:
    """Faults of provenance, ranges and bounds of all numbers of a tree."""
    yield from _form_faults(tree, tree, ())
    known = set(layout.paths)
    for path in layout.paths:
        where = written_at(tree, path)
        node = find(tree, where)
        quantity = layout.quantity(path)
        if node is None and quantity.default is None:
            yield fault(
                nearest_place(tree, where),
                where,
                "is missing",
                "",
                explained(quantity),
            )
        if isinstance(node, Leaf) and quantity.default is None and _number(node) and not _sourced(tree, path):
            rule = "must say what it rests on: only a number that has a default may stand bare"
            remedy = "write {value: ..., range: [.., ..], source: ..., note: ...}; a source may be `assumption`"
            yield fault(node.place, where, rule, shown(node.value), remedy)
    for name, event in branch(tree, "events").items():
        target = canonical(text(event, "path"))
        if target in known and not target.startswith("events."):
            yield from _event_value_faults(tree, name, event, target, layout)


def _number(node: Leaf) -> bool:
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _sourced(tree: Branch, path: str) -> bool:
    """Whether an event says what it rests on."""
    parts = path.split(".")
    return parts[0] == "events" and bool(text(tree, parts[0], parts[1], "source"))


def _form_faults(tree: Branch, node: Node, path: tuple[str, ...]) -> Iterator[Fault]:
    """Faults in the four parts of every number that is written in full."""
    if not isinstance(node, Branch):
        return
    if path and path[0] != "sources":
        yield from _source_faults(tree, node, path)
    if "value" in node.entries and path:
        yield from _range_faults(node, path)
        return
    for key, below in node.entries.items():
        yield from _form_faults(tree, below, (*path, key))


def _source_faults(tree: Branch, node: Branch, path: tuple[str, ...]) -> Iterator[Fault]:
    source = node.entries.get("source")
    if not isinstance(source, Leaf) or not isinstance(source.value, str) or source.value == ASSUMPTION:
        return
    keys = branch(tree, "sources")
    if source.value not in keys and not PASSAGE.fullmatch(source.value):
        rule = "must be a key of `sources`, `assumption`, or a passage such as document:T1"
        yield fault(
            source.place,
            (*path, "source"),
            rule,
            source.value,
            choose_from(source.value, [*keys, ASSUMPTION]),
        )


def _range_faults(node: Branch, path: tuple[str, ...]) -> Iterator[Fault]:
    lacking = [part for part in ("range", "source", "note") if _lacks(node, part)]
    if lacking:
        rule = f"must have {', '.join(lacking)} beside its value"
        remedy = "a number without a source is an `assumption`: say so, how far it may be off, and why"
        yield fault(nearest_place(node, ("value",)), path, rule, "", remedy)
    ends = span(node.entries.get("range"))
    if ends is None:
        return
    low, high = ends
    if low > high:
        place = nearest_place(node, ("range",))
        found = f"[{low:g}, {high:g}]"
        yield fault(place, (*path, "range"), "must run from low to high", found, f"write [{high:g}, {low:g}]")
        return
    for part in ("value", "figure"):
        given = real(node, part)
        if given is not None and not low <= given <= high and not (part == "value" and node.was is not None):
            rule = f"must lie in its own range [{low:g}, {high:g}]"
            place = nearest_place(node, (part,))
            yield fault(place, (*path, part), rule, f"{given:g}", f"widen the range or mend the {part}")


def _lacks(node: Branch, part: str) -> bool:
    """Whether a part of a number is absent or empty; a policy's word needs no range."""
    value, given = find(node, ("value",)), find(node, (part,))
    if part == "range" and isinstance(value, Leaf) and isinstance(value.value, str):
        return False
    return given is None or (isinstance(given, Leaf) and given.value == "")


def _event_value_faults(tree: Branch, name: str, event: Node, target: str, layout: Layout) -> Iterator[Fault]:
    how = operation(event)
    node = branch(event)[how] if how else None
    leaf = find(node, ("value",)) if isinstance(node, Branch) else node
    if how is None or not isinstance(leaf, Leaf):
        return
    quantity, path = layout.quantity(target), ("events", name, how)
    if quantity.unit == "policy" and how != "set":
        rule = f"must set one of {', '.join(words_of(layout, target))}"
        yield fault(leaf.place, path, rule, f"{how} {shown(leaf.value)}", "use `set`")
    elif how == "set":
        try:
            read_value(layout, target, leaf.value)
        except RefusedValueError as error:
            yield fault(leaf.place, path, error.rule, error.found, error.remedy)
    elif not _number(leaf):
        yield fault(leaf.place, path, A_NUMBER, shown(leaf.value), explained(quantity))
