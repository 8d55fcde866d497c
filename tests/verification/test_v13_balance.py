"""V13: a power that wants the line somewhere lets it come there, and then freezes it (R6).

Balance is the only motive, and attention is full, so that effort costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from shared import MENU

from sim.ensemble import Design
from sim.quantities import DERIVED

GOAL, CONTROL = "contests.VAL.parties.PAT.goal", "contests.VAL.control"
NEUTRAL = ("mediate", "guarantee")
TIES = [("PAT", client, "trade") for client in ("AAA", "BBB")]
ADVANCING = {
    "weights.balance": 5.0, "behaviour.rationality": 20.0, "states.PAT.stability": 1.0, "contests.VAL.phase": 1.0,
    "contests.VAL.pace": 0.15, "states.AAA.capability": 2.0, "contests.VAL.enmity": 0.5, "behaviour.persuasion": 4.0,
    "behaviour.truce_rate": 0.5, "behaviour.revision": 2.0,
} | {"ties." + ".".join(tie): 0.3 for tie in TIES}  # fmt: skip
"""The challenger is the stronger, and takes ground; a mediator could stop it."""
RARE, FREQUENT = 0.1, 0.5
RUNS = 512


@pytest.fixture(scope="module")
def advance(small: Callable[..., Any], contest: Callable[..., Any]) -> Any:
    """A war in which the challenger advances past whatever line."""
    return small(ties=TIES, contests=[contest("PAT")], numbers=ADVANCING, weeks=26)


def neutral(world: Any, goal: float, control: np.ndarray) -> np.ndarray:
    """Probability that the power mediates or keeps the peace in the first week, by control."""
    names = [f"probability.VAL.PAT.{name}" for name in NEUTRAL]
    design = Design((GOAL, CONTROL), np.column_stack([np.full(len(control), goal), control]))
    return np.asarray(world.series(names, 1, design)[:, 0].sum(axis=1))


@pytest.mark.parametrize("goal", [-0.4, 0.0, 0.6])
def test_it_lets_an_advance_go_on_and_stops_it_at_its_goal(advance: Any, goal: float) -> None:
    line = (1.0 + goal) / 2.0
    assert (neutral(advance, goal, np.linspace(0.05, line - 0.2, 8)) < RARE).all()
    assert (neutral(advance, goal, np.linspace(line - 0.02, line + 0.15, 8)) > FREQUENT).all()


def test_the_point_at_which_it_steps_in_moves_with_its_goal(advance: Any) -> None:
    control = np.linspace(0.05, 0.95, 91)
    points = [control[np.argmax(neutral(advance, goal, control) > FREQUENT)] for goal in (-0.4, 0.0, 0.6)]
    np.testing.assert_allclose(np.diff(points), [0.2, 0.3], atol=0.05)


def test_a_power_without_a_goal_takes_every_posture_as_often(advance: Any) -> None:
    names = [f"probability.VAL.PAT.{name}" for name, _ in MENU]
    design = Design((GOAL, CONTROL), np.array([[DERIVED, control] for control in (0.1, 0.5, 0.9)]))
    np.testing.assert_allclose(advance.series(names, 1, design), 1 / len(MENU), rtol=1e-12)


def test_wars_stop_further_on_where_the_goal_lies_further_on(advance: Any) -> None:
    stopped, errors = [], []
    for goal in (-0.4, 0.0, 0.6):
        world = advance.set({GOAL: goal, CONTROL: 0.1})
        series = world.series(["control.VAL", "truces.VAL"], RUNS, seed=13)
        ended = series[:, -1, 1] > 0  # nobody attacks again
        assert ended.mean() > 0.5
        stopped.append(series[ended, -1, 0].mean())
        errors.append(series[ended, -1, 0].std() / np.sqrt(ended.sum()))
    assert (np.diff(stopped) > 5.0 * np.hypot(errors[:-1], errors[1:])).all()
