"""A number of the model beside what trivial models say: whether its intervals leave these out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sim.comparison.rivals import SAME, SPOKEN
from sim.phrases import listed

Words = Callable[[float], str]
CLEAR = "clear of chance, not of what is assumed"
"""What is said of a difference from a trivial model that chance leaves out and plausible assumptions do not."""


@dataclass(frozen=True)
class Beside:
    """A trivial model beside a number of the model.

    Attributes
    ----------
    rival : str
    says : float
    covered : bool or None
        Whether an interval of the model's number covers what it says; None where that has no interval.
    clear : bool
        Whether the first of several intervals, that by chance, leaves it out, although a wider one covers it.
    """

    rival: str
    says: float
    covered: bool | None
    clear: bool = False


def beside(says: Mapping[str, float], value: float, *spans: tuple[float, float]) -> list[Beside]:
    """Trivial models beside a number of the model.

    Parameters
    ----------
    says : mapping of str to float
        What each of them says.
    value : float
    *spans : tuple of float
        Its intervals, that by chance first; NaN ends are those of an unknown one.
    """
    known = [all(map(isfinite, span)) for span in spans]

    def held(name: str, one: float) -> Beside:
        covers = [there and low - SAME <= one <= high + SAME for there, (low, high) in zip(known, spans, strict=True)]
        covered = any(covers) if any(known) else None
        return Beside(name, one, covered, bool(covered) and known[0] and not covers[0])

    return [held(name, one) for name, one in says.items()] if isfinite(value) else []


def stored_beside(found: Sequence[Mapping[str, Any]]) -> list[Beside]:
    """The same from what was stored of it."""
    return [Beside(one["rival"], one["says"], one["covered"], one.get("clear", False)) for one in found]


def sentence(found: Sequence[Beside], value: str, words: Words, of: str = "") -> str:
    """What trivial models say, what the model says, and whether its intervals leave them out; empty without any.

    Parameters
    ----------
    found : sequence of Beside
    value : str
        What the model says.
    words : callable
        What a trivial model says, in words.
    of : str
        Of what, where that is not plain.
    """
    if not found:
        return ""
    said = f"Without any model{of and f', {of}'}: {_listed(found, words)}; the model says {value}."
    if any(one.covered is None for one in found):
        return said
    if not any(one.covered for one in found):
        return f"{said} Its intervals leave {'that' if len(found) == 1 else 'these'} out."
    if within := _within(found):
        which = listed(within) if len(within) < len(found) else {1: "that", 2: "both"}.get(len(within), "all of these")
        said += f" Its intervals cover {which}: {_no_difference(within)}."
    return f"{said} The {_differences(found)}." if _clear(found) else said


def brief(found: Sequence[Beside], words: Words) -> str:
    """The same in a few words, beside the model's number; empty without any."""
    if not found:
        return ""
    said, within = _listed(found, words), _within(found)
    if any(one.covered is None for one in found):
        return said
    if not any(one.covered for one in found):
        return f"{said}: outside the model's intervals"
    which = "" if len(within) == len(found) else f"{listed(within)} " if within else ""
    told = [f"{which}within the model's intervals, {_no_difference(within)}"] if within else []
    told += [f"the {_differences(found)}"] if _clear(found) else []
    return f"{said}: {'; '.join(told)}"


def _clear(found: Sequence[Beside]) -> list[str]:
    """Trivial models that chance leaves out and what is assumed does not, as a sentence has them."""
    return [SPOKEN[one.rival] for one in found if one.clear]


def _within(found: Sequence[Beside]) -> list[str]:
    """Trivial models that chance covers, or the only interval, as a sentence has them."""
    return [SPOKEN[one.rival] for one in found if one.covered and not one.clear]


def _differences(found: Sequence[Beside]) -> str:
    """That differences are clear of chance alone; from which trivial models, where that is not plain."""
    clear = _clear(found)
    which = f" from {listed([f'“{name}”' for name in clear])}" if len(clear) < len(found) else ""
    return f"difference{which} is {CLEAR}" if len(clear) == 1 else f"differences{which} are {CLEAR}"


def _no_difference(rules: Sequence[str]) -> str:
    return f"no clear difference from {'so simple a rule' if len(rules) == 1 else 'rules so simple'}"


def _listed(found: Sequence[Beside], words: Words) -> str:
    return listed([f"{SPOKEN[one.rival]} {words(one.says)}" for one in found])
