"""A number of the model beside what trivial models say: how far it is from them, and whether it says any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sim.comparison.rivals import SAME, SPOKEN
from sim.phrases import listed

Words = Callable[[float], str]


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
    """What trivial models say, what the model says, and whether that is any more; empty without any.

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
    covered = _covered(found)
    if covered is None:
        return said
    if not covered:
        return f"{said} Its intervals leave {'that' if len(found) == 1 else 'these'} out."
    which = listed(covered) if len(covered) < len(found) else {1: "that", 2: "both"}.get(len(covered), "all of these")
    alone = {1: "that", 2: "either"}.get(len(covered), "any of them")
    if _clear(found):
        return f"{said} Chance alone leaves that out, the wider interval does not: it says no more than that alone."
    return f"{said} Its intervals cover {which}: it says no more than {alone} alone."


def brief(found: Sequence[Beside], words: Words) -> str:
    """The same in a few words, beside the model's number; empty without any."""
    if not found:
        return ""
    said, covered = _listed(found, words), _covered(found)
    if covered is None:
        return said
    if not covered:
        return f"{said}: outside the model's intervals"
    if _clear(found):
        return f"{said}: clear of chance alone; the model says no more"
    return f"{said}: the model says no more{'' if len(covered) == len(found) else f' than {listed(covered)}'}"


def _clear(found: Sequence[Beside]) -> bool:
    """Whether chance alone would leave out the one trivial model that there is."""
    return len(found) == 1 and found[0].clear


def _listed(found: Sequence[Beside], words: Words) -> str:
    return listed([f"{SPOKEN[one.rival]} {words(one.says)}" for one in found])


def _covered(found: Sequence[Beside]) -> list[str] | None:
    """Trivial models than which the model says no more, as a sentence has them; None where it has no interval."""
    return None if any(one.covered is None for one in found) else [SPOKEN[one.rival] for one in found if one.covered]
