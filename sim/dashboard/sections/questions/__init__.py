"""The questions: what a viewer asks first, each answered in a sentence, a small chart and a link."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.findings.finding import BADGES
from sim.dashboard.sections.questions.choice import questions
from sim.dashboard.sections.section import Content, Section


def data(evidence: Evidence) -> Content | None:
    """Questions that these results can answer; None without a finished run."""
    asked = questions(evidence)
    return Content({"questions": asked, "badges": BADGES}) if asked else None


SECTION = Section(
    "questions",
    "The questions",
    "Questions",
    data,
    words=("influence", "lead", "chance", "assumptions", "plausible set", "version", "world", "fitted", "predicted"),
)
