"""Where a simulation lies in memory: what kernels hand to each other in place of its arrays.

A call that hands on arrays hands on where each begins, its shape and its strides: some two hundred
words, and a third of the time of a year of work. A *world* is one word, where a list of addresses
and lengths lies; a kernel *opens* it and reads of the list what it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj, numpy_support

from praya.core.simulator.cluster.state import STATE_KINDS, State
from praya.core.simulator.cluster.tables import TABLES_KINDS, Tables

# Without types.
types, config, arrays = cast("Any", numba.types), cast("Any", numba.config), cast("Any", arrayobj)
packing, kind_here = cast("Any", cgutils), cast("Any", numpy_support.from_dtype)
# An address; where nothing is compiled, the arrays themselves.
World = Any


def world_of(t: Tables, s: State) -> tuple[World, object]:
    """The world of these arrays, and what must be kept as long as it is used, beside them."""
    for array, kind in zip((*t, *s), (*TABLES_KINDS, *STATE_KINDS), strict=True):
        assert array.dtype == kind, (array.dtype, kind)
        assert array.flags.c_contiguous
        assert array.ndim == 1, array.shape
    if config.DISABLE_JIT:
        world = (Tables(*map(_as_record, t)), State(*map(_as_record, s)))
        return world, world
    words = [word for array in (*t, *s) for word in (array.ctypes.data, len(array))]
    table = np.array(words, dtype=np.int64)
    return table.ctypes.data, table


def _as_record(array: Any) -> Any:  # noqa: ANN401 -- rows of any kind
    """Rows whose columns are attributes, as they are in kernels."""
    return array.view(np.recarray) if array.dtype.names else array


def _opened(_typing: object, _world: object) -> tuple[Any, Callable[..., Any]]:
    """The tables and the state of a world."""
    halves = [
        types.NamedTuple([types.Array(kind_here(kind), 1, "C") for kind in kinds], of)
        for of, kinds in ((Tables, TABLES_KINDS), (State, STATE_KINDS))
    ]
    both = types.Tuple(halves)

    def build(
        context: Any,  # noqa: ANN401 -- LLVM's values have no types here
        builder: Any,  # noqa: ANN401 -- as above
        _signature: object,
        arguments: Any,  # noqa: ANN401 -- as above
    ) -> Any:  # noqa: ANN401 -- as above
        table = builder.inttoptr(arguments[0], packing.intp_t.as_pointer())

        def word(place: int) -> Any:  # noqa: ANN401 -- as above
            found = builder.load(builder.gep(table, [packing.intp_t(place)]))
            # Nothing writes to the list, so a word read once need not be read again.
            found.set_metadata("invariant.load", builder.module.add_metadata([]))
            return found

        parts, place = [], 0
        for half in halves:
            found = []
            for kind in half.types:
                found.append(_array(context, builder, kind, word(place), word(place + 1)))
                place += 2
            parts.append(context.make_tuple(builder, half, found))
        return context.make_tuple(builder, both, parts)

    return both(types.int64), build


def _array(
    context: Any,  # noqa: ANN401 -- as in _opened
    builder: Any,  # noqa: ANN401 -- as above
    kind: Any,  # noqa: ANN401 -- as above
    address: Any,  # noqa: ANN401 -- as above
    length: Any,  # noqa: ANN401 -- as above
) -> Any:  # noqa: ANN401 -- as above
    """An array that lies at an address and belongs to nobody here."""
    array = arrays.make_array(kind)(context, builder)
    item = context.get_data_type(kind.dtype)
    size = context.get_constant(types.intp, context.get_abi_sizeof(item))
    arrays.populate_array(
        array,
        data=builder.inttoptr(address, item.as_pointer()),
        shape=packing.pack_array(builder, [length]),
        strides=packing.pack_array(builder, [size]),
        itemsize=size,
        meminfo=None,
    )
    return array._getvalue()  # noqa: SLF001 -- as Numba's own code does


def _as_it_is(world: World) -> tuple[Tables, State]:
    return cast("tuple[Tables, State]", world)


# What a kernel begins with: the tables and the state of a world.
opened: Callable[[World], tuple[Tables, State]] = (
    _as_it_is if config.DISABLE_JIT else cast("Any", intrinsic)(_opened)
)
