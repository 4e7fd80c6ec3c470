"""Losses of predicted values."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.losses.collected import add_loss
from graphlog.losses.weighted import Reduction, compute_weighted_loss, number_present
from graphlog.ops.array import filling, ranges, shape_queries
from graphlog.ops.math import arithmetic, casts, comparisons, division, elementwise, reductions
from graphlog.ops.math import weights as _weights
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """``|predictions - labels|``; the other arguments are those of ``compute_weighted_loss``.

    Args:
        labels: the true values.
        predictions: the predicted ones, of the same shape.
        weights: see ``compute_weighted_loss``; so for the rest.
        scope: see there.
        loss_collection: see there.
        reduction: see there.

    Returns:
        A float32 Tensor.

    Raises:
        ValueError: the labels or the predictions are None, or their shapes differ.

    Source: ``tf.losses.absolute_difference``.
    """
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as name:
        predictions, labels = _as_floats(predictions, labels)
        losses = elementwise.abs(arithmetic.subtract(predictions, labels))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
    dim: int | None = None,
) -> Tensor:
    """One minus the cosine between unit vectors along an axis; see ``absolute_difference``.

    ``dim`` is the older name of ``axis``. Source: ``tf.losses.cosine_distance``.
    """
    if axis is not None and dim is not None:
        raise ValueError("Cannot specify both 'axis' and 'dim'")
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as name:
        predictions, labels = _as_floats(predictions, labels)
        products = arithmetic.multiply(predictions, labels)
        losses = 1 - reductions.reduce_sum(products, axis=(axis,), keepdims=True)
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """``max(0, 1 - logits)`` where the label is 1, ``max(0, 1 + logits)`` where it is 0.

    See ``absolute_difference``. Source: ``tf.losses.hinge_loss``.
    """
    _check_given(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", [logits, labels, weights]) as name:
        logits, labels = _as_floats(logits, labels)
        ones = filling.ones_like(labels)
        labels = arithmetic.subtract(2 * labels, ones)
        losses = activations.relu(arithmetic.subtract(ones, arithmetic.multiply(labels, logits)))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Half the squared error up to ``delta``, and a line beyond it; see ``absolute_difference``.

    Source: ``tf.losses.huber_loss``.
    """
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", [predictions, labels, weights]) as name:
        predictions, labels = _as_floats(predictions, labels)
        size = elementwise.abs(arithmetic.subtract(predictions, labels))
        quadratic = arithmetic.minimum(size, delta)
        linear = arithmetic.subtract(size, quadratic)
        half = convert_to_tensor(0.5, dtype=quadratic.dtype)
        losses = arithmetic.add(
            arithmetic.multiply(half, arithmetic.multiply(quadratic, quadratic)),
            arithmetic.multiply(delta, linear),
        )
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: Any = 1e-7,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """``-log(p)`` of the probability that was predicted for what came true; see ``absolute_difference``.

    ``epsilon`` is added to each probability. Source: ``tf.losses.log_loss``.
    """
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as name:
        predictions, labels = _as_floats(predictions, labels)
        of_ones = -arithmetic.multiply(labels, elementwise.log(predictions + epsilon))
        of_zeros = arithmetic.multiply(1 - labels, elementwise.log(1 - predictions + epsilon))
        return compute_weighted_loss(of_ones - of_zeros, weights, name, loss_collection, reduction)


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """``(predictions - labels) ** 2``; see ``absolute_difference``.

    Source: ``tf.losses.mean_squared_error``.
    """
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as name:
        predictions, labels = _as_floats(predictions, labels)
        losses = division.squared_difference(predictions, labels)
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
) -> Tensor:
    """The squared error of the differences between the values of an example, as a mean over all pairs.

    Args:
        labels: the true values; the first dimension counts examples.
        predictions: the predicted ones, of the same shape.
        weights: the weight of each example: a scalar, or a tensor that broadcasts to the labels.
        scope: the scope of the operations.
        loss_collection: the collection to which the result is added; none if None.

    Returns:
        A scalar float32 Tensor.

    Raises:
        ValueError: the labels or the predictions are None, or their shapes differ.

    Source: ``tf.losses.mean_pairwise_squared_error``.
    """
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]):
        weights = casts.cast(weights, dtypes.float32)
        labels = casts.cast(labels, dtypes.float32)
        check = _weights.assert_broadcastable(weights, labels)
        with get_default_graph().control_dependencies([check]):
            predictions = casts.cast(predictions, dtypes.float32)
            predictions.get_shape().assert_is_compatible_with(labels.get_shape())
            differences = arithmetic.subtract(predictions, labels)
            axes = ranges.range(1, shape_queries.rank(differences))
            squares = reductions.reduce_sum(elementwise.square(differences), axis=axes, keepdims=True)
            count = number_present(differences, weights, per_batch=True)
            of_squares = 2.0 * division.div_no_nan(squares, arithmetic.maximum(count - 1, 0), name="value")
            total = reductions.reduce_sum(differences, axis=axes, keepdims=True)
            squared = elementwise.square(total)
            pairs = arithmetic.maximum(arithmetic.multiply(count, count - 1), 0)
            of_totals = 2.0 * division.div_no_nan(squared, pairs, name="value")
            weighted = arithmetic.multiply(of_squares - of_totals, weights)
            loss = reductions.reduce_sum(weighted)
            mean = comparisons.where(
                reductions.reduce_sum(count) > 0, loss, filling.zeros_like(loss), name="value"
            )
            add_loss(mean, loss_collection)
            return mean


def _check_given(**arguments: Any) -> None:
    for name, value in arguments.items():
        if value is None:
            raise ValueError(f"{name} must not be None.")


def _as_floats(predictions: Any, labels: Any) -> tuple[Tensor, Tensor]:
    predictions = casts.cast(predictions, dtypes.float32)
    labels = casts.cast(labels, dtypes.float32)
    predictions.get_shape().assert_is_compatible_with(labels.get_shape())
    return predictions, labels
