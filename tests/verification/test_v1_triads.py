"""V1: structural balance alone (Kułakowski, Gawroński and Gronek 2005; Marvel et al. 2011)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from sim.ensemble import Design
from sim.kernel.lanes import LANES
from sim.rules.alignment import unbounded_triads

STATES = tuple(f"S{i}" for i in range(9))
PAIRS = [(i, j) for i in range(9) for j in range(9) if i != j]
ALONE = {"behaviour.from_rest": 0.0, "behaviour.adaptation": 1.0, "behaviour.balance": 7.0, "behaviour.memory": 0.0,
         "behaviour.pull": 0.0, "behaviour.fear": 0.0, "behaviour.gratitude": 0.0, "behaviour.grievance": 0.0}  # fmt: skip


def ended(small: Callable[..., Any], starts: np.ndarray) -> np.ndarray:
    """Alignments, shape (points, 9, 9), at which the triads alone arrive from given symmetric starts."""
    world = small(STATES, weeks=200, dt=0.1, numbers=ALONE)
    paths = tuple(f"alignments.{STATES[i]}.{STATES[j]}" for i, j in PAIRS)
    design = Design(paths, np.array([[start[i, j] for i, j in PAIRS] for start in starts]))
    names = [f"alignment.{STATES[i]}.{STATES[j]}" for i, j in PAIRS]
    last = world.final([*names, "imbalance"], replicates=1, design=design)
    found = np.zeros((len(starts), 9, 9))
    for column, (i, j) in enumerate(PAIRS):
        found[:, i, j] = last[:, column]
    return found


def imbalance(alignment: np.ndarray) -> float:
    """Share of triads with a negative product."""
    products = [alignment[i, j] * alignment[j, k] * alignment[i, k] for i, j, k in combinations(range(9), 3)]
    return float(np.mean(np.array(products) < 0))


def symmetric(rng: np.random.Generator, size: float) -> np.ndarray:
    """Random symmetric alignments without a diagonal."""
    upper = np.triu(rng.uniform(-size, size, (9, 9)), 1)
    return upper + upper.T


def test_triads_alone_end_balanced_or_jammed(small: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    found = ended(small, np.array([symmetric(rng, 0.8) for _ in range(LANES)]))
    for alignment in found:
        drive = alignment @ alignment
        assert all(abs(alignment[i, j]) > 0.99 and drive[i, j] * alignment[i, j] > 0 for i, j in PAIRS)
    assert np.mean([imbalance(alignment) == 0 for alignment in found]) > 0.5


def test_two_camps_planted_in_small_noise_come_out_as_planted(small: Callable[..., Any]) -> None:
    rng = np.random.default_rng(2)
    camps = np.where(rng.random((LANES, 9)) < 0.5, 1.0, -1.0)
    starts = np.array([0.2 * (np.outer(s, s) - np.eye(9)) + symmetric(rng, 0.02) for s in camps])
    for camp, alignment in zip(camps, ended(small, starts), strict=True):
        assert all(np.sign(alignment[i, j]) == camp[i] * camp[j] for i, j in PAIRS)


def test_three_hostile_blocs_of_three_stay_jammed(small: Callable[..., Any]) -> None:
    bloc = np.arange(9) // 3
    start = np.where(bloc[:, None] == bloc[None, :], 0.9, -0.9) * (1 - np.eye(9))
    alignment = ended(small, start[None])[0]
    assert all(np.sign(alignment[i, j]) == np.sign(start[i, j]) for i, j in PAIRS)
    assert imbalance(alignment) == pytest.approx(27 / 84)


@pytest.mark.parametrize("start", [0.4, -0.4])
def test_unbounded_triads_of_two_nodes_follow_the_closed_form(start: float) -> None:
    errors = []
    for steps in (2000, 4000):
        x = np.array([[0.0, start], [start, 0.0]])
        for _ in range(steps):
            square = x @ x
            x = np.array([[unbounded_triads(x[i, j], square[i, j], 1.0 / steps) for j in range(2)] for i in range(2)])
        errors.append(abs(x[0, 1] - start / (1 - start**2)))
    assert errors[1] < 1e-4
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.01)  # Euler's scheme is of first order
