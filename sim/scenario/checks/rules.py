"""What must hold between numbers of a scenario: each rule once, for configs, overrides, events and designs alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.kernel.structure import EventShape, Structure
from sim.quantities import FIGHTING, Quantity

ROUNDING = 1e-9
TICK_ROUNDING = 1e-6
WHOLE_TICKS = "must give whole ticks: the weeks are a multiple of dt"
WHOLE_TICKS_REMEDY = "1, 0.5 and 0.25 always do"
FOR_A_SIDE = ("aid", "proxies")
"""What a posture can only bring to a side."""
Values = Callable[[str], Any]
"""Number at a path, or an array with one for each point of a design."""


@dataclass(frozen=True)
class Limit:
    """Numbers whose sum has a limit, as they are given, or once an event happens.

    Attributes
    ----------
    paths : tuple of str
        Canonical paths of the numbers. The value of the event comes last.
    most : float
        Largest sum.
    rule, remedy : str
        What must hold, and what the author can do.
    event : EventShape or None
        The event that changes one of the numbers.
    bounds : tuple of float
        Values at which the model stops the number that the event changes.
    fighting : str
        Path of the phase of a contest: the limit holds where it starts in fighting. Empty where it always holds.
    """

    paths: tuple[str, ...]
    most: float
    rule: str
    remedy: str
    event: EventShape | None = None
    bounds: tuple[float, float] = (0.0, 1.0)
    fighting: str = ""

    def total(self, value: Values) -> Any:
        """Sum of the numbers, one or an array of them; 0 where the limit does not hold."""
        return self._sum(value) * (value(self.fighting) == FIGHTING) if self.fighting else self._sum(value)

    def _sum(self, value: Values) -> Any:
        if self.event is None:
            return sum(value(path) for path in self.paths)
        *plain, change = self.paths
        others = sum(value(path) for path in plain if path != self.event.path)
        return others + np.clip(_after(self.event, value(self.event.path), value(change)), *self.bounds)

    def exceeded(self, total: Any) -> Any:
        """Whether a sum is too large: one answer, or an array of them."""
        return total > self.most + ROUNDING

    def found(self, total: float) -> str:
        """What is said of a sum that is too large."""
        said = f"a sum of {total:.6g}" if len(self.paths) - (self.event is not None) > 1 else f"{total:g}"
        return f"{said} once event {self.event.name} happens" if self.event else said


def limits(structure: Structure, quantity: Callable[[str], Quantity]) -> tuple[Limit, ...]:
    """All limits of a scenario, those of its events last.

    Parameters
    ----------
    structure : Structure
    quantity : callable
        Unit and bounds of the number at a path.
    """
    found = [
        *_shares_of_clients(structure),
        *_shares_of_camps(structure),
        *_without_a_side(structure),
        *_ages(structure),
    ]
    for event in structure.events:
        found += [_once(event, limit, quantity(event.path)) for limit in found[:] if event.path in limit.paths]
    return tuple(found)


def broken(structure: Structure, quantity: Callable[[str], Quantity], value: Callable[[str], float]) -> Iterator[Limit]:
    """Limits that numbers exceed. What an event adds to numbers that already exceed theirs is not told again."""
    told: set[tuple[str, ...]] = set()
    for limit in limits(structure, quantity):
        if limit.exceeded(limit.total(value)) and limit.paths[:-1] not in told:
            told.add(limit.paths)
            yield limit


def divides(weeks: Any, dt: float) -> Any:
    """Whether ticks of `dt` weeks fill `weeks`, a number or an array of them."""
    ticks = np.asarray(weeks) / dt
    return np.abs(ticks - np.round(ticks)) <= TICK_ROUNDING


def _shares_of_clients(structure: Structure) -> Iterator[Limit]:
    paths: dict[tuple[str, str], list[str]] = {}
    for patron, client, lever in structure.ties:
        paths.setdefault((client, lever), []).append(f"ties.{patron}.{client}.{lever}")
    for (client, lever), together in paths.items():
        if len(together) > 1:
            yield _shares(f"shares of {client} in {lever}", together)


def _shares_of_camps(structure: Structure) -> Iterator[Limit]:
    for contest in structure.contests:
        if contest.host:
            together = [f"contests.{contest.code}.share.{side}" for side in contest.sides]
            yield _shares(f"shares of the camps of {contest.code}", together)


def _shares(what: str, together: list[str]) -> Limit:
    remedy = f"lower one of {' and '.join(together)}, or set them together"
    return Limit(tuple(together), 1.0, f"must leave the {what} at 1 or below", remedy)


def _without_a_side(structure: Structure) -> Iterator[Limit]:
    for posture, side in structure.postures:
        for brought in FOR_A_SIDE if not side else ():
            remedy = "set `side: challenger` or `side: holder` in the config, or this to 0"
            yield Limit((f"postures.{posture}.{brought}",), 0.0, "must have a side to go to", remedy)


def _ages(structure: Structure) -> Iterator[Limit]:
    for contest in structure.contests:
        path = f"contests.{contest.code}.age"
        rule = "must be 0, for the contest starts in fighting"
        remedy = "leave it out, for nothing would read it; or let the contest start quiet or in a truce"
        yield Limit((path,), 0.0, rule, remedy, fighting=f"contests.{contest.code}.phase")


def _once(event: EventShape, limit: Limit, quantity: Quantity) -> Limit:
    paths = (*limit.paths, f"events.{event.name}.value")
    return replace(limit, paths=paths, event=event, bounds=(quantity.lower, quantity.upper))


def _after(event: EventShape, before: Any, change: Any) -> Any:
    """Number after an event."""
    if event.operation == "set":
        return change
    return before + change if event.operation == "add" else before * change
