"""Histograms: bins hold as many possible values each, so that shares of few runs are no comb, and no value is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.dashboard.effects.effect import Spread
from sim.dashboard.figures.bins import FEWEST, MOST, bin_edges
from sim.dashboard.figures.drawing import Figure
from sim.dashboard.outcomes import Outcome
from sim.dashboard.sections.variation.plots import histogram
from sim.dashboard.statistics import Estimate

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


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=60).filter(lambda counts: len(set(counts)) > 1), st.floats(0, 0.5)
)
def test_nothing_is_drawn_of_a_share_below_none_or_beyond_all(counts: list[int], chance: float) -> None:
    figure = drawn(np.array(counts) / 20, chance, ".0%")
    low, high = figure.layout["xaxis"]["range"]
    assert 0 <= low < high <= 1
    (bars,) = figure.traces
    middles, half = np.array(bars["x"]), np.array(bars["width"]) / 2
    band = figure.layout["shapes"][1]
    for least, most in ((min(middles - half), max(middles + half)), (band["x0"], band["x1"])):
        assert low - 1e-4 <= least <= most <= high + 1e-4
    assert sum(figure.columns["Versions"]) == len(counts)


def test_bars_of_what_is_no_share_are_drawn_whole() -> None:
    figure = drawn(np.array([0.0, 1.0, 1.0, 2.0, 3.0, 4.0]), 0.1, ".1f")
    assert figure.layout["xaxis"]["range"] == [-0.5, 4.5]
    assert figure.traces[0]["x"] == [0.0, 1.0, 2.0, 3.0, 4.0]


def drawn(means: NDArray[np.float64], chance: float, form: str) -> Figure:
    """A histogram of versions' means, with a given standard deviation by chance."""
    mean = Estimate(float(means.mean()), float(means.mean()), float(means.mean()), 40)
    spread = Spread(mean, *np.quantile(means, [0.05, 0.5, 0.95]), chance, 0.5, 0.01, means)
    slot = histogram(Outcome("held", "what is held", form, "held"), spread)
    assert slot is not None
    (figure,) = slot.points
    assert figure is not None
    return figure
