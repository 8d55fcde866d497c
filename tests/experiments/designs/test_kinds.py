"""Kinds of designs: which points each one has, in which order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.execution.run import sweep
from sim.experiments.factors import Factor, Level
from sim.experiments.files.sweep_file import load_sweep, shipped_sweeps
from sim.experiments.plan import Plan
from sim.experiments.points import Grid, Product, Table, chunks
from sim.scenario.load import load_scenario

pytestmark = pytest.mark.quick

ORDER, BALANCE = "weights.order", "weights.balance"
TWO = f"""
- {{path: {ORDER}, values: [0.1, 0.2, 0.3]}}
- {{path: {BALANCE}, values: [1, 2]}}
"""


def all_values(plan: Plan) -> list[list[float]]:
    return plan.values(np.arange(plan.points)).tolist()


def designed(plan: Plan) -> list[list[object]]:
    tables = [table.to_pandas() for table in plan.design_tables()]
    return [row for table in tables for row in table.drop(columns="point").to_numpy().tolist()]


def factor(path: str, count: int) -> Factor:
    return Factor(path, path, tuple(Level(f"{v}", ((path, v),)) for v in np.linspace(0, 1, count).tolist()), True)


@given(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_grid_is_every_combination_with_the_last_factor_fastest(sizes):
    factors = tuple(factor(f"f{index}", size) for index, size in enumerate(sizes))
    grid = Grid(factors)
    expected = list(itertools.product(*(one.level_values for one in factors)))
    assert grid.level_values(np.arange(grid.count)).tolist() == [list(row) for row in expected]


@given(counts=st.lists(st.integers(1, 6), min_size=1, max_size=3), data=st.data())
def test_product_crosses_all_points_and_looks_any_of_them_up(counts, data):
    members = tuple(
        Table((factor(f"f{index}", 2),), np.arange(count, dtype=float)[:, None] + 10 * index)
        for index, count in enumerate(counts)
    )
    product = Product(members)
    expected = np.array(list(itertools.product(*(member.rows[:, 0] for member in members))))
    assert product.count == len(expected)
    asked = np.array(data.draw(st.lists(st.integers(0, product.count - 1), max_size=9)), dtype=np.int64)
    assert product.level_values(asked).tolist() == expected[asked].tolist()


def test_one_at_a_time_begins_with_the_baseline_and_moves_one_factor(load_plan):
    plan = load_plan(f"design: one-at-a-time\nfactors: {TWO}")
    assert designed(plan) == [[0.1, 1], [0.2, 1], [0.3, 1], [0.1, 2]]


def test_one_at_a_time_takes_the_scenarios_value_and_both_ends_of_a_range(load_plan):
    plan = load_plan(f"design: one-at-a-time\nfactors: [{{path: {ORDER}, range: [0, 5]}}]")
    own = plan.scenario.numbers[ORDER].value
    assert designed(plan) == [[own], [0], [5]]


def test_range_of_a_grid_is_cut_into_steps(load_plan):
    assert designed(load_plan(f"factors: [{{path: {ORDER}, range: [0, 1], steps: 5}}]")) == [
        [0],
        [0.25],
        [0.5],
        [0.75],
        [1],
    ]


def test_listed_points_take_what_they_leave_out_from_the_scenario(load_plan):
    body = f"""
design: list
factors: [{{label: arms, variants: {{usual: {{}}, stopped: {{states.ALD.arms_policy: none}}}}}}]
rows:
  - {{{ORDER}: 0.3, arms: stopped}}
  - {{{BALANCE}: 1.5}}
  - {{}}
"""
    plan = load_plan(body)
    order, balance = (plan.scenario.numbers[path].value for path in (ORDER, BALANCE))
    assert designed(plan) == [[0.3, "stopped", balance], [order, "usual", 1.5], [order, "usual", balance]]


def test_union_has_the_points_of_its_designs_one_after_the_other(load_plan):
    plan = load_plan(
        f"design: union\nof:\n- {{factors: [{{path: {ORDER}, values: [0.1, 0.2]}}]}}\n"
        f"- {{factors: [{{path: {BALANCE}, values: [7, 8, 9]}}, {{path: states.ALD.arms_policy, values: [none, both]}}]}}\n"
    )
    own = plan.scenario.numbers[BALANCE].value
    found = designed(plan)
    assert len(found) == 2 + 6
    assert found[:2] == [[0.1, own, "endogenous"], [0.2, own, "endogenous"]]
    assert [row[1:] for row in found[2:4]] == [[7, "none"], [7, "both"]]


def test_union_renumbers_levels_that_its_designs_list_differently(load_plan):
    plan = load_plan(
        "design: union\nof:\n- {factors: [{path: states.ALD.arms_policy, values: [none, both]}]}\n"
        "- {factors: [{path: states.ALD.arms_policy, values: [both, ally]}]}\n"
    )
    assert [row[0] for row in designed(plan)] == ["none", "both", "both", "ally"]
    code = plan.paths.index("states.ALD.arms_policy")
    values = plan.values(np.arange(4))[:, code]
    assert values[1] == values[2]


def test_designs_nest(load_plan):
    body = f"""
design: product
of:
- design: union
  of:
  - {{design: random, points: 5, factors: [{{path: {ORDER}}}]}}
  - {{factors: [{{path: {ORDER}, values: [1, 2]}}]}}
