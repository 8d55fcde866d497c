"""Many arrays handed to compiled code as one pointer."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numba
import numpy as np
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, register_model, typeof_impl, unbox

from sim.jit.compiling import INTERPRETED


class ByPointer:
    """Base of a frozen dataclass of arrays and numbers that compiled code receives as one pointer.

    Numba passes a tuple of sixty arrays as some four hundred arguments, and every function that takes one
    compiles for as long as it takes to unpack them. Here the dataclass carries a table of addresses and
    shapes; compiled code is given the address of the table and reads from it what it needs. Fields may be
    arrays in C order, integers, floats, and named tuples of those. Nothing in the table may change.
    """

    def __post_init__(self) -> None:
        if not INTERPRETED:
            table = np.array(_words(_members(self)), np.uint64)
            object.__setattr__(self, "_table", table)
            object.__setattr__(self, "_address", table.ctypes.data)


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


class Pointed(types.Type):
    """Numba type of a `ByPointer`: names, types and places in the table of its members."""

    def __init__(self, name: str, members: tuple[tuple[str, Any], ...]) -> None:
        self.members = members
        self.places: dict[str, tuple[int, Any]] = {}
        self.width = 0
        for member, kind in members:
            self.places[member] = (self.width, kind)
            self.width += kind.width if isinstance(kind, Pointed) else 1 + getattr(kind, "ndim", 0)
        super().__init__(f"Pointed({name}, {members})")


def _pointed(value: Any) -> Pointed:
    """Numba type of a value, by the example of its members."""
    return Pointed(type(value).__name__, tuple((name, _kind(member)) for name, member in _members(value).items()))


def _kind(member: Any) -> Any:
    if isinstance(member, tuple):
        return _pointed(member)
    return numba.typeof(member) if isinstance(member, np.ndarray | float) else types.int64


register_model(Pointed)(models.OpaqueModel)
_KNOWN: dict[type, Pointed] = {}


@typeof_impl.register(ByPointer)
def _typeof(value: ByPointer, context: Any) -> Pointed:
    """Type of a value; all instances of a class have members of the same types."""
    cls = type(value)
    if cls not in _KNOWN:
        _KNOWN[cls] = _pointed(value)
    return _KNOWN[cls]


@unbox(Pointed)
def _unbox(kind: Pointed, value: Any, context: Any) -> NativeValue:
    """Address of the table, which the value keeps alive for as long as the call lasts."""
    number = context.pyapi.object_getattr_string(value, "_address")
    address = context.pyapi.long_as_ulonglong(number)
    context.pyapi.decref(number)
    failed = cgutils.is_not_null(context.builder, context.pyapi.err_occurred())
    return NativeValue(context.builder.inttoptr(address, cgutils.voidptr_t), is_error=failed)


@infer_getattr
class _PointedAttributes(AttributeTemplate):
    key = Pointed

    def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
        return value.places[attr][1] if attr in value.places else None


@lower_getattr_generic(Pointed)
def _member(context: Any, builder: Any, kind: Pointed, value: Any, name: str) -> Any:
    """Read one member; the table never changes, so that reads may leave any loop."""
    place, member = kind.places[name]
    words = builder.bitcast(value, cgutils.intp_t.as_pointer())

    def read(index: int, as_type: Any) -> Any:
        at = builder.bitcast(builder.gep(words, [cgutils.intp_t(index)]), as_type.as_pointer())
        word = builder.load(at)
        word.set_metadata("invariant.load", builder.module.add_metadata([]))
        return word

    if isinstance(member, Pointed):
        return builder.bitcast(builder.gep(words, [cgutils.intp_t(place)]), cgutils.voidptr_t)
    if not isinstance(member, types.Array):
        return read(place, context.get_value_type(member))
    array = context.make_array(member)(context, builder)
    stored = context.get_data_type(member.dtype)
    size = cgutils.intp_t(context.get_abi_sizeof(stored))
    shape = [read(place + 1 + axis, cgutils.intp_t) for axis in range(member.ndim)]
    strides: list[Any] = []
    step = size
    for extent in reversed(shape):
        strides.insert(0, step)
        step = builder.mul(step, extent)
    context.populate_array(
        array, data=read(place, stored.as_pointer()), shape=shape, strides=strides, itemsize=size, meminfo=None
    )
    return array._getvalue()
