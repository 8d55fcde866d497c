"""Lanes, and the elementary functions that vectorise over them.

A *lane* is one run; the last axis of every array of a block has `LANES` of them, and LLVM turns the
innermost loop over lanes into vector instructions. Calls into libm would stop that and differ between
machines, so `exp`, `log`, `tanh` and the circular functions are short branch-free polynomials here:
the same bits on every machine. Their steps are fused multiply-adds, asked for one by one and rounded once,
which IEEE 754 defines to the bit; and a polynomial is split so that its steps wait for each other but little.
"""

from __future__ import annotations

import math
import os

import numpy as np

from sim.errors import ConfigError, Fault
from sim.kernel.compiler import bits_to_float, float_to_bits, fma, rule

MOST_LANES = 4096


def lanes_asked_for(said: str) -> int:
    """Lanes that the environment asks for."""
    if not (said.isascii() and said.isdigit() and len(said) < 6 and 1 <= int(said) <= MOST_LANES):
        rule = f"must be a whole number in [1, {MOST_LANES}]"
        raise ConfigError([Fault("environment", "COUNTERPOISE_LANES", rule, ascii(said[:40]), "unset it, for 128")])
    return int(said)


LANES = lanes_asked_for(os.environ.get("COUNTERPOISE_LANES", "128"))
"""Runs a block; of 32, 64, 128 and 256 the fastest for nine states, though a block then exceeds a cache of 1 MB."""

PACK = math.gcd(8, LANES)
"""Lanes per pack, of those that are packed. The last pack is padded so that every loop covers whole vectors."""

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # trailing bits zero, so that n·LN2_HIGH is exact
LN2_LOW = 1.90821492927058770002e-10
LN2 = 0.6931471805599453094
ROUND = 6755399441055744.0  # 1.5·2⁵²: adding it rounds to an integer held in the low bits
TWO52 = 4503599627370496.0
PI = 3.141592653589793
SHIFT52 = np.uint64(52)
ONE_BITS = np.uint64(0x3FF0000000000000)
TWO52_BITS = np.uint64(0x4330000000000000)
FRACTION = np.uint64(0x000FFFFFFFFFFFFF)
ROOT_HALF_BITS = np.uint64(0x3FE6A09E667F3BCD)
TO_ROOT_HALF = np.uint64(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)


@rule
def clip(x: float, lower: float, upper: float) -> float:
    """Restrict x to [lower, upper]; not-a-number passes, so that a failed run stays visible."""
    x = lower if x < lower else x  # one after the other: each is then a single instruction
    return upper if x > upper else x


@rule
def pick(switch: float, one: float, other: float) -> float:
    """One where the switch is above 0, else the other; both are read first, so that the loop stays a vector loop."""
    return one if switch > 0.0 else other


@rule
def exp(x: float) -> float:
    """Exponential, within 2 units in the last place on [−708, 709], clipped there beyond.

    Cody-Waite reduction x = n ln 2 + r, a polynomial of degree 11 in r, 2ⁿ through the exponent bits.
    """
    x = clip(x, -708.0, 709.0)
    shifted = fma(x, LOG2_E, ROUND)
    n = shifted - ROUND
    r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x))
    z = r * r
    first = fma(z, fma(r, 8.333333333330062e-03, 4.166666666662413e-02), fma(r, 1.6666666666666669e-01, 0.5))
    then = fma(r, 2.7557268459997064e-06, 2.4801521295954376e-05)
    then = fma(z, then, fma(r, 1.9841269863053618e-04, 1.3888888917213717e-03))
    y = z * z
    then = fma(y, fma(r, 2.510038549551032e-08, 2.7620088445409746e-07), then)
    p = 1.0 + fma(z, fma(y, then, first), r)
    return float(bits_to_float(float_to_bits(p) + (float_to_bits(shifted) << SHIFT52)))


@rule
def log(x: float) -> float:
    """Natural logarithm of a positive normal number, within 2 units in the last place of 1.

    x = 2ᵉ m with m in [√½, √2); log m = 2 artanh s = 2 s + 2 s³ p(s²) with s = (m − 1)/(m + 1).
    """
    shifted = float_to_bits(x) + TO_ROOT_HALF
    m = bits_to_float((shifted & FRACTION) + ROOT_HALF_BITS)
    e = bits_to_float((shifted >> SHIFT52) | TWO52_BITS) - (TWO52 + 1023.0)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    y = z * z
    even = fma(7.308288210822193e-02, y, 9.091444716878758e-02)
    odd = fma(7.665855673336498e-02, y, 1.1111105565280363e-01)
    even = fma(even, y, 1.4285714313000714e-01)
    odd = fma(odd, y, 1.9999999999949725e-01)
    even = fma(even, y, 3.333333333333335e-01)
    t = s + s
    return float(fma(e, LN2, fma(t * z, fma(z, odd, even), t)))


@rule
def tanh(x: float) -> float:
    """Hyperbolic tangent, odd to the bit, absolute error below 3·10⁻¹⁶."""
    e = exp(-2.0 * abs(x))
    t = (1.0 - e) / (1.0 + e)
    return -t if x < 0.0 else t


@rule
def atanh(a: float) -> float:
    """Inverse of `tanh` on (−1, 1)."""
    return 0.5 * log((1.0 + a) / (1.0 - a))


@rule
def logistic(x: float) -> float:
    """1/(1 + e⁻ˣ)."""
    return 1.0 / (1.0 + exp(-x))


@rule
def chance(rate: float, dt: float) -> float:
    """Probability 1 − e^(−rate·dt) that an event with a hazard happens within dt."""
    return 1.0 - exp(-rate * dt)


@rule
def cosine_sine(turn: float) -> tuple[float, float]:
    """Cosine and sine of 2π·turn for turn in [0, 1], absolute error below 10⁻¹⁵.

    Half the angle, shifted to [−π/2, π/2], by polynomials in the shifted turn; then the double-angle
    formulas, whose sign is turned back because the shift is half a turn.
    """
    x = turn - 0.5
    z = x * x
    c = fma(4.166399462726949e-06, z, -1.0458286368326585e-04)
    s = fma(7.697826768224191e-07, z, -2.1903497074626018e-05)
    c = fma(c, z, 1.929562652479866e-03)
    s = fma(s, z, 4.662998161898394e-04)
    c = fma(c, z, -2.580689002587539e-02)
    s = fma(s, z, -7.370430505916944e-03)
    c = fma(c, z, 2.353306302721577e-01)
    s = fma(s, z, 8.21458865731029e-02)
    c = fma(c, z, -1.3352627688518803)
    s = fma(s, z, -5.992645293189447e-01)
    c = fma(c, z, 4.058712126416736)
    s = fma(s, z, 2.5501640398773007)
    c = fma(c, z, -4.934802200544679)
    s = fma(s, z, -5.167712780049969)
    c = fma(c, z, 1.0)
    s = fma(s, z, PI) * x
    return fma(s, s, -c * c), -2.0 * s * c
