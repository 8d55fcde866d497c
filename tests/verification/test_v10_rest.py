"""V10: without contests, noise and events nothing moves; with noise alignments stay near where they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shared import ROOT

from sim import load_scenario
from sim.analysis.linearisation.verdict import rest_of
from sim.analysis.rest import at_rest
from sim.ensemble import BASE, Design
from sim.kernel.layout import layout
from sim.kernel.memory import given_blocks, size
from sim.kernel.structure import EventShape, Structure
from sim.scenario.load import shipped
from sim.scenario.scenario import Scenario

pytestmark = pytest.mark.quick

NOISE = ("behaviour.alignment_noise", "behaviour.stability_noise", "behaviour.control_noise")
WEEKS = 520
TWO_YEARS = 104
WIDEST = 0.25
"""Standard deviation over runs that an alignment may reach within two years: about that of noise alone."""
DRAWS, RUNS = 16, 128


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


def uncertain(scenario: Scenario) -> list[str]:
    """Paths of all numbers with a range."""
    return [path for path, number in scenario.numbers.items() if not number.constant]


def spread(as_small: Callable[..., Any], scenario: Scenario, design: Design = BASE) -> np.ndarray:
    """Standard deviation of alignments over runs after two years at rest, with noise, shape (points, pairs)."""
    world = as_small(at_rest(scenario).with_({"weeks": TWO_YEARS}))
    names = [name for name in layout(world.structure).outcomes if name.startswith("alignment.")]
    kept = [path in layout(world.structure).paths and path != "behaviour.attack_rate" for path in design.paths]
    points = Design(tuple(np.array(design.paths)[kept]) if any(kept) else (), design.values[:, kept])
    runs = world.final(names, RUNS, points)
    return np.std(runs.reshape(len(points.values), RUNS, len(names)), axis=1)


@pytest.mark.parametrize("name", shipped())
def test_noise_does_not_pull_states_apart(name: str, as_small: Callable[..., Any]) -> None:
    scenario = load_scenario(name)
    spreads, rest = spread(as_small, scenario), rest_of(scenario)
    assert 0.0 < spreads.min() < spreads.max() <= WIDEST
    assert rest is not None
    assert rest.stable, rest.said
    assert rest.moves == ""


def test_rest_is_stable_wherever_the_uncertain_numbers_lie() -> None:
    scenario = load_scenario("post-soviet-2020")
    paths = uncertain(scenario)
    low, high = np.array([scenario.numbers[path].range for path in paths]).T
    for shares in np.random.default_rng(1).random((DRAWS, len(paths))):
        rest = rest_of(scenario.at(dict(zip(paths, low + shares * (high - low), strict=True))))
        assert rest is not None
        assert rest.stable, rest.said


def test_fear_without_memory_does_pull_states_apart(as_small: Callable[..., Any]) -> None:
    noise = 0.02
    numbers = {"memory": 0.02, "adaptation": 0.08, "alignment_noise": noise, "pull": 0.0, "balance": 0.0}
    found = {}
    for fear in (0.0, 2.0):
        behaviour = {f"behaviour.{name}": value for name, value in {**numbers, "fear": fear}.items()}
        scenario = load_scenario("post-soviet-2020", behaviour)
        rest = rest_of(scenario)
        assert rest is not None
        assert rest.stable is (fear == 0.0), rest.said
        found[fear] = spread(as_small, scenario).max()
    random_walk = noise * np.sqrt(TWO_YEARS)
    assert found[0.0] < random_walk * (1 + 4 / np.sqrt(2 * RUNS))
    assert found[2.0] > 2 * random_walk


SOME = 60
"""Sets whose linear dynamics are looked at one by one; noise is tried on all."""


@pytest.mark.parametrize("file", sorted((ROOT / "configs" / "plausible").glob("*.parquet")), ids=lambda file: file.stem)
def test_every_shipped_plausible_set_rests(file: Path, as_small: Callable[..., Any]) -> None:
    sets = import_module("sim.experiments.plausible").load_plausible(file)
    scenario = load_scenario(sets.about["scenario"])
    spreads = spread(as_small, scenario, Design(sets.paths, sets.values))
    assert spreads.max() <= WIDEST
    for values in sets.values[sets.thinned(SOME)]:
        rest = rest_of(scenario.at(dict(zip(sets.paths, map(float, values), strict=True))))
        assert rest is not None
        assert rest.stable, rest.said
