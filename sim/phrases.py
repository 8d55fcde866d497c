"""Values, names and amounts in words."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sim.errors import visible

LONGEST_VALUE = 80
LONGEST_TEXT = 300
NAMES_OFFERED = 12
SIZES = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
DURATIONS = (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0))
HYPHEN = re.compile(r"(?<![\w.)/−-])-(?=\.?\d)|(?<=\de)-(?=\d)|(?<=\+/)-(?=\d)")
"""A hyphen that stands for a minus sign: before a number, but not between two, nor within a name or an address."""
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
"""Beginning of a text that a spreadsheet would run as a formula, also in full-width signs and behind blanks."""


def duration(seconds: float) -> str:
    """A duration, ``3 hours``."""
    for name, unit in DURATIONS:
        if seconds >= 1.5 * unit:
            return plural(round(seconds / unit), name)
    return plural(max(1, round(seconds)), "second")


def data_size(size: float) -> str:
    """Bytes, ``1.2 GB``."""
    for name, unit in SIZES:
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size:.0f} bytes"


def frequency(rate: float) -> str:
    """How many per second; below 10 with two digits."""
    return f"{rate:,.0f}" if rate >= 9.95 else f"{rate:.2g}"


def plural(number: float, noun: str, nouns: str = "") -> str:
    """A number of things, ``1 week``, ``2,000 runs``, ``2,000 histories``."""
    count = f"{number:,.0f}"
    return f"{count} {noun if count == '1' else nouns or f'{noun}s'}"


def between(low: str, high: str) -> str:
    """Two ends of a span, ``8 to 11``; one where they are the same in words."""
    return low if low == high else f"{low} to {high}"


def two_intervals(chance: str, assumptions: str) -> str:
    """How sure a number over plausible sets is, ``chance: 51 to 55; assumptions: 10 to 95``."""
    return f"chance: {chance}; assumptions: {assumptions}"


def minus(text: str) -> str:
    """A text for people: numbers below zero have a minus sign instead of a hyphen."""
    return HYPHEN.sub("−", text)


def listed(words: Sequence[str]) -> str:
    """Words as an enumeration, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shown(value: object) -> str:
    """Show a found value in one short line that is safe on a terminal."""
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    said = json.dumps(value) if isinstance(value, str | bool) else repr(value)
    return said if len(said) <= LONGEST_VALUE else said[: LONGEST_VALUE - 3] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Offer the known name that is most like `name`, small letters or capitals; empty if none is like it."""
    names = list(known)
    folded = {one.casefold(): one for one in reversed(names)}
    like = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    like = like or [folded[one] for one in difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)]
    return f"did you mean {like[0]}?" if like else ""


def choose_from(name: str, known: Iterable[str]) -> str:
    """Offer the nearest known name, or else name the known ones."""
    names = list(known)
    known_are = f"known are {first_of(names, NAMES_OFFERED)}" if names else "none is known here"
    return nearest(name, names) or known_are


def first_of(names: Sequence[str], most: int) -> str:
    """The first of some names, ``a, b, ...`` where there are more of them."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def printable(said: str) -> str:
    """Write what a terminal could take for a command as escapes, and cut what is too long for a line."""
    safe = visible(said, spaces=False)
    return safe if len(safe) <= LONGEST_TEXT else safe[: LONGEST_TEXT - 3] + "..."


def inert(cell: Any) -> Any:
    """A cell of a CSV file: a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def date_words(day: date) -> str:
    """A day in words, ``18 October 2020``, whatever the language of the machine."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
