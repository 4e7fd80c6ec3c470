"""What puts the elements of an array elsewhere: shapes, axes, order, repetition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.ops.array import arrays, axes, grids, padding, reordering
from graphlog.ops.linear_algebra import diagonals
from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.indexing import rearranged
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced, implements, is_traced


@implements(np.reshape)
def _reshape(a: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None) -> Any:
    a = as_traced(a)
    shape = newshape if shape is None else shape
    wanted = [shape] if isinstance(shape, int | np.integer) else list(shape)
    _check_shape(a, wanted)
    if order == "F":
        return np.transpose(np.reshape(np.transpose(a), wanted[::-1]))
    return TracedArray(arrays.reshape(a.tensor, np.array(wanted, np.int32)))


def _check_shape(a: TracedArray, wanted: Sequence[Any]) -> None:
    """NumPy's errors of a shape that does not fit."""
    if list(wanted).count(-1) > 1:
        raise ValueError("can only specify one unknown dimension")
    if not shapes.is_fully_defined(a.tensor.static_shape):
        return
    known = math.prod(size for size in wanted if size != -1)
    fits = a.size == known if -1 not in wanted else known and a.size % known == 0
    if not fits:
        raise ValueError(f"cannot reshape array of size {a.size} into shape {tuple(wanted)}")


@implements(np.ravel)
def _ravel(a: Any, order: str = "C") -> Any:
    a = as_traced(a)
    return a if a.ndim == 1 else _reshape(a, -1, order)


@implements(np.transpose)
def _transpose(a: Any, axes: Any = None) -> Any:
    a = as_traced(a)
    order = list(range(a.ndim))[::-1] if axes is None else axes_of(a, tuple(axes))
    if order == list(range(a.ndim)):
        return a
    return TracedArray(arrays.transpose(a.tensor, order))


@implements("matrix_transpose", "linalg.matrix_transpose")
def _matrix_transpose(x: Any, /) -> Any:
    return np.swapaxes(x, -1, -2)


@implements(np.moveaxis)
def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    sources = axes_of(a, source if isinstance(source, int) else tuple(source)) or []
    destinations = axes_of(a, destination if isinstance(destination, int) else tuple(destination)) or []
    order = [axis for axis in range(np.ndim(a)) if axis not in sources]
    for place, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(place, axis)
    return np.transpose(a, order)


@implements(np.swapaxes)
def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    order = list(range(np.ndim(a)))
    (first,), (second,) = axes_of(a, axis1) or [0], axes_of(a, axis2) or [0]
    order[first], order[second] = second, first
    return np.transpose(a, order)


@implements(np.rollaxis)
def _rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    order = list(np.rollaxis(np.empty(range(2, np.ndim(a) + 2), np.bool_), axis, start).shape)
    return np.transpose(a, [size - 2 for size in order])


@implements(np.expand_dims)
def _expand_dims(a: Any, axis: Any) -> Any:
    shape = np.expand_dims(np.broadcast_to(False, np.shape(a)), axis).shape
    if isinstance(axis, int | np.integer):
        return TracedArray(axes.expand_dims(as_traced(a).tensor, axis))
    return np.reshape(a, shape)


@implements(np.squeeze)
def _squeeze(a: Any, axis: Any = None) -> Any:
    np.squeeze(np.broadcast_to(False, np.shape(a)), axis)  # NumPy's error, where one of them is not 1
    return TracedArray(axes.squeeze(as_traced(a).tensor, axes_of(a, axis)))


@implements(np.atleast_1d)
def _atleast_1d(*arys: Any) -> Any:
    return _of_each(arys, lambda a: np.reshape(a, [1]) if a.ndim == 0 else a)


@implements(np.atleast_2d)
def _atleast_2d(*arys: Any) -> Any:
    return _of_each(arys, lambda a: a if a.ndim >= 2 else np.reshape(a, [1, -1]))


@implements(np.atleast_3d)
def _atleast_3d(*arys: Any) -> Any:
    def raised(a: Any) -> Any:
        if a.ndim >= 3:
            return a
        return a[:, :, None] if a.ndim == 2 else np.reshape(a, [1, -1, 1])

    return _of_each(arys, raised)


def _of_each(arrays: Sequence[Any], function: Any) -> Any:
    results = tuple(function(as_traced(array)) for array in arrays)
    return results[0] if len(results) == 1 else results


@implements(np.broadcast_to)
def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    wanted = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    np.broadcast_to(np.broadcast_to(False, np.shape(array)), wanted)  # NumPy's error
    if np.shape(array) == wanted:
        return as_traced(array)
    return TracedArray(grids.broadcast_to(as_traced(array).tensor, np.array(wanted, np.int32)))


@implements(np.broadcast_arrays)
def _broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*[np.shape(array) for array in args])
    return tuple(np.broadcast_to(as_traced(array), shape) for array in args)


