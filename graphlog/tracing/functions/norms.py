"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.traced_array import as_traced, implements


@implements(np.linalg.norm)
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = as_traced(x)
    axes = axes_of(x, axis if axis is None or isinstance(axis, int) else tuple(axis))
    if axes is None and ord is None:
        norm = np.sqrt(np.sum(_squares(x)))
        return np.reshape(norm, [1] * x.ndim) if keepdims else norm
    axes = list(range(x.ndim)) if axes is None else axes
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes[0], keepdims)
    if len(axes) == 2:
        norm = _matrix_norm(np.moveaxis(x, axes, (-2, -1)), "fro" if ord is None else ord)
        return np.expand_dims(norm, tuple(axes)) if keepdims else norm
    raise ValueError("Improper number of dimensions to norm.")


def _squares(x: Any) -> Any:
    return np.real(x) ** 2 + np.imag(x) ** 2 if x.dtype.kind == "c" else x * x


def _vector_norm(x: Any, order: Any, axis: int, keepdims: bool) -> Any:
    if order == 2:
        return np.sqrt(np.sum(_squares(x), axis, keepdims=keepdims))
    if order == np.inf:
        return np.max(np.abs(x), axis, keepdims=keepdims)
    if order == -np.inf:
        return np.min(np.abs(x), axis, keepdims=keepdims)
    if order == 0:
        return np.sum((x != 0).astype(np.abs(x).dtype), axis, keepdims=keepdims)
    if order == 1:
        return np.sum(np.abs(x), axis, keepdims=keepdims)
    if not isinstance(order, int | float):
        raise ValueError(f"Invalid norm order {order!r} for vectors")
    return np.sum(np.abs(x) ** order, axis, keepdims=keepdims) ** (1.0 / order)


def _matrix_norm(x: Any, order: Any) -> Any:
    if order == "fro":
        return np.sqrt(np.sum(_squares(x), (-2, -1)))
    if order in ("nuc", 2, -2):
        values = np.linalg.svd(x, compute_uv=False)
        return np.sum(values, -1) if order == "nuc" else (np.max if order == 2 else np.min)(values, -1)
    if order in (1, -1, np.inf, -np.inf):
        sums = np.sum(np.abs(x), -2 if abs(order) == 1 else -1)
        return (np.max if order > 0 else np.min)(sums, -1)
    raise ValueError("Invalid norm order for matrices.")
