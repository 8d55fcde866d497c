"""Estimators of sensitivity on functions whose answers are known, with and without noise of replicates."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami, Sobol_G

from sim.analysis.sensitivity.given import correlations
from sim.analysis.sensitivity.morris import elementary_effects, screened
from sim.analysis.sensitivity.pawn import pawn
from sim.analysis.sensitivity.regret import regret
from sim.analysis.sensitivity.sobol import indices
from sim.analysis.sensitivity.surface import surface

ISHIGAMI = {"num_vars": 4, "names": list("abcd"), "bounds": [[-np.pi, np.pi]] * 4}
"""Ishigami's function of three numbers, and a fourth one that does nothing."""
FIRST, TOTAL = np.array([0.3139, 0.4424, 0.0, 0.0]), np.array([0.5576, 0.4424, 0.2437, 0.0])
UNIT = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4}
DELTA = 2 / 3


def noisy(values, replicates, spread, seed):
    """Values with noise of their own in each run, and with what all runs of a replicate share."""
    draws = np.random.default_rng(seed)
    shared = 5.0 * draws.standard_normal(replicates)
    return values[:, None] + spread * draws.standard_normal((len(values), replicates)) + shared


def ishigami(replicates, spread, seed, samples=256):
    x = sobol_sample.sample(ISHIGAMI, samples, calc_second_order=False, seed=seed)
    return noisy(Ishigami.evaluate(x[:, :3]), replicates, spread, seed).reshape(samples, 6, replicates)


def walk(seed, replicates, spread):
    """Elementary effects of 3 a + 2 b c, whose fourth number does nothing."""
    x = morris_sample.sample(UNIT, 30, num_levels=4, seed=seed)
    y = noisy(3 * x[:, 0] + 2 * x[:, 1] * x[:, 2], replicates, spread, seed)
    return elementary_effects(x.reshape(30, 5, 4), y.reshape(30, 5, replicates), list("abcd"), DELTA)


def test_indices_without_noise_are_those_of_salib():
    x = sobol_sample.sample(ISHIGAMI, 256, calc_second_order=False, seed=1)
    y = Ishigami.evaluate(x[:, :3])
    known, found = salib_sobol.analyze(ISHIGAMI, y, calc_second_order=False, seed=1), indices(y.reshape(256, 6, 1))
    assert found.first == pytest.approx(known["S1"], abs=1e-3)
    assert found.total == pytest.approx(known["ST"], abs=1e-3)


@pytest.mark.parametrize(("replicates", "spread"), [(2, 3.0), (20, 3.0), (3, 0.0)])
def test_noise_of_replicates_moves_no_index(replicates, spread):
    found = indices(ishigami(replicates, spread, seed=4, samples=1024))
    assert found.first == pytest.approx(FIRST, abs=0.08)
    assert found.total == pytest.approx(TOTAL, abs=0.08)


def test_intervals_hold_the_true_index_as_often_as_they_say():
    hits = []
    for seed in range(20):
        found = indices(ishigami(3, 3.0, seed, samples=128))
        hits += [*((found.first_low <= FIRST) & (found.first_high >= FIRST)),
                 *((found.total_low <= TOTAL) & (found.total_high >= TOTAL))]  # fmt: skip
    assert np.mean(hits) >= 0.9  # 95%, less what so few seeds leave to luck: indices of one seed hang together


@pytest.mark.parametrize("replicates", [1, 2, 20])
def test_index_of_a_factor_without_effect_is_not_told_from_nothing(replicates):
    found = [indices(ishigami(replicates, 4.0, seed, samples=64)) for seed in range(15)]
    covered = [
        one.total_low[3] <= 0 <= one.total_high[3] and one.first_low[3] <= 0 <= one.first_high[3] for one in found
    ]
    assert np.mean(covered) >= 0.8


