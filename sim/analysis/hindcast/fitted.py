"""What a fit knew: its patterns, and the last day of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sim.analysis.patterns import patterns_of, shipped_patterns
from sim.errors import ConfigError
from sim.scenario.load import located
from sim.scenario.structure import day
from sim.scenario.yaml.files import YAML, beside
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, Leaf, fault, text
from sim.storage.manifest import digest


@dataclass(frozen=True)
class Fitted:
    """Patterns that sets were fitted to.

    Attributes
    ----------
    name, digest : str
        As the file of the sets says them.
    known_until : date
        Last day of what they know.
    patterns : mapping of str to str
        Text of each by its name.
    """

    name: str
    digest: str
    known_until: date
    patterns: Mapping[str, str]


def fitted_by(tree: Branch, folder: Path) -> Fitted:
    """Patterns that a targets file names.

    Parameters
    ----------
    tree : Branch
        The targets file.
    folder : Path
        Its folder, from which a file is seen.

    Raises
    ------
    ConfigError
        Where it names none, they are faulty, or do not say until when they know.
    """
    named = tree.entries.get("patterns")
    said = text(tree, "patterns")
    if not said.strip():
        remedy = "name the patterns file of the fit, such as patterns: october-2020"
        place = tree.place if named is None else named.place
        raise ConfigError([fault(place, ("patterns",), "must name patterns", "none", remedy)])
    known = shipped_patterns()
    if said not in known and isinstance(named, Leaf) and said.lower().endswith(YAML):
        beside(named, ("patterns",), folder, folder.resolve(), YAML)
        path = folder / said
    else:
        path = located(said, known, "patterns file")
    found = read(path, str(path))
    patterns = patterns_of(found)
    until = day(text(found, "known_until"))
    if until is None:
        remedy = "write known_until: 2020-10-22, the last day of what its patterns know"
        raise ConfigError([fault(found.place, ("known_until",), "is missing", "", remedy)])
    texts = {one.name: one.text for one in patterns.patterns}
    return Fitted(patterns.name, digest(asdict(patterns)), until, texts)
