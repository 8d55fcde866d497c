"""Which values one number or policy may take, and what is said of another, at every door."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arguments import as_number, as_whole
from sim.kernel.layout import Layout
from sim.kernel.structure import Structure
from sim.phrases import choose_from, shown
from sim.quantities import DERIVED, Quantity
from sim.scenario.numbers import coded, meant, menu_of, policy_words
from sim.scenario.schema.fields import MOST_WEEKS, SHORTEST_TICK, explained, lowest, within

A_NUMBER = "must be a number"
TIME = {
    "weeks": f"must be a whole number in [1, {MOST_WEEKS}]",
    "dt": f"must be a number in [{SHORTEST_TICK:g}, 1]",
}
TIME_REMEDY = "it counts weeks"


class RefusedValueError(Exception):
    """A value that a path cannot take.

    Attributes
    ----------
    rule, found, remedy : str
        As in `sim.errors.Fault`.
    """

    def __init__(self, rule: str, found: str, remedy: str) -> None:
        super().__init__(rule)
        self.rule, self.found, self.remedy = rule, found, remedy


def read_value(layout: Layout, path: str, given: Any) -> float:
    """Number at a path for a value as it is written.

    Parameters
    ----------
    layout : Layout
    path : str
        Canonical path of a number, a policy, or the value of an event that sets.
    given : object
        A number, true or false for a switch, or the word or code of a policy.

    Raises
    ------
    RefusedValueError
    """
    quantity = meant(layout, path)
    return _policy(layout, path, quantity, given) if quantity.unit == "policy" else _number(quantity, given)


def read_time(name: str, given: Any) -> float:
    """Length of runs (`weeks`) or of ticks (`dt`); raises `RefusedValueError`."""
    low, high = (1, MOST_WEEKS) if name == "weeks" else (SHORTEST_TICK, 1)
    read = as_whole(given) if name == "weeks" else as_number(given)
    if read is None or not low <= read <= high:
        raise RefusedValueError(TIME[name], shown(given), TIME_REMEDY)
    return read


def words_of(layout: Layout, path: str) -> tuple[str, ...]:
    """Words that the policy at a path may take: of a party's posture, those that it has."""
    without = _without(layout.structure, path)
    return tuple(word for word in policy_words(meant(layout, path), menu_of(layout)) if word not in without)


def number_rule(quantity: Quantity, given: Any) -> str:
    """What is said of a value that is refused: it is no number, or one out of bounds, as infinity always is."""
    is_number = isinstance(given, int | float | np.number) and not isinstance(given, bool)
    return within(quantity) if is_number else A_NUMBER


def _number(quantity: Quantity, given: Any) -> float:
    if quantity.absent and given == quantity.absent:
        return DERIVED
    switched = float(given) if quantity.unit == "switch" and isinstance(given, bool | np.bool_) else given
    number = as_number(switched)
    if number is None or not lowest(quantity) <= number <= quantity.upper:
        no_number = "true and false are no numbers; " if isinstance(given, bool) else ""
        raise RefusedValueError(number_rule(quantity, switched), shown(given), no_number + explained(quantity))
    return number


def _policy(layout: Layout, path: str, quantity: Quantity, given: Any) -> float:
    allowed, menu = words_of(layout, path), menu_of(layout)
    codes = {coded(quantity, word, menu): word for word in allowed}
    word = given if isinstance(given, str) else codes.get(as_number(given), "")
    code = coded(quantity, word, menu) if word in allowed else None
    if code is None:
        raise RefusedValueError(f"must be one of {', '.join(allowed)}", shown(given), choose_from(str(given), allowed))
    return code


def _without(structure: Structure, path: str) -> tuple[str, ...]:
    """Postures that the party of a `posture_policy` cannot take."""
    for event in structure.events:
        path = event.path if path == f"events.{event.name}.value" else path
    for contest, party in structure.parties:
        if path == f"contests.{contest.code}.parties.{party.state}.posture_policy":
            return party.without
    return ()
