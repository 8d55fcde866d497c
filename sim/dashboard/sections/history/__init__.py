"""History: what the model says of facts that its fit never saw, beside what happened and what naive rivals say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sim.analysis.hindcast.rivals import rival_words
from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.history.dots import dots
from sim.dashboard.sections.history.scores import control_table, score_table
from sim.dashboard.sections.section import Content, Section
from sim.errors import ResultsError
from sim.phrases import date_words

KIND = "hindcast"


def data(evidence: Evidence) -> Content | None:
    """Scores of all targets, and numbers beside naive rivals; nothing where no such finding is stored."""
    found = evidence.stored.get(KIND)
    if found is None:
        return None
    try:
        until = str(found["fitted until"])
        scores, control = score_table(evidence.study, found), control_table(evidence.study, found)
        words = {
            "title": str(found["title"]),
            "until": date_words(date.fromisoformat(until)),
            "quick": bool(found["quick"]),
            "sealed": [str(found["sealed"]["sets"])[:12], str(found["opened"])[:12]],
            "size": [int(found["points"]), int(found["replicates"])],
            "sentences": [str(one) for one in found["sentences"]],
            "rivals": {rival_words(str(name), until): str(meaning) for name, meaning in found["rivals"].items()},
            "sources": [(str(one["text"]), str(one["source"])) for one in found["targets"]],
            "scores": scores,
            "control": control,
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _faulty(error) from error
    return Content(words, figures(evidence), anchors=frozenset({scores.anchor, control.anchor}))


def figures(evidence: Evidence) -> list[Slot]:
    """Dots of what the model says, with intervals, beside what happened."""
    found: Mapping[str, Any] | None = evidence.stored.get(KIND)
    try:
        return [] if found is None else dots(found["targets"], len(evidence.views))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _faulty(error) from error


def _faulty(error: Exception) -> ResultsError:
    return ResultsError(f"the stored finding {KIND} is none of `counterpoise hindcast` ({error}); make it again")


SECTION = Section("history", "What history said afterwards", "History, sealed", data, figures)
