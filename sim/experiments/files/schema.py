"""JSON Schema of a sweep file, for editors."""

from __future__ import annotations

from typing import Any

from sim.arguments import LARGEST_KEY
from sim.experiments.constraints import LONGEST
from sim.experiments.distributions import SHAPES
from sim.experiments.files.design import COMMON, KEYS, KINDS, MOST_MEMBERS
from sim.experiments.files.factor import DISCRETE
from sim.experiments.files.kind import FEWEST_LEVELS, MOST_LEVELS
from sim.experiments.files.reader import LONGEST_LABEL
from sim.experiments.files.screen import MOST_CONSTRAINTS
from sim.experiments.files.spread import MOST_STEPS
from sim.experiments.files.sweep_file import LONGEST_NAME, NAME
from sim.experiments.points import LARGEST_DESIGN
from sim.experiments.replicates import MOST_REPLICATES
from sim.scenario.schema.fields import MOST_WEEKS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NEEDED = {
    "one-at-a-time": (),
    "list": (),
    "product": ("of",),
    "union": ("of",),
    "saltelli": ("samples",),
    "morris": ("trajectories",),
    "grid": ("factors",),
}
"""Keys that a design cannot do without; samplers need ``points``."""


def sweep_schema() -> Schema:
    """JSON Schema (2020-12) of one sweep file.

    Whether a path is one of the scenario, and a value within its bounds, only `counterpoise check` can say.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    return {
        "$schema": DIALECT,
        "title": "Counterpoise sweep",
        "description": "A scenario, the points to run it at, and how often, for Counterpoise.",
        "type": "object",
        "properties": {**_head(), **_design()},
        "required": ["name", "scenario"],
        "additionalProperties": False,
        "allOf": _kinds(),
        "$defs": {
            "design": {
                "type": "object",
                "properties": _design(),
                "additionalProperties": False,
                "allOf": _kinds(),
            },
            "factor": _factor(),
            "value": {"type": ["number", "string", "boolean"]},
            "settings": {"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}},
        },
    }


def _head() -> Schema:
    return {
        "name": {"type": "string", "pattern": f"^{NAME.pattern}$", "maxLength": LONGEST_NAME,
                 "description": "name of the results folder"},
        "title": {"type": "string", "description": "one line for people"},
        "description": {"type": "string"},
        "scenario": {"type": "string", "description": "a config beside this file, or the name of a shipped one"},
        "replicates": {"anyOf": [_whole(1, MOST_REPLICATES, "runs a point"), _adaptive()]},
        "seed": _whole(0, LARGEST_KEY, "what all points share; designs draw with it too"),
        "weeks": _whole(1, MOST_WEEKS, "horizon instead of the scenario's own"),
        "series": {
            "type": "object",
            "properties": {
                "every": _whole(1, MOST_WEEKS, "weeks between two rows"),
                "replicates": _whole(0, 1_000_000, "runs of a point whose course over time is kept"),
            },
            "additionalProperties": False,
        },
    }  # fmt: skip


def _adaptive() -> Schema:
    until = {
        "outcome": {"type": "string", "description": "such as control.NK:final"},
        "half_width": {"type": "number", "exclusiveMinimum": 0},
        "confidence": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.95},
    }
    properties = {
        "least": _whole(2, MOST_REPLICATES, "runs that each point gets"),
        "most": _whole(2, MOST_REPLICATES, "runs that no point gets more of"),
        "until": _closed(until, ("outcome", "half_width")),
    }
    return _closed(properties, tuple(properties))


def _design() -> Schema:
    """Keys of a design, whatever its kind."""
    patterns = {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "paths, * for any letters"}
    found: Schema = {
        "design": {"enum": list(KINDS), "default": "grid", "description": "how points are chosen"},
        "constraints": {"type": "array", "items": {"type": "string", "maxLength": LONGEST}, "minItems": 1,
                        "maxItems": MOST_CONSTRAINTS, "description": "comparisons of paths and labels of factors"},
        "factors": {"type": "array", "items": {"$ref": "#/$defs/factor"}, "minItems": 1},
        "all-uncertain": {"anyOf": [{"const": True}, _closed({"only": patterns, "except": patterns}, ())],
                          "description": "every number of the scenario that has a range"},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/settings"}, "minItems": 1},
        "file": {"type": "string", "pattern": r"\.([cC][sS][vV]|[tT][sS][vV]|[pP][aA][rR][qQ][uU][eE][tT])$",
                 "description": "table of points beside this file"},
        "ignore": {"type": "array", "items": {"type": "string"}, "minItems": 1,
                   "description": "columns of the file that are passed over"},
        "points": _whole(1, LARGEST_DESIGN, "number of points; a power of two for sobol"),
        "samples": _whole(2, LARGEST_DESIGN, "a power of two; each stands for factors + 2 points, or twice that"),
        "second-order": {"type": "boolean", "default": False, "description": "whether pairs of factors are looked at"},
        "trajectories": _whole(2, LARGEST_DESIGN, "walks of factors + 1 points"),
        "levels": {**_whole(FEWEST_LEVELS, MOST_LEVELS, "of the grid walked on"), "multipleOf": 2, "default": 4},
        "of": {"type": "array", "items": {"$ref": "#/$defs/design"}, "minItems": 1, "maxItems": MOST_MEMBERS},
    }  # fmt: skip
    return {key: found[key] for key in KEYS}


def _kinds() -> list[Schema]:
    """For each kind of design what it needs, and which keys do not go with it."""
    rules: list[Schema] = []
    for kind, keys in KINDS.items():
        is_kind: Schema = {"properties": {"design": {"const": kind}}}
        if kind != "grid":
            is_kind["required"] = ["design"]
        strange = [key for key in KEYS if key not in (*COMMON, *keys)]
        then: Schema = {"required": list(NEEDED.get(kind, ("points",)))}
        if strange:
            then["not"] = {"anyOf": [{"required": [key]} for key in strange]}
        if "all-uncertain" in keys:
            then["anyOf"] = [{"required": ["factors"]}, {"required": ["all-uncertain"]}]
        if kind == "list":
            then["oneOf"] = [{"required": ["rows"], "not": {"required": ["ignore"]}}, {"required": ["file"]}]
        rules.append({"if": is_kind, "then": then})
    return rules


def _factor() -> Schema:
    label = {"type": "string", "maxLength": LONGEST_LABEL}
    numbers = {"type": "array", "items": {"type": "number"}}
    properties: Schema = {
        "path": {"type": "string", "description": "place of a number or policy in the scenario"},
        "label": {**label, "description": "name for people; of variants the name of their column"},
        "values": {"type": "array", "items": {"$ref": "#/$defs/value"}, "minItems": 1},
        "variants": {"type": "object", "additionalProperties": {"$ref": "#/$defs/settings"}, "minProperties": 1},
        "weights": {**numbers, "description": "how often each value or variant is drawn"},
        "group": {**label, "description": "factors that saltelli and morris move together"},
        "range": {**numbers, "minItems": 2, "maxItems": 2, "description": "lowest and highest; else the scenario's"},
        "steps": _whole(2, MOST_STEPS, "values that a grid takes of the range"),
        "distribution": {"enum": [*SHAPES, DISCRETE], "default": "uniform"},
        **{name: {"type": "number"} for names in SHAPES.values() for name in names},
    }
    forms = [{"required": ["path"], "not": {"required": ["variants"]}}, {"required": ["label", "variants"]}]
    return {**_closed(properties, ()), "anyOf": forms}


def _closed(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _whole(lowest: int, highest: int, meaning: str) -> Schema:
    return {"type": "integer", "minimum": lowest, "maximum": highest, "description": meaning}
