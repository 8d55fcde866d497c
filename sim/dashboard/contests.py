"""Disputes of a scenario in words, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.policies import side_names

GROUND, POWER = "the disputed ground", "the power"
"""What a contest is over, unless the scenario says it: between states, and within one."""


@dataclass(frozen=True)
class Contest:
    """A dispute in words.

    Attributes
    ----------
    code, name : str
        Code in outcome names, and name for the reader.
    challenger, holder : str
        Codes of the two sides; camps where `host` is set.
    challenger_name, holder_name : str
        The sides in words, ``Azerbaijan`` or ``the north camp``.
    host : str or None
        State in which a domestic contest takes place.
    parties : tuple of str
        Codes of the third parties, the most concerned first.
    stake : str
        What the sides contend for, ``the disputed ground``.
    """

    code: str
    name: str
    challenger: str
    holder: str
    challenger_name: str
    holder_name: str
    host: str | None
    parties: tuple[str, ...]
    stake: str = GROUND

    @property
    def spoken(self) -> str:
        """The name as it stands within a sentence, ``the valley`` for ``The valley``."""
        return f"the{self.name[3:]}" if self.name.startswith("The ") else self.name

    @property
    def fighting(self) -> str:
        """What there is while its sides fight, ``upheaval`` within a state."""
        return "upheaval" if self.host else "fighting"


def read_contests(scenario: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Contest, ...]:
    """Contests of a stored scenario, in reading order."""
    contests = [read_contest(shape, scenario, names) for shape in scenario["structure"]["contests"]]
    return reading_order(contests, scenario["numbers"])


def read_contest(shape: Mapping[str, Any], scenario: Mapping[str, Any], names: Mapping[str, str]) -> Contest:
    """Read one contest; a domestic one has camps as sides."""
    code, host = str(shape["code"]), shape["host"]
    sides, spoken = (str(shape["challenger"]), str(shape["holder"])), side_names(shape, names)
    parties = [str(party["state"]) for party in shape["parties"]]
    parties.sort(key=lambda party: (-salience(scenario["numbers"], code, party), party))
    stake = scenario.get("stakes", {}).get(code) or (POWER if host else GROUND)
    return Contest(code, names.get(code, code), *sides, *spoken, host, tuple(parties), stake)


def reading_order(contests: list[Contest], numbers: Mapping[str, Any]) -> tuple[Contest, ...]:
    """Contests between states before domestic ones, then by what they mean to outsiders."""
    weight = {c.code: sum(salience(numbers, c.code, party) for party in c.parties) for c in contests}
    return tuple(sorted(contests, key=lambda c: (c.host is not None, -weight[c.code], c.code)))


def salience(numbers: Mapping[str, Any], contest: str, party: str) -> float:
    """How much a contest matters to a third party."""
    found = numbers.get(f"contests.{contest}.parties.{party}.salience")
    return float(found["value"]) if found else 0.0
