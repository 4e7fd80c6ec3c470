"""The area under a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect
from graphlog.metrics.means import Metric
from graphlog.metrics.thresholds import Counts, counts_at_thresholds
from graphlog.ops.array import filling
from graphlog.ops.math import arithmetic, comparisons, division, elementwise, logic, reductions
from graphlog.ops.state.variable_scope import variable_scope

_SMALL = 1.0e-6


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
        variables, updates = counts_at_thresholds(
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
