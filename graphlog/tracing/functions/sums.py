"""Sums and products along axes, and what is made of them: means, variances, differences."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.ops.math import cumulative, reductions
from graphlog.tracing.functions.axes import Axis, axes_of
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced, implements, kind_of, tensor_of


def count_along(x: Any, axis: Axis) -> int:
    """How many elements a reduction makes one of."""
    axes = axes_of(x, axis)
    sizes = np.shape(x) if axes is None else [np.shape(x)[item] for item in axes]
    return int(np.prod(sizes, dtype=np.int64))


def _sum_dtype(x: Any, dtype: Any) -> Any:
    """The dtype in which NumPy adds: small integers would overflow."""
    if dtype is not None:
        return np.dtype(dtype)
    return _dtype_of_sums(kind_of(x))


@functools.lru_cache(maxsize=64)
def _dtype_of_sums(kind: Any) -> Any:
    return np.add.reduce(np.empty(0, np.asarray(0, kind).dtype)).dtype


def _total(reduce: Callable[..., Any], combine: Callable[..., Any], neutral: int) -> Callable[..., Any]:
    """A reduction, how the ``initial`` value is taken into what it gives, and what changes nothing in it."""

    def total(
        a: Any,
        axis: Axis = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = None,
    ) -> Any:
        x = tensor_of(chosen(a, where, neutral), _sum_dtype(as_traced(a), dtype))
        found = TracedArray(reduce(x, axes_of(a, axis), keepdims=keepdims))
        return found if initial is None else combine(found, initial, dtype=found.dtype)

    return total


implements(np.sum)(_total(reductions.reduce_sum, np.add, 0))
implements(np.prod)(_total(reductions.reduce_prod, np.multiply, 1))


def chosen(a: Any, where: Any, otherwise: Any) -> Any:
    """What a reduction takes of an array: another value in the place of what its ``where`` leaves out."""
    return a if where is None else np.where(where, a, as_traced(a).dtype.type(otherwise))


@implements(np.mean)
def _mean(a: Any, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Any:
    a = as_traced(a)
    if dtype is None:
        dtype = a.dtype if a.dtype.kind in "fc" else np.float64
    x = tensor_of(a, np.dtype(dtype))
    return TracedArray(reductions.reduce_mean(x, axes_of(a, axis), keepdims=keepdims))


@implements(np.var)
def _var(
    a: Any, axis: Axis = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False
) -> Any:
    a = as_traced(a)
    centered = a - np.mean(a, axis, dtype, keepdims=True)
    squares = centered * centered if centered.dtype.kind != "c" else np.abs(centered) ** 2
    if not ddof:
        return np.mean(squares, axis, keepdims=keepdims)
    return np.sum(squares, axis, keepdims=keepdims) / (count_along(a, axis) - ddof)


@implements(np.std)
def _std(
    a: Any, axis: Axis = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False
) -> Any:
    return np.sqrt(np.var(a, axis, dtype, ddof=ddof, keepdims=keepdims))


@implements(np.average)
def _average(a: Any, axis: int | None = None, weights: Any = None, *, keepdims: bool = False) -> Any:
    if weights is None:
        return np.mean(a, axis, keepdims=keepdims)
    if np.shape(weights) != np.shape(a):
        if axis is None or np.ndim(weights) != 1:
            raise TracingError("np.average: give weights of the array's shape, or a vector and the axis.")
        shape = [1] * np.ndim(a)
        shape[axis] = -1
        weights = np.reshape(weights, shape)
    weights = as_traced(weights) * np.ones(np.shape(a), np.result_type(as_traced(weights).dtype))
    return np.sum(a * weights, axis, keepdims=keepdims) / np.sum(weights, axis, keepdims=keepdims)


@implements(np.nansum)
def _nansum(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.sum(np.where(np.isnan(a), as_traced(a).dtype.type(0), a), axis, keepdims=keepdims)


@implements(np.nanmean)
def _nanmean(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    count = np.sum(np.logical_not(np.isnan(a)), axis, keepdims=keepdims)
    return np.nansum(a, axis, keepdims=keepdims) / count.astype(as_traced(a).dtype)


@implements(np.nanprod)
def _nanprod(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.prod(np.where(np.isnan(a), as_traced(a).dtype.type(1), a), axis, keepdims=keepdims)


@implements(np.nanvar)
def _nanvar(a: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    a = as_traced(a)
    is_number = np.logical_not(np.isnan(a))
    # Zeros in the place of what is no number, so that the derivative there is one.
    centered = np.where(is_number, a, a.dtype.type(0)) - np.nanmean(a, axis, keepdims=True)
    total = np.sum(centered * centered, axis, keepdims=keepdims, where=is_number)
    return total / (np.sum(is_number, axis, keepdims=keepdims).astype(a.dtype) - ddof)


@implements(np.nanstd)
def _nanstd(a: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.sqrt(np.nanvar(a, axis, ddof=ddof, keepdims=keepdims))


@implements(np.cumsum)
def _cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return _accumulated(cumulative.cumsum, a, axis, dtype)


@implements(np.cumprod)
def _cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return _accumulated(cumulative.cumprod, a, axis, dtype)


def _accumulated(function: Any, a: Any, axis: int | None, dtype: Any) -> Any:
    a = np.ravel(as_traced(a)) if axis is None or np.ndim(a) == 0 else as_traced(a)
    (place,) = axes_of(a, 0 if axis is None else axis) or [0]
    return TracedArray(function(tensor_of(a, _sum_dtype(a, dtype)), place))


@implements(np.diff)
def _diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    a = as_traced(a)
    (place,) = axes_of(a, axis) or [0]
    before = (slice(None),) * place
    for _ in range(n):
        later, sooner = a[(*before, slice(1, None))], a[(*before, slice(None, -1))]
        a = np.not_equal(later, sooner) if a.dtype.kind == "b" else later - sooner
    return a


@implements(np.gradient)
def _gradient(f: Any, *varargs: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    f = as_traced(f)
    axes = axes_of(f, axis) or list(range(f.ndim))
    spacings = list(varargs) or [1.0]
    spacings = spacings * len(axes) if len(spacings) == 1 else spacings
    if edge_order != 1 or len(spacings) != len(axes) or any(np.ndim(spacing) for spacing in spacings):
        raise TracingError(
            "np.gradient can be traced with one number as the spacing of each axis, and edge_order=1."
        )
    results = [_slopes(f, place, spacing) for place, spacing in zip(axes, spacings, strict=True)]
    return results[0] if len(results) == 1 else tuple(results)


def _slopes(f: Any, axis: int, spacing: Any) -> Any:
    def part(start: int | None, stop: int | None) -> Any:
        return f[(*[slice(None)] * axis, slice(start, stop))]

    inner = (part(2, None) - part(None, -2)) / (2.0 * spacing)
    first, last = (part(1, 2) - part(0, 1)) / spacing, (part(-1, None) - part(-2, -1)) / spacing
    return np.concatenate([first, inner, last], axis)


@implements(np.trace)
def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1, dtype)
