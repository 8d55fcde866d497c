"""Objects linked into this process, and their functions called from Python."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm

from sim.kernel.compiler.abi import ByPointer, kind_of
from sim.kernel.compiler.cache import kept
from sim.kernel.compiler.processes import build

if TYPE_CHECKING:
    from sim.kernel.compiler.forms import Phase

_LINKING = Lock()
_LINKED: set[Phase] = set()


def linked(entry: Phase, examples: Mapping[str, ByPointer]) -> Callable[..., None]:
    """Link an entry with all that it calls, after compiling what is not kept.

    Parameters
    ----------
    entry : Phase
    examples : mapping of class name to ByPointer
        One of each class that it takes by pointer.

    Returns
    -------
    callable
        Takes whole numbers, and of what is passed by pointer the address.
    """
    with _LINKING:
        new = [phase for phase in entry.linked if phase not in _LINKED]
        objects = {phase: kept(phase.file_name) for phase in new}
        if None in objects.values():
            lacking = [phase for phase, code in objects.items() if code is None]
            objects |= build(lacking, {name: kind_of(one) for name, one in examples.items()})
        for phase, code in objects.items():
            _engine().add_object_file(llvm.ObjectFileRef.from_data(code))
            _LINKED.add(phase)
        _engine().finalize_object()
        return _callable(_engine().get_function_address(entry.symbol), entry)


@lru_cache(maxsize=1)
def _engine() -> Any:
    """What holds linked code, for the life of the process."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def _callable(address: int, entry: Phase) -> Callable[..., None]:
    """Python's side of numba's convention of calls.

    A function takes the places of its result and of a description of what it raises, then its arguments, and returns
    0 unless it raises. Only a check of bounds does.
    """
    kinds = [ctypes.c_int64 if kind == "int" else ctypes.c_void_p for kind in entry.parameters.values()]
    run = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *kinds)(address)

    def call(*words: int) -> None:
        result, raised = ctypes.c_void_p(), ctypes.c_void_p()
        if run(ctypes.byref(result), ctypes.byref(raised), *words):
            raise IndexError(f"{entry!r}: an index is out of bounds")

    return call
