"""Activations (``tf.keras.activations``)."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.ops.math import arithmetic, casts, clipping, comparisons, elementwise, reductions
from graphlog.ops.math.elementwise import exp as exponential
from graphlog.ops.math.elementwise import tanh
from graphlog.ops.nn import activations as _activations
from graphlog.ops.nn import softmax as _softmax
from graphlog.ops.nn.activations import sigmoid, softplus, softsign

__all__ = [
    "elu",
    "exponential",
    "get",
    "hard_sigmoid",
    "linear",
    "relu",
    "selu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


def linear(x: Any) -> Any:
    """The same value."""
    return x


def softmax(x: Any, axis: int = -1) -> Any:
    """The softmax along an axis; ValueError where the rank is below 2."""
    rank = x.shape.ndims
    if rank == 2:
        return _softmax.softmax(x)
    if rank is None or rank < 2:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    powers: Any = elementwise.exp(x - reductions.reduce_max(x, axis=axis, keepdims=True))
    return powers / reductions.reduce_sum(powers, axis=axis, keepdims=True)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """``x`` where that is positive, and ``alpha * (exp(x) - 1)`` elsewhere."""
    result = _activations.elu(x)
    return result if alpha == 1 else comparisons.where(x > 0, result, alpha * result)


def selu(x: Any) -> Any:
    """The scaled exponential linear unit."""
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0) -> Any:
    """The rectified linear unit.

    Args:
        x: a tensor.
        alpha: the slope below the threshold.
        max_value: the greatest value; None for any.
        threshold: below which values are zero (or as ``alpha`` says).

    Returns:
        A Tensor.

    Source: ``tf.keras.activations.relu``.
    """
    below: Any = None
    if alpha != 0.0:
        if max_value is None and threshold == 0:
            return _activations.leaky_relu(x, alpha=alpha)
        below = _activations.relu(-x + threshold) if threshold != 0 else _activations.relu(-x)
    is_clipped = max_value is not None
    if threshold != 0:
        x = x * casts.cast(comparisons.greater(x, threshold), dtypes.float32)
    elif max_value == 6:
        x = _activations.relu6(x)
        is_clipped = False
    else:
        x = _activations.relu(x)
    if is_clipped:
        most = convert_to_tensor(max_value, dtype=x.dtype.base_dtype)
        x = clipping.clip_by_value(x, convert_to_tensor(0.0, dtype=x.dtype.base_dtype), most)
    if below is not None:
        x = x - convert_to_tensor(alpha, dtype=x.dtype.base_dtype) * below
    return x


def hard_sigmoid(x: Any) -> Any:
    """``0.2 * x + 0.5``, from 0 to 1."""
    slope = convert_to_tensor(0.2, dtype=x.dtype.base_dtype)
    offset = convert_to_tensor(0.5, dtype=x.dtype.base_dtype)
    return clipping.clip_by_value(arithmetic.add(arithmetic.multiply(x, slope), offset), 0.0, 1.0)


def get(identifier: Any) -> Any:
    """The function that a name or a function stands for; ``linear`` for None, else ValueError."""
    if identifier is None:
        return linear
    if isinstance(identifier, str) and identifier in __all__ and identifier != "get":
        return globals()[identifier]
    if callable(identifier):
        return identifier
    raise ValueError(f"Unknown activation function:{identifier}")
