"""The sections of a config, put together from the shapes of its numbers."""

from __future__ import annotations

from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema, create_model

from sim import quantities as declared
from sim.quantities import Record, quantities
from sim.scenario.declared import OUTCOMES
from sim.scenario.schema.fields import (
    CODE,
    MOST,
    MOST_WEEKS,
    SHORTEST_TICK,
    URL,
    Closed,
    Code,
    Day,
    Label,
    MapFile,
    Outcomes,
    Pattern,
    Slug,
    SourceKey,
    Text,
    Title,
    Weeks,
    given,
    listed,
    number,
)


def _record(name: str, record: type[Record], others: dict[str, Any] | None = None) -> Any:
    fields = {field: (number(record, field), Field(default=None)) for field in quantities(record)}
    return _closed(name, (others or {}) | fields)


def _required(kind: Any, description: str) -> Any:
    return kind, Field(description=description)


def _optional(kind: Any, description: str) -> Any:
    return kind, Field(default=None, description=description)


def _by_code(kind: Any, depth: int = 1) -> Any:
    """Make the shape of a mapping from codes, `depth` codes deep."""
    return GenericAlias(dict, (Code, kind if depth == 1 else _by_code(kind, depth - 1)))


def _named(section: str, kind: Any) -> Any:
    """Make the shape of a section whose entries have names."""
    return Annotated[_by_code(kind), Field(max_length=MOST[section])]


@cache
def config() -> type[BaseModel]:
    """Shape of a whole config."""
    fields = {
        "name": _required(Slug, "short name, and the folder of its results"),
        "title": _optional(Label, "one line for people"),
        "description": _optional(Text, "what the scenario is about"),
        "extends": _optional(str, "config that this one is laid over, in the same folder or below"),
        "start": _required(Day, "first day, such as 2020-09-27"),
        "weeks": _optional(Weeks, "length of a run in weeks"),
        "dt": _optional(Annotated[float, Field(ge=SHORTEST_TICK, le=1)], "length of a tick in weeks"),
        "sources": _optional(_named("sources", _source()), "what the numbers rest on"),
        "behaviour": _optional(_record("Behaviour", declared.Behaviour), "parameters that hold for all states"),
        "weights": _optional(_record("Weights", declared.Weights), "weights of the utility terms of a posture"),
        "levers": _optional(_named("levers", _record("Lever", declared.LeverKind)), "domains of influence"),
        "states": _required(_named("states", _state()), "the states, by code"),
        "ties": _optional(_by_code(number(declared.TieTraits, "level"), 3), "levers: patron, client, lever"),
        "alignments": _optional(
            _by_code(number(declared.AlignmentTraits, "start"), 2), "disposition of one state toward another"
        ),
        "proximity": _optional(
            _by_code(number(declared.ProximityTraits, "nearness"), 2), "nearness of pairs, given once"
        ),
        "postures": _optional(_named("postures", _posture()), "changes to the menu of postures"),
        "contests": _optional(_named("contests", _contest()), "the disputes, by code"),
        "events": _optional(_named("events", _event()), "dated changes from outside"),
        "region": _optional(_region(), "who is observed as client and as patron"),
        "map": _optional(MapFile, "where the states lie"),
        "fitted": _optional(
            str, "patterns file that values were chosen to show, in the same folder or below; the page tells it apart"
        ),
        "series": _optional(_series(), "which courses over time a run keeps"),
        OUTCOMES: _optional(Outcomes, "what is kept of each run, and what is worked out of it"),
    }
    return _closed("Config", fields)


def _closed(name: str, fields: dict[str, Any]) -> type[BaseModel]:
    return create_model(name, __base__=Closed, **fields)


def _source() -> Any:
    fields = {
        "kind": _required(Literal["document", "publication", "assumption"], "what kind of ground this is"),
        "title": _required(Title, "title of the work"),
        "author": _optional(Title, "author or publisher"),
        "year": _optional(Annotated[int, Field(ge=1000, le=3000)], "year of publication"),
        "url": _optional(Annotated[str, StringConstraints(pattern=URL, max_length=400)], "where it can be read"),
        "note": _optional(Text, "how it was read"),
    }
    return _closed("Source", fields)


