"""Reading a claims file against the scenarios that it speaks of: every fault at once."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from sim.comparison.claims.claim import Claim, ClaimsFile
from sim.comparison.claims.read_part import PartReader, Shared
from sim.comparison.claims.schema import CLAIM, HEAD, LONGEST_NAME, MOST_CLAIMS, MOST_PARTS, NAME, SHARED
from sim.comparison.claims.worlds import read_worlds
from sim.errors import ConfigError, Fault
from sim.experiments.files.reader import SweepReader
from sim.phrases import shown
from sim.scenario.load import load_scenario, located, shipped, shipped_in
from sim.scenario.scenario import Scenario
from sim.scenario.schema.fields import SLUG
from sim.scenario.yaml.files import YAML, beside
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Place, describe, fault, key_faults, plain, text, words

MAIN = ""
"""Key of the scenario of the command."""
PARAMETERS = ("behaviour.*", "weights.*")
LONGEST_TEXT = 1000


def shipped_claims() -> dict[str, Path]:
    """Claims files that travel with Counterpoise, by name."""
    return shipped_in("claims")


def is_claims(file: str | Path) -> bool:
    """Whether a file, or a name, is a claims file's."""
    path = shipped_claims().get(str(file), Path(file))
    try:
        return "claims" in read(path, str(file)).entries
    except ConfigError:
        return False


def claims_about(name: str) -> Path | None:
    """The first shipped claims file that says it is about the config of a name; None where there is none."""
    return next((path for path in shipped_claims().values() if text(read(path, str(path)), "about") == name), None)


def load_claims(file: str | Path, scenario: Scenario) -> ClaimsFile:
    """Read a claims file, or a shipped one by its name.

    Parameters
    ----------
    file : str or Path
    scenario : Scenario
        What the claims are about, unless they name another of the file's scenarios.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    path = located(file, shipped_claims(), "claims file")
    tree = read(path, str(path))
    faults: list[Fault] = list(_head_faults(tree))
    scenarios = {MAIN: scenario, **_scenarios(tree, path, faults)}
    readers = {key: SweepReader(one, faults) for key, one in scenarios.items()}
    worlds = {key: read_worlds(tree, reader) for key, reader in readers.items() if _in_use(tree, key)}
    shared = Shared(readers, worlds, frozenset(_named(tree)))
    claims = _claims(tree, shared, faults)
    if faults:
        raise ConfigError(list(dict.fromkeys(faults)))
    said = plain(tree)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    parameters = tuple(said.get("parameters", PARAMETERS))
    title = said.get("title", said["name"])
    return ClaimsFile(said["name"], title, digest, _sets(tree, path), parameters, scenarios, claims)


def check_claims(file: str | Path) -> ClaimsFile:
    """Read a claims file against the config that it says it is about; raises ConfigError as `load_claims` does."""
    path = located(file, shipped_claims(), "claims file")
    tree = read(path, str(path))
    named = text(tree, "about")
    if named in shipped():
        return load_claims(path, load_scenario(named))
    if "about" not in tree.entries:
        remedy = "write about: NAME-OF-A-CONFIG, or give the config: counterpoise claims CONFIG --claims FILE"
        raise ConfigError([fault(tree.place, ("about",), "is missing", "", remedy)])
    beside(tree.entries["about"], ("about",), path.parent, path.parent.resolve(), YAML)
    return load_claims(path, load_scenario(path.parent / named))


def names_faults(node: Branch, where: tuple[str, ...], most: int) -> list[Fault]:
    """What is wrong with the names of a mapping's entries, and with their number."""
    found = [
        fault(entry.place, (*where, name), "must have a short name of letters, digits and hyphens", shown(name))
        for name, entry in node.entries.items()
        if len(name) > LONGEST_NAME or not re.fullmatch(NAME, name)
    ]
    if not 0 < len(node.entries) <= most:
        found.append(fault(node.place, where, f"must have 1 to {most} entries", str(len(node.entries))))
    return found


