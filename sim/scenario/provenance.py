"""What every number of a scenario rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.scenario.numbers import ASSUMPTION
from sim.scenario.scenario import Scenario

KINDS = ("document", "publication", "assumption")


@dataclass(frozen=True)
class Provenance:
    """A number and what it rests on; `kind` is document, publication or assumption."""

    path: str
    value: str
    range: tuple[float, float]
    unit: str
    source: str
    note: str
    kind: str


def provenance(scenario: Scenario) -> tuple[Provenance, ...]:
    """Every number of a scenario with what it rests on, in the order of its rows."""
    return tuple(
        Provenance(
            path,
            scenario.word(path),
            number.range,
            number.unit,
            number.source,
            number.note,
            kind(scenario, number.source),
        )
        for path, number in scenario.numbers.items()
    )


def kind(scenario: Scenario, source: str) -> str:
    """Kind of a source: document, publication or assumption."""
    if source == ASSUMPTION:
        return ASSUMPTION
    return str(scenario.sources[source]["kind"]) if source in scenario.sources else "document"


def counts(scenario: Scenario) -> dict[str, int]:
    """How many numbers rest on each kind of source."""
    found = Counter(row.kind for row in provenance(scenario))
    return {one: found[one] for one in KINDS}