- factors: [{{label: arms, variants: {{usual: {{}}, stopped: {{states.ALD.arms_policy: none}}}}}}]
"""
    plan = load_plan(body)
    assert plan.points == (5 + 2) * 2
    assert plan.sampling["of"][0]["of"][0]["design"] == "random"


def test_all_uncertain_varies_every_number_that_has_a_range(load_plan):
    plan = load_plan("design: random\npoints: 3\nall-uncertain: true")
    numbers = plan.scenario.numbers
    uncertain = {path for path, number in numbers.items() if number.range[0] < number.range[1]}
    assert set(plan.paths) == uncertain
    low, high = np.array([numbers[path].range for path in plan.paths]).T
    values = plan.values(np.arange(3))
    assert ((values >= low) & (values <= high)).all()


def test_all_uncertain_leaves_out_patterns_and_what_a_factor_sets(load_plan):
    plan = load_plan(
        f"design: random\npoints: 3\nall-uncertain: {{only: [weights.*], except: [weights.o*]}}\n"
        f"factors: [{{path: {BALANCE}, values: [9]}}]"
    )
    assert plan.factors[0].column == BALANCE
    assert all(path.startswith("weights.") for path in plan.paths)
    assert ORDER not in plan.paths
    assert len({one.column for one in plan.factors}) == len(plan.factors)


@pytest.mark.parametrize(
    "body",
    [
        f"design: list\nrows: [{{{ORDER}: 0.1, {BALANCE}: 1}}, {{{ORDER}: 0.1, {BALANCE}: 2}}]",
        f"design: product\nof: [{{factors: [{{path: {ORDER}, values: [0.1]}}]}}, {{factors: [{{path: {BALANCE}, range: [1, 2], steps: 2}}]}}]",
        f"design: union\nof: [{{design: list, rows: [{{{ORDER}: 0.1, {BALANCE}: 1}}]}}, {{design: list, rows: [{{{ORDER}: 0.1, {BALANCE}: 2}}]}}]",
        f"constraints: ['{ORDER} < 0.2']\nfactors: [{{path: {ORDER}, values: [0.1, 0.2]}}, {{path: {BALANCE}, values: [1, 2]}}]",
        f"design: list\nfile: same.csv  # {ORDER}",
    ],
)  # fmt: skip
def test_digest_is_of_the_points_and_not_of_how_they_were_declared(load_plan, tmp_path, body):
    (tmp_path / "same.csv").write_text(f"{ORDER},{BALANCE}\n0.1,1\n0.1,2\n")
    grid = load_plan(f"factors: [{{path: {ORDER}, values: [0.1]}}, {{path: {BALANCE}, values: [1, 2]}}]")
    other = load_plan(body)
    assert other.design_digest == grid.design_digest
    assert all_values(other) == all_values(grid)


def test_digest_tells_points_labels_and_order_apart(load_plan):
    bodies = [
        f"factors: [{{path: {ORDER}, values: [0.1, 0.2]}}]",
        f"factors: [{{path: {ORDER}, values: [0.2, 0.1]}}]",
        f"factors: [{{path: {ORDER}, values: [0.1, 0.3]}}]",
        f"factors: [{{path: {ORDER}, label: order, values: [0.1, 0.2]}}]",
        "factors: [{label: a, variants: {x: {}, y: {}}}]",
        "factors: [{label: a, variants: {x: {}, z: {}}}]",
    ]
    assert len({load_plan(body).design_digest for body in bodies}) == len(bodies)


@settings(max_examples=20)
@given(first=st.integers(0, 300), size=st.integers(1, 40))
def test_values_of_some_points_are_those_of_all(first, size):
    plan = load_sweep("robust-arms")
    points = np.arange(first, first + size)
    assert np.array_equal(plan.values(points), plan.values(np.arange(plan.points))[points])
    assert np.array_equal(plan.inputs(first)[plan._assignment.rows], plan.values(points[:1])[0])


def test_chunks_of_a_design_with_many_factors_are_smaller():
    wide = Table(tuple(factor(f"f{index}", 2) for index in range(1000)), np.zeros((5000, 1000)))
    assert [len(points) for points in chunks(wide)] == [2097, 2097, 806]


def test_results_hold_the_design_and_how_it_was_drawn(load_plan):
    plan = load_plan(
        f"design: latin-hypercube\npoints: 3\nfactors: [{{path: {ORDER}}}, {{path: states.ALD.arms_policy, values: [none, both]}}]"
    )
    results = sweep(plan)
    assert results.design[ORDER].tolist() == plan.values(np.arange(3))[:, plan.paths.index(ORDER)].tolist()
    assert set(results.design["states.ALD.arms_policy"]) <= {"none", "both"}
    assert results.manifest["sampling"]["design"] == "latin-hypercube"
    assert len(results.runs) == 6


def test_paths_of_states_in_either_order_and_of_events_are_known(load_plan):
    scenario = load_scenario("two-rivals-one-patron")
    path = next(path for path in scenario.numbers if path.startswith("proximity."))
    turned = ".".join([path.split(".")[0], *reversed(path.split(".")[1:])])
    assert load_plan(f"factors: [{{path: {turned}, values: [0.1, 0.2]}}]").paths == (path,)


@pytest.mark.parametrize("name", sorted(shipped_sweeps()))
def test_shipped_sweep_is_good(name):
    plan = load_sweep(name)
    assert plan.points > 10
    assert plan.name == name
    assert np.isfinite(plan.values(np.arange(plan.points))).all()


@pytest.mark.parametrize(
    "body",
    [
        "factors: [{path: dt, values: [0.5, 1]}]",
        "factors: [{label: how fine, variants: {fine: {dt: 0.5}, coarse: {dt: 1}}}]",
        "design: list\nrows: [{dt: 0.5}, {dt: 1}]",
        "design: list\nfile: points.csv",
    ],
)
def test_tick_is_no_factor_and_the_message_says_what_to_do(faults_of, tmp_path, body):
    (tmp_path / "points.csv").write_text("dt\n0.5\n1\n")
    said = faults_of(body)
    assert "all points of a sweep have the same dt: write a sweep for each" in said
    assert "known are" not in said
