"""Reading a targets file against the scenario that it speaks of: every fault at once."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from sim.analysis.hindcast.fitted import Fitted, fitted_by
from sim.analysis.hindcast.read_target import TargetReader, week_of
from sim.analysis.hindcast.schema import HEAD, LONGEST_NAME, LONGEST_TEXT, MOST_TARGETS, NAME
from sim.analysis.hindcast.targets import Target, Targets
from sim.arguments import argument_fault
from sim.errors import ConfigError, Fault
from sim.phrases import shown
from sim.scenario.load import load_scenario, located, shipped, shipped_in
from sim.scenario.scenario import Scenario
from sim.scenario.schema.fields import SLUG
from sim.scenario.yaml.files import YAML, beside
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, Place, describe, fault, key_faults, plain, text

KIND = "targets file"


def shipped_targets() -> dict[str, Path]:
    """Targets files that travel with Counterpoise, by name."""
    return shipped_in("targets")


def is_targets(file: str | Path) -> bool:
    """Whether a file, or a name, is a targets file's."""
    path = shipped_targets().get(str(file), Path(file))
    try:
        return "targets" in read(path, str(file)).entries
    except ConfigError:
        return False


def targets_about(name: str) -> Path | None:
    """The first shipped targets file that says it is about the config of a name; None where there is none."""
    return next((path for path in shipped_targets().values() if text(read(path, str(path)), "about") == name), None)


def targets_path(file: Any) -> Path:
    """The file that a name or path stands for, unopened; raises ConfigError for a word that is neither."""
    if not isinstance(file, str | Path):
        rule = "must be a targets file, or the name of a shipped one"
        raise ConfigError([argument_fault("targets", rule, shown(file), "write the mapping to a YAML file")])
    return located(file, shipped_targets(), KIND)


def load_targets(file: str | Path, scenario: Scenario, fitted: str | None = None) -> Targets:
    """Read a targets file, or a shipped one by its name.

    Parameters
    ----------
    file : str or Path
    scenario : Scenario
        Whose outcomes the targets speak of.
    fitted : str, optional
        Digest of the patterns that the sets were fitted to, which must be those that the file names.

    Raises
    ------
    ConfigError
        With every fault of the file; for targets that do not lie behind what the fit knew.
    """
    path = targets_path(file)
    tree = read(path, str(path))
    faults = list(_head_faults(tree))
    knew = _fitted(tree, path, faults)
    if knew is not None and fitted is not None and knew.digest != fitted:
        rule = "must be the patterns that the sets were fitted to, unchanged"
        faults.append(fault(_place(tree, "patterns"), ("patterns",), rule, knew.name, "name those, or fit anew"))
    targets = _targets(tree, scenario, knew, faults)
    if faults or knew is None:
        raise ConfigError(list(dict.fromkeys(faults)))
    said = plain(tree)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    known_week = week_of(scenario.structure, knew.known_until)
    return Targets(said["name"], said.get("title", said["name"]), digest, knew.known_until, known_week, targets)


def check_targets(file: str | Path) -> Targets:
    """Read a targets file against the config that it says it is about; raises ConfigError as `load_targets` does."""
    path = targets_path(file)
    tree = read(path, str(path))
    named = text(tree, "about")
    if named in shipped():
        return load_targets(path, load_scenario(named))
    if "about" not in tree.entries:
        remedy = "write about: NAME-OF-A-CONFIG, or give the config: counterpoise hindcast CONFIG FILE"
        raise ConfigError([fault(tree.place, ("about",), "is missing", "", remedy)])
    beside(tree.entries["about"], ("about",), path.parent, path.parent.resolve(), YAML)
    return load_targets(path, load_scenario(path.parent / named))


def _head_faults(tree: Branch) -> list[Fault]:
    found = list(key_faults(tree, (), HEAD))
    name = text(tree, "name")
    if not re.fullmatch(SLUG, name) or len(name) > LONGEST_NAME:
        rule = "must be short, of small letters, digits and hyphens"
        found.append(fault(_place(tree, "name"), ("name",), rule, shown(name), "it names the targets in results"))
    return found + [
        fault(_place(tree, key), (key,), "must be text", describe(tree.entries[key]))
        for key in ("title", "about")
        if key in tree.entries and not 0 < len(text(tree, key).strip()) <= LONGEST_TEXT
    ]


def _place(tree: Branch, key: str) -> Place:
    return tree.entries[key].place if key in tree.entries else tree.place


def _fitted(tree: Branch, path: Path, faults: list[Fault]) -> Fitted | None:
    try:
        return fitted_by(tree, path.parent)
    except ConfigError as error:
        faults += error.faults
        return None


def _targets(tree: Branch, scenario: Scenario, knew: Fitted | None, faults: list[Fault]) -> tuple[Target, ...]:
    listed = tree.entries.get("targets")
    if not isinstance(listed, Branch):
        remedy = "write targets: {war-over: {date: 2020-11-10, kind: binary, ...}}"
        faults.append(fault(_place(tree, "targets"), ("targets",), "must be a mapping", describe(listed), remedy))
        return ()
    if not 0 < len(listed.entries) <= MOST_TARGETS:
        rule = f"must have 1 to {MOST_TARGETS} entries"
        faults.append(fault(listed.place, ("targets",), rule, str(len(listed.entries))))
    structure = scenario.structure
    if knew is not None and not structure.start <= knew.known_until < structure.start + timedelta(
        weeks=structure.weeks
    ):
        rule, found = "must know until a day of the scenario", knew.known_until.isoformat()
        faults.append(fault(_place(tree, "patterns"), ("patterns",), rule, found, f"it starts on {structure.start}"))
        knew = None
    reader = TargetReader(scenario, knew, faults)
    found_targets = []
    for name, node in listed.entries.items():
        if len(name) > LONGEST_NAME or not re.fullmatch(NAME, name):
            rule = "must have a short name of letters, digits and hyphens"
            faults.append(fault(node.place, ("targets", name), rule, shown(name)))
        target = reader.read(name, node)
        if target is not None:
            found_targets.append(target)
    return tuple(found_targets)
