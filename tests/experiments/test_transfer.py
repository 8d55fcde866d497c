"""Which numbers of plausible sets a scenario takes: of the fitted one all, of one laid over it those left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_sets import make_sets

from sim.errors import ConfigError
from sim.experiments.plausible import PlausibleSets
from sim.experiments.transfer import Taken, plan_over, shortfall, taken_by
from sim.scenario.load import load_scenario, shipped
from sim.scenario.scenario import rebuilt

pytestmark = pytest.mark.quick

BASE = "two-rivals-one-patron"
TREATY, ORDER = "ties.ALD.COR.treaty", "weights.order"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy of the smallest config."""
    file = tmp_path / f"{BASE}.yaml"
    file.write_text(shipped()[BASE].read_text(encoding="utf-8"), encoding="utf-8")
    return file


@pytest.fixture
def sets(base: Path) -> PlausibleSets:
    """Sets of its weights and ties."""
    return make_sets(load_scenario(base), "weights.*", "ties.*")


def change(file: Path, before: str, after: str) -> Path:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")
    return file


def over(base: Path, text: str) -> Path:
    file = base.with_name("child.yaml")
    file.write_text(f"extends: {base.name}\nname: child\n{text}", encoding="utf-8")
    return file


def refusal(file: Path, sets: PlausibleSets) -> str:
    with pytest.raises(ConfigError) as caught:
        taken_by(load_scenario(file), sets)
    return str(caught.value)


def is_whole(taken: Taken, sets: PlausibleSets) -> bool:
    return taken.paths == sets.paths and not taken.own and not taken.absent


def test_the_fitted_scenario_takes_all(base: Path, sets: PlausibleSets) -> None:
    scenario = load_scenario(base)
    taken = taken_by(scenario, sets)
    assert is_whole(taken, sets)
    design = taken.design()
    assert [factor.column for factor in design.points.factors] == list(sets.paths)
    assert (design.points.level_values(np.arange(8)) == sets.values).all()
    assert shortfall(design.sampling) == []


def test_other_values_of_the_drawn_numbers_change_nothing(base: Path, sets: PlausibleSets) -> None:
    changed = change(base, "treaty: {value: 0.7,", "treaty: {value: 0.6,")
    assert is_whole(taken_by(load_scenario(changed), sets), sets)


def test_a_changed_scenario_is_refused_with_what_changed_and_the_command(base: Path, sets: PlausibleSets) -> None:
    text = refusal(change(base, "capability: {value: 20,", "capability: {value: 21,"), sets)
    assert "must be as it was when the sets worlds were found" in text
    assert "states.ALD.capability 21 in [15, 25], was 20 in [15, 25]" in text
    assert "counterpoise fit two-rivals-one-patron --patterns what-is-known" in text


def test_a_changed_range_of_a_drawn_number_is_named(base: Path, sets: PlausibleSets) -> None:
    text = refusal(
        change(base, "treaty: {value: 0.7, range: [0.5, 0.9]", "treaty: {value: 0.7, range: [0.4, 0.9]"), sets
    )
    assert f"{TREATY} [0.4, 0.9], was [0.5, 0.9]" in text


def test_a_change_of_who_there_is_is_refused(base: Path, sets: PlausibleSets) -> None:
    assert f"{TREATY} is gone" in refusal(change(base, "      treaty:", "      # treaty:"), sets)


def test_another_scenario_is_refused_by_name(base: Path, sets: PlausibleSets) -> None:
    text = refusal(shipped()["kyrgyzstan-2020"], sets)
    assert "must be two-rivals-one-patron, for which the sets worlds were found, or extend it" in text


