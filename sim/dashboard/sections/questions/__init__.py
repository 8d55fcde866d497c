"""The questions: what a viewer asks first, each answered in a sentence, a small chart and a link."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.findings.finding import BADGES
from sim.dashboard.sections.glossary import LEVELS, VERDICTS
from sim.dashboard.sections.questions.choice import questions
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.sections.section import Charted, Content, Section
from sim.dashboard.words import capital


def data(evidence: Evidence) -> Content | None:
    """Questions that these results can answer; None without a finished run."""
    asked = questions(evidence)
    if not asked:
        return None
    charted = tuple(_charted(place, one) for place, one in enumerate(asked, start=1))
    return Content({"questions": asked, "badges": BADGES}, charted=charted)


def _charted(place: int, one: Question) -> Charted:
    """A question with its answer, badge, chart and intervals."""
    badge = f"{capital(one.about)}. {capital(one.badge)}: {BADGES[one.badge]}."
    sure = "; ".join(f"{heading}: {words}" for heading, words in one.sure)
    return Charted(
        f"question-{place}", one.asked, (one.answer, badge, *([f"{sure}."] if sure else ())), (("", one.chart),)
    )


SECTION = Section(
    "questions",
    "The questions",
    "Questions",
    data,
    words=(
        "influence",
        "lead",
        "chance",
        "assumptions",
        "plausible set",
        "version",
        "world",
        "fitted",
        "predicted",
        LEVELS,
        *VERDICTS,
    ),
)
