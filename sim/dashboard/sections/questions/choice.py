"""Which questions a page asks: at most six that its runs can answer; then one history, and what tests said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from sim.dashboard.effects.versions import Versions
from sim.dashboard.evidence import Evidence
from sim.dashboard.findings.finding import PREDICTED
from sim.dashboard.findings.fitted import badge_of, built_in, fit_target
from sim.dashboard.sections.questions.designs import level_questions, number_questions, spread_questions
from sim.dashboard.sections.questions.ground import how_sure, is_it_tested, where_from
from sim.dashboard.sections.questions.histories import history_questions
from sim.dashboard.sections.questions.policies import policy_questions
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.sections.questions.stored import stored_questions
from sim.dashboard.sections.questions.told import one_history
from sim.dashboard.sections.questions.versions import version_questions

MOST = 6
ABOUT_HISTORY = 3
"""Questions of what happens that come before the one of which assumption matters."""


def questions(evidence: Evidence) -> list[Question]:
    """Questions with their answers, the title's own first, then their ground, and those with a row of their own."""
    study = evidence.study
    if study.runs.empty:
        return []
    pooled = study.pooled and not study.over_sets
    view = study.baseline if study.over_sets else study.views[0]
    known = pooled or _versions(evidence) is not None
    last = [question for question in (None if known else how_sure(study, view), where_from(study)) if question]
    first = list(islice(_asked(evidence, pooled=pooled), MOST - len(last)))
    told, tested = None if known else one_history(study, view), [*stored_questions(evidence.stored)]
    if str(study.manifest["name"]).partition("-")[0] in evidence.stored:  # runs of a test have its name before theirs
        found = [*tested, *first, *last, told]
    else:
        found = [*first, *last, told, *tested, is_it_tested(evidence)]
    return [_badged(evidence, question) for question in found if question]


def _asked(evidence: Evidence, *, pooled: bool) -> Iterator[Question]:
    """What may be asked of these results, the most asked first."""
    study, vary, compared = evidence.study, evidence.variation, _versions(evidence)
    if compared:
        works = [*policy_questions(vary)] if vary else []
        yield from (*works, *version_questions(compared, ends=not works))
        return
    if vary:
        yield from level_questions(vary)
    if pooled and vary:
        asked = [*spread_questions(vary)]
        numbers = [*number_questions(vary)]
        yield from (*numbers[:1], *asked[:1], *numbers[1:2], *asked[1:], *numbers[2:])
        return
    history = [*history_questions(study, study.baseline if study.over_sets else study.views[0])]
    numbers = [*number_questions(vary)] if vary and study.over_sets else []
    yield from (*history[:ABOUT_HISTORY], *numbers[:1], *history[ABOUT_HISTORY:])


def _versions(evidence: Evidence) -> Versions | None:
    """Versions that differ in one thing, of which the page asks what that changes."""
    found = evidence.versions
    return found if found and found.effects and found.of_one_thing else None


def _badged(evidence: Evidence, question: Question) -> Question:
    """The question with the badge of what it rests on."""
    if question.badge != PREDICTED or not question.outcomes:
        return question
    fit = fit_target(evidence.study)
    badge, because = badge_of(evidence.study, fit, question.outcomes, question.weeks)
    if badge == PREDICTED:
        because = built_in(evidence.stored.get("claims"), question.outcomes)
    return replace(question, badge=badge, because=because)
