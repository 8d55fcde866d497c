"""Motives: declaration, rule and call site of each fit, and a term is what a posture brings times its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim import quantities as qt
from sim.dynamics.schedule import BEGIN, WHOLE, advance
from sim.ensemble import no_tally
from sim.kernel.allocate import allocate
from sim.kernel.lanes import LANES
from sim.rules import motives as rules

UNITS = {
    "mediation": "mediate", "presence": "guarantee", "effort": "fight-challenger", "aid_to_challenger": "back-challenger",
    "aid_to_holder": "back-holder",
}  # fmt: skip
"""Postures that bring one unit of one thing and nothing else."""
MIXTURES = {
    "proxies-challenger": {"aid_to_challenger": 0.7, "presence": 0.3, "mediation": 0.2, "effort": 0.4},
    "proxies-holder": {"aid_to_holder": 0.5, "presence": 0.1, "mediation": 0.6, "effort": 0.9},
}
WEIGHTS = [motive.name for motive in qt.MOTIVES if motive.weight]
LINEAR = [motive for motive in qt.MOTIVES if set(motive.brought_by) <= set(UNITS)]
TICKS = 4


def menu(structure: Any) -> dict[str, float]:
    """Numbers of a menu of units and mixtures."""
    numbers = {f"postures.{name}.{field}": 0.0 for name, _ in structure.postures for field in qt.quantities(qt.Posture)}
    for amount, name in UNITS.items():
        numbers[f"postures.{name}.{amount.split('_')[0]}"] = 1.0
    for name, amounts in MIXTURES.items():
        numbers |= {f"postures.{name}.{amount.split('_')[0]}": value for amount, value in amounts.items()}
        numbers[f"postures.{name}.proxies"] = 1.0
    return numbers


@pytest.fixture(scope="module")
def terms(as_small: Callable[..., Any]) -> Callable[..., Any]:
    """Utility terms of every posture of every third party in a world where each is held to one posture."""
    scenario = load_scenario("post-soviet-2020")
    free = tuple(
        replace(contest, parties=tuple(replace(party, without=()) for party in contest.parties))
        for contest in scenario.structure.contests
    )
    small = as_small(scenario).shaped(contests=free)
    structure = small.structure
    held = {
        f"contests.{contest.code}.parties.{party.state}.posture_policy": float((1, 3, 5, 4, 6)[e % 5])
        for e, (contest, party) in enumerate(structure.parties)
    }
    traits = {f"contests.{c.code}.parties.{p.state}.{name}": 0.4 for c, p in structure.parties for name in ("near", "entry_cost", "precedent")}  # fmt: skip
    fixed = small.set({**menu(structure), **held, **traits, "contests.NK.covered.ARM": 0.5})

    def after(**weights: float) -> Any:
        world = allocate(structure, reasons=True)
        inputs = fixed.set({f"weights.{name}": value for name, value in weights.items()}).inputs
        world.inputs[:] = inputs[:, None]
        world.keys[0], world.keys[1] = np.uint64(1), np.arange(LANES, dtype=np.uint64)
        advance(world, 0, 0, BEGIN, no_tally())
        advance(world, 0, TICKS, WHOLE, no_tally())
        return world.reasons

    return after


@pytest.fixture(scope="module")
def usual(terms: Callable[..., Any]) -> Any:
    """Terms with the weights of the scenario."""
    return terms()


@pytest.fixture(scope="module")
def row() -> dict[str, int]:
    """Row of the menu by name."""
    return {name: k for k, (name, _) in enumerate(load_scenario("post-soviet-2020").structure.postures)}


def test_every_motive_has_a_rule_of_its_name_that_says_its_form() -> None:
    for motive in qt.MOTIVES:
        assert callable(getattr(rules, motive.name))
        assert "\n\n" in getattr(rules, motive.name).__doc__


def test_every_motive_is_brought_by_something_and_has_words() -> None:
    for motive in qt.MOTIVES:
        assert set(motive.brought_by) <= set(qt.quantities(qt.Action))
        assert motive.brought_by
        assert motive.words[0].isupper()
        assert not motive.by_side or motive.brought_by == qt.AID


def test_what_is_worked_out_comes_last_in_an_action() -> None:
    assert tuple(qt.quantities(qt.Action))[-len(qt.WORKED_OUT) :] == qt.WORKED_OUT


@pytest.mark.parametrize("name", qt.TERMS)
def test_every_motive_speaks_for_or_against_some_posture(usual: Any, name: str) -> None:
    assert np.isfinite(usual[name]).all()
    assert np.abs(usual[name]).max() > 0


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_of_zero_switches_off_its_own_term_alone(terms: Callable[..., Any], usual: Any, name: str) -> None:
    without = terms(**{name: 0.0})
    assert not without[name].any()
    for other in set(qt.TERMS) - {name}:
        assert np.array_equal(without[other], usual[other])


@pytest.mark.parametrize("motive", LINEAR, ids=lambda motive: motive.name)
def test_a_term_is_what_a_posture_brings_times_the_value_of_a_unit(
    usual: Any, row: dict[str, int], motive: qt.Motive
) -> None:
    unit = {amount: usual[motive.name][:, row[name]] for amount, name in UNITS.items()}
    assert not any(unit[amount].any() for amount in set(UNITS) - set(motive.brought_by))
    for name, amounts in MIXTURES.items():
        expected = sum(value * unit[amount] for amount, value in amounts.items())
        np.testing.assert_allclose(usual[motive.name][:, row[name]], expected, rtol=1e-13, atol=1e-300)


def test_precedent_speaks_for_abstaining_alone_and_habit_for_what_is_held(usual: Any, row: dict[str, int]) -> None:
    assert usual["precedent"][:, row["abstain"]].all()
    assert not usual["precedent"][:, 1:].any()
    assert ((usual["habit"] > 0).sum(axis=1) == 1).all()
