"""Means over a batch that may be divided among several machines, of which graphlog knows one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.debugging import asserts
from graphlog.ops.math import arithmetic, casts, comparisons, reductions
from graphlog.ops.math import weights as _weights

_NEEDS_BATCH = "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1"


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> Tensor:
    """The mean of the losses of a batch.

    Args:
        per_example_loss: the losses, a tensor of at least rank 1.
        sample_weight: their weights; 1 if None.
        global_batch_size: the number of examples that the sum is divided by; that of the losses if None.

    Returns:
        A scalar Tensor.

    Raises:
        ValueError: the losses are known to be a scalar.

    Source: ``tf.nn.compute_average_loss``, with one replica.
    """
    losses: Any = convert_to_tensor(per_example_loss)
    dtype = losses.dtype
    if losses.static_shape == ():
        raise ValueError(f"{_NEEDS_BATCH}, received: {losses}")
    checks = []
    if losses.static_shape is None:
        rank = shape_queries.rank(losses)
        one = casts.cast(1, dtype=dtypes.int32)
        checks = [asserts.assert_greater_equal(rank, one, message=f"{_NEEDS_BATCH}.")]
    with get_default_graph().control_dependencies(checks):
        if sample_weight is not None:
            losses = _weighted(losses, sample_weight)
        losses = casts.cast(losses, dtype)
        if global_batch_size is None:
            sizes: Any = shape_queries.shape(losses)
            global_batch_size = casts.cast(sizes[0] * 1, dtype)
        total: Any = reductions.reduce_sum(losses)
        mean: Tensor = total / global_batch_size
        return mean


def _weighted(losses: Tensor, sample_weight: Any) -> Tensor:
    losses = casts.cast(losses, dtypes.float32)
    weights = _of_rank_of(losses, casts.cast(sample_weight, dtypes.float32))
    return arithmetic.multiply(losses, _weights.broadcast_weights(weights, losses))


def _of_rank_of(losses: Tensor, weights: Tensor) -> Tensor:
    """The weights with a last axis of size 1 more or less, where that gives them the rank of the losses."""
    rank, own = losses.shape.rank, weights.shape.rank
    if own == 0:
        return weights
    if rank is not None and own is not None:
        if own - rank == 1:
            return axes.squeeze(weights, [-1])
        return axes.expand_dims(weights, [-1]) if rank - own == 1 else weights
    own_rank: Any = shape_queries.rank(weights)
    difference = own_rank - shape_queries.rank(losses)

    def unless(number: int, change: Callable[[], Tensor], otherwise: Callable[[], Tensor]) -> Any:
        return conditionals.cond(comparisons.equal(difference, number), change, otherwise)

    def expanded() -> Any:
        return unless(-1, lambda: axes.expand_dims(weights, [-1]), lambda: weights)

    def adjusted() -> Any:
        return unless(1, lambda: axes.squeeze(weights, [-1]), expanded)

    result: Tensor = conditionals.cond(comparisons.equal(own_rank, 0), lambda: weights, adjusted)
    return result


def scale_regularization_loss(regularization_loss: Any) -> Tensor:
    """The sum of regularization losses, over the number of replicas, which is one.

    Source: ``tf.nn.scale_regularization_loss``.
    """
    total: Any = reductions.reduce_sum(regularization_loss)
    result: Tensor = total / 1
    return result
