"""From a tree to its `Structure`: who there is, leaving out what is not well formed (`checks` says why)."""

from __future__ import annotations

from datetime import date
from itertools import islice
from re import fullmatch
from typing import Literal

from sim.kernel.structure import ContestShape, EventShape, PartyShape, Structure
from sim.scenario.defaults import ABSTAIN, SIDES
from sim.scenario.schema.fields import CODE, MOST, MOST_WEEKS, SHORTEST_TICK
from sim.scenario.yaml.tree import Branch, Leaf, Node, branch, find, text, words

DEFAULT_WEEKS = 104
NO_DAY = date(2000, 1, 1)
FIRST_YEAR, LAST_YEAR = 1000, 9000
IS_DAY = f"must be a day of the years {FIRST_YEAR} to {LAST_YEAR}"
OPERATIONS: tuple[Literal["set", "add", "multiply"], ...] = ("set", "add", "multiply")


def day(written: str) -> date | None:
    """Read a day in its ISO form; None if it is none, see `IS_DAY`."""
    try:
        found = date.fromisoformat(written) if len(written) == len("2020-09-27") else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


def real(node: Node, *path: str) -> float | None:
    """Find the number at a path; None if there is none."""
    found = find(node, path)
    value = found.value if isinstance(found, Leaf) else None
    return None if isinstance(value, bool | str) or value is None else float(value)


def operation(event: Node) -> Literal["set", "add", "multiply"] | None:
    """Name the one operation of an event; None if it has none or several."""
    given = [name for name in OPERATIONS if name in branch(event)]
    return given[0] if len(given) == 1 else None


def named(node: Node, *path: str) -> dict[str, Node]:
    """Entries of a section whose keys can stand in a path, no more than the shape allows."""
    found = ((key, below) for key, below in branch(node, *path).items() if fullmatch(CODE, key))
    return dict(islice(found, MOST[path[-1]]))


def structure_of(tree: Branch) -> Structure:
    """Structure of a config.

    Parameters
    ----------
    tree : Branch
        Merged config, the default menu included.

    Returns
    -------
    Structure
        Sorted as `sim.kernel` wants it, so that the order of a file never matters (the menu's apart).
    """
    states = tuple(sorted(named(tree, "states")))
    levers = tuple(sorted(named(tree, "levers")))
    ties = _ties(tree, states, levers)
    start = day(text(tree, "start")) or NO_DAY
    clients, patrons = _region(tree, states, ties)
    return Structure(
        start=start,
        weeks=_weeks(real(tree, "weeks")),
        dt=_within(real(tree, "dt"), SHORTEST_TICK, 1, 1),
        states=states,
        levers=levers,
        ties=ties,
        postures=_menu(tree),
        contests=_contests(tree, states),
        rivals=_rivals(tree, states),
        events=_events(tree, start),
        clients=clients,
        patrons=patrons,
    )


def _within(value: float | None, low: float, high: float, default: float) -> float:
    return value if value is not None and low <= value <= high else float(default)


def _weeks(value: float | None) -> int:
    whole = value is not None and value.is_integer()
    return int(_within(value if whole else None, 1, MOST_WEEKS, DEFAULT_WEEKS))


def _menu(tree: Branch) -> tuple[tuple[str, int], ...]:
    menu = {name: SIDES.get(text(node, "side"), 0) for name, node in named(tree, "postures").items()}
    first = {ABSTAIN: menu[ABSTAIN]} if ABSTAIN in menu else {}
    return tuple((first | menu).items())


def _ties(tree: Branch, states: tuple[str, ...], levers: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    found = [
        (patron, client, lever)
        for patron, clients in branch(tree, "ties").items()
        for client, held in branch(clients).items()
        for lever in branch(held)
        if patron in states and client in states and patron != client and lever in levers
    ]
    return tuple(sorted(found, key=lambda tie: (tie[1], tie[2], tie[0])))


def _rivals(tree: Branch, states: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            {
                (code, rival)
                for code, state in branch(tree, "states").items()
                for rival, _ in words(state, "rivals")
                if rival in states and rival != code
            }
        )
    )


def _contests(tree: Branch, states: tuple[str, ...]) -> tuple[ContestShape, ...]:
    shapes = []
    for code, contest in sorted(named(tree, "contests").items()):
        host = text(contest, "host") or None
        challenger, holder = text(contest, "challenger"), text(contest, "holder")
        if challenger == holder or not _sides_there(host, (challenger, holder), states):
            continue
        shapes.append(ContestShape(code, host, challenger, holder, _parties(contest, states)))
    return tuple(shapes)


def _sides_there(host: str | None, sides: tuple[str, str], states: tuple[str, ...]) -> bool:
    if host:
        return host in states and all(fullmatch(CODE, side) for side in sides)
    return all(side in states for side in sides)


def _is_true(node: Node, key: str) -> bool:
    leaf = branch(node).get(key)
    return isinstance(leaf, Leaf) and leaf.value is True


def _parties(contest: Node, states: tuple[str, ...]) -> tuple[PartyShape, ...]:
    def others(party: Node, kind: str, code: str) -> tuple[str, ...]:
        return tuple(sorted(other for other in branch(party, kind) if other in states and other != code))

    return tuple(
        PartyShape(
            code,
            others(party, "rivals", code),
            others(party, "sanctioners", code),
            tuple(sorted({posture for posture, _ in words(party, "without")})),
            _is_true(party, "outsider"),
        )
        for code, party in sorted(branch(contest, "parties").items())
        if code in states
    )


def _events(tree: Branch, start: date) -> tuple[EventShape, ...]:
    shapes = []
    for name, event in named(tree, "events").items():
        happens, how = day(text(event, "date")), operation(event)
        if happens is not None and how is not None:
            week = (happens - start).days / 7
            shapes.append(EventShape(name, canonical(text(event, "path")), how, week, real(event, "weeks")))
    return tuple(sorted(shapes, key=lambda shape: (shape.week, shape.name)))


def _region(
    tree: Branch, states: tuple[str, ...], ties: tuple[tuple[str, str, str], ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Clients and patrons as given, or else whoever is tied as such."""

    def chosen(kind: str, default: set[str]) -> tuple[str, ...]:
        given = find(tree, ("region", kind))
        names = default if given is None else {name for name, _ in words(tree, "region", kind)}
        return tuple(sorted(name for name in names if name in states))

    return chosen("clients", {tie[1] for tie in ties}), chosen("patrons", {tie[0] for tie in ties})


def canonical(path: str) -> str:
    """Write a path as the layout does: the two states of a proximity in alphabetical order."""
    parts = path.split(".")
    if parts[0] == "proximity" and len(parts) == 3:
        return ".".join(("proximity", *sorted(parts[1:])))
    if parts[0] == "events" and len(parts) == 3 and parts[2] in OPERATIONS:
        return ".".join(("events", parts[1], "value"))
    return path


def written_at(tree: Branch, path: str) -> tuple[str, ...]:
    """Place in the YAML of a canonical path: the inverse of `canonical` for this tree."""
    parts = tuple(path.split("."))
    if parts[0] == "proximity":
        turned = (parts[0], parts[2], parts[1])
        return turned if find(tree, turned) is not None else parts
    if parts[0] == "events":
        return ("events", parts[1], operation(branch(tree, "events").get(parts[1], tree)) or "set")
    return parts
