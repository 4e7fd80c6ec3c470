"""Derivatives by central differences."""

from collections.abc import Callable
from typing import Any

import numpy as np

STEP = 1e-6


def numerical_gradient(function: Callable[[Any], float], point: Any) -> Any:
    """The derivative of ``function`` by each element of ``point``, in double precision."""
    gradient = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        ends = []
        for sign in (1, -1):
            moved = np.array(point)
            moved[index] += sign * STEP
            ends.append(function(moved))
        gradient[index] = (ends[0] - ends[1]) / (2 * STEP)
    return gradient
