"""A week is named by the day on which it begins, wherever a page speaks of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sim.dashboard import findings, gather
from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import WEEK_FROM, calendar
from sim.dashboard.sections.alignment.weekly import alignment
from sim.dashboard.sections.crises.spans import spans
from sim.dashboard.sections.crises.strip import crises
from sim.dashboard.sections.influence import figures as influence_figures
from sim.dashboard.sections.questions.choice import questions
from sim.quantities import FIGHTING, QUIET

WEEKS = 30
DAY = re.compile(
    r"(\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4})"
)
SINCE = 3
"""Fighting in Nagorno-Karabakh begins in this week, and stops in the thirteenth."""
PATTERNS = {"file": "p.yaml", "name": "p", "patterns": {
    "A": {"outcome": "phase.NK", "weeks": [2, 4], "is": ["fighting"]},
    "B": {"outcome": "governs.KG", "week": 6, "above": 0.5},
}}  # fmt: skip


@pytest.fixture(scope="module")
def results(synthetic: Any) -> Any:
    """Runs in all of which there is fighting at the end of weeks 3 to 12, and upheaval at that of 5 and within 8."""
    made = synthetic.folder(replicates=20, weeks=WEEKS)
    weeks = made.series["week"]
    made.series["phase.NK"] = weeks.between(SINCE, 12).map({True: FIGHTING, False: QUIET}).astype(float)
    made.series["phase.KG"] = (weeks == 5).map({True: FIGHTING, False: QUIET}).astype(float)
    made.series["truces_broken.KG"] = (weeks >= 8).astype(float)
    made.runs["truces_broken.KG:final"] = 1.0
    made.manifest["scenario"]["fitted"] = PATTERNS
    return made


@pytest.fixture(scope="module")
def evidence(results: Any) -> Evidence:
    return gather(results)


def said(results: Any, evidence: Evidence) -> Iterator[str]:
    """All sentences of findings and questions, their facts and rows."""
    for one in findings(results):
        yield from (one.title, one.text, one.about, one.because, *(f"{fact.what} {fact}" for fact in one.facts))
    for card in questions(evidence):
        yield from (card.asked, card.answer, card.about, card.because, *(row.words for row in card.chart.rows))


def test_every_day_in_a_sentence_begins_a_week_or_ends_a_span(results: Any, evidence: Evidence) -> None:
    start, seen = evidence.study.start, set()
    for text in said(results, evidence):
        for match in DAY.finditer(text):
            day = datetime.strptime(match[1], "%d %B %Y").date()
            before, week = text[: match.start()], (day - start).days / 7
            kind = next(
                kind
                for kind, words in (
                    ("week", "the week from "),
                    ("span", " to "),
                    ("from", "from "),
                    ("named", ": "),
                    ("seen", "("),
                )
                if before.endswith(words)
            )
            seen.add(kind)
            assert (7 * week) % 7 == (6 if kind == "span" else 0), text
    assert seen == {"week", "span", "from", "named", "seen"}


def test_sentences_and_figures_name_the_same_weeks(results: Any, evidence: Evidence) -> None:
    what = evidence.study
    first, last, upheaval = (what.start + timedelta(weeks=week) for week in (SINCE, 12, 5))
    told = next(one for one in questions(evidence) if one.asked == "What happens in one history?").answer
    stops, calm = last + timedelta(days=13), upheaval + timedelta(days=27)
    assert f"fighting from {words(first)} to {words(stops)}" in told
    assert f"upheaval from {words(upheaval)} to {words(calm)}, with calm broken once" in told
    text = next(one.text for one in findings(results) if one.outcomes[0] == "truces_broken.NK")
    assert f"In the week from {words(first)} there is fighting in 100%" in text
    span = spans(what, what.views)[0]
    assert span.first == (first - timedelta(weeks=1)).isoformat()  # a week more on either side
    assert span.last == (last + timedelta(weeks=1)).isoformat()


def test_figures_over_time_begin_on_the_first_day(evidence: Evidence) -> None:
    what = evidence.study
    days = [what.start + timedelta(weeks=week) for week in range(WEEKS)]
    assert calendar(what, [0.0, 3.0])[WEEK_FROM] == [days[0].isoformat(), days[3].isoformat()]
    slots = [*crises(what, what.views), *influence_figures(evidence)]
    dated = [figure.columns for slot in slots for figure in slot.points if figure]
    assert dated
    assert all(columns[WEEK_FROM] == [day.isoformat() for day in days] for columns in dated)
    weeks = alignment(what, what.views)
    assert weeks is not None
    assert weeks["dates"] == [day.isoformat() for day in days]
    assert weeks["days"] == [words(day) for day in days]


def words(day: date) -> str:
    return f"{day.day} {day.strftime('%B %Y')}"
