"""Why they did it: what spoke for and against each posture."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.sections.reasons.terms import reasons
from sim.dashboard.sections.section import Content, Section


def data(evidence: Evidence) -> Content | None:
    """Terms of each posture, case by case."""
    terms = reasons(evidence.study, evidence.views)
    if terms is None:
        return None
    cases = {
        f"why-{case['contest']}-{case['party']}": f"{case['party_name']} in {case['contest_name']}"
        for case in terms["cases"]
    }
    longest = max((length for lengths in terms["lengths"] for length in lengths), default=0)
    return Content({"cases": cases, "longest": longest}, script={"reasons": terms}, anchors=frozenset(cases))


SECTION = Section("why", "Why they did it", "Why they did it", data, by_version=True, words=("posture", "reason"))