def test_sobol_g_is_found():
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
    a = np.array([0.0, 1.0, 9.0])
    x = sobol_sample.sample(problem, 1024, calc_second_order=False, seed=2)
    found = indices(noisy(Sobol_G.evaluate(x, a), 5, 0.5, 3).reshape(1024, 5, 5))
    assert found.first == pytest.approx(Sobol_G.sensitivity_index(a), abs=0.06)
    assert found.total == pytest.approx(Sobol_G.total_sensitivity_index(a), abs=0.06)


def test_elementary_effects_without_noise_are_those_of_salib():
    x = morris_sample.sample(UNIT, 30, num_levels=4, seed=3)
    y = 3 * x[:, 0] + 2 * x[:, 1] * x[:, 2]
    known = salib_morris.analyze(UNIT, x, y, num_levels=4, seed=1)
    found = screened(elementary_effects(x.reshape(30, 5, 4), y.reshape(30, 5, 1), list("abcd"), DELTA))
    assert found.size == pytest.approx(np.asarray(known["mu_star"]), abs=1e-9)
    assert found.mean == pytest.approx(np.asarray(known["mu"]), abs=1e-9)
    assert found.sigma == pytest.approx(np.asarray(known["sigma"]), abs=1e-9)


@pytest.mark.parametrize("replicates", [1, 2, 20])
def test_noise_of_replicates_makes_no_elementary_effect(replicates):
    found = [screened(walk(seed, replicates, 1.0)) for seed in range(15)]
    assert np.mean([one.low[3] <= 0 for one in found]) >= 0.8
    assert all(one.low[0] <= 3.0 <= one.high[0] for one in found[:3])


def test_step_within_a_level_of_words_is_no_effect():
    x = np.array([[[0.0, 0.0], [1.0, 0.0], [1.0, 0.0]]])
    found = elementary_effects(x, np.array([[[0.0], [2.0], [2.0]]]), ["a", "b"], 1.0)
    assert found[0, :, 0].tolist() == [2.0, 0.0]


def test_rank_correlations_are_signed_and_partial_ones_see_through_others():
    draws = np.random.default_rng(1)
    x = draws.uniform(size=(400, 3))
    y = noisy(10 * x[:, 0] - 3 * x[:, 1], 4, 0.5, 2)
    found = correlations(x, y)
    assert found.rank[0][0] > 0.8
    assert found.rank[0][1] < -0.1
    assert found.partial[0][1] < -0.7
    assert found.partial[1][2] <= 0 <= found.partial[2][2]
    assert correlations(x[:10], y[:10]) is None


def test_pawn_sees_what_ranks_do_not():
    draws = np.random.default_rng(5)
    x = draws.uniform(size=(1000, 2))
    value, low, high = pawn(x, np.exp(3 * np.abs(x[:, 0] - 0.5)))
    assert low[0] > 0.2
    assert low[1] <= 0 <= high[1]
    assert value[0] > value[1]


def test_surface_foretells_what_is_quadratic_and_nothing_of_noise():
    draws = np.random.default_rng(6)
    x = draws.uniform(size=(200, 2))
    assert surface(x, x[:, 0] ** 2 + x[:, 0] * x[:, 1]).explained == pytest.approx(1.0)
    assert surface(x, draws.standard_normal(200)).explained < 0.1


def test_regret_of_policies_of_known_worth():
    worth = np.array([[3.0, 1.0], [0.0, 2.0], [5.0, 5.0]])
    found = regret(np.repeat(worth[:, :, None], 4, axis=2), np.ones(3, np.int64))
    assert found.largest.tolist() == [2.0, 2.0]
    assert found.mean == pytest.approx([2 / 3, 2 / 3])
    assert found.best == pytest.approx([0.5, 0.5])


def test_luck_is_no_regret():
    draws = np.random.default_rng(7)
    found = regret(draws.standard_normal((400, 5, 4)), np.ones(400, np.int64))
    assert np.abs(found.mean).max() < 0.15  # the best of five means by luck alone would be 0.58 ahead
