"""Influence: a panel of each client, and who comes first in the region."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.influence.panel import influence
from sim.dashboard.sections.section import Content, Section, with_figures


def data(evidence: Evidence) -> Content | None:
    """Panels of which there are weeks."""
    return with_figures(figures(evidence))


def figures(evidence: Evidence) -> list[Slot]:
    """Panels of the region and of each client."""
    return influence(evidence.study, evidence.views)


SECTION = Section("influence", "Influence: who holds how much", "Influence", data, figures, by_version=True)
