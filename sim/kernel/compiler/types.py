"""What numba is told of our types: functions compiled apart, tables of arrays behind a pointer, bits of floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, register_model
from numba.np import numpy_support

from sim.kernel.compiler.abi import Kind

if TYPE_CHECKING:
    from sim.kernel.compiler.forms import Function


class Called(types.Callable, types.Dummy):
    """Type of a function of ours.

    Parameters
    ----------
    function : Function
    typed : callable
        Gives the signature of a call for the types of its arguments, by position and by name.
    """

    def __init__(self, function: Function, typed: Callable[[Any, Any], Any]) -> None:
        self.function, self.typed = function, typed
        super().__init__(f"Called({function!r})")

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        """Signature for arguments of some types."""
        return self.typed(args, kws)

    def get_call_signatures(self) -> tuple[list[Any], bool]:
        """None that is fixed."""
        return [], True

    def get_impl_key(self, sig: Any) -> Any:
        """By what the compiled function is found when a call is lowered."""
        return self.function


class Pointed(types.Type):
    """Type of a `ByPointer`: names, types and places in the table of its members."""

    def __init__(self, kind: Kind) -> None:
        self.places: dict[str, tuple[int, Any]] = {}
        self.width = 0
        for member, of in kind.members:
            described = _member_type(of)
            self.places[member] = (self.width, described)
            self.width += described.width if isinstance(described, Pointed) else 1 + getattr(described, "ndim", 0)
        super().__init__(f"Pointed({kind})")

    @property
    def mangling_args(self) -> tuple[str, tuple[Any, ...]]:
        """A short name for symbols: the whole one is as long as its members' names."""
        return type(self).__name__, (self._code,)  # type: ignore[attr-defined]


def _member_type(of: Any) -> Any:
    if isinstance(of, Kind):
        return Pointed(of)
    dtype, dimensions = of
    element = numpy_support.from_dtype(dtype)
    return types.Array(element, dimensions, "C") if dimensions else element


register_model(Called)(models.OpaqueModel)
register_model(Pointed)(models.OpaqueModel)


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


@intrinsic
def bits_to_float(typingctx: Any, bits: Any) -> Any:
    """Float whose 64 bits are those of an unsigned integer."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.uint64), codegen


@intrinsic
def float_to_bits(typingctx: Any, value: Any) -> Any:
    """Unsigned integer whose 64 bits are those of a float."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.uint64))

    return types.uint64(types.float64), codegen


@intrinsic
def fma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
    """x·y + z, rounded once."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), codegen


@intrinsic(prefer_literal=True)
def compress(typingctx: Any, width: Any, row: Any, start: Any, chosen: Any, rest: Any, out: Any, place: Any) -> Any:
    """Those neighbours of a row that are chosen, one behind the other; the places left over are filled."""
    if not isinstance(width, types.IntegerLiteral):
        return None
    count = width.literal_value

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, row, start, chosen, rest, out, place = arguments
        vector = ir.VectorType(ir.DoubleType(), count) if count > 1 else ir.DoubleType()
        bits, places = (ir.VectorType(ir.IntType(size), count) for size in (1, 32))

        def at(argument: int, array: Any, index: Any) -> Any:
            data = context.make_array(signature.args[argument])(context, builder, array).data
            return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())

        chosen, values = builder.trunc(chosen, ir.IntType(count)), builder.load(at(1, row, start), align=8)
        if count == 1:  # of which LLVM makes no vector
            builder.store(builder.select(chosen, values, rest), at(5, out, place))
            return context.get_dummy_value()
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), rest, ir.IntType(32)(0))
        filled = builder.shuffle_vector(one, one, ir.Constant(places, [0] * count))
        kind = ir.FunctionType(vector, [vector, bits, vector])
        name = f"llvm.experimental.vector.compress.v{count}f64"
        instruction = cgutils.get_or_insert_function(builder.module, kind, name)
        moved = builder.call(instruction, [values, builder.bitcast(chosen, bits), filled])
        builder.store(moved, at(5, out, place), align=8)
        return context.get_dummy_value()

    return types.void(width, row, types.int64, types.int64, types.float64, out, types.int64), codegen
