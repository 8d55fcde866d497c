"""Counter-based random draws: Threefry2x64-20 (Salmon, Moraes, Dror and Shaw 2011, SC'11).

A draw is a function of (seed, replicate, tick, purpose, identity) and of nothing else. Runs that share
a replicate meet the same shocks whatever their parameters, and a run draws the same numbers alone, in
a batch, and on any number of threads, processes or machines.
"""

from __future__ import annotations

import hashlib
import math
from typing import TypeAlias

import numpy as np

from sim.kernel.compiler import INTERPRETED, bits_to_float, rule
from sim.kernel.lanes import ONE_BITS, cosine_sine, log

Word: TypeAlias = np.uint64
REVISE, DECIDE, CONTROL, RIVALRY, STABILITY, ALIGNMENT, COLLAPSE = range(1, 8)
"""Purposes of a draw; part of the counter, so that no two purposes share a number."""
PURPOSES = 8
"""Distance between two draws of one purpose, tick and identity."""

PARITY = np.uint64(0x1BD11BDAA9FC1A22)
ONE, TWO, THREE, FOUR, FIVE = (np.uint64(n) for n in range(1, 6))
WORD = np.uint64(64)
MANTISSA = np.uint64(12)
BELOW_ONE = 1.0 - 2.0**-53

if INTERPRETED:  # the generator counts on unsigned wrap-around, of which NumPy scalars warn
    np.seterr(over="ignore")


def identity(*names: str) -> int:
    """Hash of the codes of a state, a contest, or a group of them, as an unsigned 64-bit number.

    Keyed by name, so that neither reordering nor removing a state shifts the draws of another.
    """
    return int.from_bytes(hashlib.blake2b("\x1f".join(names).encode(), digest_size=8).digest(), "little")


@rule
def rotate(x: Word, by: Word) -> Word:
    """Rotate a 64-bit word to the left."""
    return (x << by) | (x >> (WORD - by))


@rule
def mix(x: Word, y: Word, a: Word, b: Word, c: Word, d: Word) -> tuple[Word, Word]:
    """Four rounds of Threefry2x64 with rotations a, b, c, d."""
    x = x + y
    y = rotate(y, a) ^ x
    x = x + y
    y = rotate(y, b) ^ x
    x = x + y
    y = rotate(y, c) ^ x
    x = x + y
    y = rotate(y, d) ^ x
    return x, y


R16, R42, R12, R31, R32, R24, R21 = (np.uint64(n) for n in (16, 42, 12, 31, 32, 24, 21))


@rule
def threefry(key0: Word, key1: Word, counter0: Word, counter1: Word) -> tuple[Word, Word]:
    """Threefry2x64-20: two 64-bit words from a key and a counter of two 64-bit words each."""
    key2 = PARITY ^ key0 ^ key1
    x = counter0 + key0
    y = counter1 + key1
    x, y = mix(x, y, R16, R42, R12, R31)
    x = x + key1
    y = y + key2 + ONE
    x, y = mix(x, y, R16, R32, R24, R21)
    x = x + key2
    y = y + key0 + TWO
    x, y = mix(x, y, R16, R42, R12, R31)
    x = x + key0
    y = y + key1 + THREE
    x, y = mix(x, y, R16, R32, R24, R21)
    x = x + key1
    y = y + key2 + FOUR
    x, y = mix(x, y, R16, R42, R12, R31)
    x = x + key2
    y = y + key0 + FIVE
    return x, y


@rule
def counter(tick: int, purpose: int) -> Word:
    """First counter word: tick in the low half, purpose in the high half."""
    return np.uint64(tick) | (np.uint64(purpose) << np.uint64(32))


@rule
def unit(word: Word) -> float:
    """Uniform number in (0, 1) from the top 52 bits of a word, never 0 and never 1: k/2⁵² + 1/2⁵³, exactly."""
    return float(bits_to_float((word >> MANTISSA) | ONE_BITS) - BELOW_ONE)


@rule
def uniforms(seed: Word, replicate: Word, when: Word, who: Word) -> tuple[float, float]:
    """Two independent uniform draws for (seed, replicate), `counter` and `identity`."""
    x, y = threefry(seed, replicate, when, who)
    return unit(x), unit(y)


@rule
def normals(seed: Word, replicate: Word, when: Word, who: Word) -> tuple[float, float]:
    """Two independent standard normal draws (Box and Muller 1958)."""
    u, v = uniforms(seed, replicate, when, who)
    radius = math.sqrt(-2.0 * log(u))
    c, s = cosine_sine(v)
    return radius * c, radius * s
