"""Windows: what a frame of a signal is multiplied by before its Fourier transform."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import filling, ranges
from graphlog.ops.control_flow import conditionals
from graphlog.ops.math import arithmetic, casts, comparisons, trigonometry
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value


def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """The Hann window, 0.5 - 0.5 cos.

    Args:
        window_length: how many numbers, a scalar.
        periodic: whether the window is one period, for spectra; else it is symmetric.
        dtype: a floating dtype.
        name: the name of the scope.

    Returns:
        A vector.

    Raises:
        ValueError: the dtype is no floating one, or an argument is no scalar.

    Source: ``tf.signal.hann_window``.
    """
    return _raised_cosine(name, "hann_window", window_length, periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """The Hamming window, 0.54 - 0.46 cos; see ``hann_window`` (``tf.signal.hamming_window``)."""
    return _raised_cosine(name, "hamming_window", window_length, periodic, dtype, 0.54, 0.46)


def _raised_cosine(
    name: str | None,
    default_name: str,
    window_length: Any,
    periodic: Any,
    dtype: Any,
    height: float,
    amplitude: float,
) -> Tensor:
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtype}")
    with name_scope(name, default_name, [window_length, periodic]):
        length = convert_to_tensor(window_length, dtypes.int32, name="window_length")
        length.shape.assert_has_rank(0)
        known_length = constant_value(length)
        if known_length == 1:
            return filling.ones([1], dtype=dtype)
        is_periodic = casts.cast(convert_to_tensor(periodic, dtypes.bool_, name="periodic"), dtypes.int32)
        is_periodic.shape.assert_has_rank(0)
        is_even = 1 - arithmetic.floormod(length, 2)
        period = casts.cast(length + is_periodic * is_even - 1, dtype)
        positions = casts.cast(ranges.range(length), dtype)
        angles = constants.constant(2 * np.pi, dtype) * positions / period

        def window() -> Tensor:
            return casts.cast(height - amplitude * trigonometry.cos(angles), dtype)

        if known_length is not None:
            return window()
        ones = conditionals.cond(comparisons.equal(length, 1), lambda: filling.ones([1], dtype=dtype), window)
        assert isinstance(ones, Tensor)
        return ones
