"""Where the numbers come from: every parameter with its source."""

from __future__ import annotations

from sim.dashboard.evidence import Evidence
from sim.dashboard.parameters import count_by_kind, provenance
from sim.dashboard.sections.section import Content, Section


def data(evidence: Evidence) -> Content:
    """All parameters, and how many there are of each kind."""
    rows = provenance(evidence.study)
    return Content({"rows": rows, "counts": count_by_kind(rows)})


SECTION = Section("numbers", "Where the numbers come from", "Where the numbers come from", data)
