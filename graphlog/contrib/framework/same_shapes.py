"""Tensors that are checked to have a given shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import comparisons, logic, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope


def with_same_shape(expected: Tensor, tensor: Tensor) -> Tensor:
    """A tensor that has the shape of another one; checked when it runs where it is not known before.

    Args:
        expected: the tensor whose shape is wanted.
        tensor: the tensor.

    Returns:
        The tensor itself, or the same after a check.

    Raises:
        ValueError: the shapes are known to differ.

    Source: ``tf.contrib.framework.with_same_shape``.
    """
    with name_scope(f"{tensor.op.name}/", values=[expected, tensor]):
        shape = expected.get_shape()
        if shape.is_fully_defined():
            return _with_known_shape(tuple(shape.as_list()), tensor)
        return _checked(shape_queries.shape(expected, name="expected_shape"), tensor)


def _with_known_shape(shape: tuple[int | None, ...], tensor: Tensor) -> Tensor:
    found = tensor.get_shape()
    if not found.is_fully_defined():
        if not shape:
            with name_scope(f"{tensor.op.name}/", values=[tensor]):
                return arrays.reshape(tensor, [])
        result = _checked(np.array(shape, np.int32), tensor)
        result.set_shape(shape)
        return result
    if not found.is_compatible_with(shape):
        if not shape and found.is_compatible_with([1]):
            with name_scope(f"{tensor.op.name}/", values=[tensor]):
                return arrays.reshape(tensor, [])
        raise ValueError(f"Invalid shape for tensor {tensor.name}, expected {list(shape)}, got {found}.")
    return tensor


def _checked(shape: Any, tensor: Tensor) -> Tensor:
    with name_scope(f"{tensor.op.name}/", values=[tensor]):
        with name_scope("assert_shape", values=[tensor]) as scope:
            found = shape_queries.shape(tensor, name="actual")
            check = logging_ops.Assert(
                _is_shape(shape, tensor, found),
                [f"Wrong shape for {tensor.name} [expected] [actual].", shape, found],
                name=scope,
            )
        with control_dependencies([check]):
            return arrays.identity(tensor)


def _is_shape(shape: Any, tensor: Tensor, found: Tensor) -> Tensor:
    with name_scope("is_shape", values=[tensor]) as scope:
        size = shape_queries.size(shape)
        with name_scope("is_rank", values=[tensor]) as rank_scope:
            expected = convert_to_tensor(size, name="expected")
            rank = shape_queries.rank(tensor, name="actual")
            is_rank = comparisons.equal(expected, rank, name=rank_scope)
        with name_scope("shape_tensor_equal", values=[shape, found]) as equal_scope:
            each = logic.logical_or(
                comparisons.equal(shape, -1),
                comparisons.equal(shape, found, "equal"),
                name="exclude_partial_shape",
            )
            are_equal = reductions.reduce_all(each, name=equal_scope)
        return logic.logical_and(is_rank, are_equal, name=scope)
