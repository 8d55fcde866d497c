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
    closer = [anchor for case in terms["cases"] for anchor in case["closer"]]
    words = {"cases": cases, "closer": closer, "longest": longest}
    return Content(words, script={"reasons": terms}, anchors=frozenset((*cases, *closer)))


SECTION = Section("why", "Why they did it", "Why they did it", data, by_version=True, words=("posture", "reason"))
