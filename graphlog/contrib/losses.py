"""The older losses of ``tf.contrib.losses``, which take predictions before labels."""

from __future__ import annotations

from typing import Any

from graphlog.contrib import metric_learning
from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.losses import collected
from graphlog.losses.collected import get_losses, get_regularization_losses
from graphlog.ops.array import arrays, axes, filling, shape_queries, slicing
from graphlog.ops.math import arithmetic, casts, comparisons, division, elementwise, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations, cross_entropy, logistic_losses
from graphlog.ops.state.variable_collections import add_to_collection

__all__ = [
    "absolute_difference",
    "add_loss",
    "compute_weighted_loss",
    "cosine_distance",
    "get_losses",
    "get_regularization_losses",
    "get_total_loss",
    "hinge_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "metric_learning",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


@add_arg_scope
def add_loss(loss: Any, loss_collection: Any = GraphKeys.LOSSES) -> None:
    """Adds a loss to a collection (``tf.contrib.losses.add_loss``)."""
    if loss_collection:
        add_to_collection(loss_collection, loss)


def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss") -> Tensor:
    """The sum of all losses (``tf.contrib.losses.get_total_loss``)."""
    return collected.get_total_loss(add_regularization_losses, name)


def compute_weighted_loss(losses: Any, weights: Any = 1.0, scope: str | None = None) -> Tensor:
    """The mean of the losses of many examples whose weight is not zero.

    Args:
        losses: a tensor.
        weights: their weights: a scalar, or a tensor whose shape their shape begins with.
        scope: the name scope.

    Returns:
        A scalar, which is added to ``GraphKeys.LOSSES``.

    Raises:
        ValueError: a rank is unknown.

    Source: ``tf.contrib.losses.compute_weighted_loss``.
    """
    with name_scope(scope, "weighted_loss", [losses, weights]):
        losses = convert_to_tensor(losses)
        dtype = losses.dtype
        losses = casts.cast(losses, dtypes.float32)
        weights = casts.cast(convert_to_tensor(weights), dtypes.float32)
        if losses.static_shape is None:
            raise ValueError("losses.get_shape().ndims cannot be None")
        if weights.static_shape is None:
            raise ValueError("weights.get_shape().ndims cannot be None")
        if len(weights.static_shape) > 1 and weights.static_shape[-1] in (1, None):
            weights = axes.squeeze(weights, [-1])
        total = _weighted(losses, weights)
        count = _number_present(losses, weights)
        mean = division.div_no_nan(reductions.reduce_sum(total), count, name="value")
        mean = casts.cast(mean, dtype)
        add_loss(mean)
        return mean


def _weighted(losses: Tensor, weights: Tensor) -> Tensor:
    rank, weights_rank = losses.shape.ndims, weights.shape.ndims
    assert rank is not None
    assert weights_rank is not None
    reduced = reductions.reduce_sum(losses, axis=list(range(weights_rank, rank)))
    return reductions.reduce_sum(arithmetic.multiply(reduced, weights))


def _number_present(losses: Tensor, weights: Tensor, per_batch: bool = False) -> Tensor:
    rank = weights.shape.ndims
    if rank == 0:
        batch_size = arrays.reshape(slicing.slice(shape_queries.shape(losses), [0], [1]), [])
        each = division.div(
            casts.cast(shape_queries.size(losses), dtypes.float32), casts.cast(batch_size, dtypes.float32)
        )
        each = comparisons.where(comparisons.equal(weights, 0), 0.0, each)
        counts = arithmetic.multiply(filling.ones(arrays.reshape(batch_size, [1])), each)
    else:
        present = casts.cast(comparisons.not_equal(weights, 0), dtypes.float32)
        present = reductions.reduce_sum(present, axis=list(range(1, rank or 1)))
        others = slicing.slice(shape_queries.shape(losses), [rank], [-1])
        counts = arithmetic.multiply(present, casts.cast(reductions.reduce_prod(others), dtypes.float32))
    return counts if per_batch else reductions.reduce_sum(counts)


def _floats(predictions: Any, labels: Any) -> tuple[Tensor, Tensor]:
    predictions.get_shape().assert_is_compatible_with(labels.get_shape())
    return casts.cast(predictions, dtypes.float32), casts.cast(labels, dtypes.float32)


def absolute_difference(
    predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None
) -> Tensor:
    """The mean of ``|predictions - labels|`` (``tf.contrib.losses.absolute_difference``)."""
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as scope:
        predictions, labels = _floats(predictions, labels)
        losses = elementwise.abs(arithmetic.subtract(predictions, labels))
        return compute_weighted_loss(losses, weights, scope=scope)


def sigmoid_cross_entropy(
    logits: Any,
    multi_class_labels: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
) -> Tensor:
    """The mean logistic loss.

    Args:
        logits: what the sigmoid is taken of.
        multi_class_labels: probabilities, of the same shape.
        weights: as for ``compute_weighted_loss``.
        label_smoothing: how far labels are moved towards 1/2.
        scope: the name scope.

    Returns:
        A scalar.

    Source: ``tf.contrib.losses.sigmoid_cross_entropy``.
    """
    inputs = [logits, multi_class_labels, weights]
    with name_scope(scope, "sigmoid_cross_entropy_loss", inputs) as scope:
        logits.get_shape().assert_is_compatible_with(multi_class_labels.get_shape())
        labels = casts.cast(multi_class_labels, logits.dtype)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = logistic_losses.sigmoid_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, scope=scope)


