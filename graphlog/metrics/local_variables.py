"""What all metrics need: their variables, and inputs of fitting shapes."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, filling, shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.math import comparisons
from graphlog.ops.nn.label_shapes import remove_squeezable_dimensions
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.state.variables import Variable


def metric_variable(shape: Any, dtype: Any, validate_shape: bool = True, name: str | None = None) -> Variable:
    """A local variable of zeros in the collections ``LOCAL_VARIABLES`` and ``METRIC_VARIABLES``.

    Args:
        shape: its shape.
        dtype: its dtype.
        validate_shape: whether the shape is the variable's for good.
        name: its name.

    Source: ``metrics_impl.metric_variable`` of TensorFlow 1.15.
    """
    return Variable(
        lambda: filling.zeros(shape, dtype),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
        validate_shape=validate_shape,
        synchronization=VariableSynchronization.ON_READ,
        aggregation=VariableAggregation.SUM,
        name=name,
    )


def collect(collections: Any, value: Any) -> None:
    """Adds a value to a collection, or to several; to none if None."""
    if not collections:
        return
    for name in collections if isinstance(collections, list | tuple | set) else [collections]:
        get_default_graph().add_to_collection(name, value)


def fitting(predictions: Any, labels: Any, weights: Any) -> tuple[Tensor, Any, Any]:
    """Predictions, labels and weights in shapes that fit each other.

    Args:
        predictions: a tensor.
        labels: a tensor, or None.
        weights: a tensor, or None.

    Returns:
        The three; a last dimension of size 1 was taken away, or given to the weights, where they differ
        in it.

    Raises:
        ValueError: the shapes of predictions and labels differ.
    """
    predictions = convert_to_tensor(predictions)
    if labels is not None:
        labels, predictions = remove_squeezable_dimensions(labels, predictions)
        predictions.get_shape().assert_is_compatible_with(labels.get_shape())
    if weights is None:
        return predictions, labels, None
    weights = convert_to_tensor(weights)
    have, wanted = weights.static_shape, predictions.static_shape
    if have == ():
        return predictions, labels, weights
    if have is None or wanted is None:
        return predictions, labels, _fitting_in_a_run(weights, predictions)
    if len(have) - len(wanted) == 1:
        weights = axes.squeeze(weights, [-1])
    elif len(wanted) - len(have) == 1:
        weights = axes.expand_dims(weights, [-1])
    return predictions, labels, weights


def _fitting_in_a_run(weights: Tensor, predictions: Tensor) -> Tensor:
    rank = shape_queries.rank(weights)
    difference = rank - shape_queries.rank(predictions)
    shape = weights.static_shape
    keeps = shape is not None and shape[-1] not in (None, 1)

    def squeezed() -> Tensor:
        return weights if keeps else axes.squeeze(weights, [-1])

    def perhaps_expanded() -> Any:
        return conditionals.cond(
            comparisons.equal(difference, -1), lambda: axes.expand_dims(weights, [-1]), lambda: weights
        )

    def adjusted() -> Any:
        return conditionals.cond(comparisons.equal(difference, 1), squeezed, perhaps_expanded)

    result: Tensor = conditionals.cond(comparisons.equal(rank, 0), lambda: weights, adjusted)
    return result
