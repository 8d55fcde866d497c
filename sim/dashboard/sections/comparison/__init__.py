"""Versions compared: a matrix of differences from the first, each over time, and outcomes of each version."""

from __future__ import annotations

from sim.comparison.members import RESULTS
from sim.dashboard.effects.versions import DIFFERENCES, Versions
from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.comparison.dots import comparison
from sim.dashboard.sections.comparison.fan import fans
from sim.dashboard.sections.comparison.matrix import matrix
from sim.dashboard.sections.glossary import LEVELS
from sim.dashboard.sections.questions.designs import level_questions
from sim.dashboard.sections.section import Content, Section


def data(evidence: Evidence) -> Content | None:
    """The matrix, the fan of the cell that is looked at, and figures of the outcomes that differ most."""
    found = evidence.versions
    if found is None or not found.effects:
        return None
    drawn, rest = fans(found), dots(evidence)
    laid = matrix(found, drawn.places)
    script = {"differences": {"names": drawn.names, "why": drawn.why, "table": laid.table}}
    words = {"matrix": laid, "fan": drawn.slot, "dots": rest, "differ": _differ(found)}
    return Content(words, [*rest, *([drawn.slot] if laid.lines else [])], script, frozenset({DIFFERENCES}))


def _differ(found: Versions) -> str:
    """What versions differ in, in a sentence; empty where each says so itself."""
    if any(factor["path"] == RESULTS for factor in found.study.factors):
        return str(found.study.scenario.get("description") or "")
    return f"Versions differ in: {found.study.factors[0]['label']}." if found.of_one_thing else ""


def figures(evidence: Evidence) -> list[Slot]:
    """A figure of each of these outcomes, and the fan of the clearest difference."""
    found = evidence.versions
    return [*dots(evidence), *([fans(found).slot] if found else [])]


def dots(evidence: Evidence) -> list[Slot]:
    """A figure of each outcome that differs most, where the points are compared one by one."""
    found, vary = evidence.versions, evidence.variation
    needed = {finding.anchor for finding in evidence.findings}
    if vary and found and not found.of_one_thing:
        needed |= {question.anchor for question in level_questions(vary)}
    return comparison(evidence.study, needed, found.unmoved if found else ())


SECTION = Section(
    "comparison",
    "Versions compared",
    "Versions compared",
    data,
    figures,
    whole=("the comparison", "has all"),
    words=("influence", "lead", "version", "chance", "assumptions", LEVELS),
)
