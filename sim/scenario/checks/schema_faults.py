"""What the shape of a config refuses, said in terms of file, line, rule and remedy."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from sim.errors import Fault
from sim.phrases import choose_from, shown
from sim.quantities import Quantity
from sim.scenario.checks.values import TIME, TIME_REMEDY
from sim.scenario.declared import KEEP, OUTCOMES
from sim.scenario.schema.fields import CODE, FEATURE_KEY, LINE, PATTERN, SLUG, SOURCE, URL, Given, explained, within
from sim.scenario.schema.sections import config
from sim.scenario.yaml.tree import Branch, Leaf, fault, find, nearest_place, plain

RULES = {
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "list_type": "must be a list",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "finite_number": "must be a finite number",
    "too_short": "must have two ends",
    "string_too_long": "must be shorter",
    "missing": "is missing",
    "extra_forbidden": "is not a key here",
}
MOST_FAULTS = 200
WRITTEN = {
    CODE: ("must be a short plain name", "use letters and digits, with - or _ between them"),
    SLUG: ("must be lower-case letters, digits and hyphens", "write a name such as kyrgyzstan-2020"),
    LINE: ("must be one line of text", "put it on one line"),
    URL: ("must be an address on the web", "begin it with https://"),
    SOURCE: (
        "must be the key of a source",
        "give a key of `sources`, a passage such as document:T1, or assumption",
    ),
    FEATURE_KEY: ("must be `id` or a property of the features", "such as properties.ISO_A3"),
    PATTERN: ("must be the name of an outcome, or a pattern", "such as influence.RUS.ARM:final or control.*"),
}
UNKNOWN_PATTERN = ("is not written as it should be", "")
LIMITS = {"greater_than_equal": "at least", "less_than_equal": "at most", "greater_than": "more than"}


def shape_faults(tree: Branch) -> list[Fault]:
    """All that the shape refuses of a tree; empty if it takes it."""
    try:
        config().model_validate(plain(tree))
    except ValidationError as error:
        return [_fault(tree, one) for one in error.errors(include_url=False)[:MOST_FAULTS]]
    return []


def _fault(tree: Branch, error: Any) -> Fault:
    kind, where = error["type"], list(error["loc"])
    of_key = bool(where) and where[-1] == "[key]"
    if of_key:
        where.pop()
    if where and where[-1] == "value" and isinstance(find(tree, map(str, where[:-1])), Leaf):
        where.pop()
    if where[:2] == [OUTCOMES, KEEP] and not isinstance(find(tree, [OUTCOMES]), Branch):
        del where[1]
    quantity = _quantity(where)
    found = shown(error["input"])
    if kind == "missing":
        found = ""
    elif kind == "extra_forbidden" or of_key:
        found = shown(where[-1])
    if len(where) == 1 and where[0] in TIME:
        return fault(nearest_place(tree, where), where, TIME[where[0]], found, TIME_REMEDY)
    return fault(
        nearest_place(tree, where),
        where,
        _rule(error, of_key, quantity),
        found,
        _remedy(error, where, quantity),
    )


def _rule(error: Any, of_key: bool, quantity: Quantity | None) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if of_key:
        return WRITTEN[CODE][0]
    if kind == "literal_error":
        return f"must be one of {', '.join(_words(error, quantity))}"
    if kind == "too_long":
        return "must have two ends" if quantity else f"must have at most {context['max_length']} entries"
    if kind in LIMITS or (quantity and kind == "finite_number"):
        limit = next(iter(context.values()), 0)
        return within(quantity) if quantity else f"must be {LIMITS[kind]} {limit:g}"
    if kind == "string_pattern_mismatch":
        return WRITTEN.get(context["pattern"], UNKNOWN_PATTERN)[0]
    return RULES.get(kind, str(error["msg"]).lower())


def _remedy(error: Any, where: list[Any], quantity: Quantity | None) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return choose_from(str(where[-1]), _keys(where[:-1]))
    if kind == "literal_error":
        return choose_from(str(error["input"]), _words(error, quantity))
    if kind == "string_pattern_mismatch":
        return WRITTEN.get(error["ctx"]["pattern"], UNKNOWN_PATTERN)[1]
    if kind == "missing" and where and where[-1] == "value":
        return "write {value: ..., range: [.., ..], source: ..., note: ...}"
    if kind == "float_type" and isinstance(error["input"], bool):
        return f"true and false are no numbers; {explained(quantity) if quantity else ''}".removesuffix("; ")
    return explained(quantity) if quantity else _about(where)


def _words(error: Any, quantity: Quantity | None) -> list[str]:
    """Words of which one must stand there."""
    if quantity:
        return list(quantity.choices)
    return str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")


def _about(where: list[Any]) -> str:
    kind = _below(where[:-1])
    if isinstance(kind, type) and issubclass(kind, BaseModel) and where and where[-1] in kind.model_fields:
        said = kind.model_fields[where[-1]].description
        return f"it is: {said}" if said else ""
    return ""


def _below(where: list[Any]) -> Any:
    """Type that the shape expects at a path."""
    kind: Any = config()
    for key in where:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            known = kind.model_fields.get(str(key))
            kind = known.annotation if known else None
        else:
            below = get_args(kind)
            kind = below[-1] if below else None
    return kind


def _quantity(where: list[Any]) -> Quantity | None:
    """Quantity that a path belongs to, if any."""
    for depth in range(len(where), 0, -1):
        kind = _below(where[:depth])
        if isinstance(kind, type) and issubclass(kind, Given):
            return kind.quantity
    return None


def _keys(where: list[Any]) -> list[str]:
    kind = _below(where)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []
