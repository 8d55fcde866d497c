"""Pieces of which the JSON Schemas of files are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.scenario.declared import EXAMPLE, LONGEST

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def closed(properties: Schema, required: Sequence[str] = ()) -> Schema:
    """A mapping that takes no other keys."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def a_day(meaning: str = "") -> Schema:
    """A day in its ISO form."""
    found: Schema = {"type": "string", "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
    return {**found, "description": meaning} if meaning else found


def whole(lowest: int, highest: int, meaning: str = "") -> Schema:
    """A whole number within bounds."""
    found: Schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return {**found, "description": meaning} if meaning else found


def declared_schema() -> Schema:
    """An outcome that is declared: its expression, or a mapping that says more."""
    expression = {"type": "string", "description": EXAMPLE}
    lines = {key: {"type": "string", "maxLength": most} for key, most in LONGEST.items()}
    return {"anyOf": [expression, closed({"expression": {"type": "string"}, **lines}, ("expression",))]}
