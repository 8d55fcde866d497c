"""What `counterpoise analyse` found in these results: effects, indices, ranks, regrets and boxes, as stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.sections.sensitivity.bars import drawn
from sim.dashboard.sections.sensitivity.tables import tables

KINDS = ("effects", "sensitivity", "discovery")


def data(evidence: Evidence) -> Content | None:
    """Sentences, figures and tables of what is stored; nothing where nothing was analysed."""
    answers = _stored(evidence)
    if not answers:
        return None
    said = [line for kind in answers for line in answers[kind].get("said", ())]
    return Content({"said": list(dict.fromkeys(said)), "tabled": tables(answers)}, figures(evidence))


def figures(evidence: Evidence) -> list[Slot]:
    """Bars of each outcome's effects and indices, mean size and spread of its elementary effects, boxes of a region."""
    return drawn(_stored(evidence))


def _stored(evidence: Evidence) -> dict[str, Mapping[str, Any]]:
    return {kind: evidence.stored[kind] for kind in KINDS if kind in evidence.stored}


SECTION = Section("sensitivity", "What moves the outcomes", "What moves them", data, figures)
