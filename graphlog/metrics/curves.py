"""The area under a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, fitting, metric_variable
from graphlog.metrics.means import Metric
from graphlog.ops import (
    arithmetic,
    arrays,
    asserts,
    axes,
    casts,
    comparisons,
    division,
    elementwise,
    filling,
    logic,
    packing,
    reductions,
    shape_queries,
    state_ops,
)
from graphlog.ops.constants import constant
from graphlog.ops.variable_scope import variable_scope
from graphlog.ops.weights import broadcast_weights

# Whether something was there, and whether it was predicted, in the order in which TensorFlow counts.
_KINDS = (
    ("true_positives", True, True),
    ("false_negatives", True, False),
    ("true_negatives", False, False),
    ("false_positives", False, True),
)
_SMALL = 1.0e-6

Counts = list[Any]


def _counts_at_thresholds(
    labels: Any, predictions: Any, thresholds: Sequence[float], weights: Any
) -> tuple[Counts, Counts]:
    """The numbers of ``_KINDS`` at each threshold: the variables, and their updates."""
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
    is_not_found = logic.logical_not(is_found)
    is_there = arrays.tile(row, [number, 1])
    is_not_there = logic.logical_not(is_there)
    spread: Tensor | None = None
    if weights is not None:
        wide = broadcast_weights(casts.cast(weights, dtypes.float32), predictions)
        spread = arrays.tile(arrays.reshape(wide, [1, -1]), [number, 1])
    variables, updates = [], []
    for name, there, found in _KINDS:
        variable = metric_variable([number], dtypes.float32, name=name)
        both = logic.logical_and(is_there if there else is_not_there, is_found if found else is_not_found)
        values = casts.cast(both, dtypes.float32)
        if spread is not None:
            values = values * spread
        updates.append(state_ops.assign_add(variable, reductions.reduce_sum(values, 1)))
        variables.append(variable)
    return variables, updates


def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Sequence[float] | None = None,
) -> Metric:
    """The area under the curve of a classifier, approximated at many thresholds.

    Args:
        labels: whether something was there; converted to booleans.
        predictions: the probability that was predicted, from 0 to 1.
        weights: weights of a shape that broadcasts to the predictions'; 1 if None.
        num_thresholds: the number of thresholds.
        metrics_collections: collections to which the first result is added.
        updates_collections: collections to which the second is.
        curve: ``"ROC"`` (recall over the rate of false positives) or ``"PR"`` (precision over recall).
        name: the scope of operations and variables.
        summation_method: ``"trapezoidal"``, ``"careful_interpolation"`` (for ``"PR"``), ``"minoring"`` or
            ``"majoring"``.
        thresholds: the thresholds between 0 and 1, in the place of evenly spaced ones.

    Returns:
        The area for all batches so far, and a tensor that takes in the present one.

    Raises:
        ValueError: there is no such curve or method.

    Source: ``tf.metrics.auc``.
    """
    with variable_scope(name, "auc", [labels, predictions, weights]):
        if curve not in ("ROC", "PR"):
            raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
        if thresholds is None:
            inner = [(index + 1) * 1.0 / (num_thresholds - 1) for index in range(num_thresholds - 2)]
        else:
            inner = sorted(thresholds)
        # The outermost ones are a little beyond 0 and 1, so that rounding does no harm.
        variables, updates = _counts_at_thresholds(
            labels, predictions, [0.0 - 1e-7, *inner, 1.0 + 1e-7], weights
        )
        value = _area(variables, curve, summation_method, len(inner) + 2, "value")
        collect(metrics_collections, value)
        update = _area(updates, curve, summation_method, len(inner) + 2, "update_op")
        collect(updates_collections, update)
        return value, update


def _area(counts: Counts, curve: str, method: str, number: int, name: str) -> Tensor:
    right, missed, left_out, wrong = counts
    if curve == "PR" and method == "careful_interpolation":
        return _interpolated_area(right, wrong, missed, number)
    recalled = division.div(right + _SMALL, right + missed + _SMALL)
    if curve == "ROC":
        x, y = division.div(wrong, wrong + left_out + _SMALL), recalled
    else:
        x, y = recalled, division.div(right + _SMALL, right + wrong + _SMALL)
    if method not in ("trapezoidal", "careful_interpolation", "minoring", "majoring"):
        raise ValueError(f"Invalid summation_method: {method}")
    widths = x[: number - 1] - x[1:]
    if method == "minoring":
        heights = arithmetic.minimum(y[: number - 1], y[1:])
    elif method == "majoring":
        heights = arithmetic.maximum(y[: number - 1], y[1:])
    else:
        heights = (y[: number - 1] + y[1:]) / 2.0
    return reductions.reduce_sum(arithmetic.multiply(widths, heights), name=name)


def _interpolated_area(right: Any, wrong: Any, missed: Any, number: int) -> Tensor:
    """The area where precision is interpolated as in Davis and Goadrich, 2006."""
    step = right[: number - 1] - right[1:]
    found = right + wrong
    slope = division.div_no_nan(
        step, arithmetic.maximum(found[: number - 1] - found[1:], 0), name="prec_slope"
    )
    intercept = right[1:] - arithmetic.multiply(slope, found[1:])
    ratio = comparisons.where(
        logic.logical_and(found[: number - 1] > 0, found[1:] > 0),
        division.div_no_nan(
            found[: number - 1], arithmetic.maximum(found[1:], 0), name="recall_relative_ratio"
        ),
        filling.ones_like(found[1:]),
    )
    increments = division.div_no_nan(
        slope * (step + intercept * elementwise.log(ratio)),
        arithmetic.maximum(right[1:] + missed[1:], 0),
        name="pr_auc_increment",
    )
    return reductions.reduce_sum(increments, name="interpolate_pr_auc")
