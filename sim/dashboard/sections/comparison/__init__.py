"""Versions compared: outcomes of each point of a design, with intervals."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.comparison.dots import comparison
from sim.dashboard.sections.section import Content, Section, with_figures


def data(evidence: Evidence) -> Content | None:
    """Figures of the outcomes that differ most, where the points are compared one by one."""
    return with_figures(figures(evidence))


def figures(evidence: Evidence) -> list[Slot]:
    """A figure of each of these outcomes."""
    return comparison(evidence.study, {finding.anchor for finding in evidence.findings})


SECTION = Section(
    "comparison", "Versions compared", "Versions compared", data, figures, whole=("the comparison", "has all")
)
