"""Ranks and pseudo-inverses of matrices, by their singular values."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import shape_rules
from graphlog.ops.array import axes, selection, shape_queries
from graphlog.ops.linear_algebra import decompositions, matmul
from graphlog.ops.math import arithmetic, casts, reductions
from graphlog.ops.name_scopes import name_scope


def _matrices(a: Any) -> Tensor:
    tensor = convert_to_tensor(a, name="a")
    if not tensor.dtype.is_floating:
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {tensor.dtype.name}).")
    shape_rules.with_rank_at_least(tensor.static_shape, 2)
    return tensor


def _epsilon(tensor: Tensor) -> Any:
    return np.finfo(tensor.dtype.as_numpy_dtype).eps


def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The ranks of matrices: how many of their singular values are not zero.

    Args:
        a: a tensor of floats of shape ``(..., m, n)``.
        tol: below what a singular value counts as zero; if None, what rounding makes of it.
        validate_args: unused: the shape is always checked.
        name: the scope's name.

    Returns:
        An int32 Tensor of shape ``(...)``.

    Raises:
        TypeError: ``a`` is not of floats.
        ValueError: ``a`` has fewer than two dimensions.

    Source: ``tf.linalg.matrix_rank``.
    """
    with name_scope(name or "matrix_rank"):
        a = _matrices(a)
        values = decompositions.svd(a, compute_uv=False)
        if tol is None:
            shape = a.static_shape
            size: Any
            if shape is not None and None not in shape[-2:]:
                size = np.max(shape[-2:])
            else:
                size = reductions.reduce_max(shape_queries.shape(a)[-2:])
            scale = _epsilon(a) * casts.cast(size, a.dtype)
            tol = scale * reductions.reduce_max(values, axis=-1, keepdims=True)
        return reductions.reduce_sum(casts.cast(values > tol, dtypes.int32), axis=-1)


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The Moore-Penrose pseudo-inverses of matrices.

    Args:
        a: a tensor of floats of shape ``(..., m, n)``.
        rcond: singular values below this part of the greatest count as zero; if None, ten times what
            rounding makes of it.
        validate_args: unused: the shape is always checked.
        name: the scope's name.

    Returns:
        A Tensor of shape ``(..., n, m)``.

    Raises:
        TypeError: ``a`` is not of floats.
        ValueError: ``a`` has fewer than two dimensions.

    Source: ``tf.linalg.pinv``.
    """
    with name_scope(name or "pinv"):
        a = _matrices(a)
        if rcond is None:
            rcond = 10.0 * _greater_size(a) * _epsilon(a)
        rcond = convert_to_tensor(rcond, a.dtype, name="rcond")
        values, u, v = decompositions.svd(a, full_matrices=False, compute_uv=True)
        cutoff = rcond * reductions.reduce_max(values, axis=-1)
        # The reciprocal of what counts as zero is 0.
        infinity = np.array(np.inf, a.dtype.as_numpy_dtype)
        values = selection.where_v2(values > axes.expand_dims(cutoff, -1), values, infinity)
        result = matmul.matmul(v / axes.expand_dims(values, -2), u, adjoint_b=True)
        shape = a.static_shape
        if shape is not None:
            result.set_shape((*shape[:-2], shape[-1], shape[-2]))
        return result


def _greater_size(a: Tensor) -> Any:
    shape = a.static_shape
    sizes: list[Any] = [None, None] if shape is None else list(shape[-2:])
    sizes = [
        shape_queries.shape(a)[axis] if size is None else size
        for size, axis in zip(sizes, (-2, -1), strict=True)
    ]
    if isinstance(sizes[0], int) and isinstance(sizes[1], int):
        return float(max(sizes))
    return casts.cast(arithmetic.maximum(*sizes), a.dtype)
