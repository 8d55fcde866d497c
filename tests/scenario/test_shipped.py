"""The shipped scenarios say of themselves what is true."""

from __future__ import annotations

import re
from math import tanh

import numpy as np
import pytest

from sim.ensemble import BASE, Ensemble
from sim.quantities import FIGHTING, QUIET, TRUCE
from sim.scenario.load import load_scenario, shipped
from sim.scenario.scenario import Scenario

RUN_UP, BASE_SCENARIO, WAR = "nagorno-karabakh-2016", "post-soviet-2020", 208
OWN = {"ties.RUS.AZE.arms", "ties.TUR.AZE.arms", "ties.BLR.AZE.arms"}
"""Numbers of which the run-up has its own, beside how its contests begin."""
TANH = re.compile(r"tanh\(([^)]+)\)(?:, (-?\.\d+))?")


def summed(terms: str) -> float:
    """Value of a sum such as ``-.25 + .1``."""
    return sum(float(term) for term in terms.split("+"))


def test_later_shocks_that_are_switched_off_leave_the_world_of_2020() -> None:
    base, later = load_scenario(BASE_SCENARIO, {"weeks": 170}), load_scenario("post-soviet-2020-long")
    shocks = [one for one in later.structure.events if one not in base.structure.events]
    assert len(shocks) == 6
    none = {f"events.{one.name}.value": 1 if one.operation == "multiply" else 0 for one in shocks}
    assert all(later.numbers[path].range[0] <= size <= later.numbers[path].range[1] for path, size in none.items())
    runs = np.stack([np.zeros(16, int), np.arange(16)], 1)
    ends = [
        np.concatenate([block.summary for block in Ensemble(one.structure, one.inputs()).blocks(BASE, runs, 1)])
        for one in (base, later.with_(none), later)
    ]
    np.testing.assert_allclose(ends[1], ends[0], rtol=1e-9, atol=1e-9)
    assert not np.allclose(ends[2], ends[0], atol=1e-3, equal_nan=True)


@pytest.fixture(scope="module")
def run_up() -> Scenario:
    """The four years before the war, and a year of it."""
    return load_scenario(RUN_UP)


@pytest.mark.parametrize("name", shipped())
def test_sums_in_notes_give_the_figures_that_they_speak_of(name: str) -> None:
    scenario = load_scenario(name)
    for path, number in scenario.numbers.items():
        for terms, result in TANH.findall(number.note):
            if path.startswith("alignments."):
                assert number.sourced == pytest.approx(tanh(summed(terms)), abs=0.006), path
            else:
                elite = scenario.numbers[path.replace(".leaning.", ".elite.")]
                assert summed(terms) == pytest.approx(number.sourced + elite.sourced), path
                assert float(result) == pytest.approx(tanh(summed(terms)), abs=0.006), path


@pytest.mark.parametrize("name", shipped())
def test_no_note_speaks_of_a_fit(name: str) -> None:
    numbers = load_scenario(name).numbers
    assert not [path for path, number in numbers.items() if re.search(r"\bdraws\b", number.note)]


def test_run_up_differs_from_the_war_only_in_what_it_names(run_up: Scenario) -> None:
    base = load_scenario(BASE_SCENARIO)
    differ = {
        path
        for path, number in run_up.numbers.items()
        if path in base.numbers and (number.value, number.range) != (base.numbers[path].value, base.numbers[path].range)
    }
    assert {path for path in differ if not path.endswith((".phase", ".age"))} == OWN
    assert {path.split(".")[1] for path in differ - OWN} == {"NK", "KG", "BY"}


def test_nobody_fights_in_the_run_up_before_the_war(run_up: Scenario) -> None:
    names = [f"{field}.{code}" for code in ("NK", "BY", "KG") for field in ("phase", "weeks_fought")]
    ensemble = Ensemble(run_up.structure, run_up.inputs(), columns=(), series=names)
    runs = np.stack([np.zeros(64, np.int64), np.arange(64)], axis=1)
    (block,) = ensemble.blocks(BASE, runs, 1, threads=1, series_replicates=64)
    phases, fought = block.series[:, :, ::2], block.series[:, :, 1::2]
    np.testing.assert_array_equal(phases[:, :WAR], np.broadcast_to([TRUCE, QUIET, QUIET], phases[:, :WAR].shape))
    assert (fought[:, WAR - 1] == 0.0).all()
    assert (fought[:, WAR, :2] > 0.0).all()
    assert (phases[:, WAR] == FIGHTING).any(axis=0)[:2].all()
    assert (fought[:, WAR + 2, 2] > 0.0).all()


def test_arms_policy_tells_by_the_time_of_the_war(run_up: Scenario) -> None:
    reached = {}
    for policy in ("both", "none"):
        scenario = run_up.with_({"states.RUS.arms_policy": policy, "weeks": WAR})
        ensemble = Ensemble(scenario.structure, scenario.inputs(), columns=["level.RUS.ARM.arms:final"])
        (block,) = ensemble.blocks(BASE, np.stack([np.zeros(32, np.int64), np.arange(32)], axis=1), 1, threads=1)
        reached[policy] = block.summary.mean()
    assert reached["none"] < reached["both"] - 0.3
