"""Many arrays handed to compiled code as one pointer."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import CounterpoiseError
from sim.kernel.compiler.cache import INTERPRETED, source_digest

LINE = 64
"""Bytes of a cache line; a copy of an array lies as far into one as the array does."""


class Kind(NamedTuple):
    """Of what kind the members of a class are: of a tuple its own Kind, else dtype and dimensions, 0 for a number."""

    name: str
    members: tuple[tuple[str, Any], ...]


def serialise(kind: Any) -> Any:
    """A kind as lists, numbers and text, which `read` turns back."""
    if isinstance(kind, Kind):
        return {"name": kind.name, "members": [[name, serialise(member)] for name, member in kind.members]}
    dtype, dimensions = kind
    fields = [(name, dtype[name].base.str, dtype[name].shape) for name in dtype.names or ()]
    return {"dtype": fields or dtype.str, "dimensions": dimensions}


def read(spelling: Any) -> Any:
    """The kind that was serialised."""
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

    A copy, or what another process unpickles, has memory and a table of its own. Arrays that share memory
    share it there, too.
    """

    address: ClassVar[int]  # of the table

    def __post_init__(self) -> None:
        if not INTERPRETED:
            table = np.array(_words(_members(self)), np.uint64)
            object.__setattr__(self, "_table", table)
            object.__setattr__(self, "address", table.ctypes.data)

    def __reduce__(self) -> tuple[Any, ...]:
        """Members and their memory, from which `copy` and `pickle` make another one."""
        blocks: dict[int, Block] = {}
        members = {name: _packed(value, blocks) for name, value in _members(self).items()}
        return _restored, (type(self), members, blocks, _version())


class Block(NamedTuple):
    """The bytes of an array that owns its memory, and how far into a cache line they begin."""

    content: NDArray[np.uint8]
    offset: int


class View(NamedTuple):
    """An array in a block: key of the block, offset in bytes, shape and dtype."""

    block: int
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def _version() -> tuple[str, str]:
    """What memory depends on: compiled code of one version must not meet the memory of another."""
    return source_digest(), os.environ.get("COUNTERPOISE_LANES", "")


def _packed(value: Any, blocks: dict[int, Block]) -> Any:
    """A member with views instead of arrays; the memory that they look at is added to `blocks`."""
    if isinstance(value, tuple):
        return type(value)(*(_packed(one, blocks) for one in value))
    if not isinstance(value, np.ndarray):
        return value
    owner = value
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    address = owner.ctypes.data
    blocks.setdefault(id(owner), Block(owner.reshape(-1).view(np.uint8), address % LINE))
    return View(id(owner), value.ctypes.data - address, value.shape, value.dtype)


def _unpacked(value: Any, memory: dict[int, NDArray[np.uint8]]) -> Any:
    """A member whose views are arrays in the given memory."""
    if isinstance(value, View):
        return np.ndarray(value.shape, value.dtype, memory[value.block], value.offset)
    return type(value)(*(_unpacked(one, memory) for one in value)) if isinstance(value, tuple) else value


def _restored(cls: type[Any], members: dict[str, Any], blocks: dict[int, Block], version: tuple[str, str]) -> Any:
    """Make a `ByPointer` again, in memory of its own."""
    if version != _version():
        raise CounterpoiseError(
            "the pickle was made by another version of Counterpoise, whose memory this one cannot read; "
            "make the model anew, from the same scenario, seed and replicate"
        )
    memory = {key: _copied(block) for key, block in blocks.items()}
    return cls(**{name: _unpacked(value, memory) for name, value in members.items()})


def _copied(block: Block) -> NDArray[np.uint8]:
    """The bytes of a block in new memory, as far into a cache line as they were."""
    room = np.empty(len(block.content) + LINE, np.uint8)
    start = (block.offset - room.ctypes.data) % LINE
    room[start : start + len(block.content)] = block.content
    return room[start : start + len(block.content)]


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
