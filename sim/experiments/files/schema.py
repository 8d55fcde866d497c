"""JSON Schema of a sweep file, for editors."""

from __future__ import annotations

from sim.arguments import LARGEST_KEY
from sim.experiments.designs import KINDS
from sim.experiments.designs.kind import COMMON, CONSTRAINTS, Kind, keys_of
from sim.experiments.factors import SHAPES
from sim.experiments.files.factor import DISCRETE, MOST_STEPS, SHAPE_KEYS
from sim.experiments.files.reader import LONGEST_LABEL
from sim.experiments.files.sweep_file import LONGEST_NAME
from sim.experiments.replicates import MOST_REPLICATES
from sim.scenario.declared import OUTCOMES
from sim.scenario.schema.fields import CODE, MOST_WEEKS, SLUG
from sim.scenario.schema.json_parts import DIALECT, Schema, closed, declared_schema, whole


def sweep_schema() -> Schema:
    """JSON Schema (2020-12) of one sweep file.

    Whether a path is one of the scenario, and a value within its bounds, only `counterpoise check` can say.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    rules = [_rule(kind) for kind in KINDS.values()]
    return {
        "$schema": DIALECT,
        "title": "Counterpoise sweep",
        "description": "A scenario, the points to run it at, and how often, for Counterpoise.",
        "type": "object",
        "properties": {**_head(), **_design()},
        "required": ["name", "scenario"],
        "additionalProperties": False,
        "allOf": rules,
        "$defs": {
            "design": {
                "type": "object",
                "properties": _design(),
                "additionalProperties": False,
                "allOf": rules,
            },
            "factor": _factor(),
            "value": {"type": ["number", "string", "boolean"]},
            "settings": {"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}},
        },
    }


def _head() -> Schema:
    return {
        "name": {"type": "string", "pattern": SLUG, "maxLength": LONGEST_NAME,
                 "description": "name of the results folder"},
        "title": {"type": "string", "description": "one line for people"},
        "description": {"type": "string"},
        "scenario": {"type": "string", "description": "a config beside this file, or the name of a shipped one"},
        "replicates": {"anyOf": [whole(1, MOST_REPLICATES, "runs a point"), _adaptive()]},
        "seed": whole(0, LARGEST_KEY, "what all points share; designs draw with it too"),
        "weeks": whole(1, MOST_WEEKS, "horizon instead of the scenario's own"),
        "series": {
            "type": "object",
            "properties": {
                "every": whole(1, MOST_WEEKS, "weeks between two rows"),
                "replicates": whole(0, 1_000_000, "runs of a point whose course over time is kept"),
            },
            "additionalProperties": False,
        },
        OUTCOMES: {
            "type": "object",
            "patternProperties": {CODE: {"anyOf": [declared_schema(), {"type": "null"}]}},
            "additionalProperties": False,
            "description": "expressions worked out of each run, by new names; null takes one of the scenario's away",
        },
    }  # fmt: skip


def _adaptive() -> Schema:
    until = {
        "outcome": {"type": "string", "description": "such as control.NK:final"},
        "half_width": {"type": "number", "exclusiveMinimum": 0},
        "confidence": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.95},
    }
    properties = {
        "least": whole(2, MOST_REPLICATES, "runs that each point gets"),
        "most": whole(2, MOST_REPLICATES, "runs that no point gets more of"),
        "until": closed(until, ("outcome", "half_width")),
    }
    return closed(properties, tuple(properties))


def _design() -> Schema:
    """Keys of a design, whatever its kind."""
    found: Schema = {
        "design": {"enum": list(KINDS), "default": next(iter(KINDS)), "description": "how points are chosen"},
        "constraints": CONSTRAINTS,
    }
    for kind in KINDS.values():
        found |= kind.keys
    return {key: found[key] for key in keys_of(KINDS)}


_SHORT = [kind.short for kind in KINDS.values() if kind.short]


def _rule(kind: Kind) -> Schema:
    """What a kind of design needs, and which keys do not go with it."""
    is_kind: Schema = {"properties": {"design": {"const": kind.name}}, "required": ["design"]}
    if kind.name == next(iter(KINDS)):
        is_kind = {"anyOf": [is_kind, {"not": {"anyOf": [{"required": [key]} for key in ("design", *_SHORT)]}}]}
    elif kind.short:
        is_kind = {"anyOf": [is_kind, {"required": [kind.short], "not": {"required": ["design"]}}]}
    strange = [key for key in keys_of(KINDS) if key not in (*COMMON, *kind.keys)]
    then: Schema = {"required": list(kind.needs)}
    if strange:
        then["not"] = {"anyOf": [{"required": [key]} for key in strange]}
    if "all-uncertain" in kind.keys:
        then["anyOf"] = [{"required": ["factors"]}, {"required": ["all-uncertain"]}]
    return {"if": is_kind, "then": then | kind.form}


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
        "steps": whole(2, MOST_STEPS, "values that a grid takes of the range"),
        "distribution": {"enum": [*SHAPES, DISCRETE], "default": "uniform"},
        **{name: {"type": "number"} for name in SHAPE_KEYS},
    }
    forms = [{"required": ["path"], "not": {"required": ["variants"]}}, {"required": ["label", "variants"]}]
    return {**closed(properties), "anyOf": forms}
