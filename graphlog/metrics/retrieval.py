"""Metrics of the k best predictions: precision and recall at k, and average precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.partials import partial_of
from graphlog.core.sparse_tensor import SparseTensor, SparseTensorValue, convert_to_tensor_or_sparse_tensor
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, metric_variable
from graphlog.metrics.means import Metric
from graphlog.ops.array import arrays, axes, filling, joining, selection, shape_queries, slicing, sorting
from graphlog.ops.control_flow import conditionals
from graphlog.ops.math import arithmetic, casts, comparisons, cumulative, division, reductions
from graphlog.ops.math.weights import assert_broadcastable, broadcast_weights
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.sparse.concatenation import sparse_concat
from graphlog.ops.sparse.orders import sparse_reshape
from graphlog.ops.sparse.selections import sparse_retain
from graphlog.ops.sparse.sparse_sets import set_difference, set_intersection, set_size
from graphlog.ops.state import state_ops


def _name_at(name: str, k: int | None, class_id: Any = None) -> str:
    name = f"{name}_at_k" if k is None else f"{name}_at_{k}"
    return name if class_id is None else f"{name}_class{class_id}"


def _with_last_axis(labels: Any, predictions: Any) -> Any:
    """The labels with the rank of the predictions: one label per example gets an axis of its own."""
    if not isinstance(predictions, Tensor):
        raise TypeError(
            f"predictions must be a tensor, got {predictions!r} of type {type(predictions).__name__}."
        )
    with name_scope(None, "expand_labels", [labels, predictions]) as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        if isinstance(labels, SparseTensor):
            sizes = labels.dense_shape
            lacks_axis = comparisons.equal(shape_queries.rank(predictions), shape_queries.size(sizes) + 1)
            return conditionals.cond(
                lacks_axis,
                lambda: sparse_reshape(labels, joining.concat([sizes, [1]], 0), name=scope),
                lambda: labels,
            )
        rank, wanted = labels.shape.ndims, predictions.shape.ndims
        if rank is None or wanted is None:
            return conditionals.cond(
                comparisons.equal(shape_queries.rank(predictions), shape_queries.rank(labels) + 1),
                lambda: axes.expand_dims(labels, -1, name=scope),
                lambda: labels,
            )
        if wanted == rank:
            return labels
        if wanted == rank + 1:
            return axes.expand_dims(labels, -1, name=scope)
        raise ValueError(f"Unexpected labels shape {labels.shape} for predictions shape {predictions.shape}.")


def _only_class(ids: Any, class_id: Any) -> SparseTensor:
    """Those of the classes that are a given one."""
    ids = convert_to_tensor_or_sparse_tensor(ids)
    if isinstance(ids, SparseTensor):
        return sparse_retain(ids, comparisons.equal(ids.values, class_id))
    sizes = shape_queries.shape(ids, out_type=dtypes.int64)
    last_axis = shape_queries.size(sizes) - 1
    wanted_sizes = reductions.reduced_shape(sizes, arrays.reshape(last_axis, [1]))
    wanted = filling.fill(wanted_sizes, casts.cast(class_id, dtypes.int64))
    found = set_intersection(wanted, ids)
    return SparseTensor(found.indices, found.values, sizes)


def _set_sizes(kind: str, labels: Any, predictions_idx: Any) -> Tensor:
    if kind == "true_positive":
        found = set_intersection(predictions_idx, labels)
    else:
        found = set_difference(predictions_idx, labels, aminusb=kind == "false_positive")
    return casts.cast(set_size(found), dtypes.float64)


def _counts(
    kind: str,
    labels: Any,
    predictions_idx: Any,
    class_id: Any = None,
    weights: Any = None,
    name: str | None = None,
) -> Tensor:
    """How many predictions of each example are of a kind, such as ``"true_positive"``, as float64."""
    with name_scope(name, f"{kind}s", [predictions_idx, labels, weights]):
        if class_id is not None:
            labels, predictions_idx = _only_class(labels, class_id), _only_class(predictions_idx, class_id)
        count = _set_sizes(kind, labels, predictions_idx)
        if weights is None:
            return count
        with control_dependencies([assert_broadcastable(weights, count)]):
            return arithmetic.multiply(count, casts.cast(weights, dtypes.float64))


def _total(kind: str, labels: Any, predictions_idx: Any, k: int | None, class_id: Any, weights: Any) -> Any:
    """The variable that holds the count of a kind over all batches, and its update."""
    with name_scope(None, _name_at(kind, k, class_id), [predictions_idx, labels, weights]) as scope:
        count = _counts(kind, labels, predictions_idx, class_id, weights)
        batch_total = casts.cast(reductions.reduce_sum(count), dtypes.float64)
        variable = metric_variable([], dtypes.float64, name=scope)
        return variable, state_ops.assign_add(variable, batch_total, name="update")


def _part_at_top_k(
    kind: tuple[str, str],
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The true positives as a part of them and of what was wrong."""
    metric, wrong = kind
    inputs = [predictions_idx, labels, weights]
    with name_scope(name, _name_at(metric, k, class_id), inputs) as scope:
        labels = _with_last_axis(labels, predictions_idx)
        best = casts.cast(predictions_idx, dtypes.int64)
        right, right_update = _total("true_positive", labels, best, k, class_id, weights)
        other, other_update = _total(wrong, labels, best, k, class_id, weights)
        value = division.div(right, arithmetic.add(right, other), name=scope)
        collect(metrics_collections, value)
        update = division.div(right_update, arithmetic.add(right_update, other_update), name="update")
        collect(updates_collections, update)
        return value, update


