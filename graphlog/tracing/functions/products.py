"""Products: ``dot``, ``matmul``, ``tensordot`` and their like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.ops.linear_algebra import matmul as matmuls
from graphlog.ops.linear_algebra import tensordot as tensordots
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced, implements, promoted


def matrix_product(x: Any, y: Any) -> Any:
    """``np.matmul``: vectors count as a row on the left, and as a column on the right."""
    x, y = map(TracedArray, promoted(x, y))
    if x.ndim == y.ndim == 2:
        # What ``matmul`` comes to, without its questions.
        return TracedArray(matmuls.MatMul(x.tensor, y.tensor))
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError("matmul: an operand has no axes; multiply numbers by *.")
    if x.ndim == y.ndim == 1:
        return np.sum(x * y)
    left = x[None, :] if x.ndim == 1 else x
    right = y[:, None] if y.ndim == 1 else y
    result = TracedArray(matmuls.matmul(left.tensor, right.tensor))
    if x.ndim == 1:
        return np.squeeze(result, -2)
    return np.squeeze(result, -1) if y.ndim == 1 else result


# Universal functions of whole vectors and matrices, by name: not every version of NumPy has all of them.
PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "matmul": matrix_product,
    "vecdot": lambda x, y: np.sum(np.conj(as_traced(x)) * as_traced(y), -1),
    "matvec": lambda x, y: matrix_product(x, np.expand_dims(as_traced(y), -1))[..., 0],
    "vecmat": lambda x, y: matrix_product(np.conj(np.expand_dims(as_traced(x), -2)), y)[..., 0, :],
}


@implements(np.dot)
def _dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(a) <= 2 and np.ndim(b) <= 2:
        return matrix_product(a, b)
    return _tensordot(a, b, ([-1], [-1 if np.ndim(b) == 1 else -2]))


@implements(np.inner)
def _inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return _tensordot(a, b, ([-1], [-1]))


@implements(np.vdot)
def _vdot(a: Any, b: Any) -> Any:
    return np.sum(np.ravel(np.conj(as_traced(a))) * np.ravel(as_traced(b)))


@implements(np.outer)
def _outer(a: Any, b: Any) -> Any:
    return np.ravel(as_traced(a))[:, None] * np.ravel(as_traced(b))[None, :]


@implements(np.tensordot)
def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    x, y = promoted(a, b)
    if isinstance(axes, int):
        axes = (list(range(np.ndim(a) - axes, np.ndim(a))), list(range(axes)))
    first, second = ([int(axis) for axis in np.atleast_1d(part)] for part in axes)
    first = [axis % np.ndim(a) for axis in first]
    second = [axis % np.ndim(b) for axis in second]
    return TracedArray(tensordots.tensordot(x, y, [first, second]))


@implements(np.kron)
def _kron(a: Any, b: Any) -> Any:
    rank = max(np.ndim(a), np.ndim(b))
    first = [1] * (rank - np.ndim(a)) + list(np.shape(a))
    second = [1] * (rank - np.ndim(b)) + list(np.shape(b))
    spread = np.reshape(as_traced(a), [size for pair in first for size in (pair, 1)])
    product = spread * np.reshape(as_traced(b), [size for pair in second for size in (1, pair)])
    return np.reshape(product, [m * n for m, n in zip(first, second, strict=True)])


@implements(np.cross)
def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(as_traced(a), axisa, -1), np.moveaxis(as_traced(b), axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise TracingError("np.cross can be traced for vectors of three elements.")
    after, before = [1, 2, 0], [2, 0, 1]
    product = a[..., after] * b[..., before] - a[..., before] * b[..., after]
    return np.moveaxis(product, -1, axisc)


@implements(np.linalg.multi_dot)
def _multi_dot(arrays: Any) -> Any:
    result, *others = arrays
    for other in others:
        result = _dot(result, other)
    return result


@implements(np.linalg.matrix_power)
def _matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        return _matrix_power(np.linalg.inv(a), -n)
    if n == 0:
        return np.broadcast_to(as_traced(np.eye(a.shape[-1], dtype=a.dtype)), a.shape)
    half = _matrix_power(a, n // 2) if n > 1 else None
    if half is None:
        return a
    squared = matrix_product(half, half)
    return matrix_product(squared, a) if n % 2 else squared
