"""Sums of products over chosen axes of two tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, gathering, joining, packing, ranges, shape_queries, unique
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import comparisons, reductions
from graphlog.ops.name_scopes import name_scope


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The sums, over pairs of axes, of the products of the elements of two tensors.

    Args:
        a: a tensor.
        b: a tensor of the same dtype.
        axes: how many of the last axes of ``a`` are paired with the first of ``b``; or the axes of
            ``a`` and those of ``b``, as two lists or an int32 tensor of shape ``(2, k)``.
        name: the scope's name.

    Returns:
        A Tensor with the other axes of ``a``, then those of ``b``.

    Raises:
        ValueError: the axes do not fit.

    Source: ``tf.tensordot``, built of ``MatMul`` as there.
    """
    with name_scope(name, "Tensordot", [a, b, axes]) as scope:
        a, b = convert_to_tensor(a, name="a"), convert_to_tensor(b, name="b")
        a_axes, b_axes = _axes_of_both(a, axes)
        a_matrix, a_free, a_known = _as_matrix(a, a_axes, summed_first=False)
        b_matrix, b_free, b_known = _as_matrix(b, b_axes, summed_first=True)
        product = matmul.matmul(a_matrix, b_matrix)
        if isinstance(a_free, list) and isinstance(b_free, list):
            return arrays.reshape(product, a_free + b_free, name=scope)
        sizes = [convert_to_tensor(free, dtypes.int32) for free in (a_free, b_free)]
        result = arrays.reshape(product, joining.concat(sizes, 0), name=scope)
        if a_known is not None and b_known is not None:
            result.set_shape(a_known + b_known)
        return result


def _axes_of_both(a: Tensor, axes: Any) -> tuple[Any, Any]:
    if isinstance(axes, int | np.integer):
        return _last_and_first(a, int(axes))
    if isinstance(axes, list | tuple):
        if len(axes) != 2:
            raise ValueError("'axes' must be an integer or have length 2.")
        first, second = axes
        if isinstance(first, int | np.integer) and isinstance(second, int | np.integer):
            first, second = [first], [second]
        if len(first) != len(second):
            raise ValueError(
                f"Different number of contraction axes 'a' and 'b', {len(first)} != {len(second)}."
            )
        return first, second
    tensor = convert_to_tensor(axes, dtypes.int32, name="axes")
    return tensor[0], tensor[1]


def _last_and_first(a: Tensor, count: int) -> tuple[Any, Any]:
    if count < 0:
        raise ValueError("'axes' must be at least 0.")
    if a.static_shape is None:
        rank = shape_queries.rank(a)
        last = ranges.range(rank - count, rank, dtype=dtypes.int32)
        return last, ranges.range(count, dtype=dtypes.int32)
    known_rank = len(a.static_shape)
    if count > known_rank:
        raise ValueError(f"'axes' must not be larger than the number of dimensions of tensor {a}.")
    return list(range(known_rank - count, known_rank)), list(range(count))


def _as_matrix(tensor: Tensor, axes: Any, summed_first: bool) -> tuple[Tensor, Any, list[int | None] | None]:
    """The tensor as a matrix of free and of summed axes.

    Returns:
        The matrix; the sizes of the free axes, as a list or a tensor; and what is known of them.
    """
    shape = tensor.static_shape
    known_axes, known_free, known_sizes = None, [], None
    if shape is not None and isinstance(axes, list | tuple):
        known_axes = [axis if axis >= 0 else axis + len(shape) for axis in axes]
        known_free = [axis for axis in range(len(shape)) if axis not in known_axes]
        known_sizes = [shape[axis] for axis in known_free]
        if shapes.is_fully_defined(shape):
            free_size = math.prod(size for size in known_sizes if size is not None)
            summed_size = math.prod(shape[axis] for axis in known_axes)
            order = known_axes + known_free if summed_first else known_free + known_axes
            sizes = [summed_size, free_size] if summed_first else [free_size, summed_size]
            return arrays.reshape(arrays.transpose(tensor, order), sizes), known_sizes, known_sizes
    return *_as_matrix_in_graph(tensor, axes, known_axes, known_free, summed_first), known_sizes


def _as_matrix_in_graph(
    tensor: Tensor, axes: Any, known_axes: list[int] | None, known_free: list[int], summed_first: bool
) -> tuple[Tensor, Tensor]:
    if known_axes is not None:
        summed = convert_to_tensor(known_axes, dtypes.int32, name="axes")
        free = convert_to_tensor(known_free, dtypes.int32, name="free")
        sizes = shape_queries.shape(tensor)
    else:
        sizes = shape_queries.shape(tensor)
        rank = shape_queries.rank(tensor)
        summed = convert_to_tensor(axes, dtypes.int32, name="axes")
        summed = comparisons.where(summed >= 0, summed, summed + rank)
        free = unique.setdiff1d(ranges.range(rank), summed).out
    free_sizes = gathering.gather(sizes, free)
    summed_sizes = gathering.gather(sizes, summed)
    free_size = reductions.reduce_prod(free_sizes)
    summed_size = reductions.reduce_prod(summed_sizes)
    if summed_first:
        order = joining.concat([summed, free], 0)
        matrix_sizes = packing.stack([summed_size, free_size])
    else:
        order = joining.concat([free, summed], 0)
        matrix_sizes = packing.stack([free_size, summed_size])
    return arrays.reshape(arrays.transpose(tensor, order), matrix_sizes), free_sizes
