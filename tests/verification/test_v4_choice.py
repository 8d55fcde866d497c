"""V4: the logit choice of a posture alone (McKelvey and Palfrey 1995)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from shared import MENU

from sim.kernel.lanes import LANES
from sim.kernel.structure import PartyShape

pytestmark = pytest.mark.quick

NAMES = tuple(name for name, _ in MENU)
PROBABILITIES = [f"probability.VAL.PAT.{name}" for name in NAMES]
UTILITIES = [f"utility.VAL.PAT.{name}" for name in NAMES]
BASE = {
    "behaviour.revision": 20.0, "behaviour.rationality": 5.0, "behaviour.reach": 0.0, "states.PAT.attention": 0.5,
    "states.PAT.stability": 1.0, "contests.VAL.parties.PAT.entry_cost": 0.3, "weights.entry": 1.0,
}  # fmt: skip
CHI_SQUARE_8 = 26.12
"""Exceeded with probability 0.001 by a χ² of eight degrees of freedom."""


@pytest.fixture(scope="module")
def chooser(small: Callable[..., Any], contest: Callable[..., Any]) -> Any:
    """One third party whose utilities never change."""
    return small(contests=[contest("PAT")], numbers=BASE, weeks=1)


def first(world: Any, names: list[str]) -> np.ndarray:
    """Values in the first week."""
    return np.asarray(world.series(names, replicates=1)[0, 0])


def test_without_rationality_every_posture_is_as_likely(chooser: Any) -> None:
    np.testing.assert_allclose(first(chooser.set({"behaviour.rationality": 0.0}), PROBABILITIES), 1 / 9, rtol=1e-15)


def test_with_great_rationality_the_best_posture_is_certain(chooser: Any) -> None:
    likely = first(chooser.set({"behaviour.rationality": 1000.0}), PROBABILITIES)
    assert np.argmax(likely) == np.argmax(first(chooser, UTILITIES)) == 0
    assert likely[0] == pytest.approx(1, abs=1e-12)


def test_probabilities_are_the_logit_of_utilities(chooser: Any) -> None:
    weight = np.exp(5.0 * first(chooser, UTILITIES))
    np.testing.assert_allclose(first(chooser, PROBABILITIES), weight / weight.sum(), rtol=1e-13)


def test_adding_a_constant_to_all_utilities_changes_nothing(chooser: Any) -> None:
    # where the front does not move, the line ahead is as far from the goal under every posture
    usual = chooser.set({"contests.VAL.phase": 1.0, "contests.VAL.pace": 0.0})
    more = usual.set({"weights.balance": 40.0, "contests.VAL.parties.PAT.goal": 1.0})
    shift = first(more, UTILITIES) - first(usual, UTILITIES)
    assert shift[0] < -10
    np.testing.assert_allclose(shift, shift[0], rtol=1e-12)
    np.testing.assert_allclose(first(more, PROBABILITIES), first(usual, PROBABILITIES), rtol=1e-10)


def test_the_odds_of_two_postures_do_not_depend_on_a_third(chooser: Any) -> None:
    dearer = first(chooser.set({"postures.mediate.effort": 1.0}), PROBABILITIES)
    shape = chooser.structure.contests[0]
    barred = chooser.shaped(contests=(replace(shape, parties=(PartyShape("PAT", without=("mediate",)),)),))
    without = first(barred, PROBABILITIES)
    usual = first(chooser, PROBABILITIES)
    assert without[1] == 0
    for other in (dearer, without):
        assert other[0] / other[3] == pytest.approx(usual[0] / usual[3], rel=1e-13)
        assert other[7] / other[2] == pytest.approx(usual[7] / usual[2], rel=1e-13)


def test_a_million_draws_have_the_frequencies_of_the_logit(chooser: Any) -> None:
    ticks = 1_000_000 // LANES + 1
    world = chooser.shaped(weeks=ticks).set({"behaviour.rationality": 2.0})
    drawn = world.series(["posture.VAL.PAT"], replicates=LANES)[..., 0].ravel()
    expected = first(world, PROBABILITIES) * drawn.size
    assert drawn.size >= 1_000_000
    counted = np.bincount(drawn.astype(int), minlength=9)
    assert float(((counted - expected) ** 2 / expected).sum()) < CHI_SQUARE_8


def test_a_barred_posture_is_never_drawn_and_a_policy_always_holds(chooser: Any) -> None:
    shape = chooser.structure.contests[0]
    barred = chooser.shaped(contests=(replace(shape, parties=(PartyShape("PAT", without=NAMES[1:8]),)),), weeks=50)
    drawn = barred.set({"behaviour.rationality": 0.0}).series(["posture.VAL.PAT"])
    assert set(np.unique(drawn)) == {0.0, 8.0}
    held = chooser.shaped(weeks=50).set({"contests.VAL.parties.PAT.posture_policy": 2.0}).series(["posture.VAL.PAT"])
    assert set(np.unique(held)) == {2.0}
