"""Samplers: what their points promise, and that SALib can read its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.errors import ConfigError
from sim.experiments.designs import sampled
from sim.experiments.factors import Distribution, alternatives_at

SHARES = np.linspace(0, 1, 101)


@settings(max_examples=25)
@given(power=st.integers(1, 9), factors=st.integers(1, 8), seed=st.integers(0, 2**63 - 1))
def test_sobol_points_are_balanced(power, factors, seed):
    drawn = sampled.sobol(2**power, factors, [seed])
    counts = [np.bincount((column * 2**power).astype(int), minlength=2**power) for column in drawn.T]
    assert (np.array(counts) == 1).all()
    halves = (drawn >= 0.5).sum(axis=0)
    assert (halves == 2 ** (power - 1)).all()


@settings(max_examples=25)
@given(count=st.integers(1, 200), factors=st.integers(1, 8), seed=st.integers(0, 2**63 - 1))
def test_latin_hypercube_has_one_point_in_each_stratum(count, factors, seed):
    drawn = sampled.latin_hypercube(count, factors, [seed])
    assert (np.sort((drawn * count).astype(int), axis=0) == np.arange(count)[:, None]).all()


@pytest.mark.parametrize("kind", ["random", "latin-hypercube", "sobol"])
def test_same_seed_gives_the_same_bytes_and_another_seed_others(load_plan, kind):
    body = f"design: {kind}\npoints: 16\nall-uncertain: {{only: [weights.*]}}"
    digests = [load_plan(body, seed).design_digest for seed in (1, 1, 2, 2**63 - 1)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


DRAWN = ["random\npoints: 4", "latin-hypercube\npoints: 4", "sobol\npoints: 4", "saltelli\nsamples: 4", "morris\ntrajectories: 4"]  # fmt: skip


@pytest.mark.parametrize("seed", [-1, -(2**70), 2**63, 2**200])
@pytest.mark.parametrize("design", DRAWN)
def test_seed_that_is_none_is_one_clear_line_however_it_is_given(write, faults_of, load_plan, design, seed):
    body = f"design: {design}\nall-uncertain: {{only: [weights.*]}}\n"
    said = faults_of(body + f"seed: {seed}\n")
    assert "sweep.yaml:8: seed must be a whole number in [0, " in said
    assert "\n" not in said
    with pytest.raises(ConfigError, match=r"^arguments: seed must be a whole number in \[0, .*$"):
        load_plan(body, seed)


@pytest.mark.parametrize("body", ["design: saltelli\nsamples: 4\n", "design: morris\ntrajectories: 4\n"])
def test_designs_of_salib_depend_on_the_seed_alone(load_plan, body):
    body += "all-uncertain: {only: [weights.*]}"
    before = np.random.get_state()[1].tolist()
    digests = [load_plan(body, seed).design_digest for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]
    assert np.random.get_state()[1].tolist() == before


def test_two_designs_of_one_file_draw_different_points(load_plan):
    one = "{design: random, points: 8, factors: [{path: weights.order}]}"
    plan = load_plan(f"design: union\nof: [{one}, {one}]")
    values = plan.values(np.arange(16))[:, 0]
    assert len(np.unique(values)) == 16


SPREADS = [
    (Distribution("uniform", -1, 3), stats.uniform(-1, 4)),
    (Distribution("log-uniform", 0.01, 100), stats.loguniform(0.01, 100)),
    (Distribution("triangular", 1, 5, (2.0,)), stats.triang(0.25, 1, 4)),
    (Distribution("normal", 0, 10, (4.0, 3.0)), stats.truncnorm(-4 / 3, 2, 4, 3)),
    (Distribution("beta", 2, 4, (2.0, 5.0)), stats.beta(2, 5, 2, 2)),
]


@pytest.mark.parametrize(("spread", "known"), SPREADS, ids=[spread.kind for spread, _ in SPREADS])
def test_quantiles_are_those_of_scipy_within_the_range(spread, known):
    found = spread.at(SHARES)
    assert found == pytest.approx(known.ppf(SHARES), rel=1e-9, abs=1e-9)
    assert known.cdf(found) == pytest.approx(SHARES, abs=1e-8)
    assert found[0] == pytest.approx(spread.low, abs=1e-9)
    assert found[-1] == pytest.approx(spread.high)
    assert (np.diff(found) >= 0).all()
    assert ((found >= spread.low) & (found <= spread.high)).all()


def test_quantiles_keep_few_enough_digits_to_be_the_same_everywhere():
    found = Distribution("beta", 2, 4, (2.0, 5.0)).at(SHARES)
    nudged = np.nextafter(stats.beta(2, 5, 2, 2).ppf(SHARES), 9)
    mantissa, exponent = np.frexp(nudged)
    again = np.ldexp(np.rint(np.ldexp(mantissa, 34)), exponent - 34)
    assert (np.clip(again, 2, 4) == found).all()


@given(weights=st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
def test_levels_are_drawn_by_their_weights(weights):
    shares = (np.arange(10_000) + 0.5) / 10_000
    counts = np.bincount(alternatives_at(shares, np.array(weights, float)), minlength=len(weights))
    assert counts / 10_000 == pytest.approx(np.array(weights) / sum(weights), abs=2e-4)
    assert weights[alternatives_at(np.array([1.0]), np.array(weights, float))[0]] > 0


def test_weighted_variants_come_as_often_as_they_should(load_plan):
    plan = load_plan(
        "design: sobol\npoints: 256\nfactors: [{label: arms, variants: {usual: {}, stopped: {states.ALD.arms_policy: none}}, weights: [3, 1]}]"
    )
    assert plan.design.level_values(np.arange(256)).sum() == 64


FACTORS = """
factors:
  - {path: weights.order, range: [0, 2]}
  - {path: weights.balance, range: [1, 4]}
  - {path: behaviour.rationality, range: [2, 10], distribution: log-uniform}
