"""Numbers over plausible sets: known answers for both intervals, and what runs cannot tell is not told."""

from __future__ import annotations

import numpy as np
import pytest

from sim.comparison.over_sets import over_sets

pytestmark = pytest.mark.quick

SETS, RUNS = 200, 40
EVEN = np.ones(SETS, np.int64)


def drawn(between: float, within: float, shared: float = 0.0, *, runs: int = RUNS, seed: int = 1) -> np.ndarray:
    """Values of sets that differ, of runs that differ, and of replicates that all sets share."""
    rng = np.random.default_rng(seed)
    own, common = between * rng.standard_normal((SETS, 1)), shared * rng.standard_normal((1, runs))
    return 0.5 + own + common + within * rng.standard_normal((SETS, runs))


def test_range_of_assumptions_is_that_of_the_sets_without_the_noise_of_their_runs() -> None:
    """On average over studies in which the noise of a set's runs is as large as the differences between sets."""
    studies = [drawn(0.3, 2.0, seed=seed) for seed in range(30)]
    found = [over_sets(values, EVEN) for values in studies]
    widths = [one.assumptions[1] - one.assumptions[0] for one in found]
    true = 2 * 1.645 * 0.3
    assert np.mean(widths) == pytest.approx(true, rel=0.1)
    naive = [np.ptp(np.quantile(values.mean(axis=1), [0.05, 0.95])) for values in studies]
    assert np.mean(naive) > 1.3 * true
    assert not any(one.noisy for one in found)


def test_sets_that_differ_by_chance_alone_have_no_range() -> None:
    widths = [np.diff(over_sets(drawn(0.0, 1.0, seed=seed), EVEN).assumptions)[0] for seed in range(20)]
    assert np.median(widths) < 0.1 * 2 * 1.645 / np.sqrt(RUNS)


@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_chance_covers_the_mean_of_all_replicates_as_often_as_it_says(shared: float) -> None:
    """Shocks that all sets share do not average out over sets."""
    covered = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        own = rng.standard_normal((20, 1))
        values = own + shared * rng.standard_normal((1, 8)) + 0.5 * rng.standard_normal((20, 8))
        low, high = over_sets(values, np.ones(20, np.int64)).chance
        covered += low <= own.mean() <= high
    assert 0.91 <= covered / 300 <= 0.985


def test_more_runs_narrow_chance_and_not_assumptions() -> None:
    few, many = (over_sets(drawn(1.0, 1.0, 0.5, runs=runs), EVEN) for runs in (10, 160))
    widths = [[high - low for low, high in (one.chance, one.assumptions)] for one in (few, many)]
    assert widths[1][0] < 0.4 * widths[0][0]
    assert widths[1][1] == pytest.approx(widths[0][1], rel=0.1)


def test_heavy_sets_count_as_often_as_they_were_drawn() -> None:
    values = np.array([[0.0, 0.2], [1.0, 0.8]])
    repeated = over_sets(np.vstack([values[:1]] * 3 + [values[1:]]), np.ones(4, np.int64))
    weighed = over_sets(values, np.array([3, 1]))
    assert weighed.value == pytest.approx(repeated.value) == pytest.approx((3 * 0.1 + 0.9) / 4)
    assert (weighed.rises, weighed.falls, weighed.sets) == (1.0, 0.0, 2)
    assert weighed.chance == pytest.approx(repeated.chance)


def test_a_share_keeps_within_its_bounds_and_is_never_sure_of_itself() -> None:
    hits = np.random.default_rng(1).random((50, 10)) < 0.01
    low, high = over_sets(hits.astype(float), np.ones(50, np.int64), share=True).chance
    assert 0.0 <= low < hits.mean() < high <= 1.0
    for value in (0.0, 1.0):
        low, high = over_sets(np.full((50, 10), value), np.ones(50, np.int64), share=True).chance
        assert high - low > 0.01
        assert low <= value <= high


def test_signs_are_counted_of_sets_with_a_difference() -> None:
    moved = np.repeat([[0.4], [0.001], [-0.2], [0.0]], 3, axis=1)
    found = over_sets(moved, np.ones(4, np.int64), least=0.01)
    assert (found.rises, found.falls) == (0.25, 0.25)
    assert over_sets(moved, np.ones(4, np.int64)).rises == 0.5


def test_one_replicate_tells_nothing_of_chance() -> None:
    found = over_sets(drawn(1.0, 1.0, runs=1), EVEN)
    assert np.isnan(found.chance).all()
    assert found.noisy
    assert np.isfinite(found.assumptions).all()


def test_one_set_has_no_range_of_assumptions() -> None:
    found = over_sets(drawn(1.0, 1.0)[:1], EVEN[:1])
    assert np.isnan(found.assumptions).all()
    assert np.isfinite(found.chance).all()


def test_sets_and_runs_without_a_value_take_no_part() -> None:
    values = drawn(1.0, 1.0)
    holes = values.copy()
    holes[:5] = np.nan
    holes[10, 3:] = np.nan
    found = over_sets(holes, EVEN)
    assert found.sets == SETS - 5
    assert found.runs == np.isfinite(holes).sum()
    assert found.value == pytest.approx(np.nanmean(holes[5:], axis=1).mean())
    assert over_sets(np.full((3, 4), np.nan), np.ones(3, np.int64)).sets == 0
