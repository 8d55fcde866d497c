"""Reading a sweep file: a scenario, factors over any of its paths, and how often to run each point."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isfinite, prod
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ConfigError, Fault
from sim.scenario import SeriesChoice, load_scenario
from sim.scenario.nodes import Branch, Leaf, Listing, Node, choose_from, fault, shown, text
from sim.scenario.reading import read
from sim.sweep.design import Plan
from sim.sweep.factorfile import factor_of
from sim.sweep.factors import Factor
from sim.sweep.points import LARGEST_DESIGN, Grid

if TYPE_CHECKING:
    from sim.scenario import Scenario

KEYS = (
    "name",
    "title",
    "description",
    "scenario",
    "replicates",
    "seed",
    "weeks",
    "series",
    "design",
    "factors",
)
SERIES_KEYS = ("every", "replicates")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_NAME = 64
MOST_REPLICATES = 10_000_000
MOST_WEEKS = 5200
LARGEST_SEED = 2**63 - 1
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
    path = shipped_sweeps().get(str(file), Path(file))
    tree = read(path, str(path))
    faults = list(_head_faults(tree))
    if faults:
        raise ConfigError(faults)
    scenario = _scenario(tree, path)
    factors = _factors(tree, scenario)
    runs = replicates if replicates is not None else _whole(tree, "replicates", DEFAULT_REPLICATES)
    start = seed if seed is not None else _whole(tree, "seed", 1)
    return Plan(
        name=text(tree, "name"),
        title=text(tree, "title") or text(tree, "name"),
        kind="sweep",
        scenario=scenario,
        design=Grid(factors),
        replicates=runs,
        seed=start,
        series=_series(tree, scenario),
    )


def is_sweep(file: str) -> bool:
    """Whether a file, or a name, is a sweep's rather than a scenario's: only sweeps have factors."""
    path = shipped_sweeps().get(file, Path(file))
    try:
        return "factors" in read(path, file).entries
    except ConfigError:
        return False


def shipped_sweeps() -> dict[str, Path]:
    """Sweep files that travel with Counterpoise, by name."""
    from sim.scenario import shipped  # noqa: PLC0415 (looked up late so that a test can put its own in place)

    folders = {path.parent / "sweeps" for path in shipped().values()}
    return {file.stem: file for folder in sorted(folders) for file in sorted(folder.glob("*.yaml"))}


def _head_faults(tree: Branch) -> Iterable[Fault]:
    for key, node in tree.entries.items():
        if key not in KEYS:
            yield fault(node.place, (key,), "is not a key here", shown(key), choose_from(key, KEYS))
    for key in ("name", "scenario", "factors"):
        if key not in tree.entries:
            yield fault(tree.place, (key,), "is missing", "", "a sweep file names itself, a scenario, and its factors")
    for key in ("name", "title", "description", "scenario", "design"):
        word = tree.entries.get(key)
        if word is not None and not text(tree, key).strip():
            yield fault(word.place, (key,), "must be text", _found(word))
    yield from _word_faults(tree)
    yield from _whole_faults(
        tree, (), {"replicates": (1, MOST_REPLICATES), "seed": (0, LARGEST_SEED), "weeks": (1, MOST_WEEKS)}
    )
    yield from _series_faults(tree)


def _word_faults(tree: Branch) -> Iterable[Fault]:
    name, design = text(tree, "name"), text(tree, "design")
    if name and not (NAME.fullmatch(name) and len(name) <= LONGEST_NAME):
        rule = "must be short, of small letters, digits and hyphens"
        yield fault(tree.entries["name"].place, ("name",), rule, shown(name), "it names the folder of the results")
    if design and design != "grid":
        yield fault(
            tree.entries["design"].place,
            ("design",),
            "must be one of grid",
            shown(design),
            choose_from(design, ("grid",)),
        )


def _whole_faults(tree: Branch, above: tuple[str, ...], limits: dict[str, tuple[int, int]]) -> Iterable[Fault]:
    for key, (lowest, highest) in limits.items():
        node = tree.entries.get(key)
        if node is None:
            continue
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            yield fault(node.place, (*above, key), f"must be a whole number in [{lowest}, {highest}]", _found(node))


def _series_faults(tree: Branch) -> Iterable[Fault]:
    series = tree.entries.get("series")
    if series is None:
        return
    if not isinstance(series, Branch):
        yield fault(
            series.place,
            ("series",),
            "must be a mapping",
            _found(series),
            f"its keys are {', '.join(SERIES_KEYS)}",
        )
        return
    for key, node in series.entries.items():
        if key not in SERIES_KEYS:
            yield fault(node.place, ("series", key), "is not a key here", shown(key), choose_from(key, SERIES_KEYS))
    yield from _whole_faults(series, ("series",), {"every": (1, MOST_WEEKS), "replicates": (0, 1_000_000)})


def _scenario(tree: Branch, path: Path) -> Scenario:
    """Scenario of the sweep: a path seen from the sweep file, or the name of a shipped config."""
    named = text(tree, "scenario")
    is_path = named.endswith((".yaml", ".yml")) or "/" in named
    weeks = {"weeks": _whole(tree, "weeks", 0)} if "weeks" in tree.entries else None
    return load_scenario(path.parent / named if is_path else named, weeks)


def _series(tree: Branch, scenario: Scenario) -> SeriesChoice:
    """The scenario's choice of series with what the sweep file changes in it."""
    given = tree.entries.get("series", tree)
    usual = scenario.series
    if not isinstance(given, Branch) or given is tree:
        return usual
    return SeriesChoice(
        _whole(given, "every", usual.every), _whole(given, "replicates", usual.replicates), usual.outcomes
    )


def _factors(tree: Branch, scenario: Scenario) -> tuple[Factor, ...]:
    listed = tree.entries["factors"]
    faults: list[Fault] = []
    factors: list[Factor] = []
    if not isinstance(listed, Listing) or not listed.items:
        remedy = "write a list of {path: ..., values: [...]} or {label: ..., variants: {...}}"
        raise ConfigError([fault(listed.place, ("factors",), "must be a list of factors", _found(listed), remedy)])
    for index, node in enumerate(listed.items):
        factor = factor_of(node, ("factors", index), scenario, faults)
        if factor is None:
            continue
        if factor.column in {"point", *(other.column for other in factors)}:
            faults.append(
                fault(
                    node.place,
                    ("factors", index),
                    "must differ from the other factors",
                    shown(factor.column),
                    "",
                )
            )
        factors.append(factor)
    points = prod(len(factor.levels) for factor in factors)
    if points > LARGEST_DESIGN:
        faults.append(
            fault(listed.place, ("factors",), f"must give at most {LARGEST_DESIGN:,} points", f"{points:,}", "")
        )
    if faults:
        raise ConfigError(faults)
    return tuple(factors)


def _whole(tree: Branch, key: str, otherwise: int) -> int:
    node = tree.entries.get(key)
    return node.value if isinstance(node, Leaf) and isinstance(node.value, int) else otherwise


def _found(node: Node) -> str:
    if isinstance(node, Leaf):
        value = node.value
        return shown(value) if not isinstance(value, float) or isfinite(value) else str(value)
    return "a mapping" if isinstance(node, Branch) else "an empty list" if not node.items else "a list"
