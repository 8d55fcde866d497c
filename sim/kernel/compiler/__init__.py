"""How compiled code is made, kept and called: the only room that imports numba."""

from sim.kernel.compiler.abi import ByPointer
from sim.kernel.compiler.cache import INTERPRETED, cache_folder, source_digest
from sim.kernel.compiler.functions import entry, is_warm, part, phase, rule
from sim.kernel.compiler.intrinsics import bits_to_float, compress, float_to_bits, fma

__all__ = [
    "INTERPRETED",
    "ByPointer",
    "bits_to_float",
    "cache_folder",
    "compress",
    "entry",
    "float_to_bits",
    "fma",
    "is_warm",
    "part",
    "phase",
    "rule",
    "source_digest",
]
