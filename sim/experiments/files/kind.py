"""Reading each kind of design that is not made of others: its options, and then its points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

from sim.experiments.designs import kinds
from sim.experiments.designs.kinds import Drawn
from sim.experiments.factors import Factor
from sim.experiments.files.factor_list import factors_of
from sim.experiments.files.reader import Reader, Where, told
from sim.experiments.files.spread import levels_at
from sim.experiments.points import LARGEST_DESIGN, Grid
from sim.experiments.tables.listed import points_of_rows
from sim.experiments.tables.table import points_of_file
from sim.scenario.yaml.tree import Branch, Leaf, Listing

LARGEST_TABLE = 2**24
"""Numbers that the drawn or listed points of a sweep may be, all its designs together: 128 MB."""
FEWEST_LEVELS, MOST_LEVELS = 4, 64


@dataclass
class Source:
    """What a design is read with.

    Attributes
    ----------
    reader : Reader
    folder : Path
        Folder of the sweep file, below which its design files lie.
    seed : int
    left : int
        Numbers that may still be drawn or listed.
    """

    reader: Reader
    folder: Path
    seed: int
    left: int = LARGEST_TABLE

    def affords(self, node: Branch, where: Where, points: int, factors: int) -> bool:
        """Whether so many points may be made, which are then counted; a fault is noted otherwise."""
        if not in_limit(node, where, points, self.reader):
            return False
        self.left -= points * factors
        if self.left < 0:
            self.reader.refuse(node, (*where, "design"), f"must keep within {LARGEST_TABLE:,} drawn or listed numbers",
                               f"{points:,} points of {factors:,} factors", "take fewer points or factors, or read "
                               "the points from a file")  # fmt: skip
        return self.left >= 0

    def key(self, where: Where) -> list[int]:
        """Key of a design's own draws: the sweep's seed, and the design's place in the file."""
        return [self.seed, *(step for step in where if isinstance(step, int))]


def in_limit(node: Branch, where: Where, points: int, reader: Reader) -> bool:
    """Whether a design may have so many points; a fault is noted otherwise."""
    if points <= LARGEST_DESIGN:
        return True
    key = next((key for key in ("factors", "of", "file", "all-uncertain") if key in node.entries), "design")
    reader.refuse(node.entries.get(key, node), (*where, key), f"must give at most {LARGEST_DESIGN:,} points",
                  f"{points:,}" if points < 10**18 else "many more",
                  "a sampler, such as sobol, covers as many factors with fewer points")  # fmt: skip
    return False


