"""From a config file to a `Scenario`, or to all of its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import Any

from sim.arguments import scenario_fault
from sim.errors import ConfigError, Fault
from sim.kernel.layout import layout
from sim.phrases import nearest
from sim.scenario.checks.contests import CONCERNS
from sim.scenario.checks.declared import declared_in, kept_at
from sim.scenario.checks.references import draft_faults
from sim.scenario.checks.schema_faults import MOST_FAULTS, shape_faults
from sim.scenario.checks.sources import number_faults
from sim.scenario.defaults import LEVERS, MENU
from sim.scenario.maps.outlines import Outlines, read_outlines
from sim.scenario.numbers import DEFAULT, read_number
from sim.scenario.scenario import Scenario, SeriesChoice
from sim.scenario.schema.fields import MAP_ID
from sim.scenario.structure import real, structure_of
from sim.scenario.yaml.inheritance import map_path, merge, parents, read_with_parents
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, Place, branch, fault, find, grow, plain, text, words

LONGEST_NAME = 100
SHIPPED_IN = ("configs", "../configs")
"""Where the shipped configs are, seen from the package: in a wheel, and in a checkout."""


def shipped() -> dict[str, Path]:
    """Configs that travel with the package, by name."""
    package = Path(__file__).parent.parent
    for folder in SHIPPED_IN:
        found = sorted((package / folder).resolve().glob("*.yaml"))
        if found:
            return {path.stem: path for path in found}
    return {}


def shipped_in(folder: str, ending: str = ".yaml") -> dict[str, Path]:
    """Files that travel with the package in a folder beside its configs, such as ``sweeps``, by name."""
    folders = {path.parent / folder for path in shipped().values()}
    return {file.stem: file for one in sorted(folders) for file in sorted(one.glob(f"*{ending}"))}


def load_scenario(source: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read, check and freeze a config.

    Parameters
    ----------
    source : str or Path
        A file, or the name of a shipped config such as ``post-soviet-2020``.
    overrides : mapping, optional
        Other values by path; see `Scenario.with_`.

    Returns
    -------
    Scenario

    Raises
    ------
    ConfigError
        With all faults of the config, each with file, line, path, rule, found value and remedy.
    """
    if not isinstance(source, str | PathLike):
        raise ConfigError([scenario_fault(source)])
    path = located(source, shipped(), "config")
    name = path.name if str(source) in shipped() else str(path)
    scenario = built(_with_defaults(read_with_parents(path, name)), path.resolve().parent, _prefix(name))
    scenario = replace(scenario, origin=path.resolve())
    return scenario.with_(overrides) if overrides else scenario


def ancestors(scenario: Scenario) -> Iterator[Scenario]:
    """The config that a scenario was loaded from, as it stands there, and then those that it extends, nearest first.

    None of a scenario that was made otherwise. Raises ConfigError as `load_scenario` does.
    """
    if scenario.origin is not None:
        for path in (scenario.origin, *parents(scenario.origin, str(scenario.origin))):
            yield load_scenario(path)


def located(source: str | Path, known: Mapping[str, Path], kind: str) -> Path:
    """The file that a name or path stands for.

    Parameters
    ----------
    source : str or Path
    known : mapping of str to Path
        What travels with Counterpoise, by name.
    kind : str
        What it is called in messages, such as ``config``.

    Raises
    ------
    ConfigError
        For a bare word that is neither a name nor a file.
    """
    if isinstance(source, str) and source in known:
        return known[source]
    path = Path(source)
    bare = isinstance(source, str) and len(source) < LONGEST_NAME and not {"/", ".", "\0"} & set(source)
    if bare and not path.exists():
        remedy = nearest(str(source), known) or f"shipped are {', '.join(known) or 'none'}"
        rule = f"must be a file or the name of a shipped {kind}"
        raise ConfigError([fault(Place(str(source), 0), (), rule, "neither", remedy)])
    return path


def _prefix(name: str) -> str:
    """Folder part of a name: what messages show and a scenario must not depend on."""
    folder = str(Path(name).parent)
    return "" if folder == "." else folder.rstrip("/") + "/"


