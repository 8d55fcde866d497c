"""Other values at some paths of a scenario: `--set`, keyword arguments of a model, points of a sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.arguments import argument_fault, as_number, as_whole
from sim.errors import ConfigError, Fault
from sim.kernel.structure import Structure
from sim.phrases import choose_from, nearest, shown
from sim.quantities import Quantity
from sim.scenario.numbers import ASSUMPTION, Number, changed, coded, meant, menu_of, policy_words
from sim.scenario.schema.fields import MOST_WEEKS, SHORTEST_TICK, bounds, explained, lowest
from sim.scenario.structure import canonical
from sim.scenario.yaml.builder import scalar
from sim.scenario.yaml.tree import Place, fault

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

ROUNDING = 1e-9
HERE = Place("override", 0)


def overridden(scenario: Scenario, overrides: Mapping[str, object]) -> Scenario:
    """Give a scenario with other values; see `Scenario.with_`."""
    if not isinstance(overrides, Mapping) or not all(isinstance(path, str) for path in overrides):
        raise ConfigError([argument_fault("overrides", "must be a mapping of paths to values", shown(overrides))])
    faults: list[Fault] = []
    numbers = dict(scenario.numbers)
    structure = scenario.structure
    for path, given in overrides.items():
        value = scalar(given) if isinstance(given, str) else given
        try:
            if path in ("weeks", "dt"):
                structure = _timed(structure, path, value)
            else:
                known = _known(scenario, path)
                numbers[known] = _number(scenario, known, value)
        except ConfigError as error:
            faults += error.faults
    changed_scenario = replace(scenario, structure=structure, numbers=numbers)
    faults += [] if faults else _sum_faults(changed_scenario, overrides)
    if faults:
        raise ConfigError(faults)
    return changed_scenario


def _refused(path: str, rule: str, found: str, remedy: str) -> ConfigError:
    return ConfigError([fault(HERE, (path,), rule, found, remedy)])


def _known(scenario: Scenario, path: str) -> str:
    for form in (canonical(path), canonical(path.removesuffix(".value"))):
        if form in scenario.numbers:
            return form
    remedy = nearest(path, [*scenario.numbers, "weeks", "dt"]) or "`counterpoise sources` lists every path"
    raise _refused(path, "must be the path of a number or policy", "no such path", remedy)


def _timed(structure: Structure, path: str, value: object) -> Structure:
    low, high = (1, MOST_WEEKS) if path == "weeks" else (SHORTEST_TICK, 1)
    read = as_whole(value) if path == "weeks" else as_number(value)
    if read is None or not low <= read <= high:
        kind = "a whole number" if path == "weeks" else "a number"
        raise _refused(path, f"must be {kind} in [{low:g}, {high:g}]", shown(value), "it counts weeks")
    timed = replace(structure, weeks=int(read)) if path == "weeks" else replace(structure, dt=read)
    if abs(timed.weeks / timed.dt - timed.ticks) > 1e-6:
        raise _refused(path, "must divide the weeks into whole ticks", shown(value), "1, 0.5 and 0.25 always do")
    return timed


def _number(scenario: Scenario, path: str, given: object) -> Number:
    quantity = meant(scenario.layout, path)
    old = scenario.numbers[path]
    policy = quantity.unit == "policy"
    value = _policy(scenario, path, quantity, given) if policy else _plain(path, quantity, given)
    if value == old.value:
        return old
    low, high = (value, value) if policy else (min(old.range[0], value), max(old.range[1], value))
    return Number(value, (low, high), ASSUMPTION, changed(value, old.value, old.source, old.note), old.unit, HERE.file)


def _plain(path: str, quantity: Quantity, given: object) -> float:
    switched = float(given) if quantity.unit == "switch" and isinstance(given, bool | np.bool_) else given
    meaning = explained(quantity)
    number = as_number(switched)
    if number is None:
        raise _refused(path, "must be a number", shown(given), meaning)
    if not lowest(quantity) <= number <= quantity.upper:
        raise _refused(path, f"must lie in {bounds(quantity)}", shown(given), meaning)
    return number


def _policy(scenario: Scenario, path: str, quantity: Quantity, given: object) -> float:
    menu = menu_of(scenario.layout)
    words = policy_words(quantity, menu)
    missing = lacking(scenario, path)
    allowed = [word for word in words if word not in missing]
    codes = {coded(quantity, word, menu): word for word in words}
    word = given if isinstance(given, str) else codes.get(as_number(given), "")
    code = coded(quantity, word, menu) if word in allowed else None
    if code is None:
        raise _refused(path, f"must be one of {', '.join(allowed)}", shown(given), choose_from(str(given), allowed))
    return code


def lacking(scenario: Scenario, path: str) -> tuple[str, ...]:
    """Postures that the party of a `posture_policy` cannot take."""
    for event in scenario.structure.events:
        path = event.path if path == f"events.{event.name}.value" else path
    for contest, party in scenario.structure.parties:
        if path == f"contests.{contest.code}.parties.{party.state}.posture_policy":
            return party.without
    return ()


def shares_together(structure: Structure) -> dict[str, list[str]]:
    """Paths of shares that may not exceed 1 together, by what they are shares of."""
    paths: dict[str, list[str]] = {}
    for patron, client, lever in structure.ties:
        paths.setdefault(f"shares of {client} in {lever}", []).append(f"ties.{patron}.{client}.{lever}")
    for contest in structure.contests:
        shares = [f"contests.{contest.code}.share.{side}" for side in contest.sides]
        paths |= {f"shares of the camps of {contest.code}": shares} if contest.host else {}
    return paths


def _sum_faults(scenario: Scenario, overrides: Mapping[str, object]) -> Iterator[Fault]:
    """Faults of shares that no longer fit together."""
    touched = {canonical(path) for path in overrides}
    for what, together in shares_together(scenario.structure).items():
        total = sum(scenario.numbers[path].value for path in together)
        mine = [path for path in together if path in touched]
        if mine and total > 1 + ROUNDING:
            rule = f"must leave the {what} at 1 or below"
            yield fault(
                HERE,
                (mine[0],),
                rule,
                f"a sum of {total:.6g}",
                f"set {' and '.join(together)} together",
            )
