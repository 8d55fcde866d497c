"""Influence: a panel of each client, and who comes first in the region."""

from __future__ import annotations

from dataclasses import replace

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.influence.dumbbells import Moves, start_to_end
from sim.dashboard.sections.influence.panel import influence
from sim.dashboard.sections.section import Content, Section, with_figures


def data(evidence: Evidence) -> Content | None:
    """Panels of which there are weeks."""
    found = with_figures(figures(evidence))
    if found is None:
        return None
    ends = moves(evidence)
    return replace(found, words={"moves": ends}, charted=(ends.charted,) if ends else ())


def moves(evidence: Evidence) -> Moves | None:
    """Influence from start to end, client by client, where the first view's runs have a last week in common."""
    study = evidence.study
    return start_to_end(study, study.baseline if study.over_sets else study.views[0])


def figures(evidence: Evidence) -> list[Slot]:
    """Panels of the region and of each client."""
    return influence(evidence.study, evidence.views)


SECTION = Section(
    "influence",
    "Influence: who holds how much",
    "Influence",
    data,
    figures,
    by_version=True,
    words=("influence", "lead"),
)
