"""Bits of floats, products added in one rounding, and rows squeezed, in compiled code and in interpreted."""

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
def squeeze(width: Any, row: Any, start: Any, chosen: Any, rest: Any, out: Any, place: Any) -> None:
    """Move neighbours of a row together, from a place of another on: those whose bit is set in what is chosen.

    As many places as there are neighbours are written, the last of them with `rest`. It is one instruction with
    AVX-512, where reading lane by lane takes some twenty.
    """
    taken = [row[start + w] for w in range(width) if chosen >> w & 1]
    out[place : place + width] = [*taken, *[rest] * (width - len(taken))]
