"""Bringing labels, predictions and weights to shapes that fit each other."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.math import comparisons
from graphlog.ops.name_scopes import name_scope


def remove_squeezable_dimensions(
    labels: Any, predictions: Any, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Labels and predictions, one of them without a last dimension of size 1 that is too much.

    Args:
        labels: a tensor.
        predictions: a tensor.
        expected_rank_diff: how many dimensions more the predictions are to have.
        name: the scope of the operations.

    Returns:
        Labels and predictions.

    Raises:
        ValueError: the last dimension is too much, but is not of size 1.

    Source: ``confusion_matrix.remove_squeezable_dimensions`` of TensorFlow 1.15.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
        ranks = _rank(predictions), _rank(labels)
        if ranks[0] is not None and ranks[1] is not None:
            if ranks[0] - ranks[1] == expected_rank_diff + 1:
                predictions = axes.squeeze(predictions, [-1])
            elif ranks[0] - ranks[1] == expected_rank_diff - 1:
                labels = axes.squeeze(labels, [-1])
            return labels, predictions
        difference = shape_queries.rank(predictions) - shape_queries.rank(labels)
        if _may_end_in_one(predictions.static_shape):
            predictions = squeezed_if(comparisons.equal(expected_rank_diff + 1, difference), predictions)
        if _may_end_in_one(labels.static_shape):
            labels = squeezed_if(comparisons.equal(expected_rank_diff - 1, difference), labels)
        return labels, predictions


def without_extra_dimension(weights: Any, values: Tensor) -> Tensor:
    """Weights without a last dimension of size 1, where they have one dimension more than the values.

    Args:
        weights: a tensor.
        values: a tensor.

    Returns:
        The weights.
    """
    tensor = convert_to_tensor(weights)
    ranks = _rank(tensor), _rank(values)
    if ranks[0] is not None and ranks[1] is not None:
        return axes.squeeze(tensor, [-1]) if ranks[0] - ranks[1] == 1 else tensor
    difference = shape_queries.rank(tensor) - shape_queries.rank(values)
    if _may_end_in_one(tensor.static_shape):
        return squeezed_if(comparisons.equal(1, difference), tensor)
    return tensor


def squeezed_if(condition: Tensor, value: Tensor) -> Tensor:
    """A tensor that loses its last dimension where a condition holds in a run."""
    result: Tensor = conditionals.cond(condition, lambda: axes.squeeze(value, [-1]), lambda: value)
    return result


def _rank(tensor: Tensor) -> int | None:
    return None if tensor.static_shape is None else len(tensor.static_shape)


def _may_end_in_one(shape: StaticShape) -> bool:
    return shape is None or (len(shape) > 0 and shape[-1] in (None, 1))
