"""Exercised influence: what patrons' levers make of outcomes, beside what they could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.exercised.dumbbell import dumbbells
from sim.dashboard.sections.exercised.effects import effects_table
from sim.dashboard.sections.section import Content, Section
from sim.errors import ResultsError

KIND = "influence"


def data(evidence: Evidence) -> Content | None:
    """Capacities beside effects, and where they disagree; nothing where no such finding is stored."""
    found = evidence.stored.get(KIND)
    if found is None:
        return None
    try:
        words = {
            "effects": effects_table(evidence.study, found),
            "disagreements": [str(one) for one in found["disagreements"]],
            "notes": [str(one) for one in found["notes"]],
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _faulty(error) from error
    slots = figures(evidence)
    return Content(words, slots, anchors=frozenset({words["effects"].anchor}))  # type: ignore[attr-defined]


def figures(evidence: Evidence) -> list[Slot]:
    """Dumbbells of outcomes with and without all levers of a patron."""
    found: Mapping[str, Any] | None = evidence.stored.get(KIND)
    try:
        return [] if found is None else dumbbells(evidence.study, found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _faulty(error) from error


def _faulty(error: Exception) -> ResultsError:
    return ResultsError(f"the stored finding {KIND} is none of `counterpoise influence` ({error}); make it again")


SECTION = Section("exercised", "Influence that is exercised", "Exercised influence", data, figures)
