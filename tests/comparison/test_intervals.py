"""Intervals and tests of differences: known answers, coverage, and what must hold of any data."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.comparison.intervals import intervals, sample
from sim.comparison.significance import benjamini_hochberg, holm, sign_flips, welch

pytestmark = pytest.mark.quick

DRAWS = np.random.default_rng(20)
MANY = 4000


def each(values):
    """A sample in which every row is a unit."""
    return sample(values, np.arange(len(values)))


def test_interval_is_scipys():
    values = DRAWS.lognormal(size=(40, 3))
    low, high = intervals([each(values)], 0.95, 20_000, 1)
    known = stats.bootstrap((values,), np.mean, axis=0, n_resamples=20_000, rng=1).confidence_interval
    width = known.high - known.low
    assert np.abs(low - known.low).max() < 0.03 * width.max()
    assert np.abs(high - known.high).max() < 0.03 * width.max()


def test_interval_of_two_samples_is_scipys():
    first, second = DRAWS.lognormal(size=(40, 3)), DRAWS.normal(size=(25, 3))
    low, high = intervals([each(first), each(second)], 0.9, 20_000, 1)
    known = stats.bootstrap(
        (first, second), lambda a, b, axis: b.mean(axis=axis) - a.mean(axis=axis),
        n_resamples=20_000, confidence_level=0.9, rng=1,
    ).confidence_interval  # fmt: skip
    width = (known.high - known.low).max()
    assert np.abs(low - known.low).max() < 0.03 * width
    assert np.abs(high - known.high).max() < 0.03 * width


@pytest.mark.parametrize(
    ("draw", "mean"), [(lambda size: DRAWS.normal(0.3, 2, size), 0.3), (lambda size: DRAWS.exponential(1, size), 1.0)]
)
def test_interval_covers_the_mean_as_often_as_it_says(draw, mean):
    low, high = intervals([each(draw((60, MANY)))], 0.95, 2000, 1)
    assert 0.925 < ((low <= mean) & (mean <= high)).mean() < 0.965


def test_interval_of_dependent_runs_covers_when_replicates_are_the_unit():
    """Points of one replicate share its shock; by pairs the interval would be far too narrow."""
    points, replicates, outcomes = 10, 40, 800
    shock = np.repeat(DRAWS.normal(size=(replicates, outcomes)), points, axis=0)
    values = shock + 0.5 * DRAWS.normal(size=shock.shape)
    shares = []
    for units in (np.repeat(np.arange(replicates), points), np.arange(len(values))):
        low, high = intervals([sample(values, units)], 0.95, 1000, 1)
        shares.append(((low <= 0) & (high >= 0)).mean())
    assert shares[0] > 0.92
    assert shares[1] < 0.7


def test_units_of_different_sizes_and_missing_values_count_by_their_values():
    values = np.array([[1.0], [3.0], [np.nan], [8.0]])
    found = sample(values, np.array([5, 5, 7, 7]))
    assert found.sums.tolist() == [[4], [8]]
    assert found.counts.tolist() == [[2], [1]]
    assert found.mean.tolist() == [4]


def test_interval_covers_with_values_missing():
    values = DRAWS.normal(1, 1, (80, 1000))
    values[DRAWS.random(values.shape) < 0.6] = np.nan
    low, high = intervals([each(values)], 0.95, 1000, 1)
    assert 0.91 < ((low <= 1) & (high >= 1)).mean() < 0.975


def test_nothing_varies_nothing_spreads():
    low, high = intervals([each(np.full((30, 2), 0.1))], 0.95, 500, 1)
    assert low == pytest.approx(0.1)
    assert np.array_equal(low, high)


def test_one_unit_gives_no_interval():
    assert np.isnan(intervals([each(np.ones((1, 2)))], 0.95, 500, 1)).all()


def test_sign_flips_of_few_units_are_exact():
    values = DRAWS.normal(0.5, 1, (8, 5))
    known = stats.permutation_test((values,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
    assert sign_flips(each(values), 100, 1) == pytest.approx(known)


def test_sign_flips_of_shares_are_mcnemars_exact_test():
    values = np.zeros((400, 1))
    values[:9, 0], values[9:12, 0] = 1, -1
    known = stats.binomtest(3, 12).pvalue
    assert sign_flips(each(values), 50_000, 1)[0] == pytest.approx(known, abs=0.01)


def test_with_few_pairs_nothing_can_be_found():
    assert sign_flips(each(np.full((3, 1), 5.0)), 100, 1)[0] == 0.25


def test_sign_flips_find_at_random_as_often_as_they_say():
    p = sign_flips(each(DRAWS.normal(size=(40, MANY))), 1000, 1)
    assert 0.04 < (p <= 0.05).mean() < 0.06


def test_welch_is_scipys():
    first, second = DRAWS.normal(0, 1, (30, 4)), DRAWS.normal(0.5, 3, (50, 4))
    assert welch(each(first), each(second)) == pytest.approx(stats.ttest_ind(first, second, equal_var=False).pvalue)


def test_two_constants_of_two_runs_are_not_told_apart():
    assert welch(each(np.zeros((2, 1))), each(np.ones((2, 1))))[0] == pytest.approx(1 / 3)
    assert welch(each(np.zeros((9, 1))), each(np.zeros((9, 1))))[0] == 1


def test_corrections_have_their_known_answers():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    assert holm(p).tolist() == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
    assert benjamini_hochberg(p).tolist() == pytest.approx([0.03, np.nan, 0.04, 0.04], nan_ok=True)


@pytest.mark.parametrize("number", [1, 2, 7, 200])
def test_benjamini_and_hochberg_are_scipys_to_the_digit(number):
    p = np.round(DRAWS.random(number) ** 3, 2)  # some are equal
    assert benjamini_hochberg(p).tolist() == stats.false_discovery_control(p).tolist()


def test_holm_keeps_the_chance_of_one_false_finding_below_the_level():
    found = [(holm(DRAWS.random(50)) <= 0.05).any() for _ in range(1000)]
    assert np.mean(found) < 0.07


numbers = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 3))
tables = st.integers(2, 30).flatmap(lambda rows: arrays(np.float64, (rows, 3), elements=numbers | st.just(np.nan)))


@given(tables)
@settings(max_examples=60)
def test_interval_is_finite_ordered_and_turns_with_the_sign(values):
    whole = sample(values, np.arange(len(values)) // 2)
    low, high = intervals([whole], 0.95, 200, 1)
    known = np.isfinite(whole.mean)
    if len(whole.sums) >= 2:
        assert np.isfinite(low[known]).all()
        assert (low[known] <= high[known]).all()
    turned = intervals([sample(-values, np.arange(len(values)) // 2)], 0.95, 200, 1)
    assert np.allclose(turned[0], -high, rtol=1e-6, atol=1e-6, equal_nan=True)


@given(tables)
@settings(max_examples=60)
def test_p_values_lie_between_zero_and_one_and_correction_only_raises_them(values):
    p = sign_flips(each(values), 200, 1)
    held = np.isfinite(p)
    assert ((p[held] > 0) & (p[held] <= 1)).all()
    assert (benjamini_hochberg(p)[held] >= p[held] - 1e-12).all()
    assert (holm(p)[held] >= benjamini_hochberg(p)[held] - 1e-12).all()


def test_many_outcomes_and_pairs_take_seconds():
    values = DRAWS.normal(size=(10_000, 150))
    begun = time.process_time()
    intervals([each(values)], 0.95, 1000, 1)
    sign_flips(each(values), 1000, 1)
    assert time.process_time() - begun < 20
