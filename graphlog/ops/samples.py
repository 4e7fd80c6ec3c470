"""Arrays for the samples of op definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def float32(value: Any) -> Array:
    """An array of single precision."""
    return np.array(value, np.float32)


def float64(value: Any) -> Array:
    """An array of double precision."""
    return np.array(value, np.float64)


def int32(value: Any) -> Array:
    """An array of 32-bit integers."""
    return np.array(value, np.int32)


def int64(value: Any) -> Array:
    """An array of 64-bit integers."""
    return np.array(value, np.int64)


def boolean(value: Any) -> Array:
    """An array of booleans."""
    return np.array(value, np.bool_)


def complex64(value: Any) -> Array:
    """An array of single-precision complex numbers."""
    return np.array(value, np.complex64)


def text(value: Any) -> Array:
    """An array of bytes objects, from strings."""
    given = np.array(value, object)
    encoded = np.empty(given.shape, object)
    encoded.ravel()[:] = [item.encode() for item in given.ravel()]
    return encoded


# Two rows of three numbers of either sign, for operations that take any tensor.
MATRIX = float32([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
