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
        key: whatever NumPy takes. Arrays in it that are traced may stand for axes that follow each other:
            integers, or booleans, which give a shape that depends on numbers.

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
    before = next(place for place, part in enumerate(parts) if not _is_whole(part))
    if before:
        # x[:, i] is the same along another axis.
        order = [*range(before, x.ndim), *range(before)]
        turned: Any = np.transpose(x, order)
        taken = _item_of_traced(turned, parts[before:])
        return np.moveaxis(taken, range(taken.ndim - before, taken.ndim), range(before))
    first, *rest = parts
    if is_traced(first) and first.dtype.kind == "b":
        if any(map(is_traced, rest)):
            raise _not_traceable()
        taken = TracedArray(masking.boolean_mask(x.tensor, first.tensor))
        return taken[(slice(None), *rest)] if rest else taken
    count = next((place for place, part in enumerate(parts) if not _is_integers(part)), len(parts))
    if any(map(is_traced, parts[count:])):
        raise _not_traceable()
    taken = _taken(x, parts[:count])
    return taken[(*[slice(None)] * (taken.ndim - x.ndim + count), *parts[count:])] if parts[count:] else taken


def _taken(x: TracedArray, indices: tuple[Any, ...]) -> Any:
    """The elements at integer places along the first axes, that are broadcast together."""
    if len(indices) > x.ndim:
        raise IndexError(f"too many indices for array: array is {x.ndim}-dimensional")
    if len(indices) == 1:
        return TracedArray(gathering.gather(x.tensor, _places(indices[0], x.shape[0]).tensor))
    sizes = x.shape[: len(indices)]
    places: Any = 0
    for index, size in zip(indices, sizes, strict=True):
        places = places * size + _places(index, size)
    flat: Any = np.reshape(x, (-1, *x.shape[len(indices) :]))
    return TracedArray(gathering.gather(flat.tensor, places.tensor))


def _places(index: Any, size: int) -> Any:
    """Places along an axis, from 0 on."""
    index = as_traced(index)
    wanted = index.tensor if index.dtype in (np.int32, np.int64) else casts.to_int64(index.tensor)
    places: Any = TracedArray(wanted)
    return np.where(places < 0, places + size, places)


def _is_whole(part: Any) -> bool:
    return isinstance(part, slice) and part == slice(None)


def _is_integers(part: Any) -> bool:
    if is_traced(part):
        if part.dtype.kind not in "iu":
            raise IndexError("arrays used as indices must be of integer (or boolean) type")
        return True
    is_index = isinstance(part, int | np.integer | np.ndarray | list) and not isinstance(part, bool)
    return is_index and np.asarray(part).dtype.kind in "iu"


def _not_traceable() -> TracingError:
    return TracingError(
        "Traced arrays may stand in the places of axes that follow each other, x[i], x[:, i] or x[i, j], "
        "booleans alone: move the axes to the front with np.moveaxis, or use np.take_along_axis."
    )
