"""Counts of what was there and what was predicted, at several thresholds, and rates of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, fitting, metric_variable
from graphlog.metrics.means import Metric
from graphlog.ops.array import arguments_of_extrema, arrays, axes, packing, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.debugging import asserts
from graphlog.ops.math import casts, comparisons, cumulative, division, elementwise, logic, reductions
from graphlog.ops.math.weights import broadcast_weights
from graphlog.ops.state import state_ops
from graphlog.ops.state.variable_scope import variable_scope

# Whether something was there, and whether it was predicted, in the order in which TensorFlow counts.
_KINDS = {
    "true_positives": (True, True),
    "false_negatives": (True, False),
    "true_negatives": (False, False),
    "false_positives": (False, True),
}
_SMALL = 1e-7

Counts = list[Any]


def counts_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any,
    kinds: Sequence[str] = tuple(_KINDS),
) -> tuple[Counts, Counts]:
    """How often things were there and were predicted, at each of several thresholds.

    Args:
        labels: whether something was there; converted to booleans.
        predictions: the probability that was predicted, from 0 to 1.
        thresholds: the thresholds.
        weights: weights of a shape that broadcasts to the predictions'; 1 if None.
        kinds: what to count.

    Returns:
        For each kind its variable, a vector with a number for each threshold; and their updates.
    """
    predictions = convert_to_tensor(predictions)
    message = "predictions must be in [0, 1]"
    checks = [
        asserts.assert_greater_equal(predictions, casts.cast(0.0, dtype=predictions.dtype), message=message),
        asserts.assert_less_equal(predictions, casts.cast(1.0, dtype=predictions.dtype), message=message),
    ]
    with get_default_graph().control_dependencies(checks):
        predictions, labels, weights = fitting(
            casts.cast(predictions, dtypes.float32), casts.cast(labels, dtypes.bool_), weights
        )
    number = len(thresholds)
    column = arrays.reshape(predictions, [-1, 1])
    row = arrays.reshape(casts.cast(labels, dtypes.bool_), [1, -1])
    count: Any = column.shape.as_list()[0]
    if count is None:
        count = shape_queries.shape(column)[0]
    limits = arrays.tile(axes.expand_dims(constant(list(thresholds)), [1]), packing.stack([1, count]))
    is_found = comparisons.greater(arrays.tile(arrays.transpose(column), [number, 1]), limits)
    is_not_found = None
    if not {"false_negatives", "true_negatives"}.isdisjoint(kinds):
        is_not_found = logic.logical_not(is_found)
    is_there = arrays.tile(row, [number, 1])
    is_not_there = None
    if not {"false_positives", "true_negatives"}.isdisjoint(kinds):
        is_not_there = logic.logical_not(is_there)
    spread: Tensor | None = None
    if weights is not None:
        wide = broadcast_weights(casts.cast(weights, dtypes.float32), predictions)
        spread = arrays.tile(arrays.reshape(wide, [1, -1]), [number, 1])
    variables, updates = [], []
    for name in kinds:
        there, found = _KINDS[name]
        variable = metric_variable([number], dtypes.float32, name=name)
        both = logic.logical_and(is_there if there else is_not_there, is_found if found else is_not_found)
        values = casts.cast(both, dtypes.float32)
        if spread is not None:
            values = values * spread
        updates.append(state_ops.assign_add(variable, reductions.reduce_sum(values, 1)))
        variables.append(variable)
    return variables, updates


def _count(
    kind: str,
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    with variable_scope(name, kind, [predictions, labels, weights]):
        (variable,), (update,) = counts_at_thresholds(labels, predictions, thresholds, weights, [kind])
        value = arrays.identity(variable)
        collect(metrics_collections, value)
        collect(updates_collections, update)
        return value, update


@partial_of(_count, "true_positives")
def true_positives_at_thresholds() -> None:
    """How often something was there and was predicted, at each of several thresholds.

    Args:
        labels: whether it was there; converted to booleans.
        predictions: the probability that was predicted, from 0 to 1.
        thresholds: the thresholds.
        weights: weights of a shape that broadcasts to the predictions'; 1 if None.
        metrics_collections: collections to which the first result is added.
        updates_collections: collections to which the second is.
        name: the scope of operations and variables.

    Returns:
        A number for each threshold, for all batches so far, and a tensor that takes in the present one.

    Source: ``tf.metrics.true_positives_at_thresholds``.
    """


@partial_of(_count, "true_negatives")
def true_negatives_at_thresholds() -> None:
    """``true_negatives`` at each of several thresholds; see ``true_positives_at_thresholds``."""


@partial_of(_count, "false_positives")
def false_positives_at_thresholds() -> None:
    """``false_positives`` at each of several thresholds; see ``true_positives_at_thresholds``."""


@partial_of(_count, "false_negatives")
def false_negatives_at_thresholds() -> None:
    """``false_negatives`` at each of several thresholds; see ``true_positives_at_thresholds``."""


def _part(
    kind: tuple[str, str],
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """True positives as a part of them and of what else was counted."""
    metric, others = kind
    with variable_scope(name, f"{metric}_at_thresholds", [predictions, labels, weights]):
        variables, updates = counts_at_thresholds(
            labels, predictions, thresholds, weights, ["true_positives", others]
        )

        def part(counts: Counts, name: str) -> Tensor:
            right, wrong = counts
            return division.div(right, _SMALL + right + wrong, name=name)

        value = part(variables, f"{metric}_value")
        collect(metrics_collections, value)
        update = part(updates, f"{metric}_update_op")
        collect(updates_collections, update)
        return value, update


@partial_of(_part, ("precision", "false_positives"))
def precision_at_thresholds() -> None:
    """Which part of what was predicted was there, at each threshold; see ``true_positives_at_thresholds``."""


@partial_of(_part, ("recall", "false_negatives"))
def recall_at_thresholds() -> None:
    """Which part of what was there was predicted, at each threshold; see ``true_positives_at_thresholds``."""


def sensitivity_at_specificity(
    labels: Any,
    predictions: Any,
    specificity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """Which part of what was there was predicted, where the threshold gives a specificity.

    Args:
        labels: whether something was there; converted to booleans.
        predictions: the probability that was predicted, from 0 to 1.
        specificity: which part of what was not there shall not be predicted, from 0 to 1.
        weights: weights of a shape that broadcasts to the predictions'; 1 if None.
        num_thresholds: how many thresholds to try.
        metrics_collections: collections to which the first result is added.
        updates_collections: collections to which the second is.
        name: the scope of operations and variables.

    Returns:
        The sensitivity for all batches so far, and a tensor that takes in the present one.

    Raises:
        ValueError: the specificity is not between 0 and 1.

    Source: ``tf.metrics.sensitivity_at_specificity``.
    """
    if specificity < 0 or specificity > 1:
        raise ValueError("`specificity` must be in the range [0, 1].")

    def sensitivity(counts: Counts, name: str) -> Tensor:
        right, missed, left_out, wrong = counts
        specificities = division.div(left_out, left_out + wrong + _SMALL)
        distances = elementwise.abs(specificities - specificity)
        index = casts.cast(arguments_of_extrema.argmin(distances, 0), dtypes.int32)
        return division.div(right[index], right[index] + missed[index] + _SMALL, name)

    arguments = (labels, predictions, weights, num_thresholds, 1.0 + _SMALL)
    collections = (metrics_collections, updates_collections)
    return _at_best_threshold("sensitivity_at_specificity", sensitivity, arguments, collections, name)


def specificity_at_sensitivity(
    labels: Any,
    predictions: Any,
    sensitivity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """Which part of what was not there was not predicted, where the threshold gives a sensitivity.

    The arguments are like those of ``sensitivity_at_specificity``.

    Source: ``tf.metrics.specificity_at_sensitivity``.
    """
    if sensitivity < 0 or sensitivity > 1:
        raise ValueError("`sensitivity` must be in the range [0, 1].")

    def specificity(counts: Counts, name: str) -> Tensor:
        right, missed, left_out, wrong = counts
        sensitivities = division.div(right, right + missed + _SMALL)
        # The last one of those that are nearest.
        least = reductions.reduce_min(elementwise.abs(sensitivities - sensitivity))
        is_least = comparisons.equal(elementwise.abs(sensitivities - sensitivity), least)
        counted = cumulative.cumsum(casts.cast(is_least, dtypes.int64))
        index = casts.cast(arguments_of_extrema.argmax(counted, 0), dtypes.int32)
        return division.div(left_out[index], left_out[index] + wrong[index] + _SMALL, name)

    # TensorFlow's last threshold lies a little below 1 here.
    arguments = (labels, predictions, weights, num_thresholds, 1.0 - _SMALL)
    collections = (metrics_collections, updates_collections)
    return _at_best_threshold("specificity_at_sensitivity", specificity, arguments, collections, name)


def _at_best_threshold(
    scope: str,
    rate: Callable[[Counts, str], Tensor],
    arguments: tuple[Any, ...],
    collections: tuple[Any, Any],
    name: str | None,
) -> Metric:
    labels, predictions, weights, number, last = arguments
    with variable_scope(name, scope, [predictions, labels, weights]):
        inner = [(index + 1) * 1.0 / (number - 1) for index in range(number - 2)]
        variables, updates = counts_at_thresholds(labels, predictions, [0.0 - _SMALL, *inner, last], weights)
        value = rate(variables, "value")
        collect(collections[0], value)
        update = rate(updates, "update_op")
        collect(collections[1], update)
        return value, update