def softmax_cross_entropy(
    logits: Any,
    onehot_labels: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
) -> Tensor:
    """The mean cross entropy of classes.

    Args:
        logits: what the softmax is taken of, of shape ``(batch, classes)``.
        onehot_labels: probabilities, of the same shape.
        weights: as for ``compute_weighted_loss``.
        label_smoothing: how far labels are moved towards equal probabilities.
        scope: the name scope.

    Returns:
        A scalar.

    Source: ``tf.contrib.losses.softmax_cross_entropy``.
    """
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as scope:
        logits.get_shape().assert_is_compatible_with(onehot_labels.get_shape())
        labels = casts.cast(onehot_labels, logits.dtype)
        if label_smoothing > 0:
            classes = casts.cast(shape_queries.shape(labels)[1], logits.dtype)
            positives = 1.0 - label_smoothing
            negatives = label_smoothing / classes
            labels = labels * positives + negatives
        losses = cross_entropy.softmax_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, scope=scope)


def sparse_softmax_cross_entropy(
    logits: Any, labels: Any, weights: Any = 1.0, scope: str | None = None
) -> Tensor:
    """The mean cross entropy of classes, given by number, of shape ``(batch,)`` or ``(batch, 1)``.

    Source: ``tf.contrib.losses.sparse_softmax_cross_entropy``.
    """
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as scope:
        labels = arrays.reshape(labels, shape=[shape_queries.shape(labels)[0]])
        losses = cross_entropy.sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, scope=scope)


def log_loss(
    predictions: Any,
    labels: Any = None,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
) -> Tensor:
    """The mean logistic loss of probabilities (``tf.contrib.losses.log_loss``)."""
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as scope:
        predictions, labels = _floats(predictions, labels)
        of_ones = -arithmetic.multiply(labels, elementwise.log(predictions + epsilon))
        of_zeros = arithmetic.multiply(1 - labels, elementwise.log(1 - predictions + epsilon))
        return compute_weighted_loss(of_ones - of_zeros, weights, scope=scope)


def hinge_loss(logits: Any, labels: Any = None, scope: str | None = None) -> Tensor:
    """The hinge loss of each element, for labels 0 and 1 (``tf.contrib.losses.hinge_loss``)."""
    with name_scope(scope, "hinge_loss", [logits, labels]) as scope:
        logits.get_shape().assert_is_compatible_with(labels.get_shape())
        labels = casts.cast(labels, dtypes.float32)
        ones = filling.ones_like(labels)
        labels = arithmetic.subtract(2 * labels, ones)
        return activations.relu(arithmetic.subtract(ones, arithmetic.multiply(labels, logits)))


def mean_squared_error(
    predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None
) -> Tensor:
    """The mean of ``(predictions - labels)²`` (``tf.contrib.losses.mean_squared_error``)."""
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as scope:
        predictions, labels = _floats(predictions, labels)
        losses = division.squared_difference(predictions, labels)
        return compute_weighted_loss(losses, weights, scope=scope)


def mean_pairwise_squared_error(
    predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None
) -> Tensor:
    """The mean squared difference of the errors of each pair of elements of an example.

    Source: ``tf.contrib.losses.mean_pairwise_squared_error``.
    """
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]) as scope:
        predictions, labels = _floats(predictions, labels)
        weights = casts.cast(convert_to_tensor(weights), dtypes.float32)
        errors = arithmetic.subtract(predictions, labels)
        if errors.static_shape is None:
            raise ValueError("diffs.get_shape().ndims cannot be None")
        if weights.static_shape is None:
            raise ValueError("weights.get_shape().ndims cannot be None")
        others = list(range(1, len(errors.static_shape)))
        squares = reductions.reduce_sum(elementwise.square(errors), axis=others)
        counts = _number_present(errors, weights, per_batch=True)
        first = 2.0 * division.div_no_nan(squares, counts, name="value")
        sums = reductions.reduce_sum(errors, axis=others)
        second = 2.0 * division.div_no_nan(elementwise.square(sums), elementwise.square(counts), name="value")
        loss = _weighted(first - second, weights)
        mean = comparisons.where(
            reductions.reduce_sum(counts) > 0, loss, filling.zeros_like(loss), name="value"
        )
        add_loss(mean)
        return mean


def cosine_distance(
    predictions: Any,
    labels: Any = None,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    dim: int | None = None,
) -> Tensor:
    """The mean of one minus the cosine of vectors of length 1, along an axis.

    Source: ``tf.contrib.losses.cosine_distance``.
    """
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as scope:
        predictions, labels = _floats(predictions, labels)
        products = arithmetic.multiply(predictions, labels)
        losses = 1 - reductions.reduce_sum(products, axis=[axis])
        return compute_weighted_loss(losses, weights, scope=scope)
