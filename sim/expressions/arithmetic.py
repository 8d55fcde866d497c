"""Arithmetic and comparisons of parts, run by run and, of what is over time, week by week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sim.expressions.faults import slip
from sim.expressions.nodes import (
    CODE,
    COLUMN,
    CONDITION,
    MIXED,
    NUMBER,
    TEXT,
    Part,
    Value,
    alike,
    as_condition,
    as_number,
    is_text,
    joined,
)
from sim.phrases import choose_from

SUMS: dict[str, Callable[..., Value]] = {"+": np.add, "-": np.subtract}
PRODUCTS: dict[str, Callable[..., Value]] = {"*": np.multiply, "/": np.divide}
CHOICES: dict[str, Callable[..., Value]] = {"min": np.minimum, "max": np.maximum}
ORDERS: dict[str, Callable[..., Value]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
SAMENESS: dict[str, Callable[..., Value]] = {"==": np.equal, "!=": np.not_equal}
COMPARISONS = ORDERS | SAMENESS


def added(sign: str, left: Part, right: Part) -> Part:
    """Sum or difference of like units."""
    parts = [as_number(left), as_number(right)]
    written = left.written and right.written
    return joined(parts, SUMS[sign], NUMBER, unit=alike(parts, "add"), written=written)


def multiplied(sign: str, left: Part, right: Part) -> Part:
    """Product or quotient; a number that is written leaves the unit, like units have a ratio."""
    parts = [as_number(left), as_number(right)]
    unit: str | None = MIXED
    if right.written:
        unit = left.unit
    elif left.written and sign == "*":
        unit = right.unit
    elif sign == "/" and left.unit == right.unit:
        unit = None if left.unit is None else "ratio"
    written = left.written and right.written
    return joined(parts, PRODUCTS[sign], NUMBER, unit=unit, written=written)


def signed(sign: str, part: Part) -> Part:
    """A number with a sign before it."""
    how = np.negative if sign == "-" else np.positive
    return joined([as_number(part)], how, NUMBER, unit=part.unit, written=part.written)


def chosen(name: str, given: Sequence[Part]) -> Part:
    """The least or greatest of several numbers of like units."""
    parts = [as_number(part) for part in given]

    def how(*values: Value) -> Value:
        found = values[0]
        for value in values[1:]:
            found = CHOICES[name](found, value)
        return found

    return joined(parts, how, NUMBER, unit=alike(parts, "choose"), written=all(part.written for part in parts))


def absolute(part: Part) -> Part:
    """A number without its sign."""
    return joined([as_number(part)], np.abs, NUMBER, unit=part.unit, written=part.written)


def negated(part: Part) -> Part:
    """Where a condition does not hold."""
    return joined([as_condition(part)], np.logical_not, CONDITION)


def combined(word: str, given: Sequence[Part]) -> Part:
    """Where all conditions hold, or one of them."""
    how = np.logical_and if word == "and" else np.logical_or

    def all_of(*values: Value) -> Value:
        found = values[0]
        for value in values[1:]:
            found = how(found, value)
        return found

    return joined([as_condition(part) for part in given], all_of, CONDITION)


def compared(sign: str, left: Part, right: Part) -> Part:
    """Where a comparison holds; what is not finite never does."""
    if CODE in (left.kind, right.kind):
        return _of_words(sign, left, right)
    for part in (left, right):
        if part.kind == CONDITION:
            raise slip("must compare numbers or words", "a condition", "join conditions by and, or, not", part.letter)
    texts = [part.kind == TEXT for part in (left, right)]
    numbers = [part.kind == NUMBER for part in (left, right)]
    if any(texts) and any(numbers):
        remedy = 'words are compared with "words"'
        raise slip("must compare like with like", "a text and a number", remedy, left.letter)
    alike([left, right], "compare")
    letter = left.letter
    return joined([left, right], lambda a, b: _compare(sign, a, b, letter), CONDITION)


def _of_words(sign: str, left: Part, right: Part) -> Part:
    """A comparison of a word with one that is written, with another, or with a code."""
    if sign in ORDERS:
        raise slip("must compare words by == or !=", "an order of words", "words have no order here", left.letter)
    coded, other = (left, right) if left.kind == CODE else (right, left)
    if other.kind == TEXT:
        other = code_of(other, coded)
    elif other.kind == CODE and other.words != coded.words:
        raise slip("must compare like with like", f"{left.text} and {right.text}", "their words differ", left.letter)
    elif other.kind not in (CODE, NUMBER) or not (other.kind == CODE or other.written):
        remedy = f"such as {coded.words[0]}"
        raise slip(f"must compare {coded.text} with a word", other.text or other.kind, remedy, other.letter)
    return joined([coded, other], SAMENESS[sign], CONDITION)


def one_of(part: Part, words: Sequence[Part]) -> Part:
    """Where a word is one of several."""
    if part.kind == CODE:
        codes = [code_of(word, part).work_out for word in words]
        return joined([part], lambda found: np.isin(found, [code(_NOTHING) for code in codes]), CONDITION)
    if part.kind != COLUMN or any(word.kind != TEXT for word in words):
        raise slip("must look for words by in", part.kind, "compare numbers by < and >", part.letter)
    texts, letter = [word.text for word in words], part.letter

    def among(found: Value) -> Value:
        if not is_text(found):
            raise slip("must look for words by in", "a number", "compare numbers by < and >", letter)
        return np.isin(found, texts)

    return joined([part], among, CONDITION)


_NOTHING: Any = None
"""Values that a number that is written does not ask for."""


def code_of(word: Part, coded: Part) -> Part:
    """The number that stands for a word where another part has it; raises for one that it has not."""
    if word.text not in coded.words:
        rule = f"must be a word of {coded.text}" if coded.text else "must be one of its words"
        raise slip(rule, word.text or word.kind, choose_from(word.text, coded.words), word.letter)
    code = float(coded.words.index(word.text))
    return replace(word, kind=NUMBER, work_out=lambda _: code, written=True)


def _compare(sign: str, left: Value, right: Value, letter: int) -> Value:
    if is_text(left) != is_text(right):
        remedy = 'words are compared with "words"'
        raise slip("must compare like with like", "a text and a number", remedy, letter)
    if not is_text(left):
        return COMPARISONS[sign](left, right) & np.isfinite(left) & np.isfinite(right)
    if sign in ORDERS:
        raise slip("must compare words by == or !=", "an order of words", "words have no order here", letter)
    return SAMENESS[sign](left, right)
