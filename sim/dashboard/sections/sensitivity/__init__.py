"""What `counterpoise analyse` found in these results: effects, indices, ranks, regrets and boxes, as stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.outcomes import in_words, name_in_words
from sim.dashboard.sections.glossary import LEVELS
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.sections.sensitivity.bars import drawn
from sim.dashboard.sections.sensitivity.tables import tables
from sim.dashboard.study import level

KINDS = ("effects", "sensitivity", "discovery")


def data(evidence: Evidence) -> Content | None:
    """Sentences, figures and tables of what is stored; nothing where nothing was analysed."""
    answers = _stored(evidence)
    if not answers:
        return None
    said = [in_words(evidence.study, line) for kind in answers for line in answers[kind].get("said", ())]
    words = {"said": list(dict.fromkeys(said)), "tabled": tables(answers, _named(evidence))}
    return Content(words, figures(evidence))


def figures(evidence: Evidence) -> list[Slot]:
    """Bars of each outcome's effects and indices, mean size and spread of its elementary effects, boxes of a region."""
    return drawn(_stored(evidence), _named(evidence))


def _stored(evidence: Evidence) -> dict[str, Mapping[str, Any]]:
    """What is stored, with levels in words."""
    known = {str(factor["path"]): factor for factor in evidence.study.factors}
    return {kind: _spoken(evidence.stored[kind], known) for kind in KINDS if kind in evidence.stored}


def _spoken(answer: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    tables = {
        name: [{**row, "level": level(known[row["factor"]], row["level"])} if "level" in row and row["factor"] in known
               else row for row in rows]
        for name, rows in answer.get("tables", {}).items()
    }  # fmt: skip
    return {**answer, "tables": tables}


def _named(evidence: Evidence) -> Callable[[str], str]:
    return partial(name_in_words, evidence.study)


SECTION = Section("sensitivity", "What moves the outcomes", "What moves them", data, figures, words=(LEVELS,))
