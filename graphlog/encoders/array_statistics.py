"""What tells whether gradients vanish or explode: a few numbers of each array, from one pass over it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.encoders.bucket_counts import chunks

Array = np.ndarray[Any, Any]

# In numbers: a piece of an array, and of its magnitudes, that stay in the processor's cache. Of float64 no
# more than OpenBLAS has one thread compute a dot product of: several wait for each other on a busy machine.
_CHUNKS = {np.dtype(np.float32): 1 << 16, np.dtype(np.float64): 1 << 13}


@dataclass(frozen=True)
class ArrayStatistics:
    """Some numbers of an array.

    Attributes:
        size: how many numbers it has.
        l2_norm: the square root of the sum of the squares, of its finite numbers.
        mean_absolute: the mean of the magnitudes of its finite numbers; 0 if there is none.
        max_absolute: the largest of these magnitudes; 0 if there is none.
        zeros: how many are exactly 0.
        nans: how many are NaN.
        infinities: how many are infinite.
    """

    size: int
    l2_norm: float
    mean_absolute: float
    max_absolute: float
    zeros: int
    nans: int
    infinities: int

    @property
    def zero_fraction(self) -> float:
        """Which part of the numbers is exactly 0."""
        return self.zeros / self.size if self.size else 0.0


def statistics_of(arrays: Sequence[Array]) -> list[ArrayStatistics]:
    """The statistics of arrays of real or complex numbers, each of which is read once and not copied."""
    passes = {dtype: _Pass(dtype) for dtype in {_dtype_for(array) for array in arrays}}
    return [passes[_dtype_for(array)].over(array) for array in arrays]


def l2_norms(arrays: Sequence[Array]) -> list[float]:
    """The square root of the sum of the squares of each array."""
    return [statistics.l2_norm for statistics in statistics_of(arrays)]


def _dtype_for(array: Array) -> np.dtype[Any]:
    return np.dtype(np.float32 if array.dtype in (np.float16, np.float32, np.complex64) else np.float64)


class _Pass:
    """Adds up piece after piece of an array, for one array after the other."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._chunk = size = _CHUNKS[dtype]
        self._magnitudes = np.empty(size, dtype)
        self._ones = np.ones(size, dtype)
        self._is_zero = np.empty(size, np.bool_)
        # Magnitudes are in the order of their bits, and whole numbers are compared faster; NaN is above all.
        self._bits_dtype = np.dtype(f"u{dtype.itemsize}")
        self._infinity = np.array(np.inf, dtype).view(self._bits_dtype)[()]
        # Squares of what is beyond these are beyond the dtype, or lose digits.
        limits = np.finfo(dtype)
        self._squares_from = math.sqrt(float(limits.tiny) / float(limits.eps))
        self._squares_to = math.sqrt(float(limits.max) / size)

    def over(self, array: Array) -> ArrayStatistics:
        self._norm = self._total = self._largest = 0.0
        self._zeros = self._nans = self._infinities = 0
        self._had_zeros = False
        for chunk in chunks(array, self._chunk):
            self._add(chunk)
        finite = array.size - self._nans - self._infinities
        return ArrayStatistics(
            size=array.size,
            l2_norm=self._norm,
            mean_absolute=self._total / finite if finite else 0.0,
            max_absolute=self._largest,
            zeros=self._zeros,
            nans=self._nans,
            infinities=self._infinities,
        )

    def _add(self, chunk: Array) -> None:
        magnitudes = self._magnitudes[: chunk.size]
        if chunk.dtype.kind in "biu":
            magnitudes[...] = chunk  # first, since the least integer has no positive counterpart
            chunk = magnitudes
        np.abs(chunk, out=magnitudes, casting="unsafe")
        bits = magnitudes.view(self._bits_dtype)
        highest = np.maximum.reduce(bits)
        if highest >= self._infinity:
            magnitudes = self._without_bad_ones(magnitudes)
            if not magnitudes.size:
                return
            bits = magnitudes.view(self._bits_dtype)
            highest = np.maximum.reduce(bits)
        largest = float(highest.view(magnitudes.dtype))
        # Whether there is any zero is found faster than how many there are.
        if self._had_zeros or not np.minimum.reduce(bits):
            is_zero = np.equal(bits, 0, out=self._is_zero[: bits.size])
            zeros = int(np.count_nonzero(is_zero))
            self._zeros += zeros
            self._had_zeros = zeros > 0
        self._total += self._sum(magnitudes, largest)
        self._largest = max(self._largest, largest)
        self._norm = math.hypot(self._norm, self._root_of_squares(magnitudes, largest))

    def _without_bad_ones(self, magnitudes: Array) -> Array:
        is_finite = np.isfinite(magnitudes)
        nans = int(np.count_nonzero(np.isnan(magnitudes)))
        self._nans += nans
        self._infinities += int(is_finite.size - np.count_nonzero(is_finite)) - nans
        return magnitudes[is_finite]

    def _sum(self, magnitudes: Array, largest: float) -> float:
        if largest > self._squares_to:
            return float((magnitudes / magnitudes.dtype.type(largest)).sum(dtype=np.float64)) * largest
        return float(magnitudes.dot(self._ones[: magnitudes.size]))

    def _root_of_squares(self, magnitudes: Array, largest: float) -> float:
        if largest == 0:
            return 0.0
        if not self._squares_from <= largest <= self._squares_to:
            magnitudes = magnitudes / magnitudes.dtype.type(largest)
            return math.sqrt(float(magnitudes.dot(magnitudes))) * largest
        return math.sqrt(float(magnitudes.dot(magnitudes)))
