"""What a fit says of its draws, where the truth is known: one pattern goes by one number, two trade off in another."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.analysis.found import Found, judged
from sim.analysis.patterns import Pattern, Patterns
from sim.analysis.report import report_of
from sim.analysis.representative import medoid
from sim.analysis.sampling.space import Space
from sim.analysis.sampling.waves import Waves
from sim.analysis.sampling.weighting import effective, quantiles

NUMBERS, DRAWS, REFERENCE = 12, 4096, 2048
LIMITS = (0.75, 0.9)
PATTERNS = Patterns(
    "known", "", 1, 200, ("*",),
    (
        Pattern("low", "The first number is small", "", "x", (0, 0), "above", 0.0, False, LIMITS[0], 1.0),
        Pattern("sum", "The next two add up to one", "", "x", (0, 0), "above", 0.0, False, LIMITS[1], 1.0),
    ),
    reference=REFERENCE,
)  # fmt: skip
SPACE = Space(tuple(f"u{n}" for n in range(NUMBERS)), np.zeros(NUMBERS), np.full(NUMBERS, 2.0))


@pytest.fixture(scope="module")
def report() -> dict:
    waves, found = Waves(SPACE, DRAWS, 1), Found(PATTERNS)
    u = SPACE.units(waves.wave(0, found).values(0, DRAWS)).T
    shares = np.stack([1.0 - u[0], 1.0 - abs(u[1] + u[2] - 1.0)], axis=1)
    found.add(judged(PATTERNS, 0, 0, np.full(DRAWS, 200), shares))
    return report_of(found, waves, PATTERNS)


def test_rates_are_those_of_the_reference_draws(report):
    rates = {row["pattern"]: row["rate"] for row in report["rates"]}
    assert rates["low"] == pytest.approx(0.25, abs=0.01)
    assert rates["sum"] == pytest.approx(1.0 - 0.9**2, abs=0.02)
    (pair,) = report["pairs"]
    assert pair["rate"] == pytest.approx(pair["independent"], abs=0.02)
    assert report["reference"] == REFERENCE
    assert report["plausible"] == pytest.approx(0.25 * 0.19 * DRAWS, rel=0.2)
    json.dumps(report, allow_nan=False)


def test_only_the_range_that_narrowed_is_named_with_the_pattern_that_did_it(report):
    moved = {row["path"]: row for row in report["ranges"] if row["moved"]}
    assert set(moved) == {"u0"}
    assert moved["u0"]["patterns"] == ["low"]
    assert moved["u0"]["width"] == pytest.approx(0.25, abs=0.02)
    assert moved["u0"]["interval"] == pytest.approx([0.025, 0.475], abs=0.04)
    assert len(report["ranges"]) == NUMBERS


def test_only_the_pair_that_trades_off_is_named(report):
    assert [row["paths"] for row in report["tradeoffs"]] == [["u1", "u2"]]
    assert report["tradeoffs"][0]["correlation"] < -0.9


def test_what_almost_fitted_is_told_by_the_pattern_that_it_misses(report):
    almost = {row["pattern"]: row for row in report["almost"]}
    assert almost["low"]["draws"] / DRAWS == pytest.approx(0.75 * 0.19, abs=0.02)
    assert almost["sum"]["draws"] / DRAWS == pytest.approx(0.25 * 0.81, abs=0.02)
    assert almost["low"]["median miss"] == pytest.approx(0.375, abs=0.05)
    assert almost["low"]["least miss"] < 0.05


def test_a_sum_with_a_limit_counts_as_no_trade_off_and_no_narrowing():
    from sim.analysis.sampling.space import space_of
    from sim.scenario.load import load_scenario

    space = space_of(load_scenario("post-soviet-2020"), ["ties.*", "contests.*.share.*"])
    assert space.limits
    whole = Patterns("all", "", 1, 200, ("*",), (PATTERNS.patterns[0],), reference=64)
    waves, found = Waves(space, 1024, 3), Found(whole)
    found.add(judged(whole, 0, 0, np.full(1024, 200), np.ones((1024, 1))))
    said = report_of(found, waves, whole)
    assert said["plausible"] == 1024
    assert not any(row["moved"] for row in said["ranges"])
    assert said["tradeoffs"] == []


def test_the_medoid_is_nearest_to_all_by_weight():
    means = np.array([[0.0, 5.0], [1.0, 5.0], [2.5, 5.0], [3.0, 5.0], [10.0, 5.0]])  # the second column does not count
    evenly = np.full(5, 0.2)
    assert medoid(means, evenly) == 2
    assert medoid(means, np.array([0.1, 0.1, 0.1, 0.1, 0.6])) == 4
    assert medoid(means * [1000.0, 1.0], evenly) == 2


def test_weighted_quantiles_and_sizes():
    values = np.array([[3.0], [1.0], [2.0]])
    assert quantiles(values, np.array([0.2, 0.5, 0.3]), (0.4, 0.5, 0.6, 0.95))[:, 0].tolist() == [1.0, 1.0, 2.0, 3.0]
    assert effective(np.full(7, 0.3)) == pytest.approx(7.0)
    assert effective(np.array([1.0, 0.0])) == 1.0
    assert effective(np.zeros(0)) == 0.0
