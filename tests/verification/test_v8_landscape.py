"""V8: the landscape energy of the alignment graph (Axelrod and Bennett 1993)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from sim.dynamics.measures import EXACT_UP_TO
from sim.ensemble import Design


def observed(small: Callable[..., Any], alignments: np.ndarray) -> np.ndarray:
    """Frustration, polarity and imbalance, shape (points, 3), that the model reports of alignments."""
    n = alignments.shape[1]
    states = tuple(f"S{i:02d}" for i in range(n))
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    paths = tuple(f"alignments.{states[i]}.{states[j]}" for i, j in pairs)
    design = Design(paths, np.array([[one[i, j] for i, j in pairs] for one in alignments]))
    world = small(states, weeks=1)
    return np.asarray(world.final(["frustration", "polarity", "imbalance"], replicates=1, design=design))


def drawn(points: int, n: int, seed: int) -> np.ndarray:
    """Random alignments, not symmetric."""
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (points, n, n))


def mutual(alignment: np.ndarray) -> np.ndarray:
    """(a_ij + a_ji)/2 without a diagonal."""
    return np.asarray((alignment + alignment.T) / 2 * (1 - np.eye(len(alignment))))


def energies(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every split with the last state in the first camp, and its energy −Σ w_ij s_i s_j over pairs."""
    n = len(w)
    splits = np.array([(*s, 1.0) for s in product((1.0, -1.0), repeat=n - 1)])
    return splits, -0.5 * np.einsum("ki,ij,kj->k", splits, w, splits)


def descended(w: np.ndarray, camp: np.ndarray) -> np.ndarray:
    """Let states change camp one by one while that lowers the frustration of the one that changes."""
    camp, moved = camp.copy(), True
    while moved:
        moved = False
        for i in range(len(w)):
            if camp[i] * (w[i] @ camp) < -1e-12:
                before = -0.5 * camp @ w @ camp
                camp[i] = -camp[i]
                assert -0.5 * camp @ w @ camp < before  # an exact potential
                moved = True
    return camp


@pytest.mark.parametrize("n", [3, 4, 7, 9])
def test_enumeration_finds_the_best_split(small: Callable[..., Any], n: int) -> None:
    alignments = drawn(40, n, n)
    for alignment, (frustration, polarity, _) in zip(alignments, observed(small, alignments), strict=True):
        w = mutual(alignment)
        splits, energy = energies(w)
        best, total = splits[energy.argmin()], np.abs(w).sum() / 2
        assert frustration == pytest.approx((energy.min() / total + 1) / 2, abs=1e-12)
        across = np.triu((w < 0) & (np.outer(best, best) < 0))
        assert polarity == pytest.approx(-w[across].sum() / total, abs=1e-12)


def test_frustration_is_what_the_best_split_leaves_unsatisfied(
    small: Callable[..., Any],
) -> None:
    alignment = drawn(1, 6, 60)
    w = mutual(alignment[0])
    splits, energy = energies(w)
    same = np.outer(splits[energy.argmin()], splits[energy.argmin()]) > 0
    unsatisfied = np.triu(np.where(same, w < 0, w > 0) * np.abs(w)).sum()
    assert observed(small, alignment)[0, 0] == pytest.approx(unsatisfied / np.triu(np.abs(w)).sum(), abs=1e-12)


def test_descent_from_every_start_finds_the_minima_of_enumeration() -> None:
    for alignment in drawn(5, 8, 80):
        w = mutual(alignment)
        splits, energy = energies(w)
        stuck = np.all(splits * (splits @ w) >= -1e-12, axis=1)
        minima = {tuple(split) for split in splits[stuck]}
        reached = {tuple(camp * camp[-1]) for camp in (descended(w, split) for split in splits)}
        assert reached == minima
        assert tuple(splits[energy.argmin()]) in minima


def test_beyond_the_exact_size_descent_ends_in_a_local_minimum(
    small: Callable[..., Any],
) -> None:
    n = EXACT_UP_TO + 1
    alignments = drawn(6, n, 130)
    for alignment, (frustration, _, _) in zip(alignments, observed(small, alignments), strict=True):
        w = mutual(alignment)
        starts = np.ones((n, n)) - 2 * np.eye(n)
        ends = [descended(w, start) for start in starts]
        lowest = min(-0.5 * camp @ w @ camp for camp in ends)
        assert frustration == pytest.approx((lowest / (np.abs(w).sum() / 2) + 1) / 2, abs=1e-12)
        assert lowest >= energies(w)[1].min() - 1e-12


def test_two_clean_camps_have_no_frustration_and_no_unbalanced_triad(small: Callable[..., Any]) -> None:
    for n in (8, EXACT_UP_TO + 2):
        camp = np.where(np.arange(n) % 3 == 0, 1.0, -1.0)
        frustration, polarity, imbalance = observed(small, 0.6 * np.outer(camp, camp)[None])[0]
        assert (frustration, imbalance) == (pytest.approx(0, abs=1e-12), 0)
        assert polarity == pytest.approx(np.mean(np.outer(camp, camp)[np.triu_indices(n, 1)] < 0))


def test_imbalance_is_the_share_of_triads_with_a_negative_product(small: Callable[..., Any]) -> None:
    alignments = drawn(5, 6, 61)
    for alignment, (_, _, imbalance) in zip(alignments, observed(small, alignments), strict=True):
        w = mutual(alignment)
        triads = [(i, j, k) for i in range(6) for j in range(i) for k in range(j)]
        assert imbalance == pytest.approx(np.mean([w[i, j] * w[j, k] * w[i, k] < 0 for i, j, k in triads]))
