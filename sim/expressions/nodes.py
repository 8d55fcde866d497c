"""Parts of an expression: what each is, and how its values follow from those of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.expressions.faults import slip

NUMBER, CONDITION, TEXT, CODE, COLUMN = "a number", "a condition", "a text", "a word", "a column"
"""Kinds of parts. A `CODE` stands for a word; a `COLUMN` shows only by its values whether it is numbers or texts."""
DEEPEST = 24
MIXED = "mixed"
"""Unit of what is worked out of several units, where none can be told."""

Value = Any
"""A number or text for all runs, an array of one a run (R,), or, of what is over time, one a run and week (R, T)."""


@dataclass(frozen=True)
class Values:
    """What a part is worked out from.

    Attributes
    ----------
    columns : mapping
        By name an array (R,), or one value for all runs.
    series : mapping
        By name an array (R, T).
    weeks : ndarray, shape (T,)
    """

    columns: Mapping[str, Value]
    series: Mapping[str, NDArray[np.float64]]
    weeks: NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """A part of an expression.

    Attributes
    ----------
    kind : str
    work_out : callable
        Its values out of `Values`.
    letter : int
        Where it begins in the text.
    over_time : bool
        Whether it has a value a week.
    unit : str or None
        None for what fits any unit: a number that is written, or a name of which nothing is known.
    words : tuple of str
        Of a `CODE`: the words that the codes 0, 1, and so on stand for.
    text : str
        Of a `TEXT`, and of a name: as it is written.
    depth : int
    written : bool
        Whether it is a number that is written in the text, or worked out of such.
    """

    kind: str
    work_out: Callable[[Values], Value]
    letter: int
    over_time: bool = False
    unit: str | None = None
    words: tuple[str, ...] = ()
    text: str = ""
    depth: int = 1
    written: bool = field(default=False)


def joined(parts: Sequence[Part], how: Callable[..., Value], kind: str, **more: Any) -> Part:
    """A part worked out of others, week by week where one of them is over time; raises where it nests too deep."""
    over_time = any(part.over_time for part in parts)
    depth = 1 + max(part.depth for part in parts)
    if depth > DEEPEST:
        raise slip(f"must not nest deeper than {DEEPEST}", "more", "make several of it", parts[0].letter)

    def work_out(values: Values) -> Value:
        return how(*(_aligned(part, over_time, values) for part in parts))

    return Part(kind, work_out, parts[0].letter, over_time, depth=depth, **more)


def _aligned(part: Part, over_time: bool, values: Values) -> Value:
    """Values of a part; one a run is the same in all weeks beside what is over time."""
    found = part.work_out(values)
    return found[:, None] if over_time and not part.over_time and np.ndim(found) == 1 else found


def as_number(part: Part, doing: str = "calculate") -> Part:
    """A part that numbers are worked out of; raises for what is no number."""
    if part.kind == CODE:
        remedy = f"compare it: {part.text or '...'} == {part.words[0]}"
        raise slip(f"must {doing} with numbers only", f"a word, {part.text}", remedy, part.letter)
    if part.kind == CONDITION:
        raise slip("must compare numbers or words", "a condition", "join conditions by and, or, not", part.letter)
    if part.kind == TEXT:
        raise slip(f"must {doing} with numbers only", "a text", "words are compared by == or !=", part.letter)
    if part.kind == NUMBER:
        return part
    return replace(part, kind=NUMBER, work_out=lambda values: _numbers(part.work_out(values), doing, part.letter))


def _numbers(found: Value, doing: str, letter: int) -> Value:
    if is_text(found):
        raise slip(f"must {doing} with numbers only", "a text", "words are compared by == or !=", letter)
    return found


def as_condition(part: Part) -> Part:
    """A part that holds or not; raises for any other."""
    if part.kind != CONDITION:
        said = part.kind if part.kind != COLUMN else "a number"
        raise slip("must be a comparison", said, "compare it: write `... > 0`", part.letter)
    return part


def is_text(value: Value) -> bool:
    """Whether values are texts."""
    return isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind in "UO")


def alike(parts: Sequence[Part], doing: str) -> str | None:
    """The unit that parts share; raises where two are of unlike units. What is mixed fits any."""
    units = [part.unit for part in parts if part.unit is not None]
    known = [part for part in parts if part.unit not in (None, MIXED)]
    unlike = next((part for part in known if part.unit != known[0].unit), None)
    if unlike is not None:
        found = f"{known[0].unit} and {unlike.unit}"
        raise slip(f"must {doing} like with like", found, "numbers of unlike units have no sum or order", unlike.letter)
    return MIXED if MIXED in units else units[0] if units else None
