"""What the compiler asks of functions and phases; those of `functions` are such."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol


class Function(Protocol):
    """A function for compiled code."""

    inlined: bool
    function: Callable[..., Any]

    def __hash__(self) -> int:
        """Of the object itself."""

    @property
    def is_here(self) -> bool:
        """Whether it lives in this package."""

    @property
    def as_phase(self) -> Phase | None:
        """Itself, where its callers are linked to it."""


class Phase(Function, Protocol):
    """A function that is compiled by itself into an object."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Annotations of the parameters, as written."""

    @property
    def result(self) -> str:
        """Annotation of the result, as written."""

    @property
    def parts(self) -> Sequence[Function]:
        """Functions compiled with it."""

    @property
    def linked(self) -> Sequence[Phase]:
        """Phases that it cannot run without."""

    @property
    def length(self) -> int:
        """Bytes of Python code."""

    @property
    def symbol(self) -> str:
        """Name by which it is linked."""

    @property
    def file_name(self) -> str:
        """Name of its object."""
