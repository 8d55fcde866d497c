"""The elementary functions of the kernel against the standard library."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernel.compiler import fma, rule
from sim.kernel.lanes import atanh, chance, clip, cosine_sine, exp, log, logistic, tanh

ULP = 2.0**-52
steady = settings(max_examples=600, derandomize=True, database=None)


@rule
def fused(x: float, y: float, z: float) -> float:
    """A multiply-add as rules ask for it."""
    return float(fma(x, y, z))


@steady
@given(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100), st.floats(-1e200, 1e200))
def test_a_multiply_add_is_rounded_once(x: float, y: float, z: float) -> None:
    assert fused(x, y, z) == float(Fraction(x) * Fraction(y) + Fraction(z))


def test_a_multiply_add_of_what_cancels_keeps_the_products_rounding_error() -> None:
    tenth = 0.1
    assert fused(tenth, tenth, -(tenth * tenth)) == float(Fraction(tenth) ** 2 - Fraction(tenth * tenth)) != 0.0
    assert math.isnan(fused(math.nan, 1.0, 1.0))
    assert math.copysign(1.0, fused(-0.0, 1.0, -0.0)) == -1.0


@steady
@given(st.floats(-700, 700))
def test_exp_is_within_two_units_in_the_last_place(x: float) -> None:
    assert exp(x) == pytest.approx(math.exp(x), rel=2 * ULP, abs=0)


def test_exp_beyond_its_bounds_stays_finite_and_positive() -> None:
    assert 0 < exp(-1e9) == exp(-708.0) < 1e-300
    assert 1e307 < exp(1e9) == exp(709.0) < math.inf
    assert math.isnan(exp(math.nan))
    assert exp(0.0) == 1.0


@steady
@given(st.floats(1e-300, 1e300))
def test_log_is_within_two_units_in_the_last_place_of_one_or_of_itself(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=2 * ULP, abs=2 * ULP)


def test_log_is_exact_at_powers_of_two_and_at_one() -> None:
    assert log(1.0) == 0.0
    for power in (-1022, -60, -1, 1, 52, 1023):
        assert log(2.0**power) == pytest.approx(power * math.log(2), rel=ULP, abs=0)


@steady
@given(st.floats(-20, 20))
def test_tanh_is_odd_and_close(x: float) -> None:
    assert tanh(x) == pytest.approx(math.tanh(x), abs=3e-16)
    assert tanh(-x) == -tanh(x)


@steady
@given(st.floats(-0.999, 0.999))
def test_atanh_turns_tanh_back(a: float) -> None:
    assert atanh(a) == pytest.approx(math.atanh(a), rel=1e-12, abs=1e-15)
    assert tanh(atanh(a)) == pytest.approx(a, abs=1e-15)


@steady
@given(st.floats(0, 1))
def test_cosine_and_sine_of_a_turn_are_close(turn: float) -> None:
    cosine, sine = cosine_sine(turn)
    assert cosine == pytest.approx(math.cos(2 * math.pi * turn), abs=1e-15)
    assert sine == pytest.approx(math.sin(2 * math.pi * turn), abs=1e-15)


@steady
@given(st.floats(-700, 700))
def test_logistic_and_its_mirror_sum_to_one(x: float) -> None:
    assert logistic(x) + logistic(-x) == pytest.approx(1, abs=4 * ULP)


@steady
@given(st.floats(0, 50), st.floats(0.01, 1))
def test_the_chance_of_an_event_agrees_with_that_in_two_halves(rate: float, dt: float) -> None:
    whole, half = chance(rate, dt), chance(rate, dt / 2)
    assert 0 <= whole <= 1
    assert 1 - whole == pytest.approx((1 - half) ** 2, abs=1e-15)


def test_clip_keeps_within_bounds_and_lets_not_a_number_pass() -> None:
    assert [clip(x, -1.0, 2.0) for x in (-5.0, -1.0, 0.3, 2.0, 9.0)] == [-1.0, -1.0, 0.3, 2.0, 2.0]
    assert math.isnan(clip(math.nan, 0.0, 1.0))


def test_exp_and_tanh_never_fall() -> None:
    grid = np.linspace(-3, 3, 20001)
    for function in (exp, tanh):
        values = np.array([function(float(x)) for x in grid])
        assert (np.diff(values) > -2 * ULP * np.abs(values[1:])).all()
