"""Reading a sweep file: a scenario, factors over any of its paths, and how often to run each point."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from sim.arguments import LARGEST_KEY, argument_fault, as_whole, refuse, whole_faults
from sim.errors import ConfigError, Fault
from sim.experiments.designs import KINDS
from sim.experiments.designs.kind import DesignReader, keys_of
from sim.experiments.files.reader import SweepReader
from sim.experiments.lengths import WEEKS
from sim.experiments.plan import Plan
from sim.experiments.replicates import MOST_REPLICATES, Adaptive, replicates_of
from sim.phrases import choose_from, shown
from sim.scenario.checks.declared import redeclared
from sim.scenario.checks.rules import WHOLE_TICKS, divides
from sim.scenario.declared import OUTCOMES
from sim.scenario.load import load_scenario, located, shipped, shipped_in
from sim.scenario.scenario import SeriesChoice
from sim.scenario.schema.fields import MOST_WEEKS, SLUG
from sim.scenario.yaml.files import YAML, beside, root_of
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, Leaf, describe, fault, key_faults, text

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

KEYS = ("name", "title", "description", "scenario", "replicates", "seed", "weeks", "series", OUTCOMES)
"""Keys of a sweep beside those of its design."""
SERIES_KEYS = ("every", "replicates")
LONGEST_NAME = 64
DEFAULT_REPLICATES = 200


def load_sweep(file: str | Path, replicates: int | None = None, seed: int | None = None) -> Plan:
    """Read a sweep file and the scenario that it names.

    Parameters
    ----------
    file : str or Path
        The sweep file; or the name of one that travels with Counterpoise, such as ``arms-policy``.
    replicates, seed : int, optional
        Instead of the file's own.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    _refuse_arguments(file, replicates, seed)
    path = located(file, shipped_sweeps(), "sweep")
    tree = read(path, str(path))
    faults = list(_head_faults(tree))
    start = int(seed) if seed is not None else _seed(tree)
    scenario = _scenario(tree, path, faults)
    drawn, runs = None, int(replicates) if replicates is not None else _replicates(tree, scenario, faults)
    if scenario is not None:
        drawn = DesignReader(SweepReader(scenario, faults), path.parent, start, KINDS).read(tree, (), KEYS)
    else:
        faults += key_faults(tree, (), (*KEYS, *keys_of(KINDS)))
    if faults or scenario is None or drawn is None:
        raise ConfigError(faults)
    plan = Plan(
        name=text(tree, "name"),
        title=text(tree, "title") or text(tree, "name"),
        kind="sweep",
        scenario=scenario,
        design=drawn.points,
        replicates=runs,
        seed=start,
        series=_series(tree, scenario),
        sampling=drawn.sampling,
        dropped=drawn.dropped,
    )
    return _as_long_as_its_points(plan, str(path))


def _refuse_arguments(file: object, replicates: object, seed: object) -> None:
    """Refuse what is no sweep file, and numbers that are none."""
    remedy = "give a file, the name of a shipped one, or a plan"
    is_file = isinstance(file, str | PathLike)
    refuse([
        *([] if is_file else [argument_fault("design", "must be a sweep", shown(file), remedy)]),
        *whole_faults("replicates", replicates, 1, MOST_REPLICATES, optional=True),
        *whole_faults("seed", seed, 0, LARGEST_KEY, optional=True),
    ])  # fmt: skip


def is_sweep(file: str) -> bool:
    """Whether a file, or a name, is a sweep's: only sweeps name a scenario and a design of it."""
    path = shipped_sweeps().get(file, Path(file))
    try:
        entries = read(path, file).entries
    except ConfigError:
        return False
    return any(key in entries for key in ("scenario", *keys_of(KINDS)))


def shipped_sweeps() -> dict[str, Path]:
    """Sweep files that travel with Counterpoise, by name."""
    return shipped_in("sweeps")


def _head_faults(tree: Branch) -> Iterable[Fault]:
    for key in ("name", "scenario"):
        if key not in tree.entries:
            yield fault(tree.place, (key,), "is missing", "", "a sweep file names itself, a scenario, and its factors")
    for key in ("name", "title", "description", "scenario"):
        word = tree.entries.get(key)
        if word is not None and not text(tree, key).strip():
            yield fault(word.place, (key,), "must be text", describe(word))
    yield from _word_faults(tree)
    yield from _whole_faults(tree, (), {"seed": (0, LARGEST_KEY), "weeks": (1, MOST_WEEKS)})
    yield from _series_faults(tree)


def _seed(tree: Branch) -> int:
    """The file's seed; where it is none, that is a fault, and designs are drawn with another."""
    start = _whole(tree, "seed", 1)
    return start if 0 <= start <= LARGEST_KEY else 1


