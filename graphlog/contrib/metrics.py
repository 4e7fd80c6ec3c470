"""What tutorials use of ``tf.contrib.metrics``: ``tf.metrics`` with predictions before labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphlog import metrics
from graphlog.core import dtypes
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.ops.array import filling, sorting
from graphlog.ops.array.confusion import confusion_matrix
from graphlog.ops.math import arithmetic, casts, comparisons, division, reductions
from graphlog.ops.name_scopes import name_scope

Metric = tuple[Any, Any]

__all__ = [
    "accuracy",
    "aggregate_metric_map",
    "aggregate_metrics",
    "confusion_matrix",
    "streaming_accuracy",
    "streaming_auc",
    "streaming_false_negatives",
    "streaming_false_positives",
    "streaming_mean",
    "streaming_mean_absolute_error",
    "streaming_mean_iou",
    "streaming_mean_relative_error",
    "streaming_mean_squared_error",
    "streaming_percentage_less",
    "streaming_precision",
    "streaming_precision_at_thresholds",
    "streaming_recall",
    "streaming_recall_at_k",
    "streaming_recall_at_thresholds",
    "streaming_root_mean_squared_error",
    "streaming_sparse_precision_at_k",
    "streaming_sparse_recall_at_k",
    "streaming_true_negatives",
    "streaming_true_positives",
]


def accuracy(predictions: Any, labels: Any, weights: Any = None, name: str | None = None) -> Tensor:
    """The share of right predictions in one batch.

    Args:
        predictions: class numbers, booleans or strings.
        labels: the right ones, of the same shape and dtype.
        weights: their weights.
        name: the name scope.

    Returns:
        A scalar.

    Raises:
        ValueError: the dtypes differ, or are of floating point.

    Source: ``tf.contrib.metrics.accuracy``.
    """
    if not (labels.dtype.is_integer or labels.dtype in (dtypes.bool_, dtypes.string)):
        raise ValueError(f"Labels should have bool, integer, or string dtype, not {labels.dtype!r}")
    if not labels.dtype.is_compatible_with(predictions.dtype):
        raise ValueError(
            "Dtypes of predictions and labels should match. Given: predictions "
            f"({predictions.dtype!r}) and labels ({labels.dtype!r})"
        )
    with name_scope(name, "accuracy", values=[predictions, labels]):
        is_correct = casts.cast(comparisons.equal(predictions, labels), dtypes.float32)
        if weights is None:
            return reductions.reduce_mean(is_correct)
        is_correct = arithmetic.multiply(is_correct, weights)
        counts = arithmetic.multiply(weights, filling.ones_like(is_correct))
        return division.div(reductions.reduce_sum(is_correct), reductions.reduce_sum(counts))


def _swapped(metric: Any, predictions: Any, labels: Any, options: tuple[Any, ...], **more: Any) -> Metric:
    weights, metrics_collections, updates_collections, name = options
    result: Metric = metric(
        labels=labels,
        predictions=predictions,
        **more,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )
    return result


def _predictions_first(
    metric: Callable[..., Metric],
    predictions: Any,
    labels: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    return metric(labels, predictions, weights, metrics_collections, updates_collections, name)


@partial_of(_predictions_first, metrics.accuracy)
def streaming_accuracy() -> None:
    """``tf.metrics.accuracy`` with predictions first."""


@partial_of(_predictions_first, metrics.precision)
def streaming_precision() -> None:
    """``tf.metrics.precision`` with predictions first."""


@partial_of(_predictions_first, metrics.recall)
def streaming_recall() -> None:
    """``tf.metrics.recall`` with predictions first."""


@partial_of(_predictions_first, metrics.mean_absolute_error)
def streaming_mean_absolute_error() -> None:
    """``tf.metrics.mean_absolute_error`` with predictions first."""


@partial_of(_predictions_first, metrics.mean_squared_error)
def streaming_mean_squared_error() -> None:
    """``tf.metrics.mean_squared_error`` with predictions first."""


@partial_of(_predictions_first, metrics.root_mean_squared_error)
def streaming_root_mean_squared_error() -> None:
    """``tf.metrics.root_mean_squared_error`` with predictions first."""


@partial_of(_predictions_first, metrics.true_positives)
def streaming_true_positives() -> None:
    """``tf.metrics.true_positives`` with predictions first."""


@partial_of(_predictions_first, metrics.true_negatives)
def streaming_true_negatives() -> None:
    """``tf.metrics.true_negatives`` with predictions first."""


@partial_of(_predictions_first, metrics.false_positives)
def streaming_false_positives() -> None:
    """``tf.metrics.false_positives`` with predictions first."""


@partial_of(_predictions_first, metrics.false_negatives)
def streaming_false_negatives() -> None:
    """``tf.metrics.false_negatives`` with predictions first."""


def streaming_mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.mean`` (``tf.contrib.metrics.streaming_mean``)."""
    return metrics.mean(values, weights, metrics_collections, updates_collections, name)


