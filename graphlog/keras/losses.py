"""Losses of each example, as functions (``tf.keras.losses``)."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.layers.static_conditions import smart_cond
from graphlog.ops.array import shape_queries
from graphlog.ops.math import casts, clipping, division, elementwise, reductions
from graphlog.ops.nn import cross_entropy as _cross_entropy
from graphlog.ops.nn import logistic_losses as _logistic_losses

__all__ = [
    "MAE",
    "MSE",
    "binary_crossentropy",
    "categorical_crossentropy",
    "mae",
    "mean_absolute_error",
    "mean_squared_error",
    "mse",
]

_EPSILON = 1e-7


def _pair(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    y_pred = convert_to_tensor(y_pred)
    return casts.cast(y_true, y_pred.dtype), y_pred


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of the squared errors along the last axis."""
    y_true, y_pred = _pair(y_true, y_pred)
    return reductions.reduce_mean(division.squared_difference(y_pred, y_true), axis=-1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of the absolute errors along the last axis."""
    y_true, y_pred = _pair(y_true, y_pred)
    return reductions.reduce_mean(elementwise.abs(y_pred - y_true), axis=-1)


mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error


def _between(probabilities: Any) -> Any:
    epsilon = convert_to_tensor(_EPSILON, dtype=probabilities.dtype.base_dtype)
    return clipping.clip_by_value(probabilities, epsilon, 1.0 - epsilon)


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: Any = 0
) -> Any:
    """The cross entropy of classes.

    Args:
        y_true: probabilities of shape ``(batch, classes)``.
        y_pred: the predicted ones; logits if ``from_logits``.
        from_logits: see there.
        label_smoothing: how far ``y_true`` is moved towards equal probabilities.

    Returns:
        A Tensor of shape ``(batch,)``.

    Source: ``tf.keras.losses.categorical_crossentropy``.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    smoothing = convert_to_tensor(label_smoothing, dtype=dtypes.float32)

    def smoothed() -> Any:
        classes = casts.cast(shape_queries.shape(y_true)[1], y_pred.dtype)
        return y_true * (1.0 - smoothing) + smoothing / classes

    y_true = smart_cond(smoothing, smoothed, lambda: y_true)
    if not from_logits:
        if y_pred.op.type != "Softmax":
            y_pred = _between(y_pred / reductions.reduce_sum(y_pred, -1, True))
            return -reductions.reduce_sum(y_true * elementwise.log(y_pred), -1)
        y_pred = y_pred.op.inputs[0]
    return _cross_entropy.softmax_cross_entropy_with_logits_v2(labels=y_true, logits=y_pred, axis=-1)


def binary_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: Any = 0) -> Any:
    """The mean cross entropy of zeros and ones along the last axis; see ``categorical_crossentropy``."""
    y_true, y_pred = _pair(y_true, y_pred)
    smoothing = convert_to_tensor(label_smoothing, dtype=dtypes.float32)
    y_true = smart_cond(smoothing, lambda: y_true * (1.0 - smoothing) + 0.5 * smoothing, lambda: y_true)
    if not from_logits and y_pred.op.type != "Sigmoid":
        y_pred = _between(y_pred)
        entropy: Any = y_true * elementwise.log(y_pred + _EPSILON)
        entropy = entropy + (1 - y_true) * elementwise.log(1 - y_pred + _EPSILON)
        return reductions.reduce_mean(-entropy, axis=-1)
    logits = y_pred if from_logits else y_pred.op.inputs[0]
    losses = _logistic_losses.sigmoid_cross_entropy_with_logits(labels=y_true, logits=logits)
    return reductions.reduce_mean(losses, axis=-1)
