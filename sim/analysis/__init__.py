"""What the runs mean: patterns, plausible parameter sets, exercised influence, camps."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.camps.energy import landscape
    from sim.analysis.camps.together import camps as camps_of

__all__ = ["camps_of", "landscape"]

_HOME = {"camps_of": ("sim.analysis.camps.together", "camps"), "landscape": ("sim.analysis.camps.energy", "landscape")}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room, own = _HOME[name]
    return getattr(import_module(room), own)
