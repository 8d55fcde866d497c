"""V3: strength and win probability of a contest alone (Tullock 1980; Hirshleifer 1989), and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.ensemble import Design
from sim.kernel.structure import ContestShape, PartyShape
from sim.quantities import ENDINGS

COLLAPSES = 2048
FIGHTING = {"contests.VAL.phase": 1.0, "contests.VAL.pace": 0.2, "contests.VAL.control": 0.4}
PATHS = ("states.AAA.capability", "states.BBB.capability", "behaviour.decisiveness")


@pytest.fixture(scope="module")
def valley(small: Callable[..., Any], contest: Callable[..., Any]) -> Any:
    """Two states that fight with constant means and no luck."""
    return small(contests=[contest()], numbers=FIGHTING, weeks=3)


def test_control_does_not_drift_between_equals(valley: Any) -> None:
    values = np.array([[c, c, g] for c in (1e-3, 1.0, 700.0) for g in (0.0, 0.5, 1.0, 3.0)])
    series = valley.series(["control.VAL", "win_probability.VAL"], replicates=1, design=Design(PATHS, values))
    assert np.all(series[..., 0] == 0.4)
    assert np.all(series[..., 1] == 0.5)


def test_win_probability_is_the_ratio_of_strengths_to_the_power_of_decisiveness(valley: Any) -> None:
    rng = np.random.default_rng(3)
    values = np.column_stack([rng.uniform(0.1, 5, 64), rng.uniform(0.1, 5, 64), rng.uniform(0, 3, 64)])
    p = valley.series(["win_probability.VAL"], replicates=1, design=Design(PATHS, values))[:, 0, 0]
    np.testing.assert_allclose(p / (1 - p), (values[:, 0] / values[:, 1]) ** values[:, 2], rtol=1e-12)


def test_control_moves_by_pace_times_the_win_probability_above_one_half(valley: Any) -> None:
    values = np.array([[3.0, 1.0, 1.0], [1.0, 3.0, 1.0]])
    control = valley.series(["control.VAL"], replicates=1, design=Design(PATHS, values))[:, :, 0]
    np.testing.assert_allclose(control[0], 0.4 + 0.2 * 0.25 * np.arange(1, 4), rtol=1e-13)
    np.testing.assert_allclose(control[1], 0.4 - 0.2 * 0.25 * np.arange(1, 4), rtol=1e-13)


def test_full_aid_of_a_great_backer_adds_as_much_as_the_cap_allows(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    numbers = {**FIGHTING, "states.PAT.capability": 100.0, "contests.VAL.parties.PAT.posture_policy": 7.0,
               "behaviour.reach": 0.5, "behaviour.aid_cap": 2.0, "behaviour.commit": 0.0}  # fmt: skip
    world = small(contests=[contest("PAT")], numbers=numbers, weeks=1)
    # fight-challenger: S_A = 1 + 1·0.5·min(100, 2·1) = 2 against 1
    assert world.series(["win_probability.VAL"], replicates=1)[0, 0, 0] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("posture", "side"), [(7.0, "AAA"), (8.0, "BBB")])
def test_who_fights_adds_the_part_of_its_forces_that_it_commits_and_can_bring_in(
    small: Callable[..., Any], contest: Callable[..., Any], posture: float, side: str
) -> None:
    numbers = {**FIGHTING, "states.PAT.capability": 40.0, "contests.VAL.parties.PAT.posture_policy": posture,
               "behaviour.reach": 0.0, "behaviour.commit": 0.1, "contests.VAL.parties.PAT.access": 0.25}  # fmt: skip
    world = small(contests=[contest("PAT")], numbers=numbers, weeks=1)
    other = "BBB" if side == "AAA" else "AAA"
    names = [f"strength.VAL.{side}", f"strength.VAL.{other}"]
    # presence 1 · commit 0.1 · m 40 · access 0.25 = 1, beside 1 of one's own
    assert world.series(names, replicates=1)[0, 0] == pytest.approx([2.0, 1.0])
    kept_out = world.set({"contests.VAL.parties.PAT.access": 0.0})
    assert kept_out.series(names, replicates=1)[0, 0] == pytest.approx([1.0, 1.0])


def test_peacekeepers_add_to_neither_side(small: Callable[..., Any], contest: Callable[..., Any]) -> None:
    numbers = {**FIGHTING, "states.PAT.capability": 40.0, "contests.VAL.parties.PAT.posture_policy": 2.0}
    world = small(contests=[contest("PAT")], numbers=numbers, weeks=1)
    assert world.series(["strength.VAL.AAA", "strength.VAL.BBB"], replicates=1)[0, 0] == pytest.approx([1.0, 1.0])


def test_forces_count_against_the_capability_of_the_host_of_camps(small: Callable[..., Any]) -> None:
    shape = ContestShape("REV", "AAA", "new", "old", (PartyShape("PAT"),))
    numbers = {"contests.REV.phase": 1.0, "contests.REV.share.new": 0.5, "contests.REV.share.old": 0.4,
               "states.AAA.capability": 8.0, "states.PAT.capability": 40.0, "behaviour.commit": 0.1,
               "behaviour.coercion": 0.0, "contests.REV.parties.PAT.posture_policy": 7.0}  # fmt: skip
    world = small(contests=[shape], numbers=numbers, weeks=1)
    found = world.series(["strength.REV.new", "strength.REV.old"], replicates=1)[0, 0]
    assert found == pytest.approx([0.5 + 1.0 * 0.1 * 40.0 / 8.0, 0.4])


def collapsing(small: Callable[..., Any], contest: Callable[..., Any], held: float, dt: float) -> Any:
    """A war at a standstill in which one side holds less than the margin at which it may collapse."""
    numbers = {**FIGHTING, "contests.VAL.control": held, "contests.VAL.pace": 0.0, "behaviour.collapse": 0.8,
               "behaviour.victory_margin": 0.03}  # fmt: skip
    return small(contests=[contest()], numbers=numbers, weeks=26, dt=dt)


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.25])
@pytest.mark.parametrize(("held", "winner"), [(0.02, "holder"), (0.99, "challenger")])
def test_a_side_next_to_defeat_collapses_after_an_exponential_time_and_the_other_holds_all(
    small: Callable[..., Any], contest: Callable[..., Any], held: float, winner: str, dt: float
) -> None:
    names = ["settlement.VAL", "control.VAL", "ending.VAL", "weeks_fought.VAL"]
    found = collapsing(small, contest, held, dt).final(names, COLLAPSES, seed=33)
    assert np.isfinite(found[:, 0]).all()
    assert set(found[:, 1]) == {1.0 if winner == "challenger" else 0.0}
    assert set(found[:, 2]) == {float(ENDINGS.index(f"{winner} won"))}
    np.testing.assert_allclose(found[:, 3], found[:, 0], atol=1e-9)
    ordered, steps = np.sort(found[:, 0]), np.arange(COLLAPSES + 1) / COLLAPSES
    law = -np.expm1(-0.8 * ordered)
    assert max((steps[1:] - law).max(), (law - steps[:-1]).max()) < 1.95 / np.sqrt(COLLAPSES)


def test_a_side_that_holds_more_than_the_margin_never_collapses(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    for held in (0.031, 0.5, 0.969):
        assert np.isnan(collapsing(small, contest, held, 1.0).final(["settlement.VAL"])).all()
