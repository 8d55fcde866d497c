"""The dashboard: one offline page from stored results; it never runs a model."""

from sim.dashboard.evidence import Evidence, gather
from sim.dashboard.findings.finding import Finding
from sim.dashboard.findings.findings import findings
from sim.dashboard.folder import write_dashboard

__all__ = ["Evidence", "Finding", "findings", "gather", "write_dashboard"]
