"""Scores against closed forms, pairs counted one by one, and coverage by simulation."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import norm

from sim.analysis.hindcast.assess import BEATEN, BEATS, SAME, UNDECIDED, against
from sim.analysis.hindcast.scores import Spread, Weights, brier, crps_normal, log_score, weighted_median


def even(sets: int, replicates: int) -> Weights:
    """The ensemble as it is."""
    return Weights(np.full((1, sets), 1.0 / sets), np.full((1, replicates), 1.0 / replicates))


def crps_of(values: np.ndarray, deviation: float, happened: float) -> float:
    """Fair score of all runs."""
    return float(Spread(values, deviation).crps(happened, even(*values.shape))[0])


def far(z: np.ndarray) -> np.ndarray:
    """Mean distance of a standard normal number from one that lies z away."""
    return z * (2 * ndtr(z) - 1) + 2 * norm.pdf(z)


def one_by_one(values: np.ndarray, deviation: float, happened: float) -> float:
    """The same score, pair by pair."""
    first = np.nanmean(far((values - happened) / deviation)) * deviation
    wide, apart = deviation * sqrt(2), []
    for at in zip(*np.nonzero(np.isfinite(values)), strict=True):
        others = values.copy()
        others[at[0]], others[:, at[1]] = np.nan, np.nan
        apart += list(far((values[at] - others[np.isfinite(others)]) / wide) * wide)
    return float(first - np.mean(apart) / 2)


@pytest.mark.parametrize("happened", [-1.0, 0.0, 0.7, 3.0])
def test_score_of_a_normal_distribution_has_its_closed_form(happened: float) -> None:
    z = happened / 1.3
    known = 1.3 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps_normal(0.0, 1.3, happened) == pytest.approx(known)
    assert crps_of(np.zeros((3, 4)), 1.3, happened) == pytest.approx(known, rel=1e-6)


def test_score_of_a_gaussian_ensemble_is_that_of_its_distribution_whatever_its_size() -> None:
    draws = np.random.default_rng(4)
    known = crps_normal(0.0, sqrt(1.0 + 0.3**2), 0.4)
    for shape, many in (((3, 3), 600), ((60, 60), 4)):
        found = [crps_of(draws.standard_normal(shape), 0.3, 0.4) for _ in range(many)]
        assert np.mean(found) == pytest.approx(known, abs=4 * np.std(found) / sqrt(many) + 0.01)
        assert abs(np.mean(found) - known) < 0.03


@given(st.integers(0, 10_000), st.sampled_from([(2, 2), (3, 5), (6, 2)]), st.floats(0.2, 2.0), st.booleans())
@settings(max_examples=25)
def test_score_is_the_mean_over_pairs_that_share_neither_set_nor_replicate(
    seed: int, shape: tuple[int, int], deviation: float, gaps: bool
) -> None:
    draws = np.random.default_rng(seed)
    values = draws.standard_normal(shape)
    if gaps:
        values[0, 0] = np.nan
    assert crps_of(values, deviation, 0.2) == pytest.approx(one_by_one(values, deviation, 0.2), abs=1e-6)


def test_sets_that_agree_and_replicates_that_agree_are_not_many_independent_runs() -> None:
    one = np.random.default_rng(2).standard_normal((1, 40))
    alike = np.repeat(one, 30, axis=0)
    assert crps_of(alike, 0.1, 0.0) == pytest.approx(crps_of(one, 0.1, 0.0), abs=1e-9)


def test_shares_have_their_scores_and_no_ensemble_is_certain() -> None:
    values = np.array([[1.0, 0.0], [1.0, np.nan]])
    share = even(2, 2).mean(values)
    assert share[0] == pytest.approx(2 / 3)
    assert brier(share, 1.0)[0] == pytest.approx(1 / 9)
    assert log_score(share, 0.0, 3)[0] == pytest.approx(-log(1 / 3))
    assert log_score(np.array([1.0]), 0.0, 50)[0] == pytest.approx(log(100))
    assert log_score(np.array([1.0]), 1.0, 50)[0] == pytest.approx(-log(0.99))


def test_intervals_cover_as_often_as_they_say() -> None:
    draws, halves, most = np.random.default_rng(7), [], []
    for _ in range(800):
        spread = Spread(draws.standard_normal((20, 10)), 0.5)
        happened = draws.standard_normal() + 0.5 * draws.standard_normal()
        place = spread.place_of(happened, even(20, 10))[0]
        low, high = spread.quantiles((0.25, 0.75))
        assert (0.25 <= place <= 0.75) == (low <= happened <= high) or min(
            abs(happened - low), abs(happened - high)
        ) < 0.01
        halves.append(0.25 <= place <= 0.75)
        most.append(0.05 <= place <= 0.95)
    assert np.mean(halves) == pytest.approx(0.5, abs=0.06)
    assert np.mean(most) == pytest.approx(0.9, abs=0.04)


def test_weighted_median_is_that_of_repeated_values() -> None:
    values = np.array([5.0, 1.0, np.nan, 3.0])
    assert weighted_median(values, np.ones(4)) == 3.0
    assert weighted_median(values, np.array([9.0, 1.0, 50.0, 1.0])) == 5.0
    assert np.isnan(weighted_median(np.array([np.nan]), np.ones(1)))


def test_skill_and_what_it_comes_to() -> None:
    noise = 0.01 * np.random.default_rng(1).standard_normal(401)
    mine = 0.2 + noise
    assert against(mine, np.full(401, 0.4))["judged"] == BEATS
    assert against(mine, np.full(401, 0.4))["skill"] == pytest.approx(1 - mine[0] / 0.4)
    assert against(mine, np.full(401, 0.1))["judged"] == BEATEN
    assert against(mine, np.full(401, 0.2))["judged"] == UNDECIDED
    assert against(mine, mine)["judged"] == SAME
    perfect = against(mine, np.zeros(401))
    assert perfect["skill"] is None
    assert perfect["judged"] == BEATEN
