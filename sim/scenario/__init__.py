"""Scenarios: config files read, checked and frozen, with what every number rests on.

The loader needs PyYAML and pydantic; they are imported when a config is first loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.grounds import Provenance, counts, provenance
    from sim.scenario.loading import load_scenario, shipped
    from sim.scenario.numbers import Number
    from sim.scenario.scenario import Scenario, SeriesChoice, rebuilt
    from sim.scenario.schema import json_schema

_ROOMS = {
    "load_scenario": "loading",
    "shipped": "loading",
    "Number": "numbers",
    "Provenance": "grounds",
    "counts": "grounds",
    "provenance": "grounds",
    "Scenario": "scenario",
    "SeriesChoice": "scenario",
    "rebuilt": "scenario",
    "json_schema": "schema",
}

__all__ = [
    "Number",
    "Provenance",
    "Scenario",
    "SeriesChoice",
    "counts",
    "json_schema",
    "load_scenario",
    "provenance",
    "rebuilt",
    "shipped",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 (only when something is asked for)

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
