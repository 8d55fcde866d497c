"""Histograms: bins hold as many possible values each, so that shares of few runs are no comb, and no value is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.dashboard.figures.bins import FEWEST, MOST, bin_edges

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("versions", [30, 60, 180, 390, 2000])
@pytest.mark.parametrize("replicates", [1, 4, 10, 20, 50])
def test_evenly_spread_shares_of_few_runs_give_a_level_histogram(versions: int, replicates: int) -> None:
    shares = np.arange(replicates + 1) / replicates
    edges = bin_edges(np.resize(shares, versions * (replicates + 1)))
    counts, _ = np.histogram(shares, edges)
    assert counts.sum() == replicates + 1
    assert set(counts[:-1]) == {counts[0]}
    assert 0 < counts[-1] <= counts[0]


def test_each_share_of_twenty_runs_has_a_bin_of_its_own_where_there_is_room() -> None:
    shares = np.random.default_rng(1).integers(0, 21, 390) / 20
    edges = bin_edges(shares)
    assert len(edges) == 22
    assert (edges[:-1] + edges[1:]) / 2 == pytest.approx(np.arange(21) / 20)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=200))
def test_bins_hold_every_value_and_are_equally_wide(numbers: list[float]) -> None:
    values = np.array(numbers)
    if np.ptp(values) < 1e-3:
        values[0] += 1.0
    edges = bin_edges(values)
    assert len(edges) - 1 <= MOST
    assert edges[0] <= values.min()
    assert edges[-1] >= values.max()
    assert np.diff(edges) == pytest.approx(np.full(len(edges) - 1, np.diff(edges)[0]))


def test_numbers_without_a_step_have_bins_by_how_they_spread() -> None:
    normal = np.random.default_rng(2).normal(size=400)
    by_rule = np.ptp(normal) / (2 * np.subtract(*np.quantile(normal, [0.75, 0.25])) / np.cbrt(400))
    assert len(bin_edges(normal)) - 1 == np.ceil(by_rule)
    assert len(bin_edges(np.append(normal, 1e9))) - 1 == FEWEST + 20
    assert len(bin_edges(normal[:3])) - 1 == FEWEST
