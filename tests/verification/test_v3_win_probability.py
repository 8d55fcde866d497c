"""V3: the win probability of a contest alone (Tullock 1980; Hirshleifer 1989)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.ensemble import Design

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
