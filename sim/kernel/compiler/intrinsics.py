"""Bits of floats, products added in one rounding, and rows compressed, in compiled code and in interpreted."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from sim.kernel.compiler.functions import Compiled, F, made


class Intrinsic(Compiled):
    """An operation for which compiled code has an instruction."""

    @property
    def _numba_type_(self) -> Any:
        """Type of what `sim.kernel.compiler.types` defines under the same name."""
        from numba.core.registry import cpu_target  # noqa: PLC0415

        from sim.kernel.compiler import types  # noqa: PLC0415

        return cpu_target.typing_context.resolve_value_type(getattr(types, self.function.__name__))


def _intrinsic(function: F) -> F:
    return made(Intrinsic, function)


@_intrinsic
def bits_to_float(bits: Any) -> Any:
    """Float whose 64 bits are those of an unsigned integer."""
    return np.uint64(bits).view(np.float64)


@_intrinsic
def float_to_bits(value: Any) -> Any:
    """Unsigned integer whose 64 bits are those of a float."""
    return np.float64(value).view(np.uint64)


@_intrinsic
def fma(x: Any, y: Any, z: Any) -> Any:
    """x·y + z, rounded once: one instruction on every processor since 2013, a call where there is none."""
    plain = x * y + z
    if not math.isfinite(plain):
        return plain
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    return np.float64(exact) if exact else plain  # of a zero the sign


@_intrinsic
def compress(width: Any, row: Any, start: Any, chosen: Any, rest: Any, out: Any, place: Any) -> None:
    """Compress neighbours of a row into a place of another row: those whose bit is set in what is chosen.

    As many places are written as there are neighbours; those that are left over hold `rest`. With AVX-512 it is one
    instruction.
    """
    taken = [row[start + w] for w in range(width) if chosen >> w & 1]
    out[place : place + width] = [*taken, *[rest] * (width - len(taken))]
