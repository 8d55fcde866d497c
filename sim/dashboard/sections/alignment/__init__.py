"""Alignment: the region as a map, its strongest ties, and two matrices, in any week."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.alignment.heatmaps import matrices
from sim.dashboard.sections.alignment.region import region
from sim.dashboard.sections.alignment.weekly import alignment
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.words import kept_runs


def data(evidence: Evidence) -> Content | None:
    """Matrices of every week, and the map where the scenario has one."""
    study = evidence.study
    weekly = alignment(study, evidence.views)
    if weekly is None:
        return None
    ground, kept = region(study), kept_runs(study, evidence.views)
    return Content(
        {"weeks": len(weekly["weeks"]), "ground": ground, "kept": kept},
        script={"alignment": weekly, "region": ground, "clients": list(study.clients), "kept": kept},
    )


def figures(evidence: Evidence) -> list[Slot]:
    """Matrices of the last week; the page's script draws those of every week itself."""
    return matrices(evidence.study, evidence.views)


SECTION = Section(
    "alignment",
    "Alignment: who stands with whom",
    "Alignment",
    data,
    figures,
    by_version=True,
    words=("alignment", "influence"),
)
