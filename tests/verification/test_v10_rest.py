"""V10: without contests, noise and events nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim.kernel.layout import layout
from sim.kernel.memory import given_blocks, size
from sim.kernel.structure import EventShape, Structure

pytestmark = pytest.mark.quick

NOISE = ("behaviour.alignment_noise", "behaviour.stability_noise", "behaviour.control_noise")
WEEKS = 520


def peaceful(as_small: Callable[..., Any], *events: EventShape, **numbers: float) -> Any:
    """The nine states of the base scenario, with all that ties them, and nothing to quarrel about."""
    world = as_small(load_scenario("post-soviet-2020"))
    old = world.structure
    new = replace(old, contests=(), events=events, weeks=WEEKS)
    calm = {**dict.fromkeys(NOISE, 0.0), **numbers}
    return type(world)(new, kept(old, new, world.inputs)).set(calm)


def kept(old: Structure, new: Structure, inputs: np.ndarray) -> np.ndarray:
    """Numbers of the paths that a structure still has; alignments that hosts took from their camps become 0.2."""
    rows = np.zeros(size(given_blocks(new)))
    for path in layout(new).paths:
        known = path in set(layout(old).paths)
        rows[layout(new).row(path)] = inputs[layout(old).row(path)] if known else 0.2
    return rows


def test_a_world_at_peace_rests_for_ten_years(as_small: Callable[..., Any]) -> None:
    world = peaceful(as_small)
    names = [name for name in layout(world.structure).outcomes if not name.startswith(("frustration", "polarity"))]
    series = world.series(names, replicates=1, every=WEEKS - 1)[0]
    start = world.begun()
    for column, name in enumerate(names):
        if not name.startswith(("primacy", "imbalance")):
            first = start.state[layout(world.structure).outcome_row(name), 0]
            np.testing.assert_allclose(series[:, column], first, rtol=1e-12, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(series[-1], series[0], rtol=1e-12, atol=1e-12)


def test_a_world_at_peace_rests_while_forces_count_for_more(as_small: Callable[..., Any]) -> None:
    weights = ("pull", "fear", "balance")
    events = [EventShape(weight, f"behaviour.{weight}", "multiply", 3.0, 20.0) for weight in weights]
    world = peaceful(as_small, *events, **{f"events.{weight}.value": 4.0 for weight in weights})
    names = [name for name in layout(world.structure).outcomes if name.startswith(("alignment.", "influence."))]
    series = world.series(names, replicates=1, every=2)[0]
    np.testing.assert_allclose(series, np.broadcast_to(series[0], series.shape), rtol=1e-12, atol=1e-12)


def test_with_forces_in_full_the_same_world_does_not_rest(as_small: Callable[..., Any]) -> None:
    world = peaceful(as_small, **{"behaviour.from_rest": 0.0})
    names = [name for name in layout(world.structure).outcomes if name.startswith("alignment.")]
    series = world.series(names, replicates=1, every=WEEKS - 1)[0]
    assert np.abs(series[-1] - series[0]).max() > 0.05


def test_a_quiet_contest_without_third_parties_rests_too(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    lively = {"behaviour.adaptation": 0.03, "behaviour.balance": 0.3, "behaviour.fear": 0.5, "behaviour.pull": 0.5,
              "states.AAA.reaction": 0.01, "states.AAA.fatigue": 0.02, "states.AAA.wear": 0.01,
              "states.BBB.reaction": 0.01, "states.BBB.fatigue": 0.02, "states.BBB.wear": 0.01,
              "alignments.AAA.BBB": -0.6, "alignments.BBB.PAT": 0.4, "proximity.AAA.BBB": 1.0}  # fmt: skip
    world = small(
        ties=[("PAT", "AAA", "arms"), ("PAT", "BBB", "trade")],
        contests=[contest()],
        weeks=WEEKS,
        numbers=lively,
    )
    names = ["capability.AAA", "capability.BBB", "alignment.AAA.BBB", "alignment.BBB.PAT", "control.VAL",
             "level.PAT.AAA.arms", "influence.PAT.BBB", "stability.AAA"]  # fmt: skip
    series = world.series(names, replicates=1)[0]
    np.testing.assert_allclose(series, np.broadcast_to(series[0], series.shape), rtol=1e-12)
