"""What a fit draws from: every uncertain number, within its range and within the limits of sums."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.sampling.draws import CHUNK, Draws, Prior
from sim.analysis.sampling.space import Space, rounded, space_of
from sim.errors import ConfigError
from sim.scenario.load import load_scenario


@pytest.fixture(scope="module")
def space() -> Space:
    return space_of(load_scenario("post-soviet-2020"), ["*"])


@pytest.fixture(scope="module")
def values(space: Space) -> np.ndarray:
    return Draws(space, Prior(len(space.paths), 3)).values(0, 1500)


def test_every_number_with_a_range_is_drawn_and_no_word(space):
    scenario = load_scenario("post-soviet-2020")
    wanted = {
        path
        for path, number in scenario.numbers.items()
        if number.range[0] < number.range[1] and scenario.layout.quantity(path).unit not in ("policy", "switch")
    }
    assert set(space.paths) == wanted
    assert len(wanted) > 400


def test_draws_fill_their_ranges_on_their_scale(space, values):
    assert (values >= space.low).all()
    assert (values <= space.high).all()
    position = space.units(values)
    assert (position.min(axis=0) < 0.1).all()
    assert (position.max(axis=0) > 0.9).all()
    free = np.setdiff1d(np.arange(len(space.paths)), space.columns)
    error = 1.0 / np.sqrt(12.0 * len(values))  # as of points at random: rejection thins the others
    assert abs(position[:, free].mean(axis=0) - 0.5).max() < 4.5 * error
    assert space.logarithmic[free].any()


def test_draws_keep_the_limits_of_sums(space, values):
    scenario = load_scenario("post-soviet-2020")
    for draw in values[:25]:
        scenario.with_(dict(zip(space.paths, map(float, draw), strict=True)))  # would refuse a broken limit
    raw = Prior(len(space.paths), 3).units(0)
    assert not space.admits(space.values(raw)).all()
    kept, good = space.admitted(raw)
    assert kept.tolist() == space.values(raw)[space.admits(space.values(raw))].tolist()
    assert good.sum() == len(kept)


def test_draws_are_the_same_however_they_are_asked_for(space, values):
    again = Draws(space, Prior(len(space.paths), 3))
    pieces = [again.values(first, min(first + 301, 1500)) for first in range(0, 1500, 301)]
    assert np.concatenate(pieces).tolist() == values.tolist()
    assert again.at(np.array([0, 7, CHUNK + 3, 1499])).tolist() == values[[0, 7, CHUNK + 3, 1499]].tolist()
    late = Draws(space, Prior(len(space.paths), 3))
    assert late.at(np.array([1499])).tolist() == values[[1499]].tolist()
    assert late.at(np.array([2])).tolist() == values[[2]].tolist()
    other = Draws(space, Prior(len(space.paths), 4)).values(0, 2)
    assert not (other == values[:2]).all()


def test_rounded_values_are_those_of_three_decimal_digits():
    rng = np.random.default_rng(1)
    given = np.concatenate([rng.normal(size=4000) * 10.0 ** rng.integers(-9, 9, 4000), [0.0, 1.0, -1e-5, 10.0, 999.6]])
    assert rounded(given).tolist() == [float(f"{value:.3g}") for value in given]


def test_ranges_that_leave_no_room_are_refused_in_words(space):
    tight = Space(space.paths, space.high, space.high + 1e-9, space.limits, space.others)
    with pytest.raises(ConfigError, match="must leave room to draw from"):
        Draws(tight, Prior(len(space.paths), 1)).values(0, 1)


def test_no_two_numbers_go_together():
    dimensions, chunks = 500, 4
    points = np.concatenate([Prior(dimensions, 1).units(chunk) for chunk in range(chunks)])
    assert (np.sort((points[:CHUNK] * CHUNK).astype(int), axis=0) == np.arange(CHUNK)[:, None]).all()
    found = np.corrcoef(points.T)[np.triu_indices(dimensions, 1)]
    assert abs(found).max() < 5.5 / np.sqrt(len(points))  # largest of 124,750, each of standard error 1/64
