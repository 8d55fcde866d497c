"""Thinning: fewer positions, and borders that were common stay common."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.maps.thinning import thin

Ring = np.ndarray


def jagged(start: Ring, end: Ring, halvings: int, random: np.random.Generator) -> Ring:
    """A border between two places, bent ever finer."""
    border = np.array([start, end])
    for _ in range(halvings):
        length = np.linalg.norm(np.diff(border, axis=0), axis=1)[:, None]
        middle = (border[1:] + border[:-1]) / 2 + random.uniform(-0.15, 0.15, (len(length), 2)) * length
        border = np.concatenate([np.stack([border[:-1], middle], axis=1).reshape(-1, 2), border[-1:]])
    return border


def country(columns: int, rows: int, halvings: int, seed: int, middle: float = 0.0) -> list[Ring]:
    """Jagged states side by side, whose first has an enclave, around a meridian."""
    random = np.random.default_rng(seed)
    corner = {(x, y): np.array([middle + 8.0 * x, 6.0 * y]) for x in range(columns + 1) for y in range(rows + 1)}
    flat = {(x, y): jagged(corner[x, y], corner[x + 1, y], halvings, random) for x, y in corner if x < columns}
    tall = {(x, y): jagged(corner[x, y], corner[x, y + 1], halvings, random) for x, y in corner if y < rows}
    rings = []
    for x, y in ((x, y) for x in range(columns) for y in range(rows)):
        sides = [flat[x, y], tall[x + 1, y], flat[x, y + 1][::-1], tall[x, y][::-1]]
        ring = np.concatenate([side[:-1] for side in sides])
        ring = np.roll(ring, int(random.integers(len(ring))), axis=0)
        rings.append(np.concatenate([ring, ring[:1]]))
    turns = np.linspace(0, 2 * np.pi, 40)[:-1]
    lake = corner[0, 0] + [4, 3] + np.column_stack([np.cos(turns), np.sin(turns)])
    start = int(random.integers(len(lake)))
    hole = np.roll(lake[::-1], start, axis=0)
    rings += [np.concatenate([lake, lake[:1]]), np.concatenate([hole, hole[:1]])]
    return [np.column_stack([(ring[:, 0] + 180) % 360 - 180, ring[:, 1]]) for ring in rings]


def edges(rings: list[Ring]) -> Counter[tuple[tuple[float, ...], tuple[float, ...]]]:
    return Counter((tuple(one), tuple(other)) for ring in rings for one, other in pairwise(ring.tolist()))


def unpaired(rings: list[Ring]) -> set[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Edges that no neighbour runs the other way: the outer border."""
    found = edges(rings)
    return {edge for edge in found if found[edge[::-1]] != found[edge]}


@given(
    columns=st.integers(1, 4),
    rows=st.integers(1, 4),
    halvings=st.integers(1, 5),
    seed=st.integers(0, 999),
    middle=st.sampled_from([0.0, 176.0]),
    share=st.floats(0.1, 0.9),
)
def test_common_borders_stay_common(
    columns: int, rows: int, halvings: int, seed: int, middle: float, share: float
) -> None:
    before = country(columns, rows, halvings, seed, middle)
    most = max(int(share * sum(map(len, before))), 16 * len(before))
    after = thin(before, [True] * len(before), most)
    assert sum(map(len, after)) <= most
    outer = {place for edge in unpaired(before) for place in edge}
    assert {place for edge in unpaired(after) for place in edge} <= outer
    for old, new in zip(before, after, strict=True):
        assert len(new) >= 4
        assert new[0].tolist() == new[-1].tolist()
        places = iter(np.concatenate([old, old[1:]]).tolist())
        assert all(place in places for place in new.tolist()), "the order of positions is kept"


def test_rings_that_are_few_are_left_alone() -> None:
    rings = country(2, 2, 3, seed=1)
    assert all(one is other for one, other in zip(rings, thin(rings, [False] * len(rings), 10_000), strict=True))


def test_thinned_border_stays_near_the_true_one() -> None:
    [ring, *_] = country(1, 1, 9, seed=3)
    [found] = thin([ring], [True], 400)
    assert 200 < len(found) <= 400
    apart = np.abs(ring[:, None, :] - found[None, :, :]).sum(axis=2).min(axis=1)
    assert apart.max() < 0.4


def test_corners_of_a_drawn_shape_outlive_what_lies_between_them() -> None:
    side = np.linspace(0, 1, 50)[:-1]
    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    square = np.concatenate([
        np.outer(1 - side, one) + np.outer(side, other) for one, other in pairwise([*corners, corners[0]])
    ])  # fmt: skip
    [found] = thin([np.concatenate([square, square[:1]])], [True], 6)
    assert {tuple(place) for place in found.round(9).tolist()} == set(corners)


@pytest.mark.parametrize("kept", [True, False])
def test_ring_that_is_too_small_stays_only_where_it_must(kept: bool) -> None:
    islet = np.array([[9, 9], [9.0001, 9], [9.0001, 9.0001], [9, 9]])
    [large, *_] = country(1, 1, 6, seed=5)
    found = thin([large, islet], [True, kept], 60)
    assert (len(found[1]) > 0) == kept


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=12), min_size=1, max_size=4
    ),
    st.integers(0, 30),
)
def test_whatever_rings_there_are_some_positions_of_theirs_remain(
    given: list[list[tuple[int, int]]], most: int
) -> None:
    rings = [np.array([*ring, ring[0]], dtype=np.float64) for ring in given]
    for old, new in zip(rings, thin(rings, [False] * len(rings), most), strict=True):
        assert {tuple(place) for place in new.tolist()} <= {tuple(place) for place in old.tolist()}
