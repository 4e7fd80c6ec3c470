"""The cross entropy of sequences (``tf.contrib.seq2seq.sequence_loss``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.math import casts, division, reductions, statistics
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import cross_entropy


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of the steps of sequences.

    Args:
        logits: a tensor of shape ``(batch, time, classes)``.
        targets: class numbers of shape ``(batch, time)``.
        weights: the weights of the steps, likewise.
        average_across_timesteps: whether the sum over time is divided by the sum of the weights.
        average_across_batch: whether that over the batch is.
        sum_over_timesteps: whether the sum over time is divided by the number of weights that are not zero.
        sum_over_batch: whether that over the batch is.
        softmax_loss_function: a function of ``labels`` and ``logits`` in place of
            ``sparse_softmax_cross_entropy_with_logits``.
        name: the name scope.

    Returns:
        A Tensor without the axes that were summed up.

    Raises:
        ValueError: a rank does not fit, or an axis is averaged and summed at once.

    Source: ``tf.contrib.seq2seq.sequence_loss``.
    """
    if len(logits.get_shape()) != 3:
        raise ValueError("Logits must be a [batch_size x sequence_length x logits] tensor")
    if len(targets.get_shape()) != 2:
        raise ValueError("Targets must be a [batch_size x sequence_length] tensor")
    if len(weights.get_shape()) != 2:
        raise ValueError("Weights must be a [batch_size x sequence_length] tensor")
    for axis, is_averaged, is_summed in (
        ("timesteps", average_across_timesteps, sum_over_timesteps),
        ("batch", average_across_batch, sum_over_batch),
    ):
        if is_averaged and is_summed:
            raise ValueError(f"average_across_{axis} and sum_over_{axis} cannot be set to True at same time.")
    with name_scope(name, "sequence_loss", [logits, targets, weights]):
        classes = shape_queries.shape(logits)[2]
        rows = arrays.reshape(logits, [-1, classes])
        targets = arrays.reshape(targets, [-1])
        loss = softmax_loss_function or cross_entropy.sparse_softmax_cross_entropy_with_logits
        losses: Any = loss(labels=targets, logits=rows)
        losses = losses * arrays.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            total = reductions.reduce_sum(losses)
            return division.div_no_nan(total, reductions.reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            total = reductions.reduce_sum(losses)
            return division.div_no_nan(total, casts.cast(statistics.count_nonzero(weights), total.dtype))
        losses = arrays.reshape(losses, shape_queries.shape(logits)[0:2])
        if average_across_timesteps or average_across_batch:
            axes = [0] if average_across_batch else [1]
            total = reductions.reduce_sum(losses, axis=axes)
            return division.div_no_nan(total, reductions.reduce_sum(weights, axis=axes))
        if sum_over_timesteps or sum_over_batch:
            axes = [0] if sum_over_batch else [1]
            total = reductions.reduce_sum(losses, axis=axes)
            count = statistics.count_nonzero(weights, axis=axes)
            return division.div_no_nan(total, casts.cast(count, dtype=total.dtype))
        result: Tensor = losses
        return result
