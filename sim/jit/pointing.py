"""Many arrays handed to compiled code as one pointer."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar, NamedTuple

import numpy as np

from sim.jit.keeping import INTERPRETED


class Kind(NamedTuple):
    """Of what kind the members of a class are: of a tuple its own Kind, else dtype and dimensions, 0 for a number."""

    name: str
    members: tuple[tuple[str, Any], ...]


def spelled(kind: Any) -> Any:
    """A kind as lists, numbers and text, which `read` turns back."""
    if isinstance(kind, Kind):
        return {"name": kind.name, "members": [[name, spelled(member)] for name, member in kind.members]}
    dtype, dimensions = kind
    fields = [(name, dtype[name].base.str, dtype[name].shape) for name in dtype.names or ()]
    return {"dtype": fields or dtype.str, "dimensions": dimensions}


def read(spelling: Any) -> Any:
    """The kind that was spelled."""
    if "name" in spelling:
        return Kind(spelling["name"], tuple((name, read(member)) for name, member in spelling["members"]))
    told = spelling["dtype"]
    if isinstance(told, str):
        return np.dtype(told), spelling["dimensions"]
    fields = np.dtype([(name, code, tuple(shape)) for name, code, shape in told], align=True)
    return np.dtype((np.record, fields)), spelling["dimensions"]


class ByPointer:
    """Base of a frozen dataclass of arrays and numbers that compiled code receives as one pointer.

    Numba passes a tuple of sixty arrays as some four hundred arguments, and every function that takes one
    compiles for as long as it takes to unpack them. Here the dataclass carries a table of addresses and
    shapes; compiled code is given the address of the table and reads from it what it needs. Fields may be
    arrays in C order, integers, floats, and named tuples of those. Nothing in the table may change.
    """

    address: ClassVar[int]  # of the table

    def __post_init__(self) -> None:
        if not INTERPRETED:
            table = np.array(_words(_members(self)), np.uint64)
            object.__setattr__(self, "_table", table)
            object.__setattr__(self, "address", table.ctypes.data)


def kind_of(value: Any) -> Kind:
    """Kind of a `ByPointer`; all instances of a class have members of the same kinds."""
    return Kind(type(value).__name__, tuple((name, _kind(member)) for name, member in _members(value).items()))


def _kind(member: Any) -> Any:
    if isinstance(member, tuple):
        return kind_of(member)
    return np.asarray(member).dtype, np.ndim(member)


def _members(value: Any) -> dict[str, Any]:
    names = getattr(value, "_fields", None) or [one.name for one in fields(value)]
    return {name: getattr(value, name) for name in names}


def _words(members: dict[str, Any]) -> list[int]:
    """Table entries of the members, in order: of an array its address and shape, of a number its bits."""
    words: list[int] = []
    for name, value in members.items():
        if isinstance(value, np.ndarray):
            if not value.flags.c_contiguous:
                raise TypeError(f"{name} must be an array in C order")
            words += [value.ctypes.data, *value.shape]
        elif isinstance(value, tuple):
            words += _words(_members(value))
        elif isinstance(value, int):
            words.append(value & 0xFFFFFFFFFFFFFFFF)
        else:
            words.append(int(np.float64(value).view(np.uint64)))
    return words