def _state() -> Any:
    others = {
        "name": _optional(Label, "name for people"),
        "rivals": _optional(listed(Code), "rivals whose rift with a client opens that client to this state"),
    }
    return _record("State", declared.StateTraits, others)


def _posture() -> Any:
    side = (
        Literal["none", "challenger", "holder"],
        Field(default="none", description="side that it supports"),
    )
    return _record("Posture", declared.Posture, {"side": side})


def _contest() -> Any:
    others = {
        "name": _optional(Label, "name for people"),
        "over": _optional(Label, "what the sides contend for, in words, such as: the dam's water"),
        "host": _optional(Code, "state whose camps contend; absent between states"),
        "challenger": _required(Code, "first side: a state, or a camp of the host"),
        "holder": _required(Code, "second side; in a domestic contest the camp in office at the start"),
        "covered": _optional(_by_code(number(declared.SideTraits, "covered")), "ground that a treaty covers, by side"),
        "share": _optional(_by_code(number(declared.SideTraits, "share")), "popular share, by camp"),
        "parties": _optional(_by_code(_party()), "third parties, by state"),
    }
    return _record("Contest", declared.ContestTraits, others)


def _party() -> Any:
    others = {
        field: _optional(_by_code(number(declared.RelationTraits, field)), f"{quantity.meaning}, by side")
        for field, quantity in quantities(declared.RelationTraits).items()
    }
    others |= {
        "rivals": _concerns("rival mediators"),
        "sanctioners": _concerns("who would answer presence"),
        "without": _optional(listed(Code), "postures that it cannot take"),
        "outsider": _optional(bool, "whether it comes from outside the arena; counted in the outcome `entry`"),
    }
    return _record("Party", declared.PartyTraits, others)


def _concerns(description: str) -> Any:
    """States with weights; a list, which is read as such a mapping, gives each the default."""

    def or_listed(schema: dict[str, Any]) -> None:
        said = {key: schema.pop(key) for key in ("description", "default") if key in schema}
        weighed = dict(schema)
        schema.clear()
        schema.update(**said, anyOf=[{"type": "array", "items": {"type": "string", "pattern": CODE}}, weighed])

    about = f"{description}: a list, or a mapping to weights"
    kind = _by_code(number(declared.ConcernWeight, "weight"))
    return kind, Field(default=None, description=about, json_schema_extra=or_listed)


def _event() -> Any:
    target = Annotated[Any, WithJsonSchema({"type": ["number", "string"]})]
    value = given("EventTraits_value", quantities(declared.EventTraits)["value"], target)
    fields = {
        "date": _required(Day, "day on which it happens"),
        "path": _required(str, "what it changes, such as states.RUS.distraction"),
        "set": _optional(value, "value or word that the path takes"),
        "add": _optional(value, "what is added to it"),
        "multiply": _optional(value, "what it is multiplied by"),
        "weeks": _optional(Annotated[float, Field(gt=0, le=MOST_WEEKS)], "how long it lasts; for good if absent"),
        "source": _optional(SourceKey, "what the event rests on"),
        "note": _optional(Text, "what happened"),
    }
    return _closed("Event", fields)


def _region() -> Any:
    return _closed(
        "Region",
        {kind: _optional(listed(Code), f"states observed as {kind}") for kind in ("clients", "patrons")},
    )


def _series() -> Any:
    fields = {
        "every": _optional(Weeks, "weeks between two rows"),
        "replicates": _optional(
            Annotated[int, Field(ge=0, le=1_000_000)], "how many runs of a point keep their course"
        ),
        "outcomes": _optional(listed(Pattern), "names or patterns, such as influence.RUS.*"),
    }
    return _closed("Series", fields)
