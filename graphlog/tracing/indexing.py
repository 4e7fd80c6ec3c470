"""``x[key]`` for a traced array, as NumPy has it."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.tensor import TensorOperators
from graphlog.ops.array import arrays, gathering, masking
from graphlog.ops.math import casts
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced, is_traced


def get_item(x: Any, key: Any) -> Any:
    """A part of an array.

    Args:
        x: the array.
        key: whatever NumPy takes. Arrays in it that are traced may stand for the first axis alone: integers,
            or booleans, which give a shape that depends on numbers.

    Raises:
        TracingError: a traced array stands elsewhere.
        IndexError: as from NumPy, where the key is not traced.
    """
    parts = key if isinstance(key, tuple) else (key,)
    if any(map(is_traced, parts)):
        return _item_of_traced(x, parts)
    _check(x, key)
    if all(part is None or part is Ellipsis or _is_slice_or_number(part) for part in parts):
        plain = tuple(int(part) if isinstance(part, np.integer) else part for part in parts)
        return TracedArray(TensorOperators.binary["getitem"](x.tensor, plain))
    first = np.asarray(parts[0])
    if len(parts) == 1 and first.dtype.kind in "iu" and x.ndim:
        return TracedArray(gathering.gather(x.tensor, np.where(first < 0, first + x.shape[0], first)))
    return rearranged(x, lambda array: array[key])


def rearranged(x: Any, function: Any) -> TracedArray:
    """What a function makes of an array that only puts elements elsewhere, leaves out or repeats them.

    Args:
        x: the traced array, of a known shape.
        function: a function of an ndarray of that shape.
    """
    x = as_traced(x)
    places = function(np.arange(x.size, dtype=np.int64).reshape(x.shape))
    return TracedArray(gathering.gather(arrays.reshape(x.tensor, [-1]), np.ascontiguousarray(places)))


def _is_slice_or_number(part: Any) -> bool:
    return isinstance(part, slice | int | np.integer) and not isinstance(part, bool)


def _check(x: TracedArray, key: Any) -> None:
    """NumPy's own IndexError, of an array that takes no memory."""
    shape = x.tensor.static_shape
    if shape is not None and None not in shape:
        np.broadcast_to(np.empty((), np.bool_), x.shape)[key]


def _item_of_traced(x: TracedArray, parts: tuple[Any, ...]) -> Any:
    index, *rest = parts
    if not is_traced(index) or any(map(is_traced, rest)):
        raise TracingError(
            "Traced arrays may stand in the place of the first axis alone, x[i] or x[i, ...]; move the axis "
            "to the front with np.moveaxis, or use np.take_along_axis."
        )
    if index.dtype.kind == "b":
        taken = TracedArray(masking.boolean_mask(x.tensor, index.tensor))
    elif index.dtype.kind in "iu":
        wanted = index.tensor if index.dtype in (np.int32, np.int64) else casts.to_int64(index.tensor)
        count = x.shape[0]
        places: Any = TracedArray(wanted)
        wrapped: Any = np.where(places < 0, places + count, places)
        taken = TracedArray(gathering.gather(x.tensor, wrapped.tensor))
    else:
        raise IndexError("arrays used as indices must be of integer (or boolean) type")
    if not rest:
        return taken
    axes = 1 if index.dtype.kind == "b" else index.ndim
    return taken[(*[slice(None)] * axes, *rest)]
