"""Landscape theory: energies by hand, minima by another way, and what must not matter."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.analysis import landscape
from sim.analysis.camps.energy import camps_of, descend, energies_of, separation_costs
from sim.errors import ConfigError

pytestmark = pytest.mark.quick

HAND = np.array([[0, 1, -1, 0], [3, 0, 0, -2], [-1, 0, 0, 1], [0, 0, 1, 0]], float)
SIZE = np.array([1.0, 2.0, 1.0, 3.0])
quickly = settings(max_examples=60, derandomize=True, database=None, deadline=None)
squares = st.integers(2, 7).flatmap(lambda n: arrays(float, (n, n), elements=st.integers(-9, 9).map(float)))


def by_definition(propensity: np.ndarray, size: np.ndarray, camp: tuple[int, ...]) -> float:
    n = len(camp)
    return sum(size[i] * size[j] * propensity[i, j] * (camp[i] != camp[j]) for i in range(n) for j in range(n))


def test_energies_of_four_states_by_hand() -> None:
    # pairs apart cost s_i s_j (p_ij + p_ji): AB 2·4, AC −2, BD 6·−2, CD 3·2, AD and BC nothing
    found = landscape(HAND, SIZE)
    assert found.exact
    # number of a split: bit 0 for B, 1 for C, 2 for D in the camp without A
    assert found.every_energy == pytest.approx([0, 8 - 12, -2 + 6, 8 - 2 - 12 + 6, -12 + 6, 8 + 6, -2 - 12, 8 - 2])
    assert found.camps[0].tolist() == [0, 0, 1, 1]
    assert found.energies[0] == -14
    assert found.basins.sum() == pytest.approx(1)


@quickly
@given(squares)
def test_minima_are_the_splits_that_no_single_move_lowers(propensity: np.ndarray) -> None:
    n, size = len(propensity), np.arange(1.0, len(propensity) + 1)
    found = landscape(propensity, size)
    lowest = set()
    for camp in ((0, *rest) for rest in product((0, 1), repeat=n - 1)):
        energy = by_definition(propensity, size, camp)
        moves = [tuple(c ^ (at == i) for at, c in enumerate(camp)) for i in range(n)]
        if all(by_definition(propensity, size, move) >= energy - 1e-9 for move in moves):
            lowest.add(camp)
    assert {tuple(camp) for camp in found.camps.tolist()} == lowest
    assert found.energies == pytest.approx([by_definition(propensity, size, tuple(camp)) for camp in found.camps])
    assert (np.diff(found.energies) >= 0).all()


@quickly
@given(squares)
def test_descent_ends_in_the_minima_and_basins_of_enumeration(propensity: np.ndarray) -> None:
    rounded = propensity + np.random.default_rng(1).uniform(0, 0.1, propensity.shape)  # no ties
    found, costs = landscape(rounded), separation_costs(rounded, None)
    starts = camps_of(np.arange(2 ** (len(costs) - 1)), len(costs))
    ends = descend(costs, starts)
    assert (energies_of(costs, ends) <= energies_of(costs, starts) + 1e-9).all()
    for camp, share in zip(found.camps, found.basins, strict=True):
        assert (ends == camp).all(axis=1).mean() == pytest.approx(share)


@quickly
@given(squares, st.randoms(use_true_random=False))
def test_the_order_of_states_does_not_matter(propensity: np.ndarray, random: object) -> None:
    order = np.array(sorted(range(len(propensity)), key=lambda _: random.random()))  # type: ignore[attr-defined]
    one, other = landscape(propensity), landscape(propensity[np.ix_(order, order)])
    assert np.sort(one.every_energy) == pytest.approx(np.sort(other.every_energy))
    assert one.energies == pytest.approx(other.energies)


def test_a_state_split_into_two_friends_of_half_its_size_leaves_the_best_energy() -> None:
    halves = np.pad(HAND, (0, 1))
    halves[4], halves[:, 4] = halves[3], halves[:, 3]
    halves[3, 4] = halves[4, 3] = 50.0
    found = landscape(halves, [1, 2, 1, 1.5, 1.5])
    assert found.camps[0].tolist() == [0, 0, 1, 1, 1]
    assert found.energies[0] == pytest.approx(landscape(HAND, SIZE).energies[0])


def test_beyond_enumeration_two_clean_camps_are_found_and_the_seed_decides_all() -> None:
    camp = np.where(np.arange(24) % 3 == 0, 1.0, -1.0)
    found = landscape(np.outer(camp, camp), starts=50)
    assert not found.exact
    assert found.camps.tolist() == [(camp < 0).astype(int).tolist()]
    assert found.basins.tolist() == [1.0]
    rough = np.random.default_rng(3).normal(size=(22, 22))
    assert (
        landscape(rough, starts=40, seed=5).energies.tolist() == landscape(rough, starts=40, seed=5).energies.tolist()
    )


@pytest.mark.parametrize("given", [[[0, 1]], [[0.0]], [[0, np.nan], [1, 0]], "none", [[0, 1], [1]]])
def test_what_is_no_square_of_numbers_is_refused(given: object) -> None:
    with pytest.raises(ConfigError, match="propensity"):
        landscape(given)  # type: ignore[arg-type]


def test_sizes_must_be_one_a_state_and_not_negative() -> None:
    for size in ([1, 2], [1, 1, 1, -1]):
        with pytest.raises(ConfigError, match="size"):
            landscape(HAND, size)
