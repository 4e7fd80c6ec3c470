"""One number from the losses of many examples, which have weights."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.losses.collected import add_loss
from graphlog.ops.array import filling, ranges, shape_queries
from graphlog.ops.math import arithmetic, casts, comparisons, division, reductions
from graphlog.ops.math import weights as _weights
from graphlog.ops.name_scopes import name_scope


class Reduction:
    """How losses become one number (``tf.losses.Reduction``).

    ``NONE`` leaves them as they are, times their weights; ``SUM`` adds them up; ``MEAN`` divides the sum by
    the sum of the weights, ``SUM_OVER_BATCH_SIZE`` by the number of losses, and ``SUM_BY_NONZERO_WEIGHTS``
    by the number of losses whose weight is not zero.
    """

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All values."""
        return (
            *(cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE),
            *(cls.SUM_OVER_NONZERO_WEIGHTS, cls.SUM_BY_NONZERO_WEIGHTS),
        )

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError where ``key`` is no such value."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}.")


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """One number from the losses of many examples.

    Args:
        losses: a tensor.
        weights: their weights: a scalar, or a tensor of the same rank that broadcasts to them.
        scope: the scope of the operations.
        loss_collection: the collection to which the result is added; none if None.
        reduction: how they become one number: a value of ``Reduction``.

    Returns:
        A Tensor of the dtype of ``losses``: a scalar, unless ``reduction`` is ``NONE``.

    Raises:
        ValueError: there is no such reduction, or the weights do not broadcast.

    Source: ``tf.losses.compute_weighted_loss``. The other losses here share arguments and result with it.
    """
    Reduction.validate(reduction)
    with name_scope(scope, "weighted_loss", [losses, weights]):
        check = _weights.assert_broadcastable(weights, losses)
        with get_default_graph().control_dependencies([check]):
            losses = convert_to_tensor(losses)
            dtype = losses.dtype
            losses = casts.cast(losses, dtypes.float32)
            weights = casts.cast(weights, dtypes.float32)
            weighted = arithmetic.multiply(losses, weights)
            loss = casts.cast(_reduced(weighted, losses, weights, reduction), dtype)
            add_loss(loss, loss_collection)
            return loss


def _reduced(weighted: Tensor, losses: Tensor, weights: Tensor, reduction: str) -> Tensor:
    if reduction == Reduction.NONE:
        return weighted
    total = reductions.reduce_sum(weighted)
    if reduction == Reduction.MEAN:
        count = reductions.reduce_sum(filling.ones_like(losses) * weights)
    elif reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
        count = number_present(losses, weights)
    elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
        count = _number_of_elements(losses)
    else:
        return total
    return division.div_no_nan(reductions.reduce_sum(total), count, name="value")


def number_present(losses: Tensor, weights: Tensor, per_batch: bool = False) -> Tensor:
    """How many losses have a weight that is not zero.

    Args:
        losses: a tensor.
        weights: a tensor that broadcasts to it.
        per_batch: whether each element of the batch is counted on its own.

    Returns:
        A Tensor of floats: a scalar, or the sizes of all dimensions but the first are 1.
    """
    with name_scope(None, "num_present", [losses, weights]) as scope:
        weights = casts.cast(weights, dtypes.float32)
        present = comparisons.where(
            comparisons.equal(weights, 0.0), filling.zeros_like(weights), filling.ones_like(weights)
        )
        present = _weights.broadcast_weights(present, losses)
        if not per_batch:
            return reductions.reduce_sum(present, name=scope)
        axes = ranges.range(1, shape_queries.rank(present))
        return reductions.reduce_sum(present, axis=axes, keepdims=True, name=scope)


def _number_of_elements(losses: Tensor) -> Tensor:
    with name_scope(None, "num_elements", [losses]) as scope:
        return casts.cast(shape_queries.size(losses, name=scope), losses.dtype)
