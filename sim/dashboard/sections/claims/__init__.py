"""Claims of a text: verdicts in words, and what each rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.comparison.claims.naive import beside_no_change
from sim.comparison.claims.verdict import said_of
from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.claims.drawing import effects
from sim.dashboard.sections.claims.rows import claimed
from sim.dashboard.sections.glossary import VERDICTS
from sim.dashboard.sections.section import Content, Section

KIND = "claims"


def data(evidence: Evidence) -> Content | None:
    """Claims with their parts; None where no claims were tested on these results."""
    found = evidence.stored.get(KIND)
    if not found or not found.get("parts"):
        return None
    claims = claimed(found["parts"])
    anchors = frozenset(one for claim in claims for one in (claim.anchor, *(part.anchor for part in claim.parts)))
    return Content({"claims": claims, "title": str(found["title"]), **_facts(found)}, figures(evidence), {}, anchors)


def figures(evidence: Evidence) -> list[Slot]:
    """Effects of all parts with their intervals."""
    found = evidence.stored.get(KIND)
    return effects(found["parts"], len(evidence.views)) if found and found.get("parts") else []


def _facts(found: Mapping[str, Any]) -> dict[str, Any]:
    said = beside_no_change(found["parts"])
    return {
        "verdicts": VERDICTS,
        "counts": said_of(found),
        "quick": bool(found["quick"]),
        "all_runs": int(found["runs"]),
        "naive": said and f"Without any model: {said}.",
    }


SECTION = Section("claims", "What was claimed, and what becomes of it", "Claims tested", data, figures,
                  words=("influence", "lead", "chance", "world", *VERDICTS))  # fmt: skip
