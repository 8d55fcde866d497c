"""A scenario: a config that has been read, checked and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arguments import unknown_name
from sim.kernel.layout import Layout, layout
from sim.kernel.memory import given_blocks, size
from sim.kernel.structure import ContestShape, EventShape, PartyShape, Structure
from sim.notebook import as_html
from sim.phrases import printable
from sim.quantities import DERIVED
from sim.scenario.declared import DeclaredOutcome, declared_of
from sim.scenario.numbers import Number, menu_of, policy_words

UNDIGESTED = ("description", "sources", "map", "fitted", "stakes")
"""What its digest leaves out, since no result depends on it; nor does it take each number's source, note and place."""


@dataclass(frozen=True)
class SeriesChoice:
    """Which courses over time a run keeps.

    Attributes
    ----------
    every : int
        Weeks between two rows.
    replicates : int
        How many runs of a point keep their course.
    outcomes : tuple of str
        Names or patterns of outcomes; empty for the default ones.
    """

    every: int = 1
    replicates: int = 200
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """States, contests and events with all their numbers.

    Attributes
    ----------
    name, title, description : str
    structure : Structure
        Who there is.
    numbers : mapping of str to Number
        Every number by canonical path, in the order of `inputs`.
    names : mapping of str to str
        Label of each state and contest.
    sources : mapping
        What the numbers rest on, by key.
    series : SeriesChoice
    outcomes : tuple of str
        What is kept of each run; empty for the default.
    map : mapping of str to tuple of str
        Outline of each state on the map, and of what lies around; see `read_outlines`. Empty without a map.
    fitted : mapping
        What the values were chosen to show: the content of a patterns file, and its name as ``file``. Empty if nothing.
    declared : tuple of DeclaredOutcome
        Outcomes that are worked out of each run by an expression, and kept beside `outcomes`.
    stakes : mapping of str to str
        What each contest is over, in words, where the config says so.
    origin : Path or None
        Config that it was loaded from; None for one that was made otherwise.

    Examples
    --------
    >>> from sim import load_scenario
    >>> base = load_scenario("post-soviet-2020")
    >>> base.numbers["behaviour.rationality"].unit
    '1/utility'
    >>> unarmed = base.with_({"states.RUS.arms_policy": "none"})
    >>> unarmed.word("states.RUS.arms_policy")
    'none'
    """

    name: str
    title: str
    description: str
    structure: Structure
    numbers: Mapping[str, Number]
    names: Mapping[str, str]
    sources: Mapping[str, Mapping[str, Any]]
    series: SeriesChoice = SeriesChoice()
    outcomes: tuple[str, ...] = ()
    map: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fitted: Mapping[str, Any] = field(default_factory=dict)
    stakes: Mapping[str, str] = field(default_factory=dict)
    declared: tuple[DeclaredOutcome, ...] = ()
    origin: Path | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        shape, name = self.structure, printable(self.name)
        size = f"{len(shape.states)} states, contests: {len(shape.contests)}, weeks: {shape.weeks}"
        return f"<Scenario {name}: {size}, from {shape.start}>"

    def _repr_html_(self) -> str:
        shape, said = self.structure, self.names
        facts = {
            "name": self.name,
            "weeks": f"{shape.weeks}, from {shape.start}",
            "states": ", ".join(f"{said.get(code, code)} ({code})" for code in shape.states),
            "contests": ", ".join(f"{said.get(one.code, one.code)} ({one.code})" for one in shape.contests),
            "numbers": f"{len(self.numbers):,}, each with its range and source in numbers[path]",
        }
        return as_html(self.title, facts)

    @cached_property
    def layout(self) -> Layout:
        """Names of all rows of inputs and outcomes; to find it takes long where there are many parties."""
        return layout(self.structure)

    def inputs(self) -> NDArray[np.float64]:
        """Values of all rows of `World.inputs`, shape ``(P,)``; rows that no path leads to hold 0."""
        rows = np.zeros(size(given_blocks(self.structure)))
        for path, number in self.numbers.items():
            rows[self.layout.row(path)] = number.value
        return rows

    def word(self, path: str) -> str:
        """Value at a path as a config writes it: the word of a policy, else the number; raises UnknownNameError."""
        if path not in self.numbers:
            raise unknown_name("path", path, self.numbers, "must be the path of a number or policy")
        value = self.numbers[path].value
        quantity = self.layout.quantity(path)
        for event in self.structure.events:
            if path == f"events.{event.name}.value":
                quantity = self.layout.quantity(event.path)
        if quantity.unit != "policy":
            return quantity.absent or "derived" if quantity.default == DERIVED == value else f"{value:.12g}"
        words = policy_words(quantity, menu_of(self.layout))
        return words[int(value) if quantity.choices else int(value) + 1]

    def with_(self, overrides: Mapping[str, object]) -> Scenario:
        """Give the scenario with other values at some paths.

        Parameters
        ----------
        overrides : mapping
            New value by path: a number, the word of a policy, or the text of either; `weeks` and `dt` too. At
            ``outcomes.NAME`` an outcome is declared, as a config does; None takes it away.

        Raises
        ------
        ConfigError
            For a path that is not there (the nearest is offered) or a value that it cannot take; all at once.
        """
        from sim.scenario.overrides import overridden  # noqa: PLC0415 (pydantic takes a while to load)

        structure, numbers, declared = overridden(self.layout, self.numbers, self.declared, overrides)
        return replace(self, structure=structure, numbers=numbers, declared=declared)

    def at(self, values: Mapping[str, float]) -> Scenario:
        """Give the scenario at one point of a design, whose values have been checked.

        Parameters
        ----------
        values : mapping
            New value by canonical path, as `inputs` holds it: the code of a policy, not its word.

        Raises
        ------
        UnknownNameError
            For a path that is not there.
        """
        for path in values:
            if path not in self.numbers:
                raise unknown_name("path", path, self.numbers, "must be the path of a number or policy")
        changed = {path: replace(self.numbers[path], value=float(value)) for path, value in values.items()}
        return replace(self, numbers={**self.numbers, **changed})

    def resolved(self) -> dict[str, Any]:
        """Everything that the scenario says, as dicts, lists, texts and numbers; see `rebuilt`."""
        declared = {"declared": [asdict(one) for one in self.declared]} if self.declared else {}
        return declared | {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "structure": asdict(self.structure) | {"start": self.structure.start.isoformat()},
            "numbers": {path: asdict(number) for path, number in self.numbers.items()},
            "names": dict(self.names),
            "sources": {key: dict(source) for key, source in self.sources.items()},
            "series": asdict(self.series),
            "outcomes": list(self.outcomes),
            "map": {code: list(rings) for code, rings in self.map.items()},
            "fitted": dict(self.fitted),
            "stakes": dict(self.stakes),
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the scenario says, in hexadecimal; comments, notes and places do not count."""
        content = {key: part for key, part in self.resolved().items() if key not in UNDIGESTED}
        content["numbers"] = {path: (number.value, number.range) for path, number in self.numbers.items()}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def rebuilt(resolved: Mapping[str, Any]) -> Scenario:
    """Make a scenario from what `Scenario.resolved` gave, JSON or not."""
    given = dict(resolved)
    numbers = {
        path: Number(**{**parts, "range": tuple(parts["range"])}) for path, parts in given.pop("numbers").items()
    }
    series = given.pop("series")
    return Scenario(
        **{key: given[key] for key in ("name", "title", "description", "names", "sources")},
        structure=_structure(given["structure"]),
        numbers=numbers,
        series=SeriesChoice(**{**series, "outcomes": tuple(series["outcomes"])}),
        outcomes=tuple(given["outcomes"]),
        map={code: tuple(rings) for code, rings in given.get("map", {}).items()},
        fitted=given.get("fitted", {}),
        stakes=dict(given.get("stakes", {})),
        declared=declared_of(given),
    )


def _structure(given: Mapping[str, Any]) -> Structure:
    """Structure from its plain form, where tuples may have become lists."""
    pairs: dict[str, Any] = {key: tuple(tuple(row) for row in given[key]) for key in ("ties", "postures", "rivals")}
    plain: dict[str, Any] = {key: tuple(given[key]) for key in ("states", "levers", "clients", "patrons")}
    return Structure(
        start=date.fromisoformat(given["start"]),
        weeks=given["weeks"],
        dt=given["dt"],
        contests=tuple(_contest(contest) for contest in given["contests"]),
        events=tuple(EventShape(**event) for event in given["events"]),
        **pairs,
        **plain,
    )


def _contest(given: Mapping[str, Any]) -> ContestShape:
    parties = tuple(
        PartyShape(
            party["state"],
            tuple(party["rivals"]),
            tuple(party["sanctioners"]),
            tuple(party["without"]),
            party["outsider"],
        )
        for party in given["parties"]
    )
    return ContestShape(**{**given, "parties": parties})