def _replicates(tree: Branch, scenario: Scenario | None, faults: list[Fault]) -> int | Adaptive:
    """Replicates that the file asks for, by number or by rule."""
    given = tree.entries.get("replicates")
    if given is None:
        return DEFAULT_REPLICATES
    return replicates_of(given, scenario, faults)


def _word_faults(tree: Branch) -> Iterable[Fault]:
    name = text(tree, "name")
    if name and not (re.fullmatch(SLUG, name) and len(name) <= LONGEST_NAME):
        rule = "must be short, of small letters, digits and hyphens"
        yield fault(tree.entries["name"].place, ("name",), rule, shown(name), "it names the folder of the results")


def _whole_faults(tree: Branch, above: tuple[str, ...], limits: dict[str, tuple[int, int]]) -> Iterable[Fault]:
    for key, (lowest, highest) in limits.items():
        node = tree.entries.get(key)
        if node is None:
            continue
        value = as_whole(node.value) if isinstance(node, Leaf) else None
        if value is None or not lowest <= value <= highest:
            yield fault(node.place, (*above, key), f"must be a whole number in [{lowest}, {highest}]", describe(node))


def _series_faults(tree: Branch) -> Iterable[Fault]:
    series = tree.entries.get("series")
    if series is None:
        return
    if not isinstance(series, Branch):
        remedy = f"its keys are {', '.join(SERIES_KEYS)}"
        yield fault(series.place, ("series",), "must be a mapping", describe(series), remedy)
        return
    yield from key_faults(series, ("series",), SERIES_KEYS)
    yield from _whole_faults(series, ("series",), {"every": (1, MOST_WEEKS), "replicates": (0, 1_000_000)})


def _scenario(tree: Branch, path: Path, faults: list[Fault]) -> Scenario | None:
    """Scenario of the sweep: a path seen from the sweep file, or the name of a shipped config; None if it is faulty."""
    if not text(tree, "scenario").strip():
        return None
    weeks = _whole(tree, "weeks", 0)
    try:
        scenario = load_scenario(_config(tree, path), {"weeks": weeks} if weeks > 0 else None)
    except ConfigError as error:
        faults += error.faults
        return None
    return _with_declared(tree, scenario, faults)


def _with_declared(tree: Branch, scenario: Scenario, faults: list[Fault]) -> Scenario:
    """The scenario with the outcomes that the sweep declares, or takes away."""
    given = tree.entries.get(OUTCOMES)
    if given is None:
        return scenario
    if not isinstance(given, Branch):
        remedy = "write NAME: EXPRESSION; which of the model's outcomes are kept, the scenario says"
        faults.append(fault(given.place, (OUTCOMES,), "must be a mapping", describe(given), remedy))
        return scenario
    declared = redeclared(scenario.structure, scenario.declared, given.entries, (OUTCOMES,), given.place, faults)
    return replace(scenario, declared=declared)


def _config(tree: Branch, path: Path) -> str | Path:
    """Config that a sweep file names; raises ConfigError for one that it may not name."""
    named, known = text(tree, "scenario"), shipped()
    if named in known:
        return named
    if not named.lower().endswith(YAML) and not {"/", "\\"} & set(named):
        rule, remedy = "must be a config beside this file, or the name of a shipped one", choose_from(named, known)
        raise ConfigError([fault(tree.entries["scenario"].place, ("scenario",), rule, shown(named), remedy)])
    file = path.resolve() if path.is_symlink() else path
    beside(tree.entries["scenario"], ("scenario",), file.parent, root_of(file))
    return file.parent / named


def _as_long_as_its_points(plan: Plan, place: str) -> Plan:
    """The plan with a scenario that lasts as long as the longest of its points; raises ConfigError for half a tick."""
    structure, lengths = plan.scenario.structure, plan.all_lengths()
    broken = ~divides(lengths, structure.dt)
    if broken.any():
        found = f"dt {structure.dt:g} of {lengths[broken][0]:g} weeks"
        raise ConfigError([Fault(place, WEEKS, WHOLE_TICKS, found, "take other lengths, or another dt")])
    if lengths.max() <= structure.weeks:
        return plan
    return replace(plan, scenario=plan.scenario.with_({WEEKS: int(lengths.max())}))


def _series(tree: Branch, scenario: Scenario) -> SeriesChoice:
    """The scenario's choice of series with what the sweep file changes in it."""
    given = tree.entries.get("series", tree)
    usual = scenario.series
    if not isinstance(given, Branch) or given is tree:
        return usual
    return SeriesChoice(
        _whole(given, "every", usual.every), _whole(given, "replicates", usual.replicates), usual.outcomes
    )


def _whole(tree: Branch, key: str, otherwise: int) -> int:
    node = tree.entries.get(key)
    return node.value if isinstance(node, Leaf) and isinstance(node.value, int) else otherwise
