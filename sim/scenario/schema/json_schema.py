"""JSON Schema of a config, for editors."""

from __future__ import annotations

from typing import Any

from sim.scenario.schema.json_parts import DIALECT
from sim.scenario.schema.sections import config


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one config file.

    Every quantity carries its meaning, unit and bounds; unknown keys are refused. A file that extends
    another may leave out what the other gives, and may give null to take a key away.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    schema = config().model_json_schema()
    required = schema["required"]
    for part in [schema, *schema["$defs"].values()]:
        _loosen(part)
    for key in schema["properties"].keys() - set(required):
        schema["properties"][key] = _or_null(schema["properties"][key])
    return {
        "$schema": DIALECT,
        **schema,
        "title": "Counterpoise scenario",
        "description": "States, their ties, contests and events, for Counterpoise.",
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": required},
    }


def _or_null(part: Any) -> Any:
    """A section that null takes away; what is said of it stays outside."""
    said = {"description": part.pop("description")} if "description" in part else {}
    return {**said, "anyOf": [part, {"type": "null"}]}


def _loosen(part: Any) -> None:
    """Fit one part of the schema to files that are laid over others."""
    if isinstance(part, list):
        for item in part:
            _loosen(item)
    if not isinstance(part, dict):
        return
    if part.get("default", 0) is None:
        del part["default"]
    part.pop("required", None)
    patterns = part.get("patternProperties")
    if patterns:
        part["patternProperties"] = {key: {"anyOf": [below, {"type": "null"}]} for key, below in patterns.items()}
        part["additionalProperties"] = False
    for key, below in list(part.items()):
        if key == "properties":
            for item in below.values():
                _loosen(item)
        elif key in ("patternProperties", "anyOf", "items", "allOf"):
            _loosen(list(below.values()) if key == "patternProperties" else below)