@implements(np.tile)
def _tile(A: Any, reps: Any) -> Any:  # noqa: N803
    counts = [int(count) for count in np.atleast_1d(reps)]
    a = as_traced(A)
    rank = max(a.ndim, len(counts))
    a = _reshape(a, [1] * (rank - a.ndim) + list(a.shape))
    return TracedArray(arrays.tile(a.tensor, [1] * (rank - len(counts)) + counts))


@implements(np.repeat)
def _repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    return rearranged(a, lambda array: np.repeat(array, repeats, axis))


@implements(np.delete)
def _delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    return rearranged(arr, lambda array: np.delete(array, obj, axis))


@implements(np.resize)
def _resize(a: Any, new_shape: Any) -> Any:
    return rearranged(a, lambda array: np.resize(array, new_shape))


@implements(np.lib.stride_tricks.sliding_window_view)
def _sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view
    return rearranged(x, lambda array: windows(array, window_shape, axis))


@implements(np.flip)
def _flip(m: Any, axis: Any = None) -> Any:
    m = as_traced(m)
    places = axes_of(m, axis)
    return TracedArray(reordering.reverse(m.tensor, list(range(m.ndim)) if places is None else places))


@implements(np.fliplr)
def _fliplr(m: Any) -> Any:
    return np.flip(m, 1)


@implements(np.flipud)
def _flipud(m: Any) -> Any:
    return np.flip(m, 0)


@implements(np.rot90)
def _rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    first, second = axes_of(m, tuple(axes)) or [0, 1]
    if k % 4 == 2:
        return np.flip(m, (first, second))
    turned = np.flip(m, second) if k % 4 == 1 else m
    if k % 2:
        turned = np.swapaxes(turned, first, second)
    return np.flip(turned, second) if k % 4 == 3 else turned


@implements(np.roll)
def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.reshape(np.roll(np.ravel(as_traced(a)), shift, 0), np.shape(a))
    if is_traced(shift):
        return TracedArray(reordering.roll(as_traced(a).tensor, shift.tensor, axis))
    places, shifts = np.broadcast_arrays(np.atleast_1d(axis), np.atleast_1d(shift))
    named = axes_of(a, tuple(int(place) for place in places))
    return TracedArray(
        reordering.roll(as_traced(a).tensor, shifts.astype(np.int32), np.array(named, np.int32))
    )


# Modes of np.pad in which all that stands there was there before.
_REARRANGING_MODES = ("edge", "reflect", "symmetric", "wrap")


@implements(np.pad)
def _pad(array: Any, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    array = as_traced(array)
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(axis, pad_width.get(axis - array.ndim, 0)) for axis in range(array.ndim)]
        pad_width = [(width, width) if isinstance(width, int) else width for width in pad_width]
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).astype(np.int32)
    if mode != "constant":
        if mode not in _REARRANGING_MODES:
            modes = ("constant", *_REARRANGING_MODES)
            raise TracingError(f"np.pad with mode={mode!r} cannot be traced: it can with one of {modes}.")
        return rearranged(array, lambda places: np.pad(places, widths, mode))  # type: ignore[call-overload]
    if np.ndim(constant_values) or is_traced(constant_values):
        inside = np.pad(np.ones(array.shape, bool), widths)
        outside = np.pad(np.zeros(array.shape, array.dtype), widths, constant_values=constant_values)
        return np.where(inside, np.pad(array, widths), outside)
    return TracedArray(
        padding.pad(array.tensor, widths, constant_values=np.asarray(constant_values, array.dtype))
    )


@implements(np.diagonal)
def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    a = np.moveaxis(as_traced(a), (axis1, axis2), (-2, -1))
    rows, columns = a.shape[-2:]
    if offset:
        # The square of which that diagonal is the main one.
        a = a[..., max(0, -offset) :, :] if offset < 0 else a[..., :, offset:]
        rows, columns = a.shape[-2:]
    return TracedArray(diagonals.matrix_diag_part(a.tensor)) if min(rows, columns) else a[..., 0, :0]


@implements(np.diag)
def _diag(v: Any, k: int = 0) -> Any:
    v = as_traced(v)
    if v.ndim == 2:
        return np.diagonal(v, k)
    square = TracedArray(diagonals.matrix_diag(v.tensor))
    return np.pad(square, [(max(0, -k), max(0, k)), (max(0, k), max(0, -k))]) if k else square


@implements(np.diagflat)
def _diagflat(v: Any, k: int = 0) -> Any:
    return np.diag(np.ravel(as_traced(v)), k)


def _lower(m: Any, k: int) -> Any:
    rows, columns = np.shape(m)[-2:]
    return np.tri(rows, columns, k, dtype=bool)


@implements(np.tril)
def _tril(m: Any, k: int = 0) -> Any:
    return np.where(_lower(m, k), m, np.zeros(1, as_traced(m).dtype))


@implements(np.triu)
def _triu(m: Any, k: int = 0) -> Any:
    return np.where(_lower(m, k - 1), np.zeros(1, as_traced(m).dtype), m)


@implements(np.vander)
def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803
    count = len(x) if N is None else N
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return as_traced(x)[:, None] ** powers
