"""JSON Schema of a claims file, for editors, and the keys that its reader knows."""

from __future__ import annotations

from sim.comparison.claims.claim import ASKS, EXPECTED, FORMS
from sim.scenario.schema.fields import MOST_WEEKS, SLUG
from sim.scenario.schema.json_parts import DIALECT, Schema, closed, whole

NAME = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
"""How claims, parts, worlds and mechanisms are called."""
LONGEST_NAME = 40
MOST_CLAIMS, MOST_PARTS, MOST_WORLDS, MOST_COLUMNS = 200, 50, 50, 20

HEAD = ("name", "title", "about", "sets", "parameters", "scenarios", "worlds", "claims")
OWN = ("text", "note")
"""Keys that each part has for itself; the claim may say all others for its parts."""
PART = (
    *OWN, "scenario", "weeks", "asks", "baseline", "treatment", "second", "outcome", "less", "as", "is",
    "between", "expect", "margin", "mechanisms", "stress",
)  # fmt: skip
SHARED = tuple(key for key in PART if key not in OWN)
CLAIM = ("text", "source", "parts", *SHARED)
WORLD = ("label", "reference", "set", "shuffle")
SET: Schema = {"type": "object", "additionalProperties": {"type": ["number", "string", "boolean"]},
               "description": "value by path, * for any letters of a path"}  # fmt: skip
_TEXT: Schema = {"type": "string", "minLength": 1}
_COLUMNS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_COLUMNS}]}


def claims_schema() -> Schema:
    """JSON Schema (2020-12) of one claims file.

    Whether a path, an outcome or a word is one of the scenario, only reading the file with its config can say.

    Returns
    -------
    dict
        The schema, ready for `json.dumps`.
    """
    head: Schema = {
        "name": {"type": "string", "pattern": f"^(?:{SLUG})$", "description": "names the folder of the results"},
        "title": {**_TEXT, "description": "one line for people"},
        "about": {**_TEXT, "description": "config that `check` reads it against: a name, or a file beside this one"},
        "sets": {**_TEXT, "description": "name of shipped plausible sets, or a .parquet file beside this one"},
        "parameters": {"type": "array", "items": _TEXT, "minItems": 1,
                       "description": "without sets: paths drawn from their ranges, * for any letters"},
        "scenarios": _named(_TEXT, "configs beside that of the command, by a short name"),
        "worlds": _named(_world(), "assumptions that all claims are looked at under, by a short name", MOST_WORLDS),
        "claims": _named(_claim(), "each claim by a short name", MOST_CLAIMS),
    }  # fmt: skip
    return {
        "$schema": DIALECT,
        "title": "Counterpoise claims",
        "description": "Claims of a text as experiments, for `counterpoise claims`.",
        **closed(head, ("name", "claims")),
    }


def _named(entry: Schema, meaning: str, most: int = MOST_WORLDS) -> Schema:
    return {"type": "object", "additionalProperties": entry, "minProperties": 1, "maxProperties": most,
            "propertyNames": {"pattern": f"^(?:{NAME})$", "maxLength": LONGEST_NAME},
            "description": meaning}  # fmt: skip


def _world() -> Schema:
    return closed({
        "label": {**_TEXT, "description": "words for people"},
        "reference": {"type": "boolean", "default": False,
                      "description": "an effect that survives here was assumed; else it is shown beside the others"},
        "set": SET,
        "shuffle": {**_TEXT, "description": "paths whose values change places at random"},
    })  # fmt: skip


def _claim() -> Schema:
    return closed(
        {
            "text": {**_TEXT, "description": "the claim in one sentence of your own"},
            "source": {**_TEXT, "description": "where it stands"},
            "parts": _named(closed(_part(), ("text",)), "its experiments, by a short name", MOST_PARTS),
            **{key: said for key, said in _part().items() if key in SHARED},
        },
        ("text", "source", "parts"),
    )


def _part() -> Schema:
    """Keys of a part; all but its own may stand in the claim, for all of its parts."""
    number: Schema = {"type": "number"}
    keys: Schema = {
        "text": {**_TEXT, "description": "what is expected, in one sentence"},
        "note": {**_TEXT, "description": "what to bear in mind when reading the verdict"},
        "scenario": {**_TEXT, "description": "a name of `scenarios`; that of the command unless given"},
        "weeks": whole(1, MOST_WEEKS, "how long runs last; as the scenario says unless given"),
        "asks": {"enum": list(ASKS), "default": ASKS[0],
                 "description": "a reason also has to fall in the reference worlds, a consequence has not"},
        "baseline": {**SET, "description": "what both arms set"},
        "treatment": {**SET, "description": "what the treated arm sets on top"},
        "second": {**SET, "description": "a second treatment: the effect is how far it changes that of the first"},
        "outcome": {**_COLUMNS, "description": "columns of results that are added up, such as control.NK:final"},
        "less": {**_COLUMNS, "description": "columns that are subtracted"},
        "as": {"enum": list(FORMS), "default": FORMS[0], "description": "how the sum is taken"},
        "is": {"type": "array", "items": _TEXT, "minItems": 1, "description": "1 if the outcome is one of these words"},
        "between": {"type": "array", "items": number, "minItems": 2, "maxItems": 2,
                    "description": "1 if the outcome lies within"},
        "expect": {"enum": list(EXPECTED), "description": "sign of the effect"},
        "margin": {"type": "number", "exclusiveMinimum": 0, "description": "for same: an effect below it is none"},
        "mechanisms": _named(SET, "what should carry the effect: how to switch each off"),
        "stress": {**SET, "description": "a world in which rare postures are less rare; shown, not judged"},
    }  # fmt: skip
    return keys