def test_a_scenario_that_extends_it_takes_what_it_leaves_alone(base: Path, sets: PlausibleSets) -> None:
    treaty = "{value: 0.1, range: [0, 0.2], source: assumption, note: loose}"
    child = over(
        base, f"states: {{ALD: {{capability: 25}}}}\nties: {{ALD: {{COR: {{treaty: {treaty}, trade: null}}}}}}\n"
    )
    taken = taken_by(load_scenario(child), sets)
    assert taken.own == (TREATY,)
    assert taken.absent == ("ties.ALD.COR.trade",)
    assert set(taken.paths) == set(sets.paths) - {TREATY, "ties.ALD.COR.trade"}
    (said,) = shortfall(taken.design().sampling)
    assert f"as the scenario says: {TREATY} (1 in all); absent from it: ties.ALD.COR.trade (1 in all)" in said


def test_one_that_extends_a_changed_scenario_is_refused(base: Path, sets: PlausibleSets) -> None:
    child = over(base, "weeks: 26\n")
    assert is_whole(taken_by(load_scenario(child), sets), sets)
    change(base, "capability: {value: 20,", "capability: {value: 21,")
    assert "states.ALD.capability 21" in refusal(child, sets)


def test_values_set_afterwards_are_experiments(base: Path, sets: PlausibleSets) -> None:
    scenario = load_scenario(base, {"states.ALD.arms_policy": "none", ORDER: 2.5, "weeks": 8})
    taken = taken_by(scenario, sets)
    assert taken.own == (ORDER,)
    plan = plan_over(scenario, sets, 3, 2, 1)
    assert plan.points == 3
    column = plan.paths.index(TREATY)
    assert plan.values(np.arange(3))[:, column].tolist() == sets.values[[1, 4, 6], sets.paths.index(TREATY)].tolist()
    assert ORDER not in plan.paths


def test_a_number_set_to_what_it_was_is_held(base: Path, sets: PlausibleSets) -> None:
    scenario = load_scenario(base)
    held = scenario.with_({ORDER: scenario.numbers[ORDER].value})
    assert taken_by(held, sets).own == (ORDER,)
    assert held.digest == scenario.digest


def test_a_scenario_that_came_from_no_file_must_be_the_fitted_one(base: Path, sets: PlausibleSets) -> None:
    scenario = rebuilt(load_scenario(base).resolved())
    assert is_whole(taken_by(scenario, sets), sets)
    with pytest.raises(ConfigError, match="must be as it was"):
        taken_by(scenario.with_({"states.ALD.capability": 21}), sets)


def test_values_outside_of_a_range_are_refused(base: Path, sets: PlausibleSets) -> None:
    values = sets.values.copy()
    values[5, sets.paths.index(TREATY)] = 0.95
    text = refusal(base, replace(sets, values=values))
    assert f"worlds: {TREATY} must lie in its range [0.5, 0.9] in every set (found 0.95)" in text


def test_sets_that_no_scenario_can_have_together_are_refused(base: Path, sets: PlausibleSets) -> None:
    patron = "{value: 0.6, range: [0.5, 0.7], source: assumption, note: another}"
    child = over(base, f"ties: {{BOR: {{COR: {{treaty: {patron}}}}}, ALD: {{COR: {{treaty: 0.4}}}}}}\n")
    scenario = load_scenario(child)
    moved = {**scenario.numbers, TREATY: load_scenario(base).numbers[TREATY]}
    with pytest.raises(ConfigError, match="more in 8 sets of worlds"):
        plan_over(replace(scenario, numbers=moved), sets, None, 1, 1)


@pytest.mark.parametrize("count", [0, 9, True])
def test_no_more_sets_are_taken_than_there_are(base: Path, sets: PlausibleSets, count: int) -> None:
    with pytest.raises(ConfigError, match=r"sets must be a whole number in \[1, 8\]"):
        plan_over(load_scenario(base), sets, count, 1, 1)


def test_few_courses_over_time_are_kept_of_many_sets(base: Path) -> None:
    scenario = load_scenario(base)
    plan = plan_over(scenario, make_sets(scenario, count=400), None, 50, 1)
    assert plan.series.replicates == 3
    assert plan_over(scenario, make_sets(scenario, count=2), None, 50, 1).series.replicates == 200
