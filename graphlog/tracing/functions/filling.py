"""New arrays: of one number, or of numbers at equal distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.tensor import Tensor
from graphlog.tracing.traced_array import TracedArray, as_traced, implements, tensor_of


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


@implements(np.full)
def _full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", **options: Any) -> Any:
    """With ``like=x``, by which alone NumPy finds out that something is traced."""
    value = as_traced(fill_value)
    return np.broadcast_to(value if dtype is None else value.astype(dtype), shape)


@implements(np.array, np.asarray, np.asanyarray, np.ascontiguousarray)
def _array(a: Any, dtype: Any = None, **options: Any) -> Any:
    """With ``like=x``, as above."""
    stacked = TracedArray(_stacked(a))
    return stacked if dtype is None else stacked.astype(dtype)


def _stacked(value: Any) -> Tensor:
    if isinstance(value, list | tuple):
        return tensor_of(np.stack([TracedArray(_stacked(item)) for item in value]))
    return tensor_of(value)
