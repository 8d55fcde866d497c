"""`extends`: a config laid over another, each value keeping where it came from."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ConfigError
from sim.phrases import shown
from sim.scenario.declared import KEEP, OUTCOMES
from sim.scenario.yaml.files import MAPS, YAML, beside
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, Place, fault, find

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
        The merged tree, without `extends`; `map` and `fitted` are seen from the folder of the config that was named.

    Raises
    ------
    ConfigError
        If a file is faulty, one that it names lies outside or is missing, or a parent extends its own child.
    """
    layers = list(_layers(path, name).values())
    merged = layers.pop()
    while layers:
        merged = merge(merged, layers.pop())
    return _short(merged)


def _long(layer: Branch) -> Branch:
    """A layer whose list of outcomes stands beside those that other layers declare."""
    given = layer.entries.get(OUTCOMES)
    if isinstance(given, Listing):
        layer.entries[OUTCOMES] = Branch({KEEP: given}, given.place)
    return layer


def _short(merged: Branch) -> Branch:
    """The same with a plain list where nothing is declared, as its author wrote it."""
    given = merged.entries.get(OUTCOMES)
    if isinstance(given, Branch) and [*given.entries] == [KEEP] and isinstance(given.entries[KEEP], Listing):
        merged.entries[OUTCOMES] = given.entries[KEEP]
    return merged


def parents(path: Path, name: str) -> list[Path]:
    """Files that a config extends, the nearest first; raises as `read_with_parents` does."""
    return list(_layers(path, name))[1:]


def _layers(path: Path, name: str) -> dict[Path, Branch]:
    """Files of a chain with what each says itself, the named one first."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError([fault(Place(name, 0), (), "must be readable", str(error), "check the path")]) from error
    last = _layer(real, name, real.parent)
    layers = {real: last}
    while "extends" in last.entries:
        parent = _parent(last.entries.pop("extends"), list(layers), real.parent)
        last = layers[parent] = _layer(parent, _named(parent, real.parent, name), real.parent)
    return layers


def merge(parent: Branch, child: Branch) -> Branch:
    """Lay one mapping over another: the child wins, null takes the parent's key away, lists are replaced."""
    entries = dict(parent.entries)
    for key, over in child.entries.items():
        under = entries.get(key)
        if isinstance(over, Leaf) and over.value is None and under is not None:
            del entries[key]
        else:
            entries[key] = over if under is None else _over(under, over)
    if "value" in child.entries and "figure" not in child.entries:
        entries.pop("figure", None)  # the parent's stood beside the value that goes
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
    given = parent.entries.get("figure") or parent.entries.get("value")
    return given if parent.was is None and "value" in child.entries and isinstance(given, Leaf) else parent.was


def _layer(file: Path, name: str, root: Path) -> Branch:
    """Read one file of the chain; the map and patterns that it names are seen from `root` afterwards."""
    layer = _long(read(file, name))
    for where, endings in ((map_path(layer), MAPS), (("fitted",), YAML)):
        given = find(layer, where)
        if given is not None and not (isinstance(given, Leaf) and given.value is None):
            found = beside(given, where, file.parent, root, endings)
            holder = layer if len(where) == 1 else layer.entries[where[0]]
            assert isinstance(holder, Branch), "it holds the name of the file"
            holder.entries[where[-1]] = Leaf(found.relative_to(root).as_posix(), given.place)
    return layer


def map_path(tree: Branch) -> tuple[str, ...]:
    """Where the name of the map stands: in `map` itself, or in its `file` where it says more."""
    return ("map", "file") if isinstance(tree.entries.get("map"), Branch) else ("map",)


def _parent(given: Node, chain: list[Path], root: Path) -> Path:
    parent = beside(given, ("extends",), chain[-1].parent, root)
    if parent in chain:
        raise _refused(given, "must not lead back to itself", "take one `extends` of the loop out")
    if len(chain) >= LONGEST_CHAIN:
        raise _refused(given, f"must not go on for more than {LONGEST_CHAIN} files", "extend an earlier file")
    return parent


def _refused(given: Node, rule: str, remedy: str) -> ConfigError:
    found = given.value if isinstance(given, Leaf) else ""
    return ConfigError([fault(given.place, ("extends",), rule, shown(found), remedy)])


def _named(parent: Path, root: Path, name: str) -> str:
    """Call a parent by the same kind of path as the user called the child."""
    return str(Path(name).parent / parent.relative_to(root))
