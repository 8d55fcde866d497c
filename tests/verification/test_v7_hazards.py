"""V7: events come with their hazards, whatever the length of a tick.

Seeds and sizes were set before the first run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

RUNS = 2048
KS_ONE = 1.95 / np.sqrt(RUNS)
"""Distance of Kolmogorov and Smirnov that a sample exceeds with probability 0.001."""
KS_TWO = 1.95 * np.sqrt(2 / RUNS)
LENGTHS = (1.0, 0.5, 0.25)
TIRING = {
    "contests.VAL.phase": 1.0, "contests.VAL.pace": 0.0, "behaviour.truce_rate": 0.5, "behaviour.weariness_grow": 0.05,
    "behaviour.side_rationality": 3.0, "contests.VAL.enmity": 0.8,
}  # fmt: skip
"""A war of which both sides tire, so that the hazard of a truce grows."""
WAITING = {
    "contests.VAL.phase": 0.0, "contests.VAL.age": 0.0, "contests.VAL.pace": 0.0, "behaviour.attack_rate": 0.4,
    "behaviour.attack_floor": 0.2, "behaviour.attack_decay": 8.0,
}  # fmt: skip
"""A quiet that is broken with a hazard that fades."""


def distance(sample: np.ndarray, law: Callable[[np.ndarray], np.ndarray]) -> float:
    """Kolmogorov-Smirnov distance of a sample from a continuous law."""
    ordered = np.sort(sample)
    expected, n = law(ordered), len(ordered)
    return float(max((np.arange(1, n + 1) / n - expected).max(), (expected - np.arange(n) / n).max()))


def distance_of_two(one: np.ndarray, two: np.ndarray) -> float:
    """Kolmogorov-Smirnov distance of two samples, ties allowed."""
    grid = np.unique(np.concatenate([one, two]))
    shares = [np.searchsorted(np.sort(sample), grid, side="right") / len(sample) for sample in (one, two)]
    return float(np.abs(shares[0] - shares[1]).max())


def integrated(hazard: np.ndarray, happened: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
    """Hazard integrated up to the event of each run; within the event's tick the moment is drawn from its law."""
    assert happened.any(axis=1).all()
    tick = happened.argmax(axis=1)
    runs = np.arange(len(tick))
    before = np.cumsum(hazard * dt, axis=1)[runs, tick] - hazard[runs, tick] * dt
    inside = -np.log1p(-rng.random(len(tick)) * -np.expm1(-hazard[runs, tick] * dt))
    return before + inside


def exponential(x: np.ndarray) -> np.ndarray:
    """Distribution function of Exp(1)."""
    return -np.expm1(-x)


@pytest.mark.parametrize("dt", LENGTHS)
def test_the_hazard_of_a_truce_integrated_up_to_it_is_exponential(
    small: Callable[..., Any], contest: Callable[..., Any], dt: float
) -> None:
    world = small(contests=[contest()], weeks=160, dt=dt, numbers=TIRING)
    series = world.series(["truce_hazard.VAL", "truces.VAL"], replicates=RUNS, seed=71)
    later = series[series[:, 20, 1] == 0][:, 20, 0]
    assert (later > 1.1 * series[0, 0, 0]).all()  # the law must hold although the hazard grows
    spent = integrated(series[..., 0], series[..., 1] > 0, dt, np.random.default_rng(71))
    assert distance(spent, exponential) < KS_ONE


@pytest.mark.parametrize("dt", LENGTHS)
def test_the_hazard_of_an_attack_integrated_up_to_it_is_exponential(
    small: Callable[..., Any], contest: Callable[..., Any], dt: float
) -> None:
    world = small(contests=[contest()], weeks=400, dt=dt, numbers=WAITING)
    series = world.series(["attack_hazard.VAL", "weeks_fought.VAL"], replicates=RUNS, seed=72)
    spent = integrated(series[..., 0], series[..., 1] > 0, dt, np.random.default_rng(72))
    assert distance(spent, exponential) < KS_ONE


def waits(world: Any, dt: float, seed: int) -> np.ndarray:
    """Weeks before the first truce; the moment within its tick is drawn."""
    rng = np.random.default_rng(seed)
    return np.asarray(world.final(["first_truce.VAL"], replicates=RUNS, seed=seed)[:, 0] + dt * rng.random(RUNS))


def test_halving_and_quartering_the_tick_leaves_waiting_times_unchanged(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    numbers = {**TIRING, "behaviour.truce_rate": 0.2}
    samples = [
        waits(small(contests=[contest()], weeks=300, dt=dt, numbers=numbers), dt, seed)
        for seed, dt in enumerate(LENGTHS, 73)
    ]
    assert all(np.isfinite(sample).all() for sample in samples)
    assert all(distance_of_two(samples[0], other) < KS_TWO for other in samples[1:])


def choosing(small: Callable[..., Any], contest: Callable[..., Any], revision: float, dt: float) -> Any:
    """One third party that chooses among equals."""
    numbers = {"behaviour.revision": revision, "behaviour.rationality": 2.0, "states.PAT.attention": 0.5}
    return small(contests=[contest("PAT")], weeks=104, dt=dt, numbers=numbers)


def test_a_shorter_tick_leaves_weekly_changes_of_posture_unchanged(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    samples = []
    for seed, dt in enumerate(LENGTHS, 76):
        posture = choosing(small, contest, 0.6, dt).series(["posture.VAL.PAT"], replicates=RUNS, seed=seed)[..., 0]
        weekly = posture[:, :: round(1 / dt)]
        samples.append((np.diff(weekly, axis=1) != 0).sum(axis=1))
    assert all(distance_of_two(samples[0], other) < KS_TWO for other in samples[1:])


def test_where_revision_is_rare_changes_counted_do_not_depend_on_the_tick(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    samples = [
        choosing(small, contest, 0.04, dt).final(["changes.VAL.PAT"], replicates=RUNS, seed=seed)[:, 0]
        for seed, dt in enumerate(LENGTHS, 79)
    ]
    assert all(distance_of_two(samples[0], other) < KS_TWO for other in samples[1:])
