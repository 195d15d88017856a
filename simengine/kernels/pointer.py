"""A `World` as one pointer, so that a call inside the kernels passes one word.

numba would pass a tuple of arrays as some 290 scalars, and store most of them on the stack at each
call: 1.4 to 1.8 times the time of a run. Here the compiled type of a World is a pointer to a row of
int64 (`World.head`): for each table its address and its shape. `w.asset` is made anew where it
stands, of loads that LLVM knows to be constant, and its number of columns is a constant.

The lengths of a table that differ by study are the constant 0 there: numba then leaves out the
turning round of negative indices, so none may occur (a test sees to it), and `w.asset.shape` must
not be read (another one): counters of `w.n` tell how many things there are. With bounds checked
(``NUMBA_BOUNDSCHECK=1``) all lengths are loaded.

Interpreted, a World is the plain tuple of arrays that it looks like.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array

from simengine.kernels import layout
from simengine.kernels.layout import World

__all__ = ["with_head"]

WORDS = 4  # of the head for each table: address and up to three lengths
FLOATS = frozenset({"parameters", "numbers"})
UNSIGNED = frozenset({"key", "subkeys", "asset_word", "item", "changed_cause", "log_word"})
# Lengths after the first: a constant, or None where it depends on the study.
COLUMNS: dict[str, tuple[int | None, ...]] = {
    name: (len(getattr(layout, name.upper())),)
    for name in "asset asset_word clock need node link area carrier pool profile group region"
    " mechanism curve log log_word".split()
} | {
    "saved_asset": (layout.STATE_OF_ASSET,),
    "saved_need": (layout.STATE_OF_NEED,),
    "saved_area": (layout.STATE_OF_AREA,),
    "row": (layout.WIDTH,),
    "heap": (len(layout.EVENT),),
    "lists": (None,),
    "lost": (None,),
    "part": (None, 3),
    "stack": (layout.STACK, 2),
    "by_duration": (None,),
    "track": (None, 2),
}


def with_head(w: World) -> World:
    """Give a World the row of addresses and shapes that compiled kernels reach it by.

    To be called again whenever a table was replaced by another array.

    Raises
    ------
    ValueError
        If a table has another shape, type or order than the kernels are compiled for.
    """
    head = np.zeros(WORDS * len(TABLES), dtype=np.int64)
    for place, name in enumerate(TABLES):
        table: Any = getattr(w, name)
        columns = COLUMNS.get(name, ())
        fits = len(columns) == table.ndim - 1 and all(
            wanted in (None, found) for wanted, found in zip(columns, table.shape[1:], strict=True)
        )
        if not (fits and table.flags.c_contiguous and table.dtype == np.dtype(_dtype(name).name)):
            raise ValueError(f"{name}: a table of shape {table.shape}, type {table.dtype}")
        head[WORDS * place] = table.ctypes.data
        head[WORDS * place + 1 : WORDS * place + 1 + table.ndim] = table.shape
    return w._replace(head=head)


TABLES = tuple(name for name in World._fields if name != "head")


def _dtype(name: str) -> Any:
    if name in FLOATS:
        return types.float64
    return types.uint64 if name in UNSIGNED else types.int64


class WorldType(types.Type):
    """The compiled type of a World."""

    def __init__(self) -> None:
        super().__init__(name="World")


WORLD = WorldType()
register_model(WorldType)(models.OpaqueModel)


@typeof_impl.register(World)
def _typeof(_: World, __: Any) -> WorldType:
    return WORLD


@unbox(WorldType)
def _unbox(_: WorldType, value: Any, context: Any) -> Any:
    address = context.pyapi.object_getattr_string(value, "address")
    pointer = context.pyapi.long_as_voidptr(address)
    context.pyapi.decref(address)
    failed = cgutils.is_not_null(context.builder, context.pyapi.err_occurred())
    return NativeValue(pointer, is_error=failed)


def _array_type(name: str) -> Any:
    """Places are found by strides ("A") where a row's length is not known, else by lengths."""
    columns = COLUMNS.get(name, ())
    return types.Array(_dtype(name), 1 + len(columns), "A" if None in columns else "C")


@infer_getattr
class _WorldAttributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, _: Any, name: Any) -> Any:  # type: ignore[override]
        return _array_type(name) if name in TABLES else None


@lower_getattr_generic(WorldType)
def _table(context: Any, builder: Any, _: WorldType, pointer: Any, name: str) -> Any:
    """Make the array that stands for a table."""
    word = ir.IntType(64)
    place = WORDS * TABLES.index(name)

    def load(k: int, kind: Any) -> Any:
        start = builder.bitcast(pointer, kind.as_pointer())
        found = builder.load(builder.gep(start, [ir.Constant(word, place + k)]))
        found.set_metadata("invariant.load", builder.module.add_metadata([]))
        return found

    data = load(0, context.get_data_type(_dtype(name)).as_pointer())
    lengths = (None, *COLUMNS.get(name, ()))
    shape, strides = [], [ir.Constant(word, 8)]
    for k, length in enumerate(lengths):
        shape.append(load(1 + k, word) if length is None else ir.Constant(word, length))
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    if not config.BOUNDSCHECK:
        shape = [ir.Constant(word, length or 0) for length in lengths]
    array = make_array(_array_type(name))(context, builder)
    populate_array(
        array, data=data, shape=shape, strides=strides, itemsize=strides[-1], meminfo=None
    )
    return array._getvalue()
