"""What the outcomes of a design vary with."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.glossary import LEVELS
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.sections.variation.tables import Layout, layout


def data(evidence: Evidence) -> Content | None:
    """Tables and figures over all versions, where outcomes are described over the design as a whole."""
    laid = layout_of(evidence)
    return Content({"laid": laid}, laid.slots, anchors=laid.anchors) if laid else None


def figures(evidence: Evidence) -> list[Slot]:
    """Its figures."""
    laid = layout_of(evidence)
    return laid.slots if laid else []


def layout_of(evidence: Evidence) -> Layout | None:
    """What it consists of."""
    if not evidence.study.varied or evidence.variation is None:
        return None
    return layout(evidence.variation)


SECTION = Section(
    "variation",
    "What the outcomes vary with",
    "What they vary with",
    data,
    figures,
    whole=("what they vary with", "counts all"),
    words=("influence", "lead", "version", "world", "chance", LEVELS),
)
