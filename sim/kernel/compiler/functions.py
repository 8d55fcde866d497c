"""Rules, parts, phases and entries: functions that are compiled when somebody needs them.

A decorated function is a light object. It knows numba only once it is compiled; where compiled code is kept, numba
is not even imported.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from functools import cached_property, update_wrapper
from operator import index
from pathlib import Path
from typing import Any, TypeVar

from sim.kernel.compiler.abi import ByPointer
from sim.kernel.compiler.cache import HERE, INTERPRETED, kept

F = TypeVar("F", bound=Callable[..., Any])


class Compiled:
    """A function for compiled code.

    Attributes
    ----------
    function : callable
        The plain function.
    elsewhere : bytes
        The file that it comes from, as it was then, where that is none of this package.
    inlined : bool
        Always compiled into its caller.
    """

    inlined = False

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.elsewhere = b"" if self.is_here else Path(function.__code__.co_filename).read_bytes()
        update_wrapper(self, function)

    def __repr__(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def __call__(self, *arguments: Any) -> Any:
        """Refuse: there is nothing that Python could call."""
        raise TypeError(f"{self!r} is for compiled code alone")

    @property
    def is_here(self) -> bool:
        """Whether it lives in this package, where another process finds it."""
        return Path(self.function.__code__.co_filename).is_relative_to(HERE)

    @cached_property
    def _numba_type_(self) -> Any:
        """What numba asks of a value that compiled code names."""
        from sim.kernel.compiler.compile import type_of  # noqa: PLC0415 (numba takes half a second)

        return type_of(self)

    @property
    def as_phase(self) -> Phase | None:
        """Itself, where its callers are linked to it; None where it is compiled into them."""
        return None

    @property
    def callees(self) -> list[Compiled]:
        """Compiled functions that this one names."""
        named = map(self.function.__globals__.get, self.function.__code__.co_names)
        return [one for one in named if isinstance(one, Compiled)]


class Rule(Compiled):
    """A scalar rule, always inlined into the loop over lanes that calls it, lest that loop stay scalar."""

    inlined = True

    def __call__(self, *arguments: Any) -> Any:
        """Call the rule alone, which compiles it alone."""
        return self._alone(*arguments)

    @cached_property
    def _alone(self) -> Any:
        from sim.kernel.compiler.compile import alone  # noqa: PLC0415

        return alone(self.function)


class Phase(Compiled):
    """A function that is compiled by itself, once, into an object that others are linked to.

    Its parameters are annotated as whole numbers or as a class that is passed by pointer, its result as nothing, a
    whole number or a truth value.
    """

    @property
    def as_phase(self) -> Phase:
        """Itself: it is an object of its own."""
        return self

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Annotations of the parameters, as written."""
        return {name: one.annotation for name, one in inspect.signature(self.function).parameters.items()}

    @property
    def result(self) -> str:
        """Annotation of the result, as written."""
        return str(inspect.signature(self.function).return_annotation)

    @cached_property
    def parts(self) -> list[Compiled]:
        """Functions compiled with it: itself, and those it calls that are no phases."""
        return list(_reached(self, lambda one: not isinstance(one, Phase)))

    @cached_property
    def linked(self) -> list[Phase]:
        """Phases that it cannot run without, itself the first."""
        return [one for one in _reached(self, lambda one: True) if isinstance(one, Phase)]

    @property
    def length(self) -> int:
        """Bytes of Python code: roughly how long it takes to compile."""
        return sum(len(one.function.__code__.co_code) for one in self.parts)

    @property
    def symbol(self) -> str:
        """Name by which it is linked."""
        return repr(self)

    @cached_property
    def file_name(self) -> str:
        """Name of its object; of one from elsewhere also by the files that it is made from."""
        strange = sorted({one.elsewhere for one in self.parts} - {b""})
        return f"{self!r}-{hashlib.sha256(b''.join(strange)).hexdigest()[:16]}.o" if strange else f"{self!r}.o"


class Entry(Phase):
    """A phase that Python calls, too; the GIL is released meanwhile. It returns nothing."""

    def __call__(self, *arguments: Any) -> None:
        """Run it, and compile it and what it calls before, where that is not kept.

        Raises
        ------
        TypeError
            For an argument of another class than the parameter's.
        ValueError
            For too many arguments, or too few.
        IndexError
            In code that checks bounds.
        """
        words = [_word(one, kind) for one, kind in zip(arguments, self.parameters.values(), strict=True)]
        if self._run is None:
            from sim.kernel.compiler.link import linked  # noqa: PLC0415 (LLVM, which an entry not called does without)

            self._run = linked(self, {type(one).__name__: one for one in arguments if isinstance(one, ByPointer)})
        self._run(*words)

    _run: Any = None


def _word(argument: Any, kind: str) -> int:
    """What compiled code gets of an argument: a number, or an address, which the argument keeps alive."""
    if kind == "int":
        return index(argument)
    if isinstance(argument, ByPointer) and type(argument).__name__ == kind:
        return argument.address
    raise TypeError(f"{type(argument).__name__} was given where {kind} is taken")


def _reached(first: Compiled, enter: Callable[[Compiled], bool]) -> Iterator[Compiled]:
    """Functions that one calls directly or through others, itself the first, each once."""
    seen, waiting = {first}, [first]
    while waiting:
        one = waiting.pop(0)
        yield one
        new = [other for other in dict.fromkeys(one.callees) if other not in seen and enter(other)]
        seen.update(new)
        waiting += new


def is_warm(entry: Any) -> bool:
    """Whether an entry runs without being compiled first."""
    return not isinstance(entry, Entry) or all(kept(phase.file_name) is not None for phase in entry.linked)


def rule(function: F) -> F:
    """Make a scalar rule; Python may call it, too."""
    return made(Rule, function)


def part(function: F) -> F:
    """Make a part of a phase, which only compiled code calls."""
    return made(Compiled, function)


def phase(function: F) -> F:
    """Make a phase, which is compiled once by itself and only called by compiled code."""
    return made(Phase, function)


def entry(function: F) -> F:
    """Make what Python calls with a world: the GIL is released."""
    return made(Entry, function)


def made(cls: type[Compiled], function: F) -> F:
    """Make a compiled function of some class; interpreted, it stays what it is."""
    return function if INTERPRETED else cls(function)  # type: ignore[return-value]
