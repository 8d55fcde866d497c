"""Names that people read: no two things of one kind may look alike, or figures and tables would merge them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from sim.errors import Fault
from sim.scenario.checks.contests import ROLES
from sim.scenario.yaml.tree import Branch, branch, fault, nearest_place, text

SECTIONS = ("states", "contests", "postures", "levers")


def label_faults(tree: Branch) -> Iterator[Fault]:
    """Faults of names that differ at most in case, spaces or the way in which their letters are coded."""
    for section in SECTIONS:
        named = {
            (section, code, "name") if text(node, "name") else (section, code): text(node, "name") or code
            for code, node in branch(tree, section).items()
        }
        yield from _alike(tree, named.items())
    for code, contest in branch(tree, "contests").items():
        camps = {role: text(contest, role) for role in ROLES}
        if text(contest, "host") and camps["challenger"] != camps["holder"]:
            yield from _alike(tree, ((("contests", code, role), camp) for role, camp in camps.items() if camp))


def _alike(tree: Branch, named: Iterable[tuple[tuple[str, ...], str]]) -> Iterator[Fault]:
    first: dict[str, tuple[str, ...]] = {}
    for path, label in named:
        other = first.setdefault(_looks(label), path)
        if other != path:
            rule = f"must not look like the name of {'.'.join(other).removesuffix('.name')}"
            yield fault(nearest_place(tree, path), path, rule, label, "give one of the two another name")


def _looks(label: str) -> str:
    """What two names that look alike have in common."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
