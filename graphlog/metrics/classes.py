"""Means over classes."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, metric_variable
from graphlog.metrics.means import Metric
from graphlog.ops.array import arrays, confusion, filling, shape_queries
from graphlog.ops.linear_algebra import diagonals
from graphlog.ops.math import arithmetic, casts, comparisons, division, reductions
from graphlog.ops.state import scatter_ops, state_ops
from graphlog.ops.state.variable_scope import variable_scope


def _flat(tensor: Any) -> Any:
    """A vector of what has more axes than one."""
    if tensor is None:
        return None
    tensor = convert_to_tensor(tensor)
    if tensor.static_shape is None:
        raise ValueError(f"The rank of {tensor} must be known; set_shape can tell it.")
    return arrays.reshape(tensor, [-1]) if len(tensor.static_shape) > 1 else tensor


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean over classes of how much labels and predictions overlap: intersection over union.

    Args:
        labels: the true classes.
        predictions: the predicted ones, in the same shape.
        num_classes: how many there are.
        weights: weights in the same shape; 1 if None.
        metrics_collections: collections to which the first result is added.
        updates_collections: collections to which the second is.
        name: the scope of operations and variables.

    Returns:
        The mean for all batches so far, and a tensor that takes in the present one: it gives the confusion
        matrix.

    Raises:
        ValueError: the shapes differ, or a rank is not known.

    Source: ``tf.metrics.mean_iou``.
    """
    with variable_scope(name, "mean_iou", [predictions, labels, weights]):
        predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
        predictions.get_shape().assert_is_compatible_with(labels.get_shape())
        matrix = metric_variable([num_classes, num_classes], dtypes.float64, name="total_confusion_matrix")
        predictions, labels = casts.cast(predictions, dtypes.int64), casts.cast(labels, dtypes.int64)
        count = casts.cast(num_classes, dtypes.int64)
        predictions, labels, weights = _flat(predictions), _flat(labels), _flat(weights)
        added = confusion.confusion_matrix(labels, predictions, count, weights=weights, dtype=dtypes.float64)
        update = state_ops.assign_add(matrix, added)
        value = _mean_overlap(matrix)
        collect(metrics_collections, value)
        collect(updates_collections, update)
        return value, update


def _mean_overlap(matrix: Any) -> Tensor:
    of_predictions = casts.cast(reductions.reduce_sum(matrix, 0), dtypes.float32)
    of_labels = casts.cast(reductions.reduce_sum(matrix, 1), dtypes.float32)
    both = casts.cast(diagonals.diag_part(matrix), dtypes.float32)
    either = of_predictions + of_labels - both
    # Classes that appear nowhere do not count.
    number = reductions.reduce_sum(casts.cast(comparisons.not_equal(either, 0), dtypes.float32))
    divisor = comparisons.where(comparisons.greater(either, 0), either, filling.ones_like(either))
    overlaps = division.div(both, divisor)
    is_any = comparisons.greater(number, 0)
    return comparisons.where(is_any, reductions.reduce_sum(overlaps, name="mean_iou") / number, 0)


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean over classes of how often each was predicted where it was there.

    The arguments are those of ``mean_iou``. The second result is a vector of the classes' accuracies.

    Source: ``tf.metrics.mean_per_class_accuracy``.
    """
    with variable_scope(name, "mean_accuracy", [predictions, labels, weights]):
        labels = _flat(casts.cast(labels, dtypes.int64))
        predictions = _flat(convert_to_tensor(predictions))
        predictions.get_shape().assert_is_compatible_with(labels.get_shape())
        total = metric_variable([num_classes], dtypes.float32, name="total")
        count = metric_variable([num_classes], dtypes.float32, name="count")
        ones = filling.ones([shape_queries.size(labels)], dtypes.float32)
        if labels.dtype is not predictions.dtype:
            predictions = casts.cast(predictions, labels.dtype)
        is_right = casts.cast(comparisons.equal(predictions, labels), dtypes.float32)
        if weights is not None:
            weights = casts.cast(_flat(weights), dtypes.float32)
            is_right = is_right * weights
            ones = ones * weights
        updated_total = scatter_ops.scatter_add(total, labels, ones)
        updated_count = scatter_ops.scatter_add(count, labels, is_right)
        of_classes = division.div_no_nan(count, arithmetic.maximum(total, 0))
        value = reductions.reduce_mean(of_classes, name="mean_accuracy")
        collect(metrics_collections, value)
        update = division.div_no_nan(updated_count, arithmetic.maximum(updated_total, 0), name="update_op")
        collect(updates_collections, update)
        return value, update
