"""What a scenario consists of, without its numbers: who there is and who is tied to whom.

Runs whose scenarios share a `Structure` can share a block: they differ in lane data alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal


@dataclass(frozen=True)
class PartyShape:
    """A third party in a contest: rival mediators, sanctioners, postures it lacks, whether it is an outsider."""

    state: str
    rivals: tuple[str, ...] = ()
    sanctioners: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    outsider: bool = False


@dataclass(frozen=True)
class ContestShape:
    """A dispute between two states, or, with a host, between two camps inside that state."""

    code: str
    host: str | None
    challenger: str
    holder: str
    parties: tuple[PartyShape, ...] = ()

    @property
    def sides(self) -> tuple[str, str]:
        """Challenger and holder: state codes, or names of camps."""
        return self.challenger, self.holder


@dataclass(frozen=True)
class EventShape:
    """A dated change of one path: when, how, and for how long."""

    name: str
    path: str
    operation: Literal["set", "add", "multiply"]
    week: float
    weeks: float | None = None


@dataclass(frozen=True)
class Structure:
    """Everything of a scenario that is not a number.

    Attributes
    ----------
    start : datetime.date
        Day on which tick 0 begins.
    weeks : int
        Horizon in weeks.
    dt : float
        Weeks a tick.
    states, levers : tuple of str
        Codes in alphabetical order.
    ties : tuple of (patron, client, lever)
        Sorted by client, lever, patron, so that the shares of one client in one domain are neighbours.
    postures : tuple of (name, side)
        The menu; side is 1 for the challenger, −1 for the holder, 0 for none. The first is to abstain.
    contests : tuple of ContestShape
        Sorted by code, parties by state.
    rivals : tuple of (state, its rival)
        Whose rift with a client opens that client to the state.
    events : tuple of EventShape
        By week, then name.
    clients, patrons : tuple of str
        The region whose primacy is observed.
    """

    start: date
    weeks: int
    dt: float
    states: tuple[str, ...]
    levers: tuple[str, ...]
    ties: tuple[tuple[str, str, str], ...]
    postures: tuple[tuple[str, int], ...]
    contests: tuple[ContestShape, ...]
    rivals: tuple[tuple[str, str], ...]
    events: tuple[EventShape, ...]
    clients: tuple[str, ...]
    patrons: tuple[str, ...]

    @cached_property
    def parties(self) -> tuple[tuple[ContestShape, PartyShape], ...]:
        """Every third party with its contest, in the order of their rows."""
        return tuple((contest, party) for contest in self.contests for party in contest.parties)

    @property
    def ticks(self) -> int:
        """Ticks in the horizon."""
        return round(self.weeks / self.dt)
