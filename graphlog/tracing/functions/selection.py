"""What chooses between values by a condition, or by their size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.ops.array import selection
from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.indexing import get_item
from graphlog.tracing.traced_array import (
    TracedArray,
    TracingError,
    as_traced,
    implements,
    is_traced,
    promoted,
    tensor_of,
)


@implements(np.where)
def _where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
    if x is None or y is None:
        raise TracingError(
            "np.where with a condition alone gives places, and how many depends on numbers: it cannot be "
            "traced. Use np.where(condition, x, y)."
        )
    first, second = promoted(x, y)
    return TracedArray(selection.where_v2(tensor_of(condition, np.dtype(bool)), first, second))


@implements(np.select)
def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(as_traced(condition), choice, result)
    return result


@implements(np.clip)
def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    a = as_traced(a) if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


@implements(np.nan_to_num)
def _nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Any:
    x = as_traced(x)
    if x.dtype.kind != "f":
        return x
    limits = np.finfo(x.dtype)
    x = np.where(np.isnan(x), x.dtype.type(nan), x)
    x = np.where(x == np.inf, x.dtype.type(limits.max if posinf is None else posinf), x)
    return np.where(x == -np.inf, x.dtype.type(limits.min if neginf is None else neginf), x)


@implements(np.sinc)
def _sinc(x: Any) -> Any:
    x = as_traced(x) * math.pi
    # A quotient of what is never zero, so that the derivative where it is chosen out has no NaN.
    safe = np.where(x == 0, np.ones((), x.dtype), x)
    return np.where(x == 0, 1 - x * x / 6, np.sin(safe) / safe)


@implements(np.real_if_close)
def _real_if_close(a: Any, tol: float = 100) -> Any:
    return as_traced(a)  # what is close is not known before it runs


@implements(np.fix)
def _fix(x: Any, out: None = None) -> Any:
    return np.trunc(x)


@implements(np.round, np.around)
def _round(a: Any, decimals: int = 0, out: None = None) -> Any:
    a = as_traced(a)
    if not decimals:
        return np.rint(a) if a.dtype.kind == "f" else a
    factor = a.dtype.type(10.0 ** abs(decimals))
    return np.rint(a * factor) / factor if decimals > 0 else np.rint(a / factor) * factor


@implements(np.take)
def _take(a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str = "raise") -> Any:
    if mode != "raise":
        raise TracingError("np.take can be traced with mode='raise' alone.")
    if axis is None:
        return get_item(np.ravel(as_traced(a)), indices if is_traced(indices) else np.asarray(indices))
    (place,) = axes_of(a, axis) or [0]
    taken = get_item(
        np.moveaxis(as_traced(a), place, 0), indices if is_traced(indices) else np.asarray(indices)
    )
    rank = np.ndim(indices)
    order = [*range(rank, rank + place), *range(rank), *range(rank + place, taken.ndim)]
    return np.transpose(taken, order)


@implements(np.take_along_axis)
def _take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    arr, indices = as_traced(arr), as_traced(indices)
    if axis is None:
        return get_item(np.ravel(arr), indices)
    (place,) = axes_of(arr, axis) or [0]
    # Where each element stands in the array as a vector.
    strides = [int(np.prod(arr.shape[axis + 1 :], dtype=np.int64)) for axis in range(arr.ndim)]
    shape = [*np.broadcast_shapes((*arr.shape[:place], 1, *arr.shape[place + 1 :]), indices.shape)]
    grid = np.ix_(*[np.arange(1 if axis == place else size) for axis, size in enumerate(shape)])
    others = sum(
        part * stride for axis, (part, stride) in enumerate(zip(grid, strides, strict=True)) if axis != place
    )
    along = np.where(indices < 0, indices + arr.shape[place], indices)
    return get_item(np.ravel(arr), along.astype(np.int64) * strides[place] + np.asarray(others, np.int64))


@implements(np.compress)
def _compress(condition: Any, a: Any, axis: int | None = None, out: None = None) -> Any:
    if is_traced(condition):
        raise TracingError(
            "np.compress can be traced with a condition that is not: how many elements a traced one leaves "
            "depends on numbers. Use np.where(condition, x, 0)."
        )
    return np.take(a, np.flatnonzero(condition), axis)


@implements(np.extract)
def _extract(condition: Any, arr: Any) -> Any:
    condition = np.ravel(as_traced(condition)) if is_traced(condition) else np.ravel(condition)
    return get_item(np.ravel(as_traced(arr)), condition.astype(bool))


@implements(np.choose)
def _choose(a: Any, choices: Any, out: None = None, mode: str = "raise") -> Any:
    if mode != "raise":
        raise TracingError("np.choose can be traced with mode='raise' alone.")
    result = as_traced(choices[0])
    for number, choice in enumerate(choices[1:], 1):
        result = np.where(np.equal(a, number), choice, result)
    return result


@implements(np.piecewise)
def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    x = as_traced(x)
    conditions = list(condlist) if isinstance(condlist, list | tuple) else [condlist]
    pieces = [piece(x, *args, **kw) if callable(piece) else piece for piece in funclist]
    result = pieces[-1] if len(pieces) > len(conditions) else 0
    # Where several conditions hold, the last of them counts.
    for condition, piece in zip(conditions, pieces, strict=False):
        result = np.where(condition, piece, result)
    return as_traced(result).astype(x.dtype)