def _head_faults(tree: Branch) -> list[Fault]:
    found = list(key_faults(tree, (), HEAD))
    name = text(tree, "name")
    if not re.fullmatch(SLUG, name) or len(name) > LONGEST_NAME:
        rule = "must be short, of small letters, digits and hyphens"
        found.append(fault(_place(tree, "name"), ("name",), rule, shown(name), "it names the results"))
    found += [
        fault(_place(tree, key), (key,), "must be text", describe(tree.entries[key]))
        for key in ("title", "about", "sets")
        if key in tree.entries and not text(tree, key).strip()
    ]
    listed = tree.entries.get("parameters")
    if listed is not None and (not isinstance(listed, Listing) or not words(tree, "parameters")
                               or len(words(tree, "parameters")) != len(listed.items)):  # fmt: skip
        found.append(fault(listed.place, ("parameters",), "must be a list of paths", describe(listed)))
    return found


def _place(tree: Branch, key: str) -> Place:
    return tree.entries[key].place if key in tree.entries else tree.place


def _named(tree: Branch) -> list[str]:
    listed = tree.entries.get("scenarios")
    return list(listed.entries) if isinstance(listed, Branch) else []


def _in_use(tree: Branch, key: str) -> bool:
    """Whether a part is about a scenario; the worlds of others need not fit it."""
    claims = tree.entries.get("claims")
    found = set()
    for claim in claims.entries.values() if isinstance(claims, Branch) else ():
        parts = claim.entries.get("parts") if isinstance(claim, Branch) else None
        for part in parts.entries.values() if isinstance(parts, Branch) else ():
            found.add(text(part, "scenario") or text(claim, "scenario"))
    return key in found


def _scenarios(tree: Branch, path: Path, faults: list[Fault]) -> dict[str, Scenario]:
    """Further scenarios of the file by their names."""
    listed = tree.entries.get("scenarios")
    if listed is None:
        return {}
    if not isinstance(listed, Branch):
        faults.append(fault(listed.place, ("scenarios",), "must be a mapping", describe(listed)))
        return {}
    faults += names_faults(listed, ("scenarios",), MOST_PARTS)
    found = {}
    for name, node in listed.entries.items():
        where, said = ("scenarios", name), node.value if isinstance(node, Leaf) else None
        if not isinstance(said, str) or not said.strip():
            faults.append(fault(node.place, where, "must be a config", describe(node)))
            continue
        try:
            if said not in shipped():
                beside(node, where, path.parent, path.parent.resolve(), YAML)
            found[name] = load_scenario(said if said in shipped() else path.parent / said)
        except ConfigError as error:
            faults += error.faults
    return found


def _sets(tree: Branch, path: Path) -> str:
    """Plausible sets that the file names: shipped ones by name, or a file as seen from here."""
    said = text(tree, "sets")
    if not said.endswith(".parquet"):
        return said
    beside(tree.entries["sets"], ("sets",), path.parent, path.parent.resolve(), (".parquet",))
    return str(path.parent / said)


def _claims(tree: Branch, shared: Shared, faults: list[Fault]) -> tuple[Claim, ...]:
    listed = tree.entries.get("claims")
    if not isinstance(listed, Branch):
        remedy = "write claims: {H1: {text: ..., source: ..., parts: {...}}}"
        faults.append(fault(_place(tree, "claims"), ("claims",), "must be a mapping", describe(listed), remedy))
        return ()
    faults += names_faults(listed, ("claims",), MOST_CLAIMS)
    found = []
    for name, node in listed.entries.items():
        where = ("claims", name)
        if not isinstance(node, Branch):
            faults.append(fault(node.place, where, "must be a mapping", describe(node)))
            continue
        faults += key_faults(node, where, CLAIM)
        said = {key: _sentence(node, key, where, faults) for key in ("text", "source")}
        parts = node.entries.get("parts")
        if not isinstance(parts, Branch):
            faults.append(fault(node.place, (*where, "parts"), "must be a mapping", describe(parts)))
            continue
        faults += names_faults(parts, (*where, "parts"), MOST_PARTS)
        common = {key: entry for key, entry in node.entries.items() if key in SHARED}
        reader = PartReader(shared, name, common, faults)
        read_parts = [reader.read(one, entry) for one, entry in parts.entries.items()]
        found.append(Claim(name, said["text"], said["source"], tuple(one for one in read_parts if one is not None)))
    return tuple(found)


def _sentence(node: Branch, key: str, where: tuple[str, ...], faults: list[Fault]) -> str:
    said = text(node, key)
    if not said.strip() or len(said) > LONGEST_TEXT:
        place = node.entries[key].place if key in node.entries else node.place
        rule = f"must be text of at most {LONGEST_TEXT} letters"
        faults.append(fault(place, (*where, key), rule, describe(node.entries.get(key))))
    return said
