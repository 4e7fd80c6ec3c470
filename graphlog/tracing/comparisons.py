"""Whether arrays, or their elements, are alike or of some kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.tracing.traced_array import TracedArray, as_traced, implements, tensor_of


@implements(np.isclose)
def _isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    a, b = as_traced(a), as_traced(b)
    near = np.where(np.isfinite(b), np.abs(a - b) <= atol + rtol * np.abs(b), a == b)
    return near | (np.isnan(a) & np.isnan(b)) if equal_nan else near


@implements(np.allclose)
def _allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    return np.all(np.isclose(a, b, rtol, atol, equal_nan))


@implements(np.array_equal)
def _array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Any:
    if np.shape(a1) != np.shape(a2):
        return False
    return np.all(np.equal(a1, a2) | (np.isnan(a1) & np.isnan(a2)) if equal_nan else np.equal(a1, a2))


@implements(np.array_equiv)
def _array_equiv(a1: Any, a2: Any) -> Any:
    try:
        np.broadcast_shapes(np.shape(a1), np.shape(a2))
    except ValueError:
        return False
    return np.all(np.equal(a1, a2))


@implements(np.isposinf)
def _isposinf(x: Any, out: None = None) -> Any:
    return np.equal(x, np.inf)


@implements(np.isneginf)
def _isneginf(x: Any, out: None = None) -> Any:
    return np.equal(x, -np.inf)


@implements(np.isreal)
def _isreal(x: Any) -> Any:
    return np.equal(np.imag(x), 0)


@implements(np.iscomplex)
def _iscomplex(x: Any) -> Any:
    return np.not_equal(np.imag(x), 0)


@implements(np.iscomplexobj)
def _iscomplexobj(x: Any) -> bool:
    return bool(as_traced(x).dtype.kind == "c")


@implements(np.isrealobj)
def _isrealobj(x: Any) -> bool:
    return bool(as_traced(x).dtype.kind != "c")


@implements(np.zeros_like, np.empty_like)
def _zeros_like(a: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Any:
    return np.zeros(np.shape(a) if shape is None else shape, as_traced(a).dtype if dtype is None else dtype)


@implements(np.ones_like)
def _ones_like(a: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Any:
    return np.ones(np.shape(a) if shape is None else shape, as_traced(a).dtype if dtype is None else dtype)


@implements(np.full_like)
def _full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Any:
    value = TracedArray(tensor_of(fill_value, np.dtype(dtype or as_traced(a).dtype)))
    return np.broadcast_to(value, np.shape(a) if shape is None else shape)


@implements(np.linspace)
def _linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    parts = max(num - 1 if endpoint else num, 1)
    step = (as_traced(stop) - start) / parts
    places = np.reshape(np.arange(num, dtype=step.dtype), [num] + [1] * np.ndim(step))
    result = np.moveaxis(as_traced(start) + places * step, 0, axis)
    result = result if dtype is None else result.astype(dtype)
    return (result, step) if retstep else result
