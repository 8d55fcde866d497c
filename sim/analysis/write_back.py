"""A plausible set written into a config: values change in place, and every comment and note stays.

A number keeps the figure that its source and note speak of under `figure`, where its value is now another one. The
numbers of behaviour and the weights of motives rest on no figure, so they have none. A number that the file does not
write, because it is at its default or comes from the config that it extends, is added with range, source and note.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.errors import ConfigError, Fault
from sim.experiments.plausible import PlausibleSets
from sim.files import TEMPORARY, read_file, write_file
from sim.scenario.load import load_scenario
from sim.scenario.numbers import Number
from sim.scenario.scenario import Scenario
from sim.scenario.structure import written_at
from sim.scenario.yaml.inheritance import read_with_parents

FIGURELESS = ("behaviour.", "weights.")
"""Beginnings of the paths of numbers that no figure stands behind."""
INDENT = 2


@dataclass(frozen=True)
class Edit:
    """Text that takes the place of a span of a file."""

    first: int
    last: int
    text: str


def write_back(config: Path, sets: PlausibleSets, number: int | None = None) -> int:
    """Write the values of a set into a config.

    Parameters
    ----------
    config : Path
        Config of the scenario that the sets were found for, or a copy of it. It is replaced only by one that loads,
        with just these values.
    sets : PlausibleSets
    number : int, optional
        Number of the set; by default the representative one.

    Returns
    -------
    int
        Numbers that were changed or added.

    Raises
    ------
    ConfigError
        If the config lacks a path of the sets, is not written as text that can be edited, or would not load.
    """
    chosen = sets.about["representative"] if number is None else number
    values = dict(zip(sets.paths, map(float, sets.values[chosen]), strict=True))
    scenario = load_scenario(config)
    _refuse_unknown(config, scenario, sets)
    changed = {path: value for path, value in values.items() if scenario.numbers[path].value != value}
    text = read_file(config).decode("utf-8")
    edits = list(_edits(text, config, scenario, changed))
    for edit in sorted(edits, key=lambda one: -one.first):
        text = text[: edit.first] + edit.text + text[edit.last :]
    _put(config, text, values)
    return len(changed)


def _refuse_unknown(config: Path, scenario: Scenario, sets: PlausibleSets) -> None:
    faults = [
        Fault(str(config), path, "must be a number of this config", "none", "write into the config that was fitted")
        for path in sets.paths
        if path not in scenario.numbers
    ]
    if faults:
        raise ConfigError(faults)


def _put(config: Path, text: str, values: Mapping[str, float]) -> None:
    """Replace a config by a text, once that has been seen to load with the values."""
    beside = config.with_name(f".{secrets.token_hex(4)}{TEMPORARY}.yaml")
    try:
        write_file(beside, text.encode("utf-8"))
        numbers = load_scenario(beside).numbers
        wrong = [path for path, value in values.items() if numbers[path].value != value]
        if wrong:
            found, remedy = f"{numbers[wrong[0]].value:g}", "write each number as {value: ..., ...}"
            raise ConfigError([Fault(str(config), wrong[0], f"must become {values[wrong[0]]:g}", found, remedy)])
        write_file(config, text.encode("utf-8"))
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _edits(text: str, config: Path, scenario: Scenario, changed: Mapping[str, float]) -> Iterator[Edit]:
    """Edits that give numbers other values."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None, "the config was loaded before"
    tree = read_with_parents(config, str(config))
    missing: dict[int, tuple[yaml.MappingNode, dict[str, Any]]] = {}
    for path, value in changed.items():
        node, rest = _deepest(root, written_at(tree, path))
        if not rest and isinstance(node, yaml.MappingNode):
            yield from _changed(text, path, node, value)
        elif not rest:
            yield Edit(node.start_mark.index, node.end_mark.index, _number(path, scenario.numbers[path], value))
        elif isinstance(node, yaml.MappingNode):
            _nest(missing.setdefault(id(node), (node, {}))[1], rest, _number(path, scenario.numbers[path], value))
    for node, added in missing.values():
        yield _added(text, node, added, top=node is root)


def _deepest(root: yaml.Node, place: tuple[str, ...]) -> tuple[yaml.Node, tuple[str, ...]]:
    """The deepest node that stands on a path, and what of the path lies below it."""
    node = root
    for depth, key in enumerate(place):
        below = _entry(node, key)
        if below is None:
            return node, place[depth:]
        node = below
    return node, ()


def _entry(node: yaml.Node, key: str) -> yaml.Node | None:
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in entries if name.value == key), None)


def _changed(text: str, path: str, node: yaml.MappingNode, value: float) -> Iterator[Edit]:
    """Edits of a number that is written with its value."""
    written, figure = _entry(node, "value"), _entry(node, "figure")
    if written is None:
        return
    said = text[written.start_mark.index : written.end_mark.index]
    between = ", " if node.flow_style else "\n" + " " * node.start_mark.column
    keep = figure is None and not path.startswith(FIGURELESS)
    more = f"{between}figure: {said}" if keep else ""
    yield Edit(written.start_mark.index, written.end_mark.index, f"{value:.12g}{more}")


def _number(path: str, number: Number, value: float) -> str:
    """A number as a config writes it in one line."""
    figure = "" if path.startswith(FIGURELESS) else f"figure: {number.value:.12g}, "
    low, high = (f"{end:.12g}" for end in number.range)
    note = json.dumps(number.note, ensure_ascii=False)
    return f"{{value: {value:.12g}, {figure}range: [{low}, {high}], source: {number.source}, note: {note}}}"


def _nest(into: dict[str, Any], keys: tuple[str, ...], said: str) -> None:
    for key in keys[:-1]:
        into = into.setdefault(key, {})
    into[keys[-1]] = said


def _added(text: str, node: yaml.MappingNode, added: Mapping[str, Any], *, top: bool) -> Edit:
    """Entries that a mapping gets: behind its last one that is a number, or before its first."""
    if top:
        end = "" if text.endswith("\n") else "\n"
        return Edit(len(text), len(text), end + "".join(f"\n{line}" for line in _lines(added, 0)) + "\n")
    first = node.value[0][0].start_mark
    if node.flow_style:
        return Edit(first.index, first.index, "".join(f"{key}: {_flow(entry)}, " for key, entry in added.items()))
    lines = _lines(added, first.column)
    numbers = [value for _, value in node.value if isinstance(value, yaml.MappingNode) and value.flow_style]
    if numbers:
        at = text.find("\n", numbers[-1].end_mark.index)
        at = len(text) if at < 0 else at
        return Edit(at, at, "".join(f"\n{line}" for line in lines))
    return Edit(first.index, first.index, "\n".join(lines).lstrip() + "\n" + " " * first.column)


def _lines(added: Mapping[str, Any], column: int) -> Iterator[str]:
    """Lines of a block of entries, one number a line."""
    for key, entry in added.items():
        if isinstance(entry, str):
            yield f"{' ' * column}{key}: {entry}"
        else:
            yield f"{' ' * column}{key}:"
            yield from _lines(entry, column + INDENT)


def _flow(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    return "{" + ", ".join(f"{key}: {_flow(below)}" for key, below in entry.items()) + "}"
