"""What can be asked of an array without its numbers, and the parts of complex ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.ops.math import complex_numbers
from graphlog.tracing.traced_array import TracedArray, as_traced, implements, promoted_dtype


@implements(np.shape)
def _shape(a: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = as_traced(a).shape
    return shape


@implements(np.ndim)
def _ndim(a: Any) -> int:
    return int(as_traced(a).ndim)


@implements(np.size)
def _size(a: Any, axis: int | None = None) -> int:
    return int(as_traced(a).size if axis is None else as_traced(a).shape[axis])


@implements(np.result_type)
def _result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    return promoted_dtype(
        *[np.empty((), item) if isinstance(item, type | np.dtype) else item for item in arrays_and_dtypes]
    )


@implements(np.copy)
def _copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    return as_traced(a)


@implements("astype")
def _astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    return as_traced(x).astype(dtype)


@implements(np.real)
def _real(val: Any) -> Any:
    x = as_traced(val)
    return TracedArray(complex_numbers.real(x.tensor)) if x.dtype.kind == "c" else x


@implements(np.imag)
def _imag(val: Any) -> Any:
    x = as_traced(val)
    return TracedArray(complex_numbers.imag(x.tensor)) if x.dtype.kind == "c" else np.zeros(x.shape, x.dtype)


@implements(np.angle)
def _angle(z: Any, deg: bool = False) -> Any:
    z = as_traced(z)
    angle = np.arctan2(np.imag(z), np.real(z))
    return angle * (180 / math.pi) if deg else angle
