"""Means over many batches."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, fitting, metric_variable
from graphlog.ops.array import filling, shape_queries
from graphlog.ops.math import arithmetic, casts, comparisons, division, elementwise, reductions, roots
from graphlog.ops.math.weights import broadcast_weights
from graphlog.ops.nn.label_shapes import remove_squeezable_dimensions
from graphlog.ops.state import state_ops
from graphlog.ops.state.variable_scope import variable_scope

Metric = tuple[Tensor, Tensor]


def mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean of values.

    Args:
        values: a tensor of numbers.
        weights: their weights, of a shape that broadcasts to theirs; 1 if None.
        metrics_collections: collections to which the first result is added.
        updates_collections: collections to which the second is.
        name: the scope of operations and variables.

    Returns:
        The mean of all batches so far, and a tensor that takes in the present one; both float32.

    Source: ``tf.metrics.mean``.
    """
    with variable_scope(name, "mean", [values, weights]):
        values = casts.cast(values, dtypes.float32)
        total = metric_variable([], dtypes.float32, name="total")
        count = metric_variable([], dtypes.float32, name="count")
        if weights is None:
            number = casts.cast(shape_queries.size(values), dtypes.float32)
        else:
            values, _, weights = fitting(values, None, weights)
            weights = broadcast_weights(casts.cast(weights, dtypes.float32), values)
            values = arithmetic.multiply(values, weights)
            number = reductions.reduce_sum(weights)
        updated_total = state_ops.assign_add(total, reductions.reduce_sum(values))
        with get_default_graph().control_dependencies([values]):
            updated_count = state_ops.assign_add(count, number)
        value = division.div_no_nan(total, arithmetic.maximum(count, 0), name="value")
        collect(metrics_collections, value)
        update = division.div_no_nan(updated_total, arithmetic.maximum(updated_count, 0), name="update_op")
        collect(updates_collections, update)
        return value, update


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """How often predictions are the labels; see ``mean`` for the other arguments and the result.

    Source: ``tf.metrics.accuracy``.
    """
    predictions, labels, weights = fitting(predictions, labels, weights)
    if labels is None:
        raise ValueError("The labels must not be None.")
    if labels.dtype is not predictions.dtype:
        predictions = casts.cast(predictions, labels.dtype)
    is_right = casts.cast(comparisons.equal(predictions, labels), dtypes.float32)
    return mean(is_right, weights, metrics_collections, updates_collections, name or "accuracy")


def mean_absolute_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean of ``|predictions - labels|``; see ``mean`` (``tf.metrics.mean_absolute_error``)."""
    predictions, labels, weights = fitting(predictions, labels, weights)
    errors = elementwise.abs(predictions - labels)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_absolute_error")


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean of ``(predictions - labels) ** 2``; see ``mean`` (``tf.metrics.mean_squared_error``)."""
    predictions, labels, weights = fitting(predictions, labels, weights)
    squares = division.squared_difference(labels, predictions)
    return mean(squares, weights, metrics_collections, updates_collections, name or "mean_squared_error")


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The root of ``mean_squared_error`` (``tf.metrics.root_mean_squared_error``)."""
    predictions, labels, weights = fitting(predictions, labels, weights)
    value, update = mean_squared_error(labels, predictions, weights, name=name or "root_mean_squared_error")
    root = roots.sqrt(value)
    collect(metrics_collections, root)
    updated_root = roots.sqrt(update)
    collect(updates_collections, updated_root)
    return root, updated_root


def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The part of the values that is below a threshold; see ``mean`` (``tf.metrics.percentage_below``)."""
    is_below = casts.cast(comparisons.less(values, threshold), dtypes.float32)
    name = name or "percentage_below_threshold"
    return mean(is_below, weights, metrics_collections, updates_collections, name)


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean of ``|labels - predictions| / normalizer``; see ``mean``.

    Source: ``tf.metrics.mean_relative_error``.
    """
    predictions, labels, weights = fitting(predictions, labels, weights)
    predictions, normalizer = remove_squeezable_dimensions(predictions, normalizer)
    predictions.get_shape().assert_is_compatible_with(normalizer.get_shape())
    errors = comparisons.where(
        comparisons.equal(normalizer, 0.0),
        filling.zeros_like(labels),
        division.div(elementwise.abs(labels - predictions), normalizer),
    )
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_relative_error")


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """One less the mean product of vectors along the axis ``dim``; see ``mean``.

    Source: ``tf.metrics.mean_cosine_distance``.
    """
    predictions, labels, weights = fitting(predictions, labels, weights)
    products = arithmetic.multiply(predictions, labels)
    products = reductions.reduce_sum(products, axis=[dim], keepdims=True)
    value, update = mean(products, weights, name=name or "mean_cosine_distance")
    distance = arithmetic.subtract(1.0, value)
    updated_distance = arithmetic.subtract(1.0, update)
    collect(metrics_collections, distance)
    collect(updates_collections, updated_distance)
    return distance, updated_distance


def mean_tensor(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean of each element over batches of one shape; see ``mean`` (``tf.metrics.mean_tensor``)."""
    with variable_scope(name, "mean", [values, weights]):
        values = casts.cast(values, dtypes.float32)
        total = metric_variable(values.get_shape(), dtypes.float32, name="total_tensor")
        count = metric_variable(values.get_shape(), dtypes.float32, name="count_tensor")
        number = filling.ones_like(values)
        if weights is not None:
            values, _, weights = fitting(values, None, weights)
            weights = broadcast_weights(casts.cast(weights, dtypes.float32), values)
            values = arithmetic.multiply(values, weights)
            number = arithmetic.multiply(number, weights)
        updated_total = state_ops.assign_add(total, values)
        with get_default_graph().control_dependencies([values]):
            updated_count = state_ops.assign_add(count, number)
        value = division.div_no_nan(total, arithmetic.maximum(count, 0), name="value")
        collect(metrics_collections, value)
        update = division.div_no_nan(updated_total, arithmetic.maximum(updated_count, 0), name="update_op")
        collect(updates_collections, update)
        return value, update
