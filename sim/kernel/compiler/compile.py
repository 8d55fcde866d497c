"""Phases made into objects: numba's front end, then LLVM over all that a phase needs at once.

Numba optimises every function by itself, and again in each function that it is linked into. Here the code of rules
and parts waits as it was lowered; the phase that they belong to is linked from them, and only that is optimised.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
import numba
from numba.core import types
from numba.core.codegen import CPUCodeLibrary
from numba.core.compiler import Flags, compile_extra
from numba.core.compiler_lock import global_compiler_lock
from numba.core.funcdesc import FunctionDescriptor
from numba.core.registry import cpu_target
from numba.core.runtime.nrt import rtsys
from numba.core.typing.templates import signature

from sim.kernel.compiler.abi import Kind
from sim.kernel.compiler.cache import OPTIONS, cache_folder
from sim.kernel.compiler.types import Called, Pointed

if TYPE_CHECKING:
    from sim.kernel.compiler.forms import Function, Phase

NUMBERS = {"None": types.none, "int": types.int64, "bool": types.boolean}
"""Types by annotation."""
ROUNDS = 2
"""Times that a phase is optimised: the first round inlines, the second gets 3 % more speed out of what that opened."""
VECTORS = 4
"""Vectors that a pass of a loop takes: a rule is a long chain of operations, and other chains run while one waits.

LLVM would take one, lest registers run out; that they do costs less than the waiting. Of 1, 2, 4 and 8 the fastest.
"""

EXACT = {"sqrt"}
"""Functions of the C library whose results are the same on every machine."""
INEXACT = {"exp", "exp2", "exp10", "log", "log2", "log10", "pow", "powi", "sin", "cos", "tan"}
"""Those of LLVM's own functions for which it calls the C library."""


class Lowered(CPUCodeLibrary):
    """Code of a function with all that it calls, as it was lowered."""

    def _optimize_functions(self, module: Any) -> None:
        """Leave them as they are."""
        module.data_layout = self._codegen._data_layout

    def add_linking_library(self, library: Any) -> None:
        """Note the code of a function that is called; that which counts references is never called here."""
        if library is not rtsys.library and library not in self._linking_libraries:
            self._linking_libraries.append(library)

    def finalize(self) -> None:
        """Link what is called."""
        for library in self._linking_libraries:
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True

    def emit(self, function: str, phase: Phase) -> bytes:
        """Object in which one function alone can be seen from outside, under the symbol of its phase.

        Raises
        ------
        RuntimeError
            Where it calls what is neither a phase nor exact: numba's own functions are missing where numba is not
            imported, and the C library's differ between machines.
        """
        self._ensure_finalized()
        module, machine = self._final_module, self._codegen._tm
        module.get_function(function).name = phase.symbol
        for value in (*module.functions, *module.global_variables):
            if not value.is_declaration and value.name != phase.symbol:
                value.linkage = llvm.Linkage.internal
        options = llvm.create_pipeline_tuning_options(speed_level=3)
        options.loop_vectorization = True
        with _interleaved():
            for _ in range(ROUNDS):
                builder = llvm.create_pass_builder(machine, options)
                builder.getModulePassManager().run(module, builder)
        called = {one.name for one in module.functions if one.is_declaration}
        strange = {name for name in called if not name.startswith("llvm.") or name.split(".")[1] in INEXACT}
        strange -= {one.symbol for one in phase.linked} | EXACT
        if strange:
            raise RuntimeError(f"{phase!r} calls {', '.join(sorted(strange))}, which compiled code must not")
        return machine.emit_object(module)  # type: ignore[no-any-return]


@contextmanager
def _interleaved() -> Iterator[None]:
    """Vector loops take `VECTORS` vectors a pass while the body optimises, and as many as LLVM likes afterwards."""
    llvm.set_option("", f"-force-vector-interleave={VECTORS}")
    try:
        yield
    finally:
        llvm.set_option("", "-force-vector-interleave=0")


@cache
def _lowered(function: Function, taken: tuple[Any, ...], result: Any) -> Any:
    """Numba's result for a function and types of arguments; the result's type is found out where it is None."""
    target = cpu_target.target_context
    flags: Any = Flags()
    more = {"nopython": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": function.inlined}
    cpu_target.options.parse_as_flags(flags, OPTIONS | more)
    flags.no_compile = True
    library = Lowered(target.codegen(), function.function.__qualname__)
    return compile_extra(cpu_target.typing_context, target, function.function, taken, result, flags, {}, library)


@cache
def _signature(function: Function, given: tuple[Any, ...]) -> Any:
    """Signature of a call of a function with arguments of some types, after which the call can be lowered.

    A phase is only declared, under its symbol; anything else is compiled.
    """
    phase = function.as_phase
    if phase is not None:
        taken = tuple(NUMBERS.get(kind, one) for kind, one in zip(phase.parameters.values(), given, strict=True))
        result = NUMBERS[phase.result]
        cpu_target.target_context.insert_user_function(phase, _outside(phase, taken, result))
        return signature(result, *taken)
    lowered = _lowered(function, given, None)
    cpu_target.target_context.insert_user_function(function, lowered.fndesc, [lowered.library])
    return lowered.signature


def _outside(phase: Phase, taken: tuple[Any, ...], result: Any) -> Any:
    """Numba's description of a function that another object holds."""
    return FunctionDescriptor(
        True, phase.function.__module__, phase.function.__qualname__, phase.symbol, "", None, result, None,
        tuple(phase.parameters), (), mangler=lambda *_, **__: phase.symbol, argtypes=taken,
    )  # fmt: skip


def type_of(function: Function) -> Called:
    """Numba's type of a function."""
    parameters = inspect.signature(function.function)

    def typed(args: Any, kws: Any) -> Any:
        given = parameters.bind(*args, **kws).args
        return _signature(function, tuple(types.unliteral(one) for one in given))

    return Called(function, typed)


@global_compiler_lock
def emit(phase: Phase, kinds: Mapping[str, Kind]) -> bytes:
    """Compile a phase to an object.

    Parameters
    ----------
    phase : Phase
    kinds : mapping of class name to Kind
        Of the classes that it takes by pointer.
    """
    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()
    taken = tuple(NUMBERS[kind] if kind in NUMBERS else Pointed(kinds[kind]) for kind in phase.parameters.values())
    lowered = _lowered(phase, taken, NUMBERS[phase.result])
    return lowered.library.emit(lowered.fndesc.mangled_name, phase)  # type: ignore[no-any-return]


def alone(function: Callable[..., Any]) -> Any:
    """A rule that Python calls, compiled by itself as numba does, and kept by numba beside the objects."""
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(cache_folder())
    try:
        options: dict[str, Any] = OPTIONS | {"no_cfunc_wrapper": True}
        return numba.njit(cache=True, **options)(function)
    finally:
        settings.CACHE_DIR = before
