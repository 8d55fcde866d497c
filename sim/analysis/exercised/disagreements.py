"""Where what a patron could use and what it is seen to use fall apart, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from sim.analysis.exercised.effects import Capacities, Effect
from sim.analysis.exercised.plan import ALL
from sim.comparison.over_sets import over_sets

LARGE = 0.5
"""A capacity is large from this part of the largest one over the same client."""
DECIDED = ("raises", "lowers")


def disagreements(
    found: Sequence[Effect], capacity: Capacities, weights: NDArray[np.int64], names: Mapping[str, str]
) -> list[str]:
    """Sentences on where capacity and exercised influence disagree; none where they do not.

    Two kinds: over a client another patron than the one with the largest capacity moves an outcome most, and the
    difference between the two is told apart from chance; or a patron has a large capacity, and no outcome is told apart
    from what it would be without its levers.

    Parameters
    ----------
    found : sequence of Effect
    capacity : mapping of (patron, client) to OverSets
    weights : ndarray of int64, shape (W,)
        How often each plausible set counts.
    names : mapping of str to str
        Name of each state and contest.
    """
    whole = [effect for effect in found if effect.removal.lever == ALL]
    return [*_orders(whole, capacity, weights, names), *_without_effect(whole, capacity, names)]


def said(words: str, names: Mapping[str, str]) -> str:
    """Words with the names of states and contests instead of their codes."""
    parts = []
    for word in words.split(" "):
        bare = word.rstrip(",:")
        parts.append(names.get(bare, bare) + word[len(bare) :])
    return " ".join(parts)


def _orders(
    whole: Sequence[Effect], capacity: Capacities, weights: NDArray[np.int64], names: Mapping[str, str]
) -> Iterator[str]:
    """Outcomes that another patron moves more than the one with the largest capacity."""
    shared = [effect for effect in whole if not effect.reading.own]
    by_outcome = sorted(shared, key=lambda effect: (effect.removal.client, effect.reading.name))
    for (client, _), group in groupby(by_outcome, lambda effect: (effect.removal.client, effect.reading.name)):
        rivals = sorted(group, key=lambda effect: -capacity[effect.removal.patron, client].value)
        first, most = rivals[0], max(rivals, key=lambda effect: abs(effect.exercised.value))
        if most is first or most.verdict not in DECIDED or not _exceeds(most, first, weights):
            continue
        able, mover = (names.get(one.removal.patron, one.removal.patron) for one in (first, most))
        what = _common(most, names)
        yield (
            f"Over {names.get(client, client)}, {able} has the largest capacity "
            f"({capacity[first.removal.patron, client].value:.2f}, {mover} "
            f"{capacity[most.removal.patron, client].value:.2f}), but {mover} exercises more: {what} "
            f"{most.exercised.value:+.3g} by its levers, {first.exercised.value:+.3g} by those of {able}."
        )


def _common(effect: Effect, names: Mapping[str, str]) -> str:
    """Words of an outcome that hold for all patrons."""
    if effect.reading.name == "alignment":
        return f"alignment of {names.get(effect.removal.client, effect.removal.client)} with its patron"
    return said(effect.reading.words, names)


def _exceeds(most: Effect, first: Effect, weights: NDArray[np.int64]) -> bool:
    """Whether one effect is larger in size than another beyond chance, in pairs."""
    signs = [1.0 if effect.exercised.value >= 0 else -1.0 for effect in (most, first)]
    return over_sets(signs[0] * most.pairs - signs[1] * first.pairs, weights).chance[0] > 0


def _without_effect(whole: Sequence[Effect], capacity: Capacities, names: Mapping[str, str]) -> Iterator[str]:
    """Patrons with a large capacity whose levers move no outcome."""
    for (patron, client), group in groupby(whole, lambda effect: (effect.removal.patron, effect.removal.client)):
        mine = capacity[patron, client].value
        largest = max(one.value for (_, other), one in capacity.items() if other == client)
        verdicts = [effect.verdict for effect in group]
        if mine <= 0 or mine < LARGE * largest or set(verdicts) & set(DECIDED):
            continue
        inert = all(verdict == "inert" for verdict in verdicts)
        why = (
            "nothing that is measured differs in any run" if inert else "nothing that is measured differs beyond chance"
        )
        yield (
            f"{names.get(patron, patron)} could use much over {names.get(client, client)} (capacity {mine:.2f}), "
            f"but without its levers {why}."
        )
