"""A draw is dropped early only where it would hardly pass."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.sampling.stopping import ERROR, bounds

TOTAL = 200


@pytest.mark.parametrize("runs", [20, 60])
@pytest.mark.parametrize(
    ("at_least", "at_most"), [(0.7, 1.0), (0.3, 1.0), (0.95, 1.0), (0.0, 0.02), (0.0, 0.5), (0.2, 0.6)]
)
def test_draw_at_the_edge_of_passing_is_hardly_ever_dropped(at_least, at_most, runs):
    fewest, most = bounds(at_least, at_most, runs, TOTAL)
    assert 0 <= fewest <= most <= runs
    rng = np.random.default_rng(runs)
    for met in (round(at_least * TOTAL), round(at_most * TOTAL)):
        first = rng.hypergeometric(met, TOTAL - met, runs, size=40_000)
        dropped = ((first < fewest) | (first > most)).mean()
        assert dropped <= ERROR + 4.0 * np.sqrt(ERROR / 40_000)


def test_bounds_are_as_tight_as_the_error_allows():
    fewest, _ = bounds(0.7, 1.0, 20, TOTAL)
    rng = np.random.default_rng(0)
    first = rng.hypergeometric(140, 60, 20, size=200_000)
    assert (first < fewest + 1).mean() > ERROR
    assert bounds(0.7, 1.0, 60, TOTAL)[0] / 60 > fewest / 20


def test_draw_far_outside_is_dropped_at_once():
    fewest, _ = bounds(0.7, 1.0, 20, TOTAL)
    assert fewest > 0.3 * 20
    assert bounds(0.0, 0.02, 20, TOTAL)[1] < 5


def test_pattern_that_accepts_everything_drops_nothing():
    assert bounds(0.0, 1.0, 20, TOTAL) == (0, 20)
