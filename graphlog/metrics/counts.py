"""How often something that is there was found, and something that is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.metrics.local_variables import collect, fitting, metric_variable
from graphlog.metrics.means import Metric
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.debugging import shape_asserts
from graphlog.ops.math import arithmetic, casts, comparisons, division, logic, reductions
from graphlog.ops.state import state_ops
from graphlog.ops.state.variable_scope import variable_scope


def _count(
    kind: tuple[str, bool, bool],
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    scope, is_there, is_found = kind
    with variable_scope(name, scope, [predictions, labels, weights]):
        predictions, labels, weights = _as_booleans(predictions, labels, weights)
        holds = logic.logical_and(
            comparisons.equal(labels, is_there), comparisons.equal(predictions, is_found)
        )
        shape_asserts.assert_type(holds, dtypes.bool_)
        count = metric_variable([], dtypes.float32, name="count")
        values = casts.cast(holds, dtypes.float32)
        if weights is not None:
            check = shape_asserts.assert_rank_in(weights, (0, shape_queries.rank(values)))
            with get_default_graph().control_dependencies([check]):
                values = arithmetic.multiply(values, casts.cast(weights, dtypes.float32))
        value = arrays.identity(count)
        collect(metrics_collections, value)
        update = state_ops.assign_add(count, reductions.reduce_sum(values))
        collect(updates_collections, update)
        return value, update


def _as_booleans(predictions: Any, labels: Any, weights: Any) -> tuple[Tensor, Tensor, Any]:
    found = casts.cast(predictions, dtypes.bool_)
    return fitting(found, casts.cast(labels, dtypes.bool_), weights)


@partial_of(_count, ("true_positives", True, True))
def true_positives() -> None:
    """How often something was there and was predicted.

    Args:
        labels: whether it was there; converted to booleans.
        predictions: whether it was predicted; converted to booleans.
        weights: a scalar, or weights of the predictions' shape; 1 if None.
        metrics_collections: collections to which the first result is added.
        updates_collections: collections to which the second is.
        name: the scope of operations and variables.

    Returns:
        The weighted number in all batches so far, and a tensor that takes in the present one.

    Source: ``tf.metrics.true_positives``.
    """


@partial_of(_count, ("true_negatives", False, False))
def true_negatives() -> None:
    """How often something was neither there nor predicted; see ``true_positives``."""


@partial_of(_count, ("false_positives", False, True))
def false_positives() -> None:
    """How often something was predicted but not there; see ``true_positives``."""


@partial_of(_count, ("false_negatives", True, False))
def false_negatives() -> None:
    """How often something was there but not predicted; see ``true_positives``."""


def _part(
    kind: tuple[str, Callable[..., Metric]],
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> Metric:
    """True positives as a part of them and of what else was counted."""
    scope, count_others = kind
    with variable_scope(name, scope, [predictions, labels, weights]):
        predictions, labels, weights = _as_booleans(predictions, labels, weights)
        right = true_positives(labels, predictions, weights)
        wrong = count_others(labels, predictions, weights)
        return _ratio(right, wrong, metrics_collections, updates_collections)


@partial_of(_part, ("precision", false_positives))
def precision() -> None:
    """Which part of what was predicted was there; see ``true_positives`` for the arguments.

    Source: ``tf.metrics.precision``.
    """


@partial_of(_part, ("recall", false_negatives))
def recall() -> None:
    """Which part of what was there was predicted; see ``true_positives`` for the arguments.

    Source: ``tf.metrics.recall``.
    """


def _ratio(right: Metric, wrong: Metric, metrics_collections: Any, updates_collections: Any) -> Metric:
    results = []
    for index, (name, collections) in enumerate(
        (("value", metrics_collections), ("update_op", updates_collections))
    ):
        first, second = right[index], wrong[index]
        is_any = comparisons.greater(first + second, 0)
        part = division.div(first, first + second)
        results.append(comparisons.where(is_any, part, 0, name))
        collect(collections, results[-1])
    return results[0], results[1]
