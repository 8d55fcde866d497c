"""JSON Schema of a targets file, for editors, and the keys that its reader knows."""

from __future__ import annotations

from sim.analysis.hindcast.targets import KINDS, SIGNS
from sim.scenario.schema.fields import SLUG
from sim.scenario.schema.json_parts import DIALECT, Schema, a_day, closed, whole

NAME = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
"""How targets and splits are called."""
LONGEST_NAME, LONGEST_TEXT = 40, 1000
MOST_TARGETS, MOST_ORDERED, MOST_CASES = 200, 10, 1_000_000
LARGEST = 1e12

HEAD = ("name", "title", "about", "patterns", "targets")
TARGET = (
    "text", "date", "known_from", "kind", "expression", "value", "uncertainty", "source", "split", "near", "outside",
    "base_rate", "forecast",
)  # fmt: skip
NEEDED = ("text", "date", "kind", "expression", "source")
BASE_RATE = ("of", "cases", "times", "source")
FORECAST = ("expects", "source")

_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


def targets_schema() -> Schema:
    """JSON Schema (2020-12) of one targets file.

    Whether a day lies behind the fit, and an expression speaks of the scenario's outcomes, only reading the file with
    its config can say.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    targets = {
        "type": "object", "additionalProperties": _target(), "minProperties": 1, "maxProperties": MOST_TARGETS,
        "propertyNames": {"pattern": f"^(?:{NAME})$", "maxLength": LONGEST_NAME},
        "description": "each dated fact by a short name",
    }  # fmt: skip
    head: Schema = {
        "name": {"type": "string", "pattern": f"^(?:{SLUG})$", "maxLength": LONGEST_NAME},
        "title": {**_TEXT, "description": "one line for people"},
        "about": {**_TEXT, "description": "config that `check` reads it against: a name, or a file beside this one"},
        "patterns": {**_TEXT, "description": "patterns of the fit, whose known_until every target is later than: a "
                                             "name, or a file beside this one"},
        "targets": targets,
    }  # fmt: skip
    return {
        "$schema": DIALECT,
        "title": "Counterpoise targets",
        "description": "Dated facts that a fit never saw, for `counterpoise hindcast`.",
        **closed(head, ("name", "patterns", "targets")),
    }


def _target() -> Schema:
    keys: Schema = {
        "text": {**_TEXT, "description": "the fact in one sentence"},
        "date": a_day("when it was so; the week that holds this day is looked at"),
        "known_from": a_day("first day on which it could be known; the date unless given"),
        "kind": {"enum": list(KINDS)},
        "expression": {
            "anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": MOST_ORDERED}],
            "description": "over outcomes up to the date, such as phase.NK == truce; of an order a list, as it was "
                           "from the largest to the smallest",
        },
        "value": {"anyOf": [{"type": "boolean"}, {"type": "number"}, {"enum": list(SIGNS)}],
                  "description": "whether it held (true unless given), a number, or rise or fall; none of an order"},
        "uncertainty": {"type": "number", "exclusiveMinimum": 0, "description": "standard deviation of a number"},
        "source": {**_TEXT, "description": "original publication"},
        "split": {"type": "string", "pattern": f"^(?:{NAME})$", "maxLength": LONGEST_NAME, "default": "all",
                  "description": "part of the targets that it is reported with"},
        "near": {"type": "array", "items": _TEXT, "description": "patterns of the fit that say something close"},
        "outside": {**_TEXT, "description": "why the model cannot get it right by its construction"},
        "base_rate": closed({
            "of": {**_TEXT, "description": "the reference class"},
            "cases": whole(1, MOST_CASES, "its cases"),
            "times": whole(0, MOST_CASES, "cases in which it held"),
            "source": _TEXT,
        }, BASE_RATE),
        "forecast": closed({
            "expects": {"type": "boolean", "description": "whether the text expected what the expression says"},
            "source": _TEXT,
        }, FORECAST),
    }  # fmt: skip
    return closed(keys, NEEDED)
