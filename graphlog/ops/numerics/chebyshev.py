"""Sums of Chebyshev polynomials, and functions that differ from region to region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Function = Callable[..., Array]


def chebyshev_sum(coefficients: Sequence[float], x: Array) -> Array:
    """The sum of ``coefficients[k] * T_k(x)`` for ``x`` in [-1, 1], by Clenshaw's recurrence."""
    current = previous = np.zeros_like(x)
    for coefficient in coefficients[:0:-1]:
        current, previous = 2 * x * current - previous + coefficient, current
    return x * current - previous + coefficients[0]


def by_region(arguments: Sequence[Any], *regions: tuple[Any, Function | float]) -> Array:
    """A function that is another one in each region of its arguments.

    Args:
        arguments: arrays, which are broadcast and taken in double precision.
        *regions: a condition on the arguments, and the function (or the value) where it holds and no
            earlier one does. It gets one-dimensional arrays.

    Returns:
        The values; NaN where no condition holds.
    """
    arrays = np.broadcast_arrays(*[np.asarray(array, np.float64) for array in arguments])
    result = np.full(arrays[0].shape, np.nan)
    remaining = np.ones(arrays[0].shape, bool)
    for condition, function in regions:
        chosen = remaining & condition
        if chosen.any():
            parts = [array[chosen] for array in arrays]
            result[chosen] = function(*parts) if callable(function) else function
            remaining = remaining & ~chosen
    return result