"""


def test_morris_gives_salib_the_slope_of_a_straight_model(load_plan):
    from SALib.analyze import morris

    plan = load_plan(f"design: morris\ntrajectories: 6\nlevels: 4\n{FACTORS}")
    facts = json.loads(json.dumps(dict(plan.sampling)))
    assert plan.points == 6 * 4
    level_values = plan.design.level_values(np.arange(plan.points))
    outcome = level_values @ np.array([3.0, -2.0, 0.0])
    found = morris.analyze(facts["problem"], level_values, outcome, num_levels=facts["levels"])
    assert np.asarray(found["mu"]) == pytest.approx([3 * 2, -2 * 3, 0])
    assert np.asarray(found["sigma"]) == pytest.approx([0, 0, 0], abs=1e-9)


@pytest.mark.parametrize("second", [True, False])
def test_saltelli_gives_salib_the_shares_of_variance(load_plan, second):
    from SALib.analyze import sobol

    plan = load_plan(f"design: saltelli\nsamples: 512\nsecond-order: {str(second).lower()}\n{FACTORS}")
    facts = json.loads(json.dumps(dict(plan.sampling)))
    assert plan.points == 512 * (8 if second else 5)
    level_values = plan.design.level_values(np.arange(plan.points))
    outcome = 3 * level_values[:, 0] + 2 * level_values[:, 1]
    found = sobol.analyze(facts["problem"], outcome, calc_second_order=facts["second_order"], seed=1)
    assert found["S1"] == pytest.approx([0.5, 0.5, 0], abs=0.02)


def test_groups_are_moved_together_and_told_to_salib(load_plan):
    body = FACTORS.replace("range: [0, 2]", "range: [0, 2], group: weights").replace(
        "range: [1, 4]", "range: [1, 4], group: weights"
    )
    plan = load_plan(f"design: morris\ntrajectories: 3\n{body}")
    assert plan.sampling["problem"]["groups"] == ["weights", "weights", "behaviour.rationality"]
    assert plan.points == 3 * 3
    level_values = plan.design.level_values(np.arange(3))
    moved = np.diff(level_values, axis=0) != 0
    assert {tuple(row) for row in moved.tolist()} == {(True, True, False), (False, False, True)}


def test_one_factor_is_enough(load_plan):
    assert load_plan("design: morris\ntrajectories: 3\nfactors: [{path: weights.order}]").points == 6
    assert load_plan("design: saltelli\nsamples: 4\nfactors: [{path: weights.order}]").points == 12


@pytest.mark.parametrize("design", ["morris\ntrajectories: 3", "saltelli\nsamples: 4"])
def test_one_group_of_all_factors_says_nothing_and_is_refused(faults_of, design):
    factors = "[{path: weights.order, group: g}, {path: weights.balance, group: g}]"
    assert "must leave two groups" in faults_of(f"design: {design}\nfactors: {factors}")
