"""The dynamics near rest against a known answer, and what is said of a scenario whose rest is unstable."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analysis.linearisation.jacobian import linearise
from sim.analysis.linearisation.verdict import MOST_VARIABLES, leading, rest_of
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario

NUMBER = "{{value: {}, range: [0.1, 100], source: assumption, note: a try}}"
FEAR, MEMORY, SPEED, NEARNESS = 1.5, 0.5, 0.05, 0.8
THERE, BACK, MINE, THEIRS = -0.4, 0.2, 1.0, 3.0
SPIRAL = FEAR * NEARNESS * sqrt(MINE * THEIRS / (MINE + THEIRS) ** 2 * (1 - THERE**2) * (1 - BACK**2)) / 2


@pytest.fixture
def neighbours(tmp_path: Path) -> Callable[..., Scenario]:
    """Two states that fear each other, and nothing else."""

    def make(**numbers: Any) -> Scenario:
        file = tmp_path / "neighbours.yaml"
        file.write_text(
            f"name: neighbours\nstart: 2030-01-07\nstates:\n"
            f"  AAA: {{capability: {NUMBER.format(MINE)}}}\n  BBB: {{capability: {NUMBER.format(THEIRS)}}}\n"
            f"alignments: {{AAA: {{BBB: {THERE}}}, BBB: {{AAA: {BACK}}}}}\nproximity: {{AAA: {{BBB: {NEARNESS}}}}}\n"
        )
        behaviour = {"fear": FEAR, "memory": MEMORY, "adaptation": SPEED, "pull": 0.0, "balance": 0.0}
        return load_scenario(file, {f"behaviour.{name}": value for name, value in {**behaviour, **numbers}.items()})

    return make


@pytest.mark.quick
def test_two_states_that_fear_each_other_answer_as_worked_out(neighbours: Callable[..., Scenario]) -> None:
    linear = linearise(neighbours()).among("latent.*")
    assert linear.names == ("latent.AAA.BBB", "latent.BBB.AAA")
    np.testing.assert_allclose(linear.drift, 0.0, atol=1e-12)
    found = np.sort(np.linalg.eigvals(linear.matrix).real)
    np.testing.assert_allclose(found, [SPEED * (-SPIRAL - MEMORY), SPEED * (SPIRAL - MEMORY)], rtol=1e-5)


def test_halving_the_tick_leaves_the_rates(neighbours: Callable[..., Scenario]) -> None:
    scenario = neighbours()
    found = [leading(linearise(one).among("latent.*"))[0] for one in (scenario, scenario.with_({"dt": 0.5}))]
    assert found[0] == pytest.approx(found[1], rel=1e-5)


@pytest.mark.parametrize("beyond", [0.05, -0.05])
def test_rest_is_stable_while_memory_exceeds_mutual_fear(beyond: float, neighbours: Callable[..., Scenario]) -> None:
    rest = rest_of(neighbours(memory=SPIRAL + beyond))
    assert rest is not None
    assert rest.stable is (beyond > 0)
    assert rest.alignment_rate == pytest.approx(-SPEED * beyond, rel=1e-3)
    assert rest.slowest.startswith("latent.")


def test_unstable_rest_names_the_pair_and_the_numbers(neighbours: Callable[..., Scenario]) -> None:
    rest = rest_of(neighbours(memory=0.1))
    assert rest is not None
    assert rest.causes == ("behaviour.fear",)
    assert "states drift apart without a crisis" in rest.said
    assert f"behaviour.fear at 0 or behaviour.memory above {SPIRAL:.2g}" in rest.said
    assert f"(behaviour.fear, proximity.AAA.BBB, capability and alignment) comes to {SPIRAL:.2g}" in rest.said


def test_start_that_is_no_rest_is_told(neighbours: Callable[..., Scenario]) -> None:
    rest = rest_of(neighbours(from_rest=0))
    assert rest is not None
    assert rest.moves in ("latent.AAA.BBB", "latent.BBB.AAA")
    assert "does not begin at rest" in rest.said


def test_arms_race_that_runs_away_is_told() -> None:
    paths = [f"states.{code}.{field}" for code in ("BOR", "COR") for field in ("reaction", "fatigue")]
    rest = rest_of(load_scenario("two-rivals-one-patron", dict(zip(paths, (0.02, 0.004, 0.02, 0.004), strict=True))))
    assert rest is not None
    assert not rest.stable
    assert rest.slowest.startswith("capability.")
    assert rest.causes == ("states.*.reaction",)


def test_scenario_with_very_many_states_is_not_looked_at(tmp_path: Path) -> None:
    count = int(sqrt(MOST_VARIABLES)) + 2
    states = "".join(f"  S{n}: {{capability: {NUMBER.format(1)}}}\n" for n in range(count))
    (tmp_path / "many.yaml").write_text(f"name: many\nstart: 2030-01-07\nstates:\n{states}")
    assert rest_of(load_scenario(tmp_path / "many.yaml")) is None


def test_check_tells_how_a_scenario_rests(counterpoise: Callable[..., Any]) -> None:
    result = counterpoise("check", "two-rivals-one-patron", "arms-policy")
    assert result.exit_code == 0
    assert "two-rivals-one-patron: rest is stable (largest real part a week: -" in result.stdout
    assert result.stdout.count("rest is stable") == 1
    found = json.loads(counterpoise("check", "two-rivals-one-patron", "--json").stdout)["files"][0]["rest"]
    assert found["stable"] is True
    assert found["rate"] < 0


def test_check_warns_of_an_unstable_rest_and_goes_on(counterpoise: Callable[..., Any]) -> None:
    Path("restless.yaml").write_text(
        "extends: two-rivals-one-patron.yaml\nname: restless\nbehaviour: {fear: 2, memory: 0}\n"
    )
    counterpoise("configs", "copy", ".")
    result = counterpoise("check", "restless.yaml")
    assert result.exit_code == 0
    assert "good" in result.stdout
    assert "warning: restless.yaml: rest is unstable" in result.stderr
