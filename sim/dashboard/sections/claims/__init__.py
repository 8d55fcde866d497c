"""Claims of a text: verdicts in words, and what each rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.comparison.claims.naive import no_more_than_nothing
from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.sections.claims.drawing import effects
from sim.dashboard.sections.claims.rows import Row, row
from sim.dashboard.sections.glossary import VERDICTS
from sim.dashboard.sections.section import Content, Section

KIND = "claims"


def data(evidence: Evidence) -> Content | None:
    """A row a part of a claim; None where no claims were tested on these results."""
    found = evidence.stored.get(KIND)
    if not found or not found.get("parts"):
        return None
    rows = [row(part) for part in found["parts"]]
    anchors = frozenset(one.anchor for one in rows)
    return Content({"rows": rows, "title": str(found["title"]), **_facts(found, rows)}, figures(evidence), {}, anchors)


def figures(evidence: Evidence) -> list[Slot]:
    """Effects of all parts with their intervals."""
    found = evidence.stored.get(KIND)
    return effects(found["parts"], len(evidence.views)) if found and found.get("parts") else []


def _facts(found: Mapping[str, Any], rows: list[Row]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for one in rows:
        counts[one.verdict] = counts.get(one.verdict, 0) + 1
    said = no_more_than_nothing(found["parts"])
    return {
        "verdicts": VERDICTS,
        "counts": list(counts.items()),
        "quick": bool(found["quick"]),
        "all_runs": int(found["runs"]),
        "naive": said and f"Without any model: {said}.",
    }


SECTION = Section("claims", "What was claimed, and what becomes of it", "Claims tested", data, figures,
                  words=("influence", "lead", "chance", "world", *VERDICTS))  # fmt: skip