def streaming_percentage_less(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.percentage_below`` (``tf.contrib.metrics.streaming_percentage_less``)."""
    return metrics.percentage_below(
        values, threshold, weights, metrics_collections, updates_collections, name
    )


def streaming_auc(
    predictions: Any,
    labels: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: str | None = None,
) -> Metric:
    """``tf.metrics.auc`` with predictions first (``tf.contrib.metrics.streaming_auc``)."""
    return metrics.auc(
        labels=labels,
        predictions=predictions,
        weights=weights,
        num_thresholds=num_thresholds,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        curve=curve,
        name=name,
    )


def streaming_mean_iou(
    predictions: Any,
    labels: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.mean_iou`` with predictions first."""
    options = (weights, metrics_collections, updates_collections, name)
    return _swapped(metrics.mean_iou, predictions, labels, options, num_classes=num_classes)


def streaming_mean_relative_error(
    predictions: Any,
    labels: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.mean_relative_error`` with predictions first."""
    options = (weights, metrics_collections, updates_collections, name)
    return _swapped(metrics.mean_relative_error, predictions, labels, options, normalizer=normalizer)


def streaming_precision_at_thresholds(
    predictions: Any,
    labels: Any,
    thresholds: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.precision_at_thresholds`` with predictions first."""
    options = (weights, metrics_collections, updates_collections, name)
    return _swapped(metrics.precision_at_thresholds, predictions, labels, options, thresholds=thresholds)


def streaming_recall_at_thresholds(
    predictions: Any,
    labels: Any,
    thresholds: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.recall_at_thresholds`` with predictions first."""
    options = (weights, metrics_collections, updates_collections, name)
    return _swapped(metrics.recall_at_thresholds, predictions, labels, options, thresholds=thresholds)


def streaming_sparse_precision_at_k(
    predictions: Any,
    labels: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.precision_at_k`` with predictions first."""
    options = (weights, metrics_collections, updates_collections, name)
    return _swapped(metrics.precision_at_k, predictions, labels, options, k=k, class_id=class_id)


def streaming_sparse_recall_at_k(
    predictions: Any,
    labels: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``tf.metrics.recall_at_k`` with predictions first."""
    options = (weights, metrics_collections, updates_collections, name)
    return _swapped(metrics.recall_at_k, predictions, labels, options, k=k, class_id=class_id)


def streaming_recall_at_k(
    predictions: Any,
    labels: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The share of rows whose label is among the ``k`` classes with the largest of ``predictions``.

    Source: ``tf.contrib.metrics.streaming_recall_at_k``.
    """
    found = casts.cast(sorting.in_top_k(predictions, labels, k), dtypes.float32)
    return streaming_mean(found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


def aggregate_metrics(*value_update_tuples: Metric) -> tuple[list[Any], list[Any]]:
    """The values of several metrics and their updates, as two lists.

    Source: ``tf.contrib.metrics.aggregate_metrics``.
    """
    if not value_update_tuples:
        raise ValueError("Expected at least one value_tensor/update_op pair")
    return [value for value, _ in value_update_tuples], [update for _, update in value_update_tuples]


def aggregate_metric_map(names_to_tuples: Mapping[str, Metric]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of several metrics and their updates, as two dicts.

    Source: ``tf.contrib.metrics.aggregate_metric_map``.
    """
    return (
        {name: value for name, (value, _) in names_to_tuples.items()},
        {name: update for name, (_, update) in names_to_tuples.items()},
    )
