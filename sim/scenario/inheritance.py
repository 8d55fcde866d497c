"""`extends`: a config laid over another, each value keeping where it came from."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ConfigError
from sim.scenario.nodes import Branch, Leaf, Node, Place, fault, shown
from sim.scenario.reading import read

LONGEST_CHAIN = 16


def read_with_parents(path: Path, name: str) -> Branch:
    """Read a config and all that it extends.

    Parameters
    ----------
    path : Path
        File that the user named; parents may lie in its folder or below, nowhere else.
    name : str
        What to call it in messages.

    Returns
    -------
    Branch
        The merged tree, without `extends`.

    Raises
    ------
    ConfigError
        If a file is faulty, or a parent lies outside, is missing, or extends its own child.
    """
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError([fault(Place(name, 0), (), "must be readable", str(error), "check the path")]) from error
    chain = [real]
    layers = [read(real, name)]
    while "extends" in layers[-1].entries:
        given = layers[-1].entries.pop("extends")
        parent = _parent(given, chain, real.parent)
        chain.append(parent)
        layers.append(read(parent, _named(parent, real.parent, name)))
    merged = layers.pop()
    while layers:
        merged = merge(merged, layers.pop())
    return merged


def merge(parent: Branch, child: Branch) -> Branch:
    """Lay one mapping over another: the child wins, null takes the parent's key away, lists are replaced."""
    entries = dict(parent.entries)
    for key, over in child.entries.items():
        under = entries.get(key)
        if isinstance(over, Leaf) and over.value is None and under is not None:
            del entries[key]
        else:
            entries[key] = over if under is None else _over(under, over)
    return Branch(entries, child.place, _replaced(parent, child))


def _over(under: Node, over: Node) -> Node:
    if isinstance(under, Branch) and isinstance(over, Branch):
        return merge(under, over)
    if isinstance(under, Branch) and isinstance(over, Leaf) and "value" in under.entries:
        return merge(under, Branch({"value": over}, over.place))
    return over


def _replaced(parent: Branch, child: Branch) -> Leaf | None:
    """Value that the parent's source stands for, where the child gives a value but no source."""
    if "source" in child.entries:
        return None
    given = parent.entries.get("value")
    return given if parent.was is None and "value" in child.entries and isinstance(given, Leaf) else parent.was


def _parent(given: Node, chain: list[Path], root: Path) -> Path:
    def refused(rule: str, found: str, remedy: str) -> ConfigError:
        return ConfigError([fault(given.place, ("extends",), rule, found, remedy)])

    if not isinstance(given, Leaf) or not isinstance(given.value, str) or not given.value:
        found = shown(given.value) if isinstance(given, Leaf) else "a mapping or list"
        raise refused("must be the name of one file", found, "write `extends: other.yaml`")
    wanted = given.value
    try:
        parent = (chain[-1].parent / wanted).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise refused("must be the name of one file", shown(wanted), "check the path") from error
    if Path(wanted).is_absolute() or not parent.is_relative_to(root):
        raise refused(
            "must stay in the folder of the config that was named",
            shown(wanted),
            f"copy the file into {root.name}/",
        )
    if parent in chain:
        raise refused("must not lead back to itself", shown(wanted), "take one `extends` of the loop out")
    if len(chain) >= LONGEST_CHAIN:
        raise refused(f"must not go on for more than {LONGEST_CHAIN} files", shown(wanted), "extend an earlier file")
    if not parent.is_file():
        raise refused("must name a file that is there", shown(wanted), f"it was looked for in {chain[-1].parent.name}/")
    return parent


def _named(parent: Path, root: Path, name: str) -> str:
    """Call a parent by the same kind of path as the user called the child."""
    return str(Path(name).parent / parent.relative_to(root))
