"""What puts elements in the order of their size, or finds their place in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.ops.array import searching, sorting
from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced, implements, promoted


@implements(np.sort)
def _sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    x, place = _along(a, axis)
    return TracedArray(sorting.sort(x.tensor, place))


@implements(np.argsort)
def _argsort(
    a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    x, place = _along(a, axis)
    return TracedArray(sorting.argsort(x.tensor, place, stable=True)).astype(np.int64)


@implements(np.partition)
def _partition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    return np.sort(a, axis)  # which is partitioned at every place


@implements(np.argpartition)
def _argpartition(
    a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Any:
    return np.argsort(a, axis)


@implements(np.median)
def _median(
    a: Any, axis: int | None = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    x, place = _along(a, axis)
    ordered = np.moveaxis(np.sort(x, place), place, 0)
    count = ordered.shape[0]
    middle = np.mean(ordered[(count - 1) // 2 : count // 2 + 1], 0)
    if not keepdims:
        return middle
    return np.reshape(middle, [1] * np.ndim(a)) if axis is None else np.expand_dims(middle, place)


def _along(a: Any, axis: int | None) -> tuple[Any, int]:
    """The array, as a vector where no axis is named, and the axis from 0 on."""
    x = np.ravel(as_traced(a)) if axis is None else as_traced(a)
    (place,) = axes_of(x, 0 if axis is None else axis) or [0]
    return x, place


@implements(np.searchsorted)
def _searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    if sorter is not None or np.ndim(a) != 1:
        raise TracingError("np.searchsorted can be traced with a sorted vector, and without sorter=.")
    ordered, values = promoted(a, v)
    flat: Any = np.reshape(TracedArray(values), [-1])
    places = TracedArray(searching.searchsorted(ordered, flat.tensor, side)).astype(np.int64)
    return np.reshape(places, np.shape(v))