def read_grid(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    """Every combination of levels."""
    factors = factors_of(node, where, source.reader)
    listed = node.entries.get("factors")
    items = listed.items if isinstance(listed, Listing) else ()
    open_ended = [index for index, factor in enumerate((factors or ())[: len(items)]) if not factor.levels]
    for index in open_ended:
        source.reader.refuse(items[index], (*where, "factors", index), "must say how many values of its range to take",
                             "", "add steps: 5, or list values: [.., ..]")  # fmt: skip
    if factors is None or open_ended or not in_limit(node, where, prod(len(f.levels) for f in factors), source.reader):
        return None
    return Drawn(Grid(factors), {"design": kind})


def read_one_at_a_time(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    """The baseline, then each other level of each factor; the baseline of a range is the scenario's own value."""
    factors = factors_of(node, where, source.reader)
    if factors is None:
        return None
    full = [factor if factor.spread is None else _around(factor, source.reader) for factor in factors]
    count = 1 + sum(len(factor.levels) - 1 for factor in full)
    return kinds.one_at_a_time(full) if source.affords(node, where, count, len(full)) else None


def _around(factor: Factor, reader: Reader) -> Factor:
    """A factor of a range with the scenario's own value as its first level, then its steps, by default its ends."""
    assert factor.spread is not None, "it has a range"
    own = reader.own(factor.column)
    levels = factor.levels or levels_at(factor.column, factor.spread, 2)
    return replace(factor, levels=(own, *(level for level in levels if level.settings != own.settings)))


def read_list(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    """Points listed in the sweep file, or in a file beside it."""
    reader = source.reader
    variants = factors_of(node, where, reader) if "factors" in node.entries else ()
    given = [key for key in ("rows", "file") if key in node.entries]
    if len(given) != 1:
        reader.refuse(node, (*where, "rows"), "must be given, or else file", " and ".join(given) or "neither",
                      "rows: [{PATH: VALUE}, ...], or file: NAME.csv or .parquet beside the sweep file")  # fmt: skip
        return None
    if given == ["rows"] and "ignore" in node.entries:
        found = node.entries["ignore"]
        reader.refuse(found, (*where, "ignore"), "goes with file", told(found), "take the columns out of the rows")
    listed = node.entries.get("factors")
    for index, item in enumerate(listed.items if isinstance(listed, Listing) else ()):
        if isinstance(item, Branch) and "path" in item.entries:
            reader.refuse(item, (*where, "factors", index), "must be a factor of variants", "a path",
                          "the points of a list bring their own values of paths")  # fmt: skip
            return None
    if variants is None:
        return None
    if given == ["file"]:
        spilt = points_of_file(node, where, variants, reader, source.folder)
        return None if spilt is None else Drawn(spilt, {"design": kind})
    points = points_of_rows(node.entries["rows"], (*where, "rows"), variants, reader)
    if points is None or not source.affords(node, where, points.count, len(points.factors)):
        return None
    return Drawn(points, {"design": kind})


def read_sample(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    """``random``, ``latin-hypercube`` or ``sobol``."""
    factors = factors_of(node, where, source.reader)
    count = source.reader.whole(node, "points", where, (1, LARGEST_DESIGN))
    if count is None or (kind == "sobol" and not _is_power(node, "points", count, where, source.reader)):
        return None
    if factors is None or not source.affords(node, where, count, len(factors)):
        return None
    return kinds.sampled(factors, kind, count, source.key(where))


def read_saltelli(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    """Points for variance-based indices."""
    factors = _grouped(node, where, source.reader)
    samples = source.reader.whole(node, "samples", where, (2, LARGEST_DESIGN))
    second = node.entries.get("second-order", Leaf(False, node.place))
    if not isinstance(second, Leaf) or not isinstance(second.value, bool):
        source.reader.refuse(second, (*where, "second-order"), "must be true or false", told(second))
        return None
    if samples is None or not _is_power(node, "samples", samples, where, source.reader) or factors is None:
        return None
    rows = samples * ((2 if second.value else 1) * kinds.moved(factors) + 2)
    if not source.affords(node, where, rows, len(factors)):
        return None
    return kinds.saltelli(factors, samples, source.key(where), second_order=second.value)


def read_morris(node: Branch, where: Where, kind: str, source: Source) -> Drawn | None:
    """Trajectories for elementary effects."""
    factors = _grouped(node, where, source.reader)
    trajectories = source.reader.whole(node, "trajectories", where, (2, LARGEST_DESIGN))
    limits = (FEWEST_LEVELS, MOST_LEVELS)
    levels = source.reader.whole(node, "levels", where, limits) if "levels" in node.entries else FEWEST_LEVELS
    if levels is not None and levels % 2:
        source.reader.refuse(node.entries["levels"], (*where, "levels"), "must be even", str(levels), "4 is usual")
        return None
    if factors is None or trajectories is None or levels is None:
        return None
    if not source.affords(node, where, trajectories * (kinds.moved(factors) + 1), len(factors)):
        return None
    return kinds.morris(factors, trajectories, levels, source.key(where))


def _grouped(node: Branch, where: Where, reader: Reader) -> tuple[Factor, ...] | None:
    """Factors of a sensitivity analysis, which compares what it moves: one factor, or two groups at least."""
    factors = factors_of(node, where, reader)
    if factors is None or len(factors) == 1 or kinds.moved(factors) > 1:
        return factors
    reader.refuse(node.entries["factors"], (*where, "factors"), "must leave two groups to compare", factors[0].group,
                  "give some factors another group, or none")  # fmt: skip
    return None


def _is_power(node: Branch, key: str, number: int, where: Where, reader: Reader) -> bool:
    """Whether a number is a power of two, as the balance of a Sobol sequence needs it."""
    if number & (number - 1) == 0:
        return True
    near = 1 << (number.bit_length() - 1)
    reader.refuse(node.entries[key], (*where, key), "must be a power of two", str(number), f"{near} or {2 * near}")
    return False


Read = Callable[[Branch, Where, str, Source], Drawn | None]
