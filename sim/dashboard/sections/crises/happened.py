"""Marks of what happened after the fit, on the strip of a contest: the share that the challenger came to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.dashboard.figures.drawing import Slot, Spec, safe
from sim.dashboard.study import Study

NUMBERS = ("week", "value", "uncertainty")
HOW = "Diamonds: what happened, which the fit never saw."


def with_happened(slots: Sequence[Slot], study: Study, hindcast: Mapping[str, Any] | None) -> list[Slot]:
    """Strips with a diamond for each target of a stored hindcast that is the control of their contest."""
    return [_marked(slot, study, _targets(slot.anchor.removeprefix("crisis-"), hindcast)) for slot in slots]


def _targets(contest: str, hindcast: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Targets that are a contest's control; none of a finding that is none, of which its own section complains."""
    given = hindcast.get("targets") if hindcast else None
    known = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return [
        one
        for one in known
        if one.get("kind") == "numeric"
        and one.get("expression") == [f"control.{contest}"]
        and all(isinstance(one.get(key), int | float) for key in NUMBERS)
    ]


def _marked(slot: Slot, study: Study, targets: Sequence[Mapping[str, Any]]) -> Slot:
    if not targets:
        return slot
    for figure in slot.points:
        if figure is not None:
            figure.traces.append(_diamonds(study, targets))
    return replace(slot, how=f"{slot.how} {HOW}")


def _diamonds(study: Study, targets: Sequence[Mapping[str, Any]]) -> Spec:
    errors = {
        "type": "data",
        "array": [float(one["uncertainty"]) for one in targets],
        "color": "$ink",
        "thickness": 1.2,
    }
    return {
        "x": [study.day(float(one["week"])).isoformat() for one in targets],
        "y": [float(one["value"]) for one in targets],
        "text": [safe(str(one["text"])) for one in targets],
        "error_y": errors,
        "mode": "markers",
        "marker": {"size": 10, "symbol": "diamond-open", "color": "$ink"},
        "showlegend": False,
        "cliponaxis": False,  # whole at the edge of weeks that are chosen
        "hovertemplate": "%{text}<extra></extra>",
    }
