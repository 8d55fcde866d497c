"""What trivial models say of the effect that a part of a claim is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.comparison.beside import CLEAR, sentence, stored_beside
from sim.comparison.claims.claim import Measure, Part
from sim.comparison.claims.measure import formed
from sim.comparison.rivals import NO_CHANGE, Known, known_of, naive, naive_effect
from sim.phrases import plural
from sim.quantities import ENDINGS
from sim.scenario.scenario import Scenario


def naive_of(part: Part, scenario: Scenario) -> dict[str, float]:
    """Effect of a part by each trivial model that says anything of it, in the whole model's world.

    Parameters
    ----------
    part : Part
    scenario : Scenario
        That of the part.
    """
    terms = [(sign, dict(settings)) for _, sign, settings in part.terms(part.worlds[0])]
    return naive_effect(known_of(scenario), lambda known: _measured(known, part.measure), *terms)


def naive_words(part: Mapping[str, Any]) -> str:
    """What trivial models say of the effect of a stored part, in a sentence; of earlier versions' parts nothing."""
    found, value = stored_beside(part.get("naive") or ()), part["effect"]["value"]
    return "" if value is None else sentence(found, _signed(value), _signed)


def beside_no_change(parts: Sequence[Mapping[str, Any]]) -> str:
    """How many effects of stored parts are clear of no change, and how many are not, as a sentence."""
    known = [one for part in parts for one in stored_beside(part.get("naive") or ()) if one.rival == NO_CHANGE]
    clear, covered = sum(one.clear for one in known), sum(one.covered is True for one in known)
    told = [f"no change lies outside the intervals of {len(known) - covered:,} of {plural(len(known), 'effect')}"]
    told += [f"{clear:,} more are {CLEAR}"] if clear else []
    if covered > clear:
        told.append(f"for the other {covered - clear:,} there is no clear difference from so simple a rule")
    return "; ".join(told) if known else ""


def _signed(number: float) -> str:
    return f"{number:+.3g}" if number else "0"


def _measured(known: Known, measure: Measure) -> Mapping[str, float]:
    """A measure as trivial models have it: its expected value over what they say may come.

    They know numbers, and chances of an ending. Of several outcomes together, and of a spread, they say nothing.
    """
    column = measure.columns[0]
    kind = column.partition(".")[0]
    if len(measure.columns) > 1 or measure.form == "spread" or kind not in ("control", "governs", "ending"):
        return {}
    if kind != "ending":
        return {name: float(formed(measure, np.array([[says]]))[0, 0]) for name, says in naive(known, column).items()}
    values = formed(measure, np.arange(len(ENDINGS), dtype=np.float64)[None])[0]
    chances = [naive(known, column, code) for code in range(len(ENDINGS))]
    return {name: float(values @ [one[name] for one in chances]) for name in chances[0]}
