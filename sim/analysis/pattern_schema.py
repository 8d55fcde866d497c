"""JSON Schema of a patterns file, for editors."""

from __future__ import annotations

from typing import Any

from sim.analysis.pattern_faults import HEAD, KEYS, LARGEST, TESTS
from sim.scenario.schema.fields import MOST_WEEKS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def patterns_schema() -> Schema:
    """JSON Schema (2020-12) of one patterns file.

    Whether an outcome, a word or a path is one of the scenario, only `fit` can say.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    return {
        "$schema": DIALECT,
        "title": "Counterpoise patterns",
        "description": "What a plausible model shows, for the search of `counterpoise fit`.",
        "type": "object",
        "properties": {key: _head()[key] for key in HEAD},
        "required": ["name", "patterns"],
        "additionalProperties": False,
    }


def _head() -> Schema:
    names = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    return {
        "name": {"type": "string", "minLength": 1},
        "title": {"type": "string", "description": "one line for people"},
        "weeks": _whole(1, MOST_WEEKS, "weeks that are simulated; every week that a pattern looks at lies before"),
        "replicates": _whole(1, LARGEST, "runs for each set of parameters"),
        "parameters": {**names, "description": "paths that are drawn from their ranges, * for any letters"},
        "patterns": {
            "type": "object",
            "additionalProperties": _pattern(),
            "minProperties": 1,
            "description": "each pattern by a short name",
        },
    }


def _pattern() -> Schema:
    words = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    week = _whole(0, MOST_WEEKS, "")
    tests: Schema = {
        "is": {**words, "description": "the outcome is one of these words"},
        "never": {**words, "description": "the outcome is none of these words in any of the weeks"},
        "ever_above": {"type": "number", "description": "the outcome is above this in at least one week"},
        "above": {"type": "number", "description": "the outcome is above this"},
        "above_start": {
            "type": "string",
            "minLength": 1,
            "description": "the outcome is above the starting value at this path",
        },
        "falls_by": {"type": "number", "description": "the outcome is below its first value by at least this"},
    }
    properties: Schema = {
        "text": {"type": "string", "description": "the pattern in one sentence"},
        "source": {"type": "string", "description": "where it is known from"},
        "outcome": {"type": "string", "minLength": 1, "description": "such as phase.NK"},
        "week": {**week, "description": "week that is looked at"},
        "weeks": {"type": "array", "prefixItems": [week, week], "items": False, "minItems": 2,
                  "description": "first and last week that is looked at"},
        "of": {"enum": ["runs", "weeks"], "default": "runs", "description": "what the share is of"},
        "at_least": {**_share(), "default": 0},
        "at_most": {**_share(), "default": 1},
        **tests,
    }  # fmt: skip
    return {
        "type": "object",
        "properties": {key: properties[key] for key in KEYS},
        "required": ["outcome"],
        "additionalProperties": False,
        "allOf": [_exactly_one(TESTS), _exactly_one(("week", "weeks"))],
    }


def _exactly_one(keys: tuple[str, ...]) -> Schema:
    return {"oneOf": [{"required": [key]} for key in keys]}


def _share() -> Schema:
    return {"type": "number", "minimum": 0, "maximum": 1, "description": "share of runs, or of runs and weeks"}


def _whole(lowest: int, highest: int, meaning: str) -> Schema:
    found: Schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return {**found, "description": meaning} if meaning else found
