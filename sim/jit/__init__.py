"""How compiled code is made, kept and called: the only room that imports numba."""

from sim.jit.bits import bits_to_float, float_to_bits, fma
from sim.jit.functions import entry, is_warm, part, phase, rule
from sim.jit.keeping import INTERPRETED, cache_folder, source_digest
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
    "rule",
    "source_digest",
]