@partial_of(_part_at_top_k, ("recall", "false_negative"))
def recall_at_top_k() -> None:
    """Which part of the labels is among the predicted classes.

    Args:
        labels: int64 classes: a tensor or SparseTensor of a row of them for each example, or one each.
        predictions_idx: the predicted classes, a row for each example.
        k: how many they are; only for the name.
        class_id: the one class to count, if any.
        weights: a factor for each example; None for 1.
        metrics_collections: where to add the first result.
        updates_collections: where to add the second.
        name: the scope's name.

    Returns:
        The recall so far, and the operation that adds this batch and gives it; both float64.

    Raises:
        ValueError: the shapes do not fit.

    Source: ``tf.metrics.recall_at_top_k``.
    """


@partial_of(_part_at_top_k, ("precision", "false_positive"))
def precision_at_top_k() -> None:
    """Which part of the predicted classes are labels; see ``recall_at_top_k``.

    Source: ``tf.metrics.precision_at_top_k``.
    """


def _part_at_k(
    kind: tuple[str, Callable[..., Metric]],
    labels: Any,
    predictions: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    metric, part_at_top_k = kind
    with name_scope(name, _name_at(metric, k, class_id), [predictions, labels, weights]) as scope:
        best = sorting.top_k(predictions, k).indices
        return part_at_top_k(
            labels, best, k, class_id, weights, metrics_collections, updates_collections, scope
        )


@partial_of(_part_at_k, ("recall", recall_at_top_k))
def recall_at_k() -> None:
    """``recall_at_top_k`` of the ``k`` classes with the largest of ``predictions``.

    Source: ``tf.metrics.recall_at_k``.
    """


@partial_of(_part_at_k, ("precision", precision_at_top_k))
def precision_at_k() -> None:
    """``precision_at_top_k`` of the ``k`` classes with the largest of ``predictions``.

    Source: ``tf.metrics.precision_at_k``.
    """


@partial_of(_part_at_k, ("precision", precision_at_top_k))
def sparse_precision_at_k() -> None:
    """``precision_at_k`` by its older name (``tf.metrics.sparse_precision_at_k``)."""


def average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """The mean over all examples of their average precision among the ``k`` best predictions.

    The average precision of an example is the mean of the precision at each rank where the prediction is
    right.

    Args:
        labels: as for ``recall_at_top_k``; those beyond the classes are left out.
        predictions: a value for each class, in the last axis.
        k: how many of the best count.
        weights: a factor for each example; None for 1.
        metrics_collections: where to add the first result.
        updates_collections: where to add the second.
        name: the scope's name.

    Returns:
        The mean so far, and the operation that adds this batch and gives it; both float64.

    Raises:
        ValueError: ``k`` is less than 1, or the shapes do not fit.

    Source: ``tf.metrics.average_precision_at_k``.
    """
    if k < 1:
        raise ValueError(f"Invalid k={k}.")
    with name_scope(name, _name_at("average_precision", k), [predictions, labels, weights]) as scope:
        best = sorting.top_k(predictions, k).indices
        sizes: Any = shape_queries.shape(predictions)
        labels = _within(labels, casts.cast(sizes[-1], dtypes.int64))
        return _mean_average_precision(labels, best, weights, metrics_collections, updates_collections, scope)


def sparse_average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """``average_precision_at_k`` by its older name (``tf.metrics.sparse_average_precision_at_k``)."""
    return average_precision_at_k(
        labels, predictions, k, weights, metrics_collections, updates_collections, name
    )


def _within(labels: Any, class_count: Any) -> Any:
    """The labels, with -1 for those that are no class."""
    is_sparse = isinstance(labels, SparseTensor | SparseTensorValue)

    def without_others(values: Any) -> Any:
        is_other = comparisons.greater_equal(values, class_count)
        return selection.where_v2(is_other, -1 * filling.ones_like(values), values)

    def cleaned() -> Any:
        if is_sparse:
            return type(labels)(labels.indices, without_others(labels.values), labels.dense_shape)
        return without_others(labels)

    largest = reductions.reduce_max(labels.values if is_sparse else labels)
    return conditionals.cond(comparisons.greater_equal(largest, class_count), cleaned, lambda: labels)


def _mean_average_precision(
    labels: Any,
    predictions_idx: Any,
    weights: Any,
    metrics_collections: Any,
    updates_collections: Any,
    name: str,
) -> Metric:
    inputs = [predictions_idx, labels, weights]
    with name_scope(name, "average_precision_at_top_k", inputs) as scope:
        precision = _average_precision(labels, predictions_idx)
        if weights is not None:
            weights = broadcast_weights(casts.cast(weights, dtypes.float64), precision)
            precision = arithmetic.multiply(precision, weights)
        with name_scope(None, "max", [precision]) as max_scope:
            largest = metric_variable([], dtypes.float64, name=max_scope)
            if weights is None:
                batch_max = casts.cast(shape_queries.size(precision, name="batch_max"), dtypes.float64)
            else:
                batch_max = reductions.reduce_sum(weights, name="batch_max")
            max_update = state_ops.assign_add(largest, batch_max, name="update")
        with name_scope(None, "total", [precision]) as total_scope:
            total = metric_variable([], dtypes.float64, name=total_scope)
            batch_total = reductions.reduce_sum(precision, name="batch_total")
            total_update = state_ops.assign_add(total, batch_total, name="update")
        value = division.div_no_nan(total, largest, name="mean")
        collect(metrics_collections, value)
        update = division.div_no_nan(total_update, max_update, name=scope)
        collect(updates_collections, update)
        return value, update


def _average_precision(labels: Any, predictions_idx: Any) -> Tensor:
    """The average precision of each example."""
    with name_scope(None, "average_precision", [predictions_idx, labels]) as scope:
        predictions_idx = casts.cast(predictions_idx, dtypes.int64, name="predictions_idx")
        if predictions_idx.shape.ndims == 0:
            raise ValueError("The rank of predictions_idx must be at least 1.")
        k = predictions_idx.shape.as_list()[-1]
        if k is None:
            raise ValueError("The last dimension of predictions_idx must be set.")
        labels = _with_last_axis(labels, predictions_idx)
        # Each prediction by itself, and all labels for each of them.
        alone = axes.expand_dims(predictions_idx, -1, name="predictions_idx_per_k")
        repeated = _repeated_before_last_axis(labels, k, "labels_per_k")
        is_relevant = _counts("true_positive", repeated, alone, name="relevant_per_k")
        right = cumulative.cumsum(is_relevant, axis=-1, name="tp_per_k")
        retrieved = cumulative.cumsum(filling.ones_like(is_relevant), axis=-1, name="retrieved_per_k")
        precision = division.div(
            casts.cast(right, dtypes.float64), casts.cast(retrieved, dtypes.float64), name="precision_per_k"
        )
        relevant_precision = arithmetic.multiply(
            precision, casts.cast(is_relevant, dtypes.float64), name="relevant_precision_per_k"
        )
        total = reductions.reduce_sum(relevant_precision, axis=(-1,), name="precision_sum")
        count = casts.cast(_relevant_count(labels, k), dtypes.float64)
        return division.div(total, count, name=scope)


def _repeated_before_last_axis(labels: Any, multiple: int, name: str) -> Any:
    with name_scope(name, "expand_and_tile", [labels, multiple, -1]) as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        expanded: Any
        if isinstance(labels, SparseTensor):
            sizes = labels.dense_shape
            axis = arrays.reshape(shape_queries.size(sizes) + -1, [1])
            parts = [slicing.slice(sizes, [0], axis), [1], slicing.slice(sizes, axis, [-1])]
            new_sizes = joining.concat(parts, 0, name="expanded_shape")
            expanded = sparse_reshape(labels, new_sizes, name="expand")
            return expanded if multiple == 1 else sparse_concat(-2, [expanded] * multiple, name=scope)
        expanded = axes.expand_dims(labels, -2, name="expand")
        if multiple == 1:
            return expanded
        ones: Any = filling.ones_like(shape_queries.shape(labels))
        multiples = joining.concat([ones[:-1], [multiple], ones[-1:]], 0, name="multiples")
        return arrays.tile(expanded, multiples, name=scope)


def _relevant_count(labels: Any, k: int) -> Tensor:
    """How many of the labels of each example can be among ``k`` predictions."""
    with name_scope(None, "num_relevant", [labels]) as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        if isinstance(labels, SparseTensor):
            return arithmetic.minimum(set_size(labels), k, name=scope)
        is_label = comparisons.greater_equal(labels, 0)
        ones, zeros = filling.ones_like(labels), filling.zeros_like(labels)
        count = reductions.reduce_sum(selection.where_v2(is_label, ones, zeros), axis=-1)
        return arithmetic.minimum(count, k, name=scope)
