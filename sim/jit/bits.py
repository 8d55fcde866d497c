"""Floats seen as bits, bits as floats, and products added in one rounding, in compiled code and in interpreted."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic

from sim.jit.compiling import INTERPRETED

if INTERPRETED:

    def bits_to_float(bits: Any) -> Any:
        """Float whose 64 bits are those of an unsigned integer."""
        return np.uint64(bits).view(np.float64)

    def float_to_bits(value: Any) -> Any:
        """Unsigned integer whose 64 bits are those of a float."""
        return np.float64(value).view(np.uint64)

    def fma(x: Any, y: Any, z: Any) -> Any:
        """x·y + z, rounded once."""
        plain = x * y + z
        if not math.isfinite(plain):
            return plain
        exact = Fraction(x) * Fraction(y) + Fraction(z)
        return np.float64(exact) if exact else plain  # of a zero the sign

else:

    @intrinsic
    def bits_to_float(typingctx: Any, bits: Any) -> Any:
        """Float whose 64 bits are those of an unsigned integer."""

        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(types.float64))

        return types.float64(types.uint64), codegen

    @intrinsic
    def float_to_bits(typingctx: Any, value: Any) -> Any:
        """Unsigned integer whose 64 bits are those of a float."""

        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(types.uint64))

        return types.uint64(types.float64), codegen

    @intrinsic
    def fma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
        """x·y + z, rounded once: one instruction on every processor since 2013, a call where there is none."""

        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.fma(*arguments)

        return types.float64(types.float64, types.float64, types.float64), codegen
