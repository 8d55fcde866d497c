"""The dashboard: one offline page from stored results; it never runs a model."""

from sim.dashboard.findings.finding import Finding
from sim.dashboard.findings.findings import findings, summary
from sim.dashboard.folder import write_dashboard

__all__ = ["Finding", "findings", "summary", "write_dashboard"]
