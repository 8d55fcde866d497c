"""V7: events come with their hazards, whatever the length of a tick.

Seeds and sizes were set before the first run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim.ensemble import Design, Ensemble
from sim.experiments.plausible import load_plausible
from sim.kernel.structure import EventShape
from sim.quantities import ENDINGS
from sim.scenario.scenario import Scenario

RUNS = 2048
SHIPPED_RUNS, SHIPPED_WEEKS = 2000, 26
BY_LUCK = 3
"""Of some 140 comparisons, differences beyond three standard errors: more come with a probability below 0.001."""
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
HECTIC = {
    "contests.VAL.pace": 0.0, "contests.VAL.age": 0.0, "behaviour.truce_rate": 14.0, "behaviour.attack_rate": 5.0,
    "behaviour.attack_floor": 0.0, "behaviour.attack_decay": 520.0, "behaviour.weariness_fade": 0.0,
    "contests.VAL.enmity": 0.5,
}  # fmt: skip
"""Truces and attacks several times a week, with hazards that hardly change meanwhile."""


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


def rates(small: Callable[..., Any], contest: Callable[..., Any]) -> tuple[float, float]:
    """Hazards of a truce and of an attack where phases change several times a week."""
    names = ["truce_hazard.VAL", "attack_hazard.VAL"]
    fighting, truce = (
        small(contests=[contest()], numbers={**HECTIC, "contests.VAL.phase": phase}, weeks=1).series(names, 1)[0, 0]
        for phase in (1.0, 2.0)
    )
    return float(fighting[0]), float(truce[1])


def alternating(truce: float, attack: float, weeks: float, rng: np.random.Generator) -> np.ndarray:
    """Weeks fought and truces of an alternating process that starts in fighting, shape (RUNS, 2)."""
    found = np.zeros((RUNS, 2))
    for run in found:
        clock, fights = 0.0, True
        while clock < weeks:
            spell = min(rng.exponential(1 / (truce if fights else attack)), weeks - clock)
            clock += spell
            run += (spell, clock < weeks) if fights else (0.0, 0.0)
            fights = not fights
    return found


@pytest.mark.parametrize("dt", LENGTHS)
def test_several_changes_of_phase_a_tick_have_their_hazards(
    small: Callable[..., Any], contest: Callable[..., Any], dt: float
) -> None:
    truce, attack = rates(small, contest)
    assert 2.0 < truce < attack < 10.0
    world = small(contests=[contest()], weeks=10, dt=dt, numbers={**HECTIC, "contests.VAL.phase": 1.0})
    found = world.final(["weeks_fought.VAL", "truces.VAL", "truces_broken.VAL", "first_truce.VAL"], RUNS, seed=82)
    known = alternating(truce, attack, 10.0, np.random.default_rng(82))
    assert distance_of_two(found[:, 0], known[:, 0]) < KS_TWO
    assert distance_of_two(found[:, 1], known[:, 1]) < KS_TWO
    assert distance(truce * found[:, 3], exponential) < KS_ONE
    # counts less integrated hazards have mean 0, and the variance of the counts' mean
    for count, hazard in ((found[:, 1], truce * found[:, 0]), (found[:, 2], attack * (10.0 - found[:, 0]))):
        assert abs((count - hazard).mean()) < 4.0 * np.sqrt(count.mean() / RUNS)


@pytest.mark.parametrize("dt", LENGTHS)
def test_a_truce_that_follows_an_attack_in_the_same_tick_waits_for_both(
    small: Callable[..., Any], contest: Callable[..., Any], dt: float
) -> None:
    truce, attack = rates(small, contest)
    world = small(contests=[contest()], weeks=10, dt=dt, numbers={**HECTIC, "contests.VAL.phase": 2.0})
    waited = world.final(["first_truce.VAL"], RUNS, seed=85)[:, 0]

    def both(x: np.ndarray) -> np.ndarray:
        """Distribution function of the sum of two exponential times."""
        return np.asarray(1.0 - (attack * np.exp(-truce * x) - truce * np.exp(-attack * x)) / (attack - truce))

    assert distance(waited, both) < KS_ONE


def means(scenario: Scenario, design: Design, dt: float) -> tuple[np.ndarray, np.ndarray]:
    """Means over runs of each outcome in a shipped scenario, and their standard errors, shape (points, outcomes)."""
    codes = [contest.code for contest in scenario.structure.contests]
    columns = [f"{name}.{code}:final" for code in codes for name in ("ending", "weeks_fought", "truces", "first_truce")]
    structure = replace(scenario.with_({"dt": dt, "weeks": SHIPPED_WEEKS}).structure, events=on_whole_weeks(scenario))
    ensemble = Ensemble(structure, scenario.inputs(), columns=columns, series=["control.NK"])
    points = len(design.values)
    runs = np.stack([np.repeat(np.arange(points), SHIPPED_RUNS), np.tile(np.arange(SHIPPED_RUNS), points)], 1)
    blocks = list(ensemble.blocks(design, runs, 70, series_replicates=SHIPPED_RUNS))
    finals = np.concatenate([block.summary for block in blocks])
    finals[:, ::4] = finals[:, ::4] >= ENDINGS.index("challenger won")
    control = np.concatenate([block.series[:, round(6 / dt) - 1] for block in blocks])
    found = np.concatenate([finals, control], 1).reshape(points, SHIPPED_RUNS, -1)
    count = np.isfinite(found).sum(axis=1)
    return np.nanmean(found, axis=1), np.nanstd(found, axis=1) / np.sqrt(count)


def on_whole_weeks(scenario: Scenario) -> tuple[EventShape, ...]:
    """Events as weekly ticks date them: each happens in the tick that is nearest, whose length would move it."""
    return tuple(replace(event, week=float(round(event.week))) for event in scenario.structure.events)


def test_on_the_shipped_scenario_results_do_not_depend_on_the_tick() -> None:
    sets, scenario = load_plausible("october-2020"), load_scenario("post-soviet-2020")
    own = [scenario.numbers[path].value for path in sets.paths]
    design = Design(sets.paths, np.vstack([own, sets.values[sets.thinned(10)]]))
    (weekly, error), *others = (means(scenario, design, dt) for dt in LENGTHS)
    for mean, its_error in others:
        both = np.hypot(error, its_error)
        beyond = np.abs(weekly - mean) > np.maximum(3.0 * both, 0.03 * np.abs(mean))
        assert beyond.sum() <= BY_LUCK
        assert (np.abs(weekly - mean) <= np.maximum(5.0 * both, 0.03 * np.abs(mean))).all()
