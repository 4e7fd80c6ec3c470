"""Derivatives by central differences, and which NumPy computes."""

from collections.abc import Callable
from typing import Any

import numpy as np

STEP = 1e-6

# Whether NumPy gives results the dtypes that graphlog gives them: NumPy 1 makes many float64.
NUMPY_2 = np.lib.NumpyVersion(np.__version__) >= "2.0.0"


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
