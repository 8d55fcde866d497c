"""Sweep files: what they mean, and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import ConfigError
from sim.execution.run import sweep
from sim.experiments.files.sweep_file import load_sweep, shipped_sweeps

pytestmark = pytest.mark.quick

GOOD = """\
name: small
scenario: two-rivals-one-patron
replicates: 4
seed: 3
weeks: 6
factors:
  - path: states.{state}.arms_policy
    label: arms
    values: [endogenous, none]
  - path: behaviour.rationality
    values: [2, 8.5]
  - label: attack
    variants:
      usual: {{}}
      rare: {{behaviour.attack_rate: 0.1, behaviour.attack_floor: 0.01}}
"""


@pytest.fixture
def written(tmp_path):
    from sim.scenario.load import load_scenario

    state = load_scenario("two-rivals-one-patron").structure.states[0]

    def write(text: str = GOOD) -> Path:
        file = tmp_path / "sweep.yaml"
        file.write_text(text.format(state=state) if text.startswith("name: small") else text)
        return file

    return write


def faults_of(file) -> str:
    with pytest.raises(ConfigError) as caught:
        load_sweep(file)
    return str(caught.value)


def test_grid_has_every_combination_and_the_last_factor_moves_fastest(written):
    plan = load_sweep(written())
    assert plan.points == 8
    assert plan.design.level_values(np.arange(3)).tolist() == [[0, 2, 0], [0, 2, 1], [0, 8.5, 0]]
    column = plan.paths.index("behaviour.rationality")
    assert plan.values(np.arange(8))[:, column].tolist() == [2, 2, 8.5, 8.5] * 2


def test_variant_that_sets_nothing_leaves_the_scenario_as_it_is(written):
    plan = load_sweep(written())
    own = plan.scenario.numbers["behaviour.attack_rate"].value
    column = plan.paths.index("behaviour.attack_rate")
    assert plan.values(np.arange(8))[:, column].tolist() == [own, 0.1] * 4


def test_inputs_of_a_point_differ_from_the_scenario_in_its_settings_alone(written):
    plan = load_sweep(written())
    changed = np.flatnonzero(plan.inputs(7) != plan.scenario.inputs())
    assert {plan.scenario.layout.paths[row] for row in changed} == set(plan.paths)


def test_policies_stand_in_results_as_their_words(written):
    results = sweep(written())
    assert list(results.design.columns) == [
        "point",
        results.manifest["factors"][0]["path"],
        "behaviour.rationality",
        "attack",
    ]
    assert results.design.iloc[7].tolist()[1:] == ["none", 8.5, "rare"]
    assert len(results.runs) == 32


def test_points_share_their_replicates(written):
    runs = sweep(written()).runs
    assert runs.groupby("point")["replicate"].apply(list).tolist() == [[0, 1, 2, 3]] * 8


def test_replicates_and_seed_can_be_given_instead(written):
    plan = load_sweep(written(), replicates=2, seed=9)
    assert (plan.replicates, plan.seed) == (2, 9)


@pytest.mark.parametrize(
    ("old", "new", "replicates", "seed", "weeks"),
    [
        ("seed: 3", "seed: 9223372036854775807", 4, 2**63 - 1, 6),
        ("seed: 3", "seed: 1e3", 4, 1000, 6),
        ("replicates: 4", "replicates: 1e3", 1000, 3, 6),
        ("weeks: 6", "weeks: 52.0", 4, 3, 52),
    ],
)
def test_whole_numbers_are_taken_however_they_are_written(written, old, new, replicates, seed, weeks):
    plan = load_sweep(written(GOOD.replace(old, new)))
    assert (plan.replicates, plan.seed, plan.scenario.structure.weeks) == (replicates, seed, weeks)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed: 3", "seed: 9223372036854775808", "(found 9223372036854775808)"),
        ("seed: 3", "seed: 1.5", "seed must be a whole number"),
        ("weeks: 6", "weeks: 6.0000001", "weeks must be a whole number"),
        ("replicates: 4", "replicates: 4.5", "replicates must be a whole number"),
    ],
)
def test_numbers_that_are_not_whole_or_too_large_are_refused(written, old, new, said):
    assert said in faults_of(written(GOOD.replace(old, new)))


def test_shipped_sweep_crosses_arms_policies_with_turkish_backing():
    assert "arms-policy" in shipped_sweeps()
    plan = load_sweep("arms-policy")
    assert plan.points == 14
    assert [factor.label for factor in plan.factors] == ["Russia's arms policy", "Turkey's backing"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: small", "name: small\nsede: 3", "sweep.yaml:2: sede is not a key here"),
        ("name: small", "name: small\nsede: 3", "did you mean seed?"),
        ("scenario: two-rivals-one-patron", "scenario: two-rivals", "did you mean two-rivals-one-patron?"),
        ("replicates: 4", "replicates: -4", "sweep.yaml:3: replicates must be a whole number in [1"),
        ("seed: 3", "seed: yes please", "sweep.yaml:4: seed must be a whole number"),
        ("weeks: 6", "weeks: 0", "sweep.yaml:5: weeks must be a whole number in [1, 5200] (found 0)"),
        ("arms_policy", "arms_polcy", "must be a path of the scenario"),
        ("endogenous, none", "endogenous, nun", "must be one of endogenous, both"),
        ("endogenous, none", "none, none", "must not repeat a value (found none)"),
        ("[2, 8.5]", "[2, -8.5]", "sweep.yaml:11: factors[1].values[1] must lie in [0, 1000] (found -8.5)"),
        ("[2, 8.5]", "[2, .nan]", "must lie in [0, 1000]"),
        ("[2, 8.5]", "[]", "must be a list of values"),
        ("[2, 8.5]", "7", "must be a list of values"),
        ("usual: {{}}", "usual: 3", "factors[2].variants.usual must be a mapping"),
        ("label: attack", "lable: attack", "did you mean label?"),
        ("label: attack", "label: behaviour.rationality", "must differ from the other factors"),
        ("label: attack", "label: point", "sweep.yaml:12: factors[2].label must not be the name of a column of results"),
        ("label: attack", "label: replicate", "must not be the name of a column of results"),
        ("label: attack", "label: week", "must not be the name of a column of results"),
        ("label: attack", "label: failure", "must not be the name of a column of results"),
        ("label: attack", "label: control.VAL", "choose another"),
        ("label: attack", 'label: "control.VAL:final"', "must not be the name of a column of results"),
        ("label: attack", 'label: "control.VAL:final.mean"', "must not be the name of a column of results"),
        ("[2, 8.5]", "[2, -8.5]", "it means: rationality of third parties"),
        ("label: attack", "path: behaviour.rationality", "does not go with variants"),
        ("factors:", "design: sobul\nfactors:", "did you mean sobol?"),
        ("name: small", "name: ../../etc", "must be short, of small letters, digits and hyphens"),
        ("behaviour.attack_rate: 0.1", "behaviour.attack_rat: 0.1", "did you mean behaviour.attack_rate?"),
    ],
)  # fmt: skip
def test_fault_says_where_what_and_the_remedy(written, tmp_path, old, new, said):
    file = written()
    text = file.read_text()
    old, new = old.replace("{{}}", "{}"), new.replace("{{}}", "{}")
    assert old in text
    file.write_text(text.replace(old, new))
    assert said in faults_of(file)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1\n",
        "name: x\n",
        "name: x\nscenario: two-rivals-one-patron\nfactors: 3\n",
        "\0",
        "a: &a [*a]\n",
    ],
)
def test_file_that_is_no_sweep_is_a_fault(written, text):
    assert "sweep.yaml" in faults_of(written(text))


def test_all_faults_are_told_at_once(written):
    file = written()
    file.write_text(file.read_text().replace("replicates: 4", "replicates: -4").replace("seed: 3", "seed: -3"))
    assert faults_of(file).count("\n") == 1


def test_design_of_too_many_points_is_refused_before_it_is_made(written):
    values = ", ".join(str(value) for value in range(1, 100))
    factors = "".join(
        f"  - {{path: behaviour.{path}, values: [{values}]}}\n" for path in ("rationality", "side_rationality")
    )
    more = "".join(
        f"  - {{path: weights.{path}, values: [{', '.join(f'{n / 10}' for n in range(100))}]}}\n"
        for path in ("balance", "order")
    )
    found = faults_of(written(f"name: x\nscenario: two-rivals-one-patron\nfactors:\n{factors}{more}"))
    assert "must give at most 1,000,000 points" in found


@pytest.mark.parametrize(
    ("option", "value"),
    [("replicates", -1), ("seed", -1), ("threads", 0), ("replicates", 1.5), ("engine", "magic")],
)
def test_impossible_argument_is_one_clear_error(option, value):
    from sim.execution.run import simulate

    with pytest.raises(ConfigError, match=f"{option} must be"):
        simulate("two-rivals-one-patron", **{option: value})
