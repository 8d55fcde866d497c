"""What every number of a scenario rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.scenario.numbers import ASSUMPTION, Number
from sim.scenario.scenario import Scenario

CONSTANT = "constant"
KINDS = ("document", "publication", "assumption", CONSTANT)
"""What a number rests on. A constant is an assumption whose range is a point, such as a policy or a switch."""


@dataclass(frozen=True)
class Provenance:
    """A number and what it rests on.

    Attributes
    ----------
    path, value, unit, source, note : str
    range : tuple of float
    figure : float or None
        What source and note speak of, where the value is another one.
    kind : str
        One of `KINDS`.
    """

    path: str
    value: str
    figure: float | None
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
            number.figure,
            number.range,
            number.unit,
            number.source,
            number.note,
            kind(scenario, number),
        )
        for path, number in scenario.numbers.items()
    )


def kind(scenario: Scenario, number: Number) -> str:
    """What a number rests on: one of `KINDS`."""
    source = number.source
    found = ASSUMPTION if source == ASSUMPTION else str(scenario.sources.get(source, {}).get("kind", "document"))
    return CONSTANT if found == ASSUMPTION and number.constant else found


def counts(scenario: Scenario) -> dict[str, int]:
    """How many numbers there are of each kind."""
    found = Counter(row.kind for row in provenance(scenario))
    return {one: found[one] for one in KINDS}
