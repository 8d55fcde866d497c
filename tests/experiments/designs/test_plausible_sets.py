"""Plausible sets as a design: a world a row, by itself and with policies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml
from made_sets import make_sets

from sim.execution.run import sweep
from sim.experiments.files.schema import sweep_schema
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import Plan
from sim.experiments.plausible import PlausibleSets, write_plausible
from sim.scenario.load import load_scenario

pytestmark = pytest.mark.quick

BASE = "two-rivals-one-patron"
LONG, SHORT = "design: plausible\nsets: worlds.parquet\n", "plausible: worlds.parquet\n"
ARMS = "{factors: [{path: states.ALD.arms_policy, values: [both, none]}]}"


@pytest.fixture
def sets(tmp_path: Path) -> PlausibleSets:
    """Sets of the smallest scenario, in a file beside the sweep file."""
    found = make_sets(load_scenario(BASE), "weights.*")
    write_plausible(tmp_path / "worlds.parquet", found)
    return found


@pytest.mark.parametrize("body", [LONG, SHORT])
def test_points_are_the_sets(load_plan: Callable[..., Plan], sets: PlausibleSets, body: str) -> None:
    plan = load_plan(body)
    assert (plan.design.level_values(np.arange(8)) == sets.values).all()
    assert [factor.column for factor in plan.factors] == list(sets.paths)
    assert plan.sampling["design"] == "plausible"
    assert plan.sampling["digest"] == sets.digest


def test_points_may_be_thinned(load_plan: Callable[..., Plan], sets: PlausibleSets) -> None:
    plan = load_plan(f"{LONG}points: 4\n")
    assert (plan.design.level_values(np.arange(4)) == sets.values[[1, 3, 5, 7]]).all()


def test_heavy_sets_come_more_often(load_plan: Callable[..., Plan], tmp_path: Path) -> None:
    sets = make_sets(load_scenario(BASE), weights=[5, 0, 0, 0, 1, 1, 1, 0])
    write_plausible(tmp_path / "worlds.parquet", sets)
    plan = load_plan(LONG)
    assert (plan.design.level_values(np.arange(8)) == sets.values[[0, 0, 0, 0, 0, 4, 5, 6]]).all()


def test_policies_are_tried_in_every_world(load_plan: Callable[..., Plan], sets: PlausibleSets) -> None:
    plan = load_plan(f"design: product\nof: [{{{SHORT.strip()}, points: 4}}, {ARMS}]\n")
    assert plan.points == 8
    found = plan.design.level_values(np.arange(8))
    assert (found[0::2, :-1] == sets.values[[1, 3, 5, 7]]).all()
    assert (found[0::2, :-1] == found[1::2, :-1]).all()
    assert found[:, -1].tolist() == [0, 1] * 4


def test_variants_may_set_a_number_that_the_sets_give(load_plan: Callable[..., Plan], sets: PlausibleSets) -> None:
    variants = "{factors: [{label: order, variants: {as found: {}, 'off': {weights.order: 0}}}]}"
    plan = load_plan(f"design: product\nof: [{{{SHORT.strip()}}}, {variants}]\n")
    values = plan.values(np.arange(plan.points))[:, plan.paths.index("weights.order")]
    assert values[0::2].tolist() == sets.values[:, sets.paths.index("weights.order")].tolist()
    assert values[1::2].tolist() == [0.0] * 8


def test_rows_of_results_are_the_worlds(load_plan: Callable[..., Plan], sets: PlausibleSets) -> None:
    results = sweep(load_plan(f"{LONG}points: 3\n"))
    assert len(results.runs) == 6
    assert (results.design[list(sets.paths)].to_numpy() == sets.values[[1, 4, 6]]).all()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("design: plausible\n", "sets must be given once (found nothing)"),
        (f"{LONG}{SHORT}", "sets must be given once (found sets and plausible)"),
        ("plausible: elsewhere\n", 'plausible must be the name of shipped plausible sets, or a .parquet file beside this one (found "elsewhere")'),
        ("plausible: [worlds.parquet]\n", "plausible must be the name of shipped plausible sets"),
        ("plausible: ../worlds.parquet\n", "must stay in the folder"),
        ("plausible: nowhere.parquet\n", "must name a file that is there"),
        (f"{LONG}points: 9\n", "points must be a whole number in [1, 8]"),
        (f"{LONG}points: 0\n", "points must be a whole number in [1, 8]"),
        (f"{LONG}factors: [{{path: weights.order}}]\n", "factors does not go with the design plausible"),
        ("design: sobol\npoints: 4\nall-uncertain: true\nsets: worlds.parquet\n", "sets does not go with the design sobol"),
        (f"design: product\nof: [{{{SHORT.strip()}}}, {{factors: [{{path: weights.order, values: [1, 2]}}]}}]\n", "must vary a factor in one design only (found weights.order)"),
    ],
)  # fmt: skip
def test_a_faulty_design_is_refused_in_words(
    faults_of: Callable[..., str], sets: PlausibleSets, body: str, said: str
) -> None:
    assert said in faults_of(body)


def test_sets_of_another_scenario_are_refused(faults_of: Callable[..., str], sets: PlausibleSets) -> None:
    assert "must be two-rivals-one-patron" in faults_of(LONG, "kyrgyzstan-2020")


def test_a_table_that_is_no_file_of_sets_is_refused(faults_of: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "worlds.parquet").write_bytes(b"PAR1 no more PAR1")
    assert "must be a file of plausible sets" in faults_of(LONG)


@pytest.mark.parametrize(
    ("body", "good"),
    [
        (LONG, True),
        (SHORT, True),
        (f"{SHORT}points: 4\n", True),
        (f"design: product\nof: [{{{SHORT.strip()}}}, {ARMS}]\n", True),
        (f"{LONG}{SHORT}", False),
        ("design: plausible\n", False),
        (f"{SHORT}factors: [{{path: weights.order, values: [1]}}]\n", False),
        (f"design: grid\n{SHORT}factors: [{{path: weights.order, values: [1]}}]\n", False),
    ],
)
def test_the_schema_agrees(write: Callable[..., Path], sets: PlausibleSets, body: str, good: bool) -> None:
    tree = yaml.safe_load(write(body).read_text(encoding="utf-8"))
    assert jsonschema.Draft202012Validator(sweep_schema()).is_valid(tree) == good
    if good:
        assert load_sweep(write(body)).points > 1
