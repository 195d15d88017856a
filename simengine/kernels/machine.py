"""What is said to LLVM by hand, because numba says it at greater length.

Each is a plain Python function that means the same when kernels are interpreted or bounds are
checked (``NUMBA_BOUNDSCHECK=1``); compiled, a call of it becomes the instruction named.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array

__all__ = ["copy_row", "divide"]

WORD = ir.IntType(64)
PUT_IN: Any = {"_nrt": False, "forceinline": True}


def divide(a: Any, b: Any) -> Any:
    """Whole part of a / b for a >= 0 and b > 0: one division, without signs and checks."""
    return a // b


def copy_row(source: Any, i: Any, target: Any, k: Any, columns: Any) -> None:
    """Copy the first columns of row i of a table to row k of another: one copy of so many bytes."""
    for column in range(columns):
        target[k, column] = source[i, column]


def _divided(_: Any, a: Any, b: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.udiv(*values)

    return types.int64(a, b), code


def _copied(_: Any, source: Any, i: Any, target: Any, k: Any, columns: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def row(which: int) -> Any:
            array = make_array(signature.args[which])(context, builder, values[which])
            step = cgutils.unpack_tuple(builder, array.strides)[0]
            return cgutils.pointer_add(
                builder, array.data, builder.mul(values[which + 1], step), array.data.type
            )

        cgutils.raw_memcpy(builder, row(2), row(0), values[4], ir.Constant(WORD, 8), 8)
        return context.get_dummy_value()

    return types.void(source, i, target, k, columns), code


_divide: Any = intrinsic(_divided)
_copy: Any = intrinsic(_copied)


@overload(divide, jit_options=PUT_IN)
def _overload_divide(a: Any, b: Any) -> Any:  # noqa: ARG001
    def divided(a: Any, b: Any) -> Any:
        return _divide(a, b)

    return divide if config.BOUNDSCHECK else divided


@overload(copy_row, jit_options=PUT_IN)
def _overload_copy_row(source: Any, i: Any, target: Any, k: Any, columns: Any) -> Any:  # noqa: ARG001
    def copied(source: Any, i: Any, target: Any, k: Any, columns: Any) -> None:
        _copy(source, i, target, k, columns)

    return copy_row if config.BOUNDSCHECK else copied
