"""How compiled code is made: the only room that imports numba."""

from sim.jit.bits import bits_to_float, float_to_bits, fma
from sim.jit.compiling import (
    INTERPRETED,
    cache_folder,
    entry,
    is_warm,
    part,
    phase,
    rarely_collecting,
    rule,
    source_digest,
)
from sim.jit.pointing import ByPointer

__all__ = [
    "INTERPRETED",
    "ByPointer",
    "bits_to_float",
    "cache_folder",
    "entry",
    "float_to_bits",
    "fma",
    "is_warm",
    "part",
    "phase",
    "rarely_collecting",
    "rule",
    "source_digest",
]
