"""Parameters of a scenario in words: what each means, where it comes from, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.dashboard.study import Study
from sim.dashboard.words import capital
from sim.quantities import (
    ARMS_POLICIES,
    DERIVED,
    NO_GOAL,
    PHASES,
    AlignmentTraits,
    Behaviour,
    ConcernWeight,
    ContestTraits,
    EventTraits,
    LeverKind,
    PartyTraits,
    Posture,
    ProximityTraits,
    Record,
    RelationTraits,
    SideTraits,
    StateTraits,
    TieTraits,
    Weights,
    quantities,
)

CONSTANT = "constant"
KINDS = ("document", "publication", "assumption", CONSTANT)
RECORDS: dict[str, tuple[type[Record], ...]] = {
    "behaviour": (Behaviour,),
    "weights": (Weights,),
    "levers": (LeverKind,),
    "states": (StateTraits,),
    "ties": (TieTraits,),
    "alignments": (AlignmentTraits,),
    "proximity": (ProximityTraits,),
    "postures": (Posture,),
    "contests": (ContestTraits, SideTraits, PartyTraits, RelationTraits),
    "events": (EventTraits,),
}
"""Declarations by the first part of a path."""
FIXED: dict[str, tuple[type[Record], str]] = {
    "ties": (TieTraits, "level"),
    "alignments": (AlignmentTraits, "start"),
    "proximity": (ProximityTraits, "nearness"),
    "rivals": (ConcernWeight, "weight"),
    "sanctioners": (ConcernWeight, "weight"),
}
"""Paths that do not end in the name of a quantity."""
LISTS = ("rivals", "sanctioners")
LINKS = ("http://", "https://", "doi:")


@dataclass(frozen=True)
class Row:
    """A parameter for the reader: everything is text."""

    path: str
    meaning: str
    value: str
    figure: str
    span: str
    unit: str
    kind: str
    source: str
    link: str
    note: str


def provenance(study: Study) -> list[Row]:
    """Rows of all parameters, in the order of their paths."""
    sources = study.scenario["sources"]
    return [
        row(path, said, sources, words(study, path), meaning(study, path))
        for path, said in sorted(study.scenario["numbers"].items())
    ]


def count_by_kind(rows: list[Row]) -> list[tuple[str, int]]:
    """How many numbers there are of each kind, the known kinds first."""
    found = Counter(row.kind for row in rows)
    return [(kind, found.pop(kind, 0)) for kind in KINDS] + sorted(found.items())


def words(study: Study, path: str) -> dict[float, str]:
    """Words for the codes of a policy, by code, or for a number that is not there."""
    if path.endswith(".posture_policy"):
        return {-1.0: "choose"} | {float(code): posture.name for code, posture in enumerate(study.postures)}
    choices = {"arms_policy": ARMS_POLICIES, "phase": PHASES}.get(path.rpartition(".")[2], ())
    absent = NO_GOAL if path.endswith(".goal") else "derived"
    return {float(code): word for code, word in enumerate(choices)} or {DERIVED: absent}


def meaning(study: Study, path: str) -> str:
    """What a parameter says, of whom, in words: ``Russia, Armenia, arms: share of the client's need ...``."""
    room, *rest = path.split(".")
    fields = [part for part in rest if any(part in quantities(record) for record in RECORDS.get(room, ()))]
    lists = [part for part in rest if part in LISTS]
    record, name = FIXED.get(lists[0] if lists else room, (None, fields[-1] if fields else ""))
    found = [
        quantities(one)[name].meaning
        for one in ((record,) if record else RECORDS.get(room, ()))
        if name in quantities(one)
    ]
    whom = [study.name(part) for part in rest if part not in (*lists, *([] if record else [name]), "parties")]
    said = f"weight as one of {lists[0]}" if lists else found[0] if found else ""
    return capital(f"{', '.join(whom)}: {said}" if whom and said else said or ", ".join(whom))


def row(path: str, said: Mapping[str, Any], sources: Mapping[str, Any], policy: Mapping[float, str], what: str) -> Row:
    """One parameter with its source looked up."""
    key = str(said.get("source") or "assumption")
    head, _, passage = key.partition(":")
    source = sources.get(key) or sources.get(head) or {}
    document = head == "document"
    if document and not source:
        source = next((one for one in sources.values() if one.get("kind") == "document"), {})
    kind = (
        "assumption" if head == "assumption" else str(source.get("kind") or ("document" if document else "publication"))
    )
    if kind == "assumption" and len(set(said["range"])) == 1:
        kind = CONSTANT  # nothing about it is uncertain
    figure, word = said.get("figure"), policy.get(float(said["value"]))
    title = " ".join(str(part) for part in (source.get("title") or key, source.get("year") or "") if part)
    return Row(
        path=path,
        meaning=what,
        value=word or f"{said['value']:g}",
        figure="" if figure is None else f"{figure:g}",
        span="" if word else " to ".join(f"{end:g}" for end in said["range"]),
        unit=str(said.get("unit") or ""),
        kind=kind,
        source="assumption"
        if kind in ("assumption", CONSTANT) and not source
        else title + (f", passage {passage}" if document and passage else ""),
        link=safe_link(str(source.get("url") or source.get("doi") or "")),
        note=str(said.get("note") or ""),
    )


def safe_link(link: str) -> str:
    """The link if it is one that a page may carry, else nothing."""
    if not link.lower().startswith(LINKS):
        return ""
    return f"https://doi.org/{link[4:].strip()}" if link.lower().startswith("doi:") else link
