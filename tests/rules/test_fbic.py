"""The published influence index on arrays: closed forms, and the same as one number at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.rules.influence import fbic, fbic_bandwidth, fbic_dependence

pytestmark = pytest.mark.quick


def test_bandwidth_of_each_term_alone_is_its_published_weight() -> None:
    weights = np.array([0.11, 0.19, 0.14, 0.35, 0.13, 0.08]) / 3.183157
    assert fbic_bandwidth(*np.eye(6)) == pytest.approx(weights)


def test_dependence_counts_ratios_by_their_logarithm() -> None:
    weights = np.array([0.21, 0.12, 0.28, 0.16, 0.10, 0.13]) / 4.122769
    assert fbic_dependence(*((math.e**2 - 1) * np.eye(6))) == pytest.approx(2 * weights)


def test_arrays_are_broadcast_and_give_what_numbers_give() -> None:
    trade = np.array([[0.0, 10.0, 40.0]])
    arms = np.array([[0.0], [60.0]])
    found = fbic_dependence(1.0, 2.0, trade, 5.0, arms, 3.0)
    assert found.shape == (2, 3)
    assert found[1, 2] == fbic_dependence(1.0, 2.0, 40.0, 5.0, 60.0, 3.0)
    assert fbic(np.full(3, 0.58199161), [0.0, 0.5, 1.0]) == pytest.approx([0.0, 0.5, 1.0])
