"""Other values at some paths of a scenario: `--set`, keyword arguments of a model, points of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sim.arguments import argument_fault
from sim.errors import ConfigError, Fault
from sim.kernel.layout import Layout
from sim.kernel.structure import Structure
from sim.phrases import nearest, shown
from sim.quantities import DERIVED, FIGHTING
from sim.scenario.checks.declared import redeclared
from sim.scenario.checks.rules import WHOLE_TICKS, WHOLE_TICKS_REMEDY, broken, divides
from sim.scenario.checks.values import RefusedValueError, read_time, read_value
from sim.scenario.declared import OUTCOMES, DeclaredOutcome
from sim.scenario.numbers import ASSUMPTION, Number, age_of_fighting, changed, meant
from sim.scenario.structure import canonical
from sim.scenario.yaml.builder import scalar
from sim.scenario.yaml.tree import Place, fault, grow

HERE = Place("override", 0)


def overridden(
    layout: Layout,
    numbers: Mapping[str, Number],
    declared: tuple[DeclaredOutcome, ...],
    overrides: Mapping[str, object],
) -> tuple[Structure, dict[str, Number], tuple[DeclaredOutcome, ...]]:
    """Structure, numbers and declared outcomes of a scenario with other values; see `Scenario.with_`."""
    if not isinstance(overrides, Mapping) or not all(isinstance(path, str) for path in overrides):
        raise ConfigError([argument_fault("overrides", "must be a mapping of paths to values", shown(overrides))])
    faults: list[Fault] = []
    changed_numbers, structure = dict(numbers), layout.structure
    outcomes, others = _parted(overrides)
    for path, given in others.items():
        value = scalar(given) if isinstance(given, str) else given
        try:
            if path in ("weeks", "dt"):
                structure = _timed(structure, path, value)
            else:
                known = _known(numbers, path)
                changed_numbers[known] = _number(layout, known, numbers[known], value)
        except ConfigError as error:
            faults += error.faults
    _begin_fights(structure, changed_numbers, others)
    faults += [] if faults else _limit_faults(layout, changed_numbers, others)
    if outcomes or (declared and structure != layout.structure):
        nodes = {name: grow(given, HERE) for name, given in outcomes.items()}
        declared = redeclared(structure, declared, nodes, (OUTCOMES,), HERE, faults)
    if faults:
        raise ConfigError(faults)
    return structure, changed_numbers, declared


def _parted(overrides: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Outcomes that are declared, by their names, and the values at other paths."""
    stem = f"{OUTCOMES}."
    outcomes = {path.removeprefix(stem): given for path, given in overrides.items() if path.startswith(stem)}
    return outcomes, {path: given for path, given in overrides.items() if not path.startswith(stem)}


def _refused(path: str, rule: str, found: str, remedy: str) -> ConfigError:
    return ConfigError([fault(HERE, (path,), rule, found, remedy)])


def _known(numbers: Mapping[str, Number], path: str) -> str:
    for form in (canonical(path), canonical(path.removesuffix(".value"))):
        if form in numbers:
            return form
    remedy = nearest(path, [*numbers, "weeks", "dt"]) or "`counterpoise sources` lists every path"
    raise _refused(path, "must be the path of a number or policy", "no such path", remedy)


def _timed(structure: Structure, name: str, given: object) -> Structure:
    read = _read(name, lambda: read_time(name, given))
    timed = replace(structure, weeks=int(read)) if name == "weeks" else replace(structure, dt=read)
    if not divides(timed.weeks, timed.dt):
        raise _refused(name, WHOLE_TICKS, shown(given), WHOLE_TICKS_REMEDY)
    return timed


def _read(path: str, read: Callable[[], float]) -> float:
    """What is read; raises ConfigError where it is refused."""
    try:
        return read()
    except RefusedValueError as error:
        raise _refused(path, error.rule, error.found, error.remedy) from None


def _number(layout: Layout, path: str, old: Number, given: object) -> Number:
    policy = meant(layout, path).unit == "policy"
    value = _read(path, lambda: read_value(layout, path, given))
    if value == old.value:
        return replace(old, where=HERE.file)
    if value == old.figure:
        return replace(old, value=value, figure=None)
    point = policy or DERIVED in (value, old.value)
    low, high = (value, value) if point else (min(old.range[0], value), max(old.range[1], value))
    note = changed(value, old.sourced, old.source, old.note)
    return Number(value, (low, high), ASSUMPTION, note, old.unit, HERE.file)


def _begin_fights(structure: Structure, numbers: dict[str, Number], overrides: Mapping[str, object]) -> None:
    """Give contests that now start in fighting the age 0 in `numbers`, as a config does that leaves it out."""
    for contest in structure.contests:
        phase, age = (f"contests.{contest.code}.{field}" for field in ("phase", "age"))
        if phase in overrides and age not in overrides and numbers[phase].value == FIGHTING:
            numbers[age] = age_of_fighting(numbers[age].unit)


def _limit_faults(layout: Layout, numbers: Mapping[str, Number], overrides: Mapping[str, object]) -> Iterator[Fault]:
    """Faults of numbers that no longer fit together."""
    touched = {canonical(path) for path in overrides}

    def value(path: str) -> float:
        return numbers[path].value

    for limit in broken(layout.structure, layout.quantity, value):
        mine = next((path for path in limit.paths if path in touched), limit.paths[-1])
        yield fault(HERE, (mine,), limit.rule, limit.found(limit.total(value)), limit.remedy)
