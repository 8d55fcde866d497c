"""V6: memory and noise alone move latent alignment as an Ornstein-Uhlenbeck process in Euler's scheme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.dynamics.schedule import WHOLE, advance
from sim.kernel.tally import no_tally

RATE = 0.5
ALONE = {"behaviour.adaptation": 0.25, "behaviour.memory": 2.0}
NAMES = [f"latent.{i}.{j}" for i in ("AAA", "BBB", "PAT") for j in ("AAA", "BBB", "PAT") if i != j]


def displaced(small: Callable[..., Any], dt: float, weeks: float) -> tuple[float, float]:
    """Displacement of a latent alignment after some weeks as a share of the first, and of one never displaced."""
    world = small(dt=dt, numbers={**ALONE, "alignments.AAA.BBB": 0.4}).begun()
    world.now.pairs[0, 1].latent[:] += 0.3
    advance(world, 0, round(weeks / dt), WHOLE, no_tally())
    pair, other = world.now.pairs[0, 1], world.now.pairs[1, 0]
    return float(pair.latent[0] - pair.anchor[0]) / 0.3, float(other.latent[0])


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_latent_alignment_returns_by_the_same_share_every_tick(small: Callable[..., Any], dt: float) -> None:
    gap, other = displaced(small, dt, 6)
    assert gap == pytest.approx((1 - RATE * dt) ** (6 / dt), rel=1e-12)
    assert other == 0


def test_the_return_is_exponential_as_ticks_get_short(small: Callable[..., Any]) -> None:
    errors = [abs(displaced(small, dt, 4)[0] - np.exp(-RATE * 4)) for dt in (0.02, 0.01)]
    assert errors[1] < 1e-3
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.02)


@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_noise_alone_has_the_variance_of_eulers_scheme(small: Callable[..., Any], dt: float) -> None:
    sigma = 0.1
    world = small(dt=dt, weeks=1500, numbers={**ALONE, "behaviour.alignment_noise": sigma})
    latent = world.series(NAMES, seed=6)[:, round(40 / dt) :]
    assert latent.var() == pytest.approx(sigma**2 / (RATE * (2 - RATE * dt)), rel=0.01)
    assert abs(latent.mean()) < 0.002


def test_the_shocks_of_different_pairs_are_independent(small: Callable[..., Any]) -> None:
    world = small(weeks=1000, numbers={**ALONE, "behaviour.memory": 4.0, "behaviour.alignment_noise": 0.1})
    latent = world.series(NAMES, seed=7).reshape(-1, len(NAMES))  # ημ·dt = 1: nothing but this week's shock
    correlation = np.corrcoef(latent.T) - np.eye(len(NAMES))
    assert np.abs(correlation).max() < 4.5 / np.sqrt(len(latent))
