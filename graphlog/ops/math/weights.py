"""Weights of losses and metrics: whether they broadcast to the values, and broadcasting them."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, filling, joining, set_operations, shape_queries
from graphlog.ops.control_flow import conditionals, grouping
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import arithmetic, comparisons
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

_CANNOT = "weights can not be broadcast to values."


def assert_broadcastable(weights: Any, values: Any) -> Operation:
    """An operation that fails unless weights can be broadcast to values.

    Weights are a scalar, or have the rank of the values and in each dimension their size or 1.

    Args:
        weights: a tensor.
        values: a tensor.

    Returns:
        The Operation; a NoOp where static shapes answer the question.

    Raises:
        ValueError: static shapes say that it cannot be done.

    Source: ``weights_broadcast_ops.assert_broadcastable`` of TensorFlow 1.15.
    """
    with name_scope(None, "assert_broadcastable", [weights, values]) as scope:
        weights, weights_shape, weights_rank = _described(weights, "weights")
        values, values_shape, values_rank = _described(values, "values")
        ranks = constant_value(weights_rank), constant_value(values_rank)
        if None not in ranks:
            if ranks[0] == 0:
                return grouping.no_op(name="static_scalar_check_success")
            if ranks[0] != ranks[1]:
                raise ValueError(
                    f"{_CANNOT} values.rank={ranks[1]}. weights.rank={ranks[0]}. "
                    f"values.shape={values.shape}. weights.shape={weights.shape}."
                )
            sizes = constant_value(weights_shape), constant_value(values_shape)
            if sizes[0] is not None and sizes[1] is not None:
                for axis, (weight, value) in enumerate(zip(*sizes, strict=True)):
                    if weight not in (1, value):
                        raise ValueError(
                            f"{_CANNOT} Mismatch at dim {axis}. values.shape={sizes[1]} "
                            f"weights.shape={sizes[0]}."
                        )
                return grouping.no_op(name="static_dims_check_success")
        is_scalar = comparisons.equal(0, weights_rank, name="is_scalar")
        data = (
            *(_CANNOT, "weights.shape=", weights.name, weights_shape),
            *("values.shape=", values.name, values_shape, "is_scalar=", is_scalar),
        )
        is_valid = conditionals.cond(
            is_scalar,
            lambda: is_scalar,
            lambda: _has_valid_shape(weights_rank, weights_shape, values_rank, values_shape),
            name="is_valid_shape",
        )
        result: Operation = logging_ops.Assert(is_valid, data, name=scope)
        return result


def _described(value: Any, name: str) -> tuple[Tensor, Tensor, Tensor]:
    """A tensor, its shape and its rank."""
    with name_scope(None, name, [value]) as scope:
        tensor = convert_to_tensor(value, name=scope)
        return tensor, shape_queries.shape(tensor, name="shape"), shape_queries.rank(tensor, name="rank")


def _has_valid_shape(
    weights_rank: Tensor, weights_shape: Tensor, values_rank: Tensor, values_shape: Tensor
) -> Any:
    arguments = [weights_rank, weights_shape, values_rank, values_shape]
    with name_scope(None, "has_valid_nonscalar_shape", arguments) as scope:
        is_same_rank = comparisons.equal(values_rank, weights_rank, name="is_same_rank")
        return conditionals.cond(
            is_same_rank,
            lambda: _has_valid_sizes(weights_shape, values_shape),
            lambda: is_same_rank,
            name=scope,
        )


def _has_valid_sizes(weights_shape: Tensor, values_shape: Tensor) -> Tensor:
    with name_scope(None, "has_invalid_dims", [weights_shape, values_shape]) as scope:
        values_column = axes.expand_dims(values_shape, -1)
        allowed = joining.concat((values_column, filling.ones_like(values_column)), axis=1)
        weights_column = axes.expand_dims(weights_shape, -1)
        invalid = set_operations.set_difference_values(weights_column, allowed)
        count = shape_queries.size(invalid, name="num_invalid_dims")
        return comparisons.equal(0, count, name=scope)


def broadcast_weights(weights: Any, values: Any) -> Tensor:
    """Weights in the shape of values.

    Args:
        weights: a tensor.
        values: a tensor to whose shape it can be broadcast.

    Returns:
        A Tensor; ``weights`` itself where static shapes are equal.

    Source: ``weights_broadcast_ops.broadcast_weights`` of TensorFlow 1.15.
    """
    with name_scope(None, "broadcast_weights", [weights, values]) as scope:
        wide = convert_to_tensor(values, name="values")
        tensor = convert_to_tensor(weights, dtype=wide.dtype.base_dtype, name="weights")
        have, wanted = tensor.shape, wide.shape
        if have.is_fully_defined() and wanted.is_fully_defined() and have.is_compatible_with(wanted):
            return tensor
        with get_default_graph().control_dependencies([assert_broadcastable(tensor, wide)]):
            return arithmetic.multiply(tensor, filling.ones_like(wide), name=scope)
