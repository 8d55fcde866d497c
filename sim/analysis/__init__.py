"""What the runs mean: patterns, plausible parameter sets, exercised influence, camps."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.camps.energy import landscape

__all__ = ["landscape"]

_HOME = {"landscape": "sim.analysis.camps.energy"}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