def _with_defaults(tree: Branch) -> Branch:
    """Lay a config over the menu of postures and over those known levers that it uses."""
    default = Place(DEFAULT, 0)
    used = {
        lever
        for clients in branch(tree, "ties").values()
        for held in branch(clients).values()
        for lever in branch(held)
    }
    used |= set(branch(tree, "levers"))
    levers = {lever: numbers for lever, numbers in LEVERS.items() if lever in used}
    _weigh_lists(tree)
    return merge(Branch({"postures": grow(MENU, default), "levers": grow(levers, default)}, default), tree)


def _weigh_lists(tree: Branch) -> None:
    """Read the lists of rivals and sanctioners in `tree`, which is changed in place, as mappings to the weight 1."""
    for contest in branch(tree, "contests").values():
        for party in branch(contest, "parties").values():
            for kind in CONCERNS:
                listed, named = branch(party).get(kind), words(party, kind)
                if isinstance(listed, Listing) and len(named) == len(listed.items):
                    branch(party)[kind] = Branch({code: Leaf(1, place) for code, place in named}, listed.place)


def config_faults(tree: Branch) -> list[Fault]:
    """All faults of a config whose default menu is in place, in the order of its lines."""
    structure = structure_of(tree)
    found = chain(shape_faults(tree), draft_faults(tree, structure), number_faults(tree, layout(structure)))
    return sorted(dict.fromkeys(islice(found, MOST_FAULTS)), key=_order)


def _order(one: Fault) -> tuple[str, int]:
    file, _, line = one.where.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (one.where, 0)


def built(tree: Branch, folder: Path, prefix: str) -> Scenario:
    """Freeze a config whose default menu is in place; raises ConfigError with all its faults.

    `folder` is where its map and patterns are looked for, `prefix` how messages call that folder.
    """
    faults, drawn = config_faults(tree), text(tree, *map_path(tree))
    outlines: Outlines = {}
    fitted: dict[str, Any] = {}
    try:
        if drawn and not any(one.path.startswith("map") for one in faults):
            key = text(tree, "map", "id") or MAP_ID
            outlines = read_outlines(folder / drawn, prefix + drawn, branch(tree, "states"), key)
        fitted = _fitted(folder, text(tree, "fitted"), prefix)
    except ConfigError as error:
        faults += error.faults
    if faults:
        raise ConfigError(faults)
    structure = structure_of(tree)
    rows = layout(structure)
    read = {path: read_number(tree, path, rows, prefix) for path in rows.paths}
    return Scenario(
        name=text(tree, "name"),
        title=text(tree, "title") or text(tree, "name"),
        description=text(tree, "description"),
        structure=structure,
        numbers=read,
        names={
            code: text(node, "name") or code
            for section in ("states", "contests")
            for code, node in branch(tree, section).items()
        },
        sources={key: plain(node) for key, node in branch(tree, "sources").items()},
        series=_series(tree),
        outcomes=tuple(pattern for pattern, _ in words(tree, *kept_at(tree))),
        declared=declared_in(tree, structure, []),
        map=outlines,
        fitted=fitted,
        stakes={code: text(node, "over") for code, node in branch(tree, "contests").items() if text(node, "over")},
    )


def _fitted(folder: Path, file: str, prefix: str) -> dict[str, Any]:
    """Content of the patterns file that a config was fitted to, and the file's name; nothing without one."""
    if not file:
        return {}
    tree = read(folder / file, prefix + file)
    if not branch(tree, "patterns"):
        rule = "must hold patterns, for a config names it as what it was fitted to"
        raise ConfigError([fault(tree.place, ("patterns",), rule, "none", "name a patterns file")])
    return {"file": file, **plain(tree)}


def _series(tree: Node) -> SeriesChoice:
    default = SeriesChoice()

    def count(key: str, otherwise: int) -> int:
        found = real(tree, "series", key)
        return otherwise if found is None else int(found)

    given = find(tree, ("series", "outcomes"))
    patterns = default.outcomes if given is None else tuple(pattern for pattern, _ in words(tree, "series", "outcomes"))
    return SeriesChoice(count("every", default.every), count("replicates", default.replicates), patterns)
