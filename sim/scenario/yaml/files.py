"""Files that a file of ours may name: those in its folder or below, of the kind that is wanted, and nothing else."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ConfigError
from sim.phrases import shown
from sim.scenario.yaml.tree import Leaf, Node, fault

YAML = (".yaml", ".yml")
MAPS = (".geojson", ".json")
SWEEPS = "sweeps"
"""Folder whose sweep files may name configs of the folder above, as the shipped ones do."""


def root_of(file: Path) -> Path:
    """Folder that whatever a file names must not leave; links are followed first."""
    folder = file.resolve().parent
    return folder.parent if folder.name == SWEEPS else folder


def beside(given: Node, path: tuple[str | int, ...], folder: Path, root: Path, endings: tuple[str, ...] = YAML) -> Path:
    """Find the file that a value names.

    Parameters
    ----------
    given : Node
        The value.
    path : tuple of (str or int)
        Where it stands, for messages.
    folder : Path
        Folder from which the name is seen.
    root : Path
        Folder in or below which the file lies, links followed.
    endings : tuple of str
        Endings of its kind. No other file is read, so that none shows in a message.

    Raises
    ------
    ConfigError
        For a value that is no such file.
    """
    wanted = given.value if isinstance(given, Leaf) and isinstance(given.value, str) else ""
    if not wanted:
        raise _refused(given, path, "must be the name of one file", f"write `{path[-1]}: other{endings[0]}`")
    if "\\" in wanted:
        raise _refused(given, path, "must have / between folders", f"write {wanted.replace(chr(92), '/')}")
    try:
        found = (folder / wanted).resolve()
        is_there = found.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise _refused(given, path, "must be the name of one file", "check the path") from error
    if Path(wanted).is_absolute() or not found.is_relative_to(root):
        rule = "must stay in the folder of the file that was named"
        raise _refused(given, path, rule, f"copy the file into {root.name}/")
    if not found.name.lower().endswith(endings):
        raise _refused(given, path, f"must end in {' or '.join(endings)}", "rename the file, if it is of that kind")
    if not is_there:
        raise _refused(given, path, "must name a file that is there", f"it was looked for in {folder.resolve().name}/")
    return found


def _refused(given: Node, path: tuple[str | int, ...], rule: str, remedy: str) -> ConfigError:
    found = shown(given.value) if isinstance(given, Leaf) else "a mapping or list"
    return ConfigError([fault(given.place, path, rule, found, remedy)])
