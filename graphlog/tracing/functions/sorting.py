"""What puts elements in the order of their size, or finds their place in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.ops.array import searching, sorting
from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.traced_array import (
    TracedArray,
    TracingError,
    as_traced,
    implements,
    is_traced,
    promoted,
)


@implements(np.sort)
def _sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    x, place = _along(a, axis)
    return TracedArray(sorting.sort(x.tensor, place))


@implements("msort")
def _msort(a: Any) -> Any:
    return np.sort(a, 0)


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


@implements(np.quantile)
def _quantile(a: Any, q: Any, axis: int | None = None, out: None = None, **options: Any) -> Any:
    keepdims, method = options.pop("keepdims", False), options.pop("method", "linear")
    if options.get("weights") is not None or method != "linear":
        raise TracingError(
            "np.quantile and np.percentile can be traced with method='linear', without weights."
        )
    x, place = _along(a, axis)
    ordered: Any = np.moveaxis(np.sort(x, place), place, 0)
    if is_traced(q):
        raise TracingError("np.quantile and np.percentile can be traced with a q that is not traced.")
    wanted = np.asarray(q, np.float64) * (ordered.shape[0] - 1)
    lower = np.floor(wanted).astype(np.int64)
    share = np.reshape(wanted - lower, (*wanted.shape, *[1] * (ordered.ndim - 1))).astype(x.dtype)
    upper = np.minimum(lower + 1, ordered.shape[0] - 1)
    result: Any = ordered[lower] * (1 - share) + ordered[upper] * share
    if not keepdims:
        return result
    kept = [1 if axis is None or at == place else size for at, size in enumerate(np.shape(a))]
    return np.reshape(result, (*wanted.shape, *kept))


@implements(np.percentile)
def _percentile(a: Any, q: Any, axis: int | None = None, out: None = None, **options: Any) -> Any:
    return _quantile(a, q if is_traced(q) else np.asarray(q, np.float64) / 100, axis, **options)


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
