"""The largest, the least, any and all, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.ops.array import arguments_of_extrema
from graphlog.ops.math import reductions
from graphlog.tracing.functions.axes import Axis, axes_of
from graphlog.tracing.functions.sums import chosen
from graphlog.tracing.traced_array import TracedArray, as_traced, implements, tensor_of


def _reduction(function: Callable[..., Any], dtype: Any = None) -> Callable[..., Any]:
    def reduce(a: Any, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
        x = tensor_of(as_traced(a), dtype)
        return TracedArray(function(x, axes_of(a, axis), keepdims=keepdims))

    return reduce


_largest, _least = _reduction(reductions.reduce_max), _reduction(reductions.reduce_min)
_any = _reduction(reductions.reduce_any, np.dtype(bool))
_all = _reduction(reductions.reduce_all, np.dtype(bool))
implements(np.any)(_any)
implements(np.all)(_all)


def _extremum(
    reduce: Callable[..., Any], reduce_bools: Callable[..., Any], combine: Callable[..., Any]
) -> Callable[..., Any]:
    """A reduction, and how the ``initial`` value is taken into what it gives."""

    def extremum(
        a: Any,
        axis: Axis = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = None,
    ) -> Any:
        a = chosen(a, where, initial)
        found = (reduce_bools if as_traced(a).dtype.kind == "b" else reduce)(a, axis, keepdims=keepdims)
        return found if initial is None else combine(found, initial)

    return extremum


implements(np.max, np.amax)(_extremum(_largest, _any, np.maximum))
implements(np.min, np.amin)(_extremum(_least, _all, np.minimum))


@implements(np.ptp)
def _ptp(a: Any, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
    return np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)


@implements(np.nanmax)
def _nanmax(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.max(np.where(np.isnan(a), as_traced(a).dtype.type(-np.inf), a), axis, keepdims=keepdims)


@implements(np.nanmin)
def _nanmin(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.min(np.where(np.isnan(a), as_traced(a).dtype.type(np.inf), a), axis, keepdims=keepdims)


@implements(np.argmax)
def _argmax(a: Any, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
    return _place(arguments_of_extrema.argmax, a, axis, keepdims)


@implements(np.argmin)
def _argmin(a: Any, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
    return _place(arguments_of_extrema.argmin, a, axis, keepdims)


def _place(function: Callable[..., Any], a: Any, axis: int | None, keepdims: bool) -> Any:
    x: Any = as_traced(a) if axis is not None else np.ravel(as_traced(a))
    if x.dtype.kind == "b":
        x = x.astype(np.int32)
    (place,) = axes_of(x, 0 if axis is None else axis) or [0]
    result = TracedArray(function(x.tensor, place))
    if not keepdims:
        return result
    return np.reshape(result, [1] * np.ndim(a)) if axis is None else np.expand_dims(result, place)


@implements(np.count_nonzero)
def _count_nonzero(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.sum(as_traced(a).astype(bool), axis, keepdims=keepdims)
