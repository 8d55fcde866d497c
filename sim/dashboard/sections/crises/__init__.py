"""The crises: a strip of each contest, on one choice of weeks."""

from __future__ import annotations

from dataclasses import replace

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.crises.happened import with_happened
from sim.dashboard.sections.crises.spans import spans
from sim.dashboard.sections.crises.strip import crises
from sim.dashboard.sections.section import Content, Section, with_figures


def data(evidence: Evidence) -> Content | None:
    """Strips of the contests whose weeks are kept, and the weeks that can be chosen."""
    found = with_figures(figures(evidence))
    if found is None:
        return None
    choice = spans(evidence.study, evidence.views)
    weeks = [{"name": one.name, "range": [one.first, one.last]} for one in choice]
    return replace(found, words={"spans": choice}, script={"spans": weeks})


def figures(evidence: Evidence) -> list[Slot]:
    """A strip of each contest, with what happened where a hindcast is stored."""
    return with_happened(crises(evidence.study, evidence.views), evidence.study, evidence.stored.get("hindcast"))


SECTION = Section(
    "crises", "The crises, week by week", "The crises", data, figures, by_version=True, words=("posture", "held")
)
