"""Waves of draws against a known answer: a region of the unit cube in which every point is as likely as any other.

Four patterns look at seven of forty numbers; about one point in 750 shows all four. The truth is a sample of the
region, drawn by plain rejection in those seven numbers alone.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.analysis.found import Found, judged, plausible
from sim.analysis.patterns import Pattern, Patterns
from sim.analysis.sampling.space import Space
from sim.analysis.sampling.waves import METHODS, Waves
from sim.analysis.sampling.weighting import effective, two_sample_p

NUMBERS, ACTIVE, DRAWS, RUNS, WANTED = 40, 7, 2048, 200, 250
LEAST = (0.7, 0.9, 0.6, 0.5)
PATTERNS = Patterns(
    "known", "", 1, RUNS, ("*",),
    tuple(Pattern(f"P{n}", "", "", "x", (0, 0), "above", 0.0, False, least, 1.0) for n, least in enumerate(LEAST)),
)  # fmt: skip
SPACE = Space(tuple(f"u{n}" for n in range(NUMBERS)), np.zeros(NUMBERS), np.ones(NUMBERS))


def shares(units: np.ndarray) -> np.ndarray:
    """Share of runs that would show each pattern: a sum, a difference, a circle, and a bound."""
    u = units.T
    found = [
        0.7 + 0.6 * (u[0] + u[1] - 1.5),
        0.9 - 1.5 * (abs(u[2] - u[3]) - 0.15),
        0.6 - 0.6 * (u[4] ** 2 + u[5] ** 2 - 0.25),
        0.5 + 0.8 * (u[6] - 0.8),
    ]
    return np.clip(np.stack(found, axis=1), 0.0, 1.0)


@cache
def truth() -> np.ndarray:
    """Points of the region, shape ``(n, ACTIVE)``."""
    units = np.random.default_rng(7).random((2_000_000, ACTIVE))
    return units[(shares(units) >= LEAST).all(axis=1)]


@cache
def searched(method: str, seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Plausible points that waves find, their weights, and the draws that it took."""
    waves, found, wave = Waves(SPACE, DRAWS, seed, method), Found(PATTERNS), 0
    while wave == 0 or not waves.enough(found, WANTED):
        units = SPACE.units(waves.wave(wave, found).values(0, DRAWS))
        found.add(judged(PATTERNS, len(found), wave, np.full(DRAWS, RUNS), shares(units)))
        wave += 1
    values = waves.values(plausible(found.frame, PATTERNS)["draw"].to_numpy())
    return SPACE.units(values), waves.weights(values), len(found)


@pytest.mark.parametrize(("method", "seed"), [("importance", 1), ("importance", 2), ("importance", 3), ("history", 1)])
def test_weighted_survivors_have_the_distribution_of_the_region(method, seed):
    units, weights, _ = searched(method, seed)
    assert effective(weights) > 0.5 * WANTED
    p = two_sample_p(units[:, :ACTIVE], weights, truth())
    assert p.min() * ACTIVE > 0.01, p.round(4)
    evenly = np.random.default_rng(1).random((4000, NUMBERS - ACTIVE))
    assert two_sample_p(units[:, ACTIVE:], weights, evenly).min() * (NUMBERS - ACTIVE) > 0.01


@pytest.mark.parametrize("method", METHODS)
def test_survivors_keep_what_belongs_together(method):
    units, weights, _ = searched(method, 1)
    expected = np.corrcoef(truth().T)
    found = np.cov(units[:, :ACTIVE].T, aweights=weights)
    found /= np.sqrt(np.outer(np.diag(found), np.diag(found)))
    assert abs(found - expected).max() < 4.0 / np.sqrt(effective(weights))
    assert expected[2, 3] > 0.8


def test_without_weights_the_survivors_would_mislead():
    units, weights, _ = searched("importance", 1)
    assert effective(weights) < len(weights)
    evenly = np.full(len(units), 1.0 / len(units))
    edge = (truth()[:, 0] < 0.6).mean()
    weighted, plain = weights @ (units[:, 0] < 0.6), evenly @ (units[:, 0] < 0.6)
    assert abs(weighted - edge) < abs(plain - edge)


@pytest.mark.parametrize("method", METHODS)
def test_waves_find_far_more_in_as_many_draws_than_the_ranges_alone(method):
    _, weights, draws = searched(method, 1)
    assert effective(weights) / draws > 10.0 * len(truth()) / 2_000_000


def test_enough_counts_unequal_weights_for_less():
    waves, found = Waves(SPACE, DRAWS, 1), Found(PATTERNS)
    units = SPACE.units(waves.wave(0, found).values(0, DRAWS))
    found.add(judged(PATTERNS, 0, 0, np.full(DRAWS, RUNS), shares(units)))
    kept = len(plausible(found.frame, PATTERNS))
    assert waves.enough(found, kept)
    assert not waves.enough(found, kept + 1)


def test_history_matching_says_what_it_needs_where_it_is_not_installed(tmp_path):
    script = """
import sys
sys.modules["sklearn"] = sys.modules["sklearn.linear_model"] = None
import sim
from sim.errors import CounterpoiseError
try:
    sim.fit("two-rivals-one-patron", "p.yaml", draws=64, replicates=4, wanted=64, method="history")
except CounterpoiseError as error:
    print(error)
"""
    (tmp_path / "p.yaml").write_text(
        "name: p\nweeks: 3\npatterns: {P: {outcome: control.VAL, week: 2, above: 0.3, at_least: 0.5}}\n"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert 'pip install "counterpoise[fit]"' in said.stdout
    assert "--method importance" in said.stdout


def test_rows_of_draws_say_how_far_they_are():
    rows = judged(PATTERNS, 5, 1, np.array([200, 20]), np.array([[0.8, 0.9, 0.7, 0.6], [0.5, 0.9, np.nan, 0.1]]))
    assert isinstance(rows, pd.DataFrame)
    assert rows["draw"].tolist() == [5, 6]
    assert rows["passed"].tolist() == [4, 1]
    assert rows["distance"].tolist() == pytest.approx([0.0, 0.6])
    assert rows["margin"].iloc[0] == 0.0
    assert rows["margin"].iloc[1] < -1.0
