"""The dashboard: one offline page from stored results; it never runs a model."""

from sim.dashboard.finding import Finding
from sim.dashboard.findings import findings
from sim.dashboard.write import write_dashboard

__all__ = ["Finding", "findings", "write_dashboard"]
