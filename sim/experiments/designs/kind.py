"""What a kind of design is, and how a design of any kind is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.experiments.constraints import LONGEST
from sim.experiments.files.reader import SweepReader, Where
from sim.experiments.points import LARGEST_DESIGN, DrawnDesign
from sim.experiments.screening import MOST_CONSTRAINTS, screen
from sim.phrases import choose_from, shown
from sim.scenario.schema.json_parts import Schema
from sim.scenario.yaml.tree import Branch, describe, text

COMMON = ("design", "constraints")
"""Keys of every design."""
CONSTRAINTS = {"type": "array", "items": {"type": "string", "maxLength": LONGEST}, "minItems": 1,
               "maxItems": MOST_CONSTRAINTS, "description": "comparisons of paths and labels of factors"}  # fmt: skip
LARGEST_TABLE = 2**24
"""Numbers that the drawn or listed points of a sweep may be, all its designs together: 128 MB."""


@dataclass(frozen=True)
class Kind:
    """One way to choose points.

    Attributes
    ----------
    name : str
        As ``design`` names it.
    keys : dict
        Keys that go with it beside those of every design, each with its JSON Schema.
    read : callable
        Makes the points of a mapping at a place; None where a fault was noted.
    needs : tuple of str
        Keys that it cannot do without.
    form : dict
        What JSON Schema says of its keys together.
    baseline : bool
        Whether its first point is the baseline of all others, if that holds of all designs that it is made of.
    block : callable
        Points that depend on each other, one behind the other, by what is stored of a design.
    walk : bool
        Whether each point of a block differs from the one before in a single factor or group.
    short : str
        Key that names the kind by itself, without ``design``; empty if there is none.
    """

    name: str
    keys: Schema
    read: Callable[[Branch, Where, DesignReader], DrawnDesign | None]
    needs: tuple[str, ...] = ()
    form: Schema = field(default_factory=dict)
    baseline: bool = False
    block: Callable[[Mapping[str, Any]], int] = lambda sampling: 1
    walk: bool = False
    short: str = ""


@dataclass
class DesignReader:
    """Reads designs and makes their points, within what a sweep may have of them.

    Attributes
    ----------
    sweep : SweepReader
    folder : Path
        Folder of the sweep file, below which its design files lie.
    seed : int
    kinds : mapping of str to Kind
        The first is that of a design which names none.
    left : int
        Numbers that may still be drawn or listed.
    """

    sweep: SweepReader
    folder: Path
    seed: int
    kinds: Mapping[str, Kind]
    left: int = LARGEST_TABLE

    def read(self, node: Branch, where: Where, others: tuple[str, ...] = ()) -> DrawnDesign | None:
        """Read a design and make its points; None where a fault was noted.

        Parameters
        ----------
        node : Branch
            Mapping that holds the design's keys.
        where : tuple of (str or int)
            Its place.
        others : tuple of str
            Keys beside the design's that may stand in the mapping.
        """
        before = len(self.sweep.faults)
        name = text(node, "design") if "design" in node.entries else self._unnamed(node)
        if name not in self.kinds:
            entry, rule = node.entries["design"], f"must be one of {', '.join(self.kinds)}"
            self.sweep.refuse(entry, (*where, "design"), rule, describe(entry), choose_from(name, self.kinds))
            return None
        self._check_keys(node, where, self.kinds[name], others)
        drawn = self.kinds[name].read(node, where, self)
        if drawn is None or len(self.sweep.faults) > before:
            return None
        return screen(node, where, drawn, self.sweep)

    def _unnamed(self, node: Branch) -> str:
        """Kind of a design that names none: one with a short form, or else the first."""
        short = (name for name, kind in self.kinds.items() if kind.short and kind.short in node.entries)
        return next(short, next(iter(self.kinds)))

    def _check_keys(self, node: Branch, where: Where, kind: Kind, others: tuple[str, ...]) -> None:
        """Note keys that do not go with a kind of design."""
        mine = (*others, *COMMON, *kind.keys)
        for key, entry in node.entries.items():
            if key in mine:
                continue
            goes = ", ".join(other.name for other in self.kinds.values() if key in other.keys)
            if goes:
                rule = f"does not go with the design {kind.name}"
                self.sweep.refuse(entry, (*where, key), rule, "", f"it goes with {goes}")
            else:
                self.sweep.refuse(entry, (*where, key), "is not a key here", shown(key), choose_from(key, mine))

    def affords(self, node: Branch, where: Where, points: int, factors: int) -> bool:
        """Whether so many points may be made, which are then counted; a fault is noted otherwise."""
        if not self.in_limit(node, where, points):
            return False
        self.left -= points * factors
        if self.left < 0:
            rule = f"must keep within {LARGEST_TABLE:,} drawn or listed numbers"
            self.sweep.refuse(node, (*where, "design"), rule, f"{points:,} points of {factors:,} factors",
                              "take fewer points or factors, or read the points from a file")  # fmt: skip
        return self.left >= 0

    def in_limit(self, node: Branch, where: Where, points: int) -> bool:
        """Whether a design may have so many points; a fault is noted otherwise."""
        if points <= LARGEST_DESIGN:
            return True
        key = next((key for key in ("factors", "of", "file", "all-uncertain") if key in node.entries), "design")
        found = f"{points:,}" if points < 10**18 else "many more"
        self.sweep.refuse(node.entries.get(key, node), (*where, key), f"must give at most {LARGEST_DESIGN:,} points",
                          found, "a sampler, such as sobol, covers as many factors with fewer points")  # fmt: skip
        return False

    def key(self, where: Where) -> list[int]:
        """Key of a design's own draws: the sweep's seed, and the design's place in the file."""
        return [self.seed, *(step for step in where if isinstance(step, int))]


def keys_of(kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """Keys of designs of any kind."""
    return tuple(dict.fromkeys((*COMMON, *(key for kind in kinds.values() for key in kind.keys))))
