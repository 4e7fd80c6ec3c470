"""Arithmetic of arrays whose channels come last: several rows of channels side by side make longer loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# How many numbers lie side by side at most. Longer rows gain nothing.
_LONGEST = 1 << 11


def rows_side_by_side(rows: int, channels: int) -> int:
    """How many rows of a matrix are to be taken as one.

    Args:
        rows: how many there are.
        channels: how long each is.

    Returns:
        A power of two that divides the number of rows, unless that is 0.
    """
    most = max(1, _LONGEST // max(1, channels))
    return math.gcd(rows, 1 << (most.bit_length() - 1)) or 1


def sum_by_channel(value: Any) -> Any:
    """The sum of each channel of an array ``(..., channels)``, in the array's dtype."""
    channels = value.shape[-1]
    rows = math.prod(value.shape[:-1])
    count = rows_side_by_side(rows, channels)
    if count == 1 or not value.flags.c_contiguous:
        return np.add.reduce(value, axis=tuple(range(value.ndim - 1)), dtype=value.dtype)
    sums = np.add.reduce(value.reshape(rows // count, count * channels), axis=0, dtype=value.dtype)
    return np.add.reduce(sums.reshape(count, channels), axis=0, dtype=value.dtype)
