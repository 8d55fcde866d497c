"""Counterpoise: an agent-based model of how states hold influence over each other.

The public names below are loaded on first use, so that importing `sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents import State
    from sim.analysis.camps.energy import landscape
    from sim.analysis.evidence.evidence import evidence
    from sim.analysis.exercised.influence import exercised_influence
    from sim.analysis.fit import fit
    from sim.analysis.hindcast.hindcast import hindcast
    from sim.comparison.claims.claims import claims
    from sim.comparison.compare import compare
    from sim.comparison.together import together
    from sim.execution.run import simulate, sweep
    from sim.model import InfluenceModel
    from sim.results.results import Results
    from sim.scenario.load import load_scenario

__version__ = "0.1.0"

__all__ = [
    "InfluenceModel",
    "Results",
    "State",
    "load_scenario",
    "simulate",
    "sweep",
    "compare",
    "together",
    "claims",
    "fit",
    "exercised_influence",
    "hindcast",
    "evidence",
    "landscape",
]

_HOME = {
    "InfluenceModel": "sim.model",
    "State": "sim.agents",
    "Results": "sim.results.results",
    "claims": "sim.comparison.claims.claims",
    "compare": "sim.comparison.compare",
    "evidence": "sim.analysis.evidence.evidence",
    "exercised_influence": "sim.analysis.exercised.influence",
    "fit": "sim.analysis.fit",
    "hindcast": "sim.analysis.hindcast.hindcast",
    "landscape": "sim.analysis.camps.energy",
    "load_scenario": "sim.scenario.load",
    "simulate": "sim.execution.run",
    "sweep": "sim.execution.run",
    "together": "sim.comparison.together",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the room that it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
