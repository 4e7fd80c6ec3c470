"""Means over many batches."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, fitting, metric_variable
from graphlog.ops import (
    arithmetic,
    casts,
    comparisons,
    division,
    elementwise,
    reductions,
    roots,
    shape_queries,
    state_ops,
)
from graphlog.ops.variable_scope import variable_scope
from graphlog.ops.weights import broadcast_weights

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
