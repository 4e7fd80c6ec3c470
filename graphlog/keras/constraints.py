"""What weights are brought back to after each step (``tf.keras.constraints``)."""

from __future__ import annotations

import math
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.ops.math import casts, clipping, comparisons, elementwise, reductions, roots

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "unit_norm",
]

_EPSILON = 1e-7


class Constraint:
    """A function from weights to those that are allowed; for constraints of a user's own."""

    def __call__(self, w: Any) -> Any:
        """The weights that are allowed."""
        return w


def _clipped(values: Any, least: float, most: float) -> Any:
    dtype = values.dtype.base_dtype
    first, second = convert_to_tensor(least, dtype=dtype), convert_to_tensor(most, dtype=dtype)
    return clipping.clip_by_value(values, first, second)


def _norms(w: Any, axis: Any) -> Any:
    squares = reductions.reduce_sum(elementwise.square(w), axis=axis, keepdims=True)
    # Rounding may have made it negative.
    return roots.sqrt(_clipped(squares, 0.0, math.inf))


class MaxNorm(Constraint):
    """Scales down vectors along ``axis`` that are longer than ``max_value``."""

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The weights that are allowed."""
        norms = _norms(w, self.axis)
        wanted = _clipped(norms, 0, self.max_value)
        return w * (wanted / (_EPSILON + norms))


class MinMaxNorm(Constraint):
    """Scales vectors along ``axis`` by ``rate`` towards lengths from ``min_value`` to ``max_value``."""

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The weights that are allowed."""
        norms = _norms(w, self.axis)
        clipped = _clipped(norms, self.min_value, self.max_value)
        wanted = self.rate * clipped + (1 - self.rate) * norms
        return w * (wanted / (_EPSILON + norms))


class NonNeg(Constraint):
    """Zeros in place of negative weights."""

    def __call__(self, w: Any) -> Any:
        """The weights that are allowed."""
        return w * casts.cast(comparisons.greater_equal(w, 0.0), dtypes.float32)


class UnitNorm(Constraint):
    """Scales vectors along ``axis`` to length 1."""

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The weights that are allowed."""
        return w / (_EPSILON + _norms(w, self.axis))


max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm


def get(identifier: Any) -> Any:
    """The constraint that a name or a function stands for; None for None, ValueError for anything else."""
    named: dict[str, type[Constraint]] = {
        **{kind.__name__: kind for kind in (MaxNorm, MinMaxNorm, NonNeg, UnitNorm)},
        **{"max_norm": MaxNorm, "min_max_norm": MinMaxNorm, "non_neg": NonNeg, "unit_norm": UnitNorm},
    }
    if isinstance(identifier, str) and identifier in named:
        return named[identifier]()
    if identifier is None or callable(identifier):
        return identifier
    raise ValueError(f"Could not interpret constraint identifier: {identifier}")
