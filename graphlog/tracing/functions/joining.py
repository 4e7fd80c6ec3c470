"""What puts several arrays together, or takes one apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.ops.array import joining, packing
from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.traced_array import (
    TracedArray,
    TracingError,
    as_traced,
    implements,
    promoted,
    tensor_of,
)


@implements(np.concatenate)
def _concatenate(arrays: Any, axis: int | None = 0, out: None = None, *, dtype: Any = None) -> Any:
    parts = [as_traced(array) for array in arrays]
    if not parts:  # also of a generator: NumPy went through it to find what is traced
        raise TracingError("np.concatenate takes a list or tuple of at least one array.")
    if axis is None:
        parts, axis = [np.ravel(part) for part in parts], 0
    (place,) = axes_of(parts[0], axis) or [0]
    tensors = promoted(*parts) if dtype is None else [tensor_of(part, np.dtype(dtype)) for part in parts]
    return TracedArray(joining.concat(tensors, place))


@implements(np.stack)
def _stack(arrays: Any, axis: int = 0, out: None = None, *, dtype: Any = None) -> Any:
    parts = list(arrays)
    tensors = promoted(*parts) if dtype is None else [tensor_of(part, np.dtype(dtype)) for part in parts]
    return TracedArray(packing.stack(tensors, axis))


@implements(np.vstack)
def _vstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_2d(as_traced(array)) for array in tup], 0)


@implements(np.hstack)
def _hstack(tup: Any) -> Any:
    parts = [np.atleast_1d(as_traced(array)) for array in tup]
    return np.concatenate(parts, 0 if parts[0].ndim == 1 else 1)


@implements(np.dstack)
def _dstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_3d(as_traced(array)) for array in tup], 2)


@implements(np.column_stack)
def _column_stack(tup: Any) -> Any:
    parts = [as_traced(array) for array in tup]
    return np.concatenate([np.reshape(part, [-1, 1]) if part.ndim < 2 else part for part in parts], 1)


@implements(np.append)
def _append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([as_traced(arr), as_traced(values)], axis)


@implements(np.block)
def _block(arrays: Any) -> Any:
    def depth(item: Any) -> int:
        return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0

    levels = depth(arrays)

    def joined(item: Any, level: int) -> Any:
        if not isinstance(item, list):
            array = as_traced(item)
            return (
                np.reshape(array, [1] * (levels - array.ndim) + list(array.shape))
                if array.ndim < levels
                else array
            )
        return np.concatenate([joined(part, level + 1) for part in item], level - levels)

    return joined(arrays, 0)


@implements(np.array_split)
def _array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    ary = as_traced(ary)
    (place,) = axes_of(ary, axis) or [0]
    size = ary.shape[place]
    if isinstance(indices_or_sections, int | np.integer):
        cuts = np.cumsum(
            [len(part) for part in np.array_split(np.empty(size, np.bool_), indices_or_sections)]
        )[:-1]
    else:
        cuts = np.asarray(indices_or_sections)
    edges = [0, *[int(cut) for cut in cuts], size]
    before = (slice(None),) * place
    return [ary[(*before, slice(start, stop))] for start, stop in itertools.pairwise(edges)]


@implements(np.split)
def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    if isinstance(indices_or_sections, int | np.integer):
        (place,) = axes_of(ary, axis) or [0]
        if np.shape(ary)[place] % indices_or_sections:
            raise ValueError("array split does not result in an equal division")
        return [
            TracedArray(part)
            for part in joining.split(as_traced(ary).tensor, int(indices_or_sections), place)
        ]
    return np.array_split(ary, indices_or_sections, axis)


@implements(np.hsplit)
def _hsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, 0 if np.ndim(ary) == 1 else 1)


@implements(np.vsplit)
def _vsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, 0)


@implements(np.dsplit)
def _dsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, 2)


@implements("unstack")
def _unstack(x: Any, /, *, axis: int = 0) -> Any:
    return tuple(map(TracedArray, packing.unstack(as_traced(x).tensor, axis=axis)))


@implements(np.meshgrid)
def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    vectors = [np.ravel(as_traced(x)) for x in xi]
    places = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        places[:2] = [1, 0]
    grids: Sequence[Any] = [
        np.reshape(vector, [-1 if axis == place else 1 for axis in range(len(vectors))])
        for vector, place in zip(vectors, places, strict=True)
    ]
    return tuple(grids if sparse else np.broadcast_arrays(*grids))
