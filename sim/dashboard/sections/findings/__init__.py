"""What the runs say: the findings, what their intervals include, and what was run."""

from __future__ import annotations

from typing import Any

from sim.dashboard.evidence import Evidence
from sim.dashboard.findings.declared import declared_rows
from sim.dashboard.findings.design import factor_findings
from sim.dashboard.findings.finding import BADGES
from sim.dashboard.findings.findings import caveat
from sim.dashboard.findings.fitted import fit_target, patterns_shown
from sim.dashboard.findings.rivals import meanings_of
from sim.dashboard.sections.section import Content, Section


def data(evidence: Evidence) -> Content:
    """Findings with their badges, outcomes that are declared, and the patterns that the scenario was fitted to."""
    vary, study = evidence.variation, evidence.study
    first = study.baseline if study.over_sets else evidence.views[0] if evidence.views else None
    words = {
        "findings": evidence.findings,
        "leading": len(factor_findings(vary)) if vary else 0,
        "badges": BADGES,
        "caveat": caveat(evidence.study),
        "scope": evidence.scope,
        "rivals": meanings_of(evidence.findings),
        "declared": declared_rows(study, first) if first else [],
        **fit_of(evidence),
    }
    return Content(words, anchors=frozenset({"caveat", *(["fitted"] if words["fit"] else [])}))


def fit_of(evidence: Evidence) -> dict[str, Any]:
    """What the scenario was fitted to, and how far the first view shows it."""
    fit, views = fit_target(evidence.study), evidence.views
    return {"fit": fit, "patterns": patterns_shown(evidence.study, fit, views[0]) if fit and views else []}


SECTION = Section("findings", "What the runs say", "What the runs say", data)
