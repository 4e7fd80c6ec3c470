"""What tells whether gradients vanish or explode: a few numbers of each array, from one pass over it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from graphlog.encoders.bucket_counts import chunks

Array = np.ndarray[Any, Any]

# How many numbers are looked at together, so that their magnitudes stay in the processor's cache; and of how
# many a sum is taken, so that it keeps its digits (float32), and OpenBLAS does not have several threads take
# it, which wait for each other when the machine is busy (float64).
_CHUNKS = {np.dtype(np.float32): 1 << 17, np.dtype(np.float64): 1 << 16}
_SUMS = {np.dtype(np.float32): 1 << 16, np.dtype(np.float64): 1 << 13}


class ArrayStatistics(NamedTuple):
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
    largest = max([1, *(array.size for array in arrays)])
    narrow, wide = (_Pass(np.dtype(dtype), largest) for dtype in (np.float32, np.float64))
    passes = dict.fromkeys(map(np.dtype, (np.float16, np.float32, np.complex64)), narrow)
    return [passes.get(array.dtype, wide).over(array) for array in arrays]


def l2_norms(arrays: Sequence[Array]) -> list[float]:
    """The square root of the sum of the squares of each array."""
    return [statistics.l2_norm for statistics in statistics_of(arrays)]


class _Pass:
    """Adds up piece after piece of an array, for one array after the other."""

    def __init__(self, dtype: np.dtype[Any], largest: int) -> None:
        self._chunk, self._sum_size = (min(sizes[dtype], largest) for sizes in (_CHUNKS, _SUMS))
        self._magnitudes = np.empty(self._chunk, dtype)
        self._ones = np.ones(self._sum_size, dtype)
        self._integers = np.dtype(f"i{dtype.itemsize}")
        # Squares of what is beyond these are beyond the dtype, or lose digits.
        limits = np.finfo(dtype)
        self._squares_from = math.sqrt(float(limits.tiny) / float(limits.eps))
        self._squares_to = math.sqrt(float(limits.max) / _CHUNKS[dtype])

    def over(self, array: Array) -> ArrayStatistics:
        self._norm = self._mean = self._largest = 0.0
        self._size = array.size
        self._zeros = self._nans = self._infinities = 0
        self._had_zeros = False
        for chunk in chunks(array, self._chunk):
            self._add(chunk)
        finite = array.size - self._nans - self._infinities
        return ArrayStatistics(
            size=array.size,
            l2_norm=self._norm,
            mean_absolute=self._mean * (array.size / finite) if finite else 0.0,
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
        np.abs(chunk, magnitudes, casting="unsafe")
        # Magnitudes are in the order of their bits, NaN above all, and whole numbers are compared faster.
        integers = magnitudes.view(self._integers)
        largest: float = magnitudes.item(integers.argmax())
        if not largest < math.inf:
            magnitudes = self._without_bad_ones(magnitudes)
            if not magnitudes.size:
                return
            integers = magnitudes.view(self._integers)
            largest = magnitudes.item(integers.argmax())
        # Whether there is any zero is found faster than how many there are.
        if self._had_zeros or not integers.item(integers.argmin()):
            zeros = integers.size - int(np.count_nonzero(integers))
            self._zeros += zeros
            self._had_zeros = zeros > 0
        self._largest = max(self._largest, largest)
        if self._squares_from <= largest <= self._squares_to:
            total, squares = self._sums(magnitudes)
            self._mean += total / self._size
            self._norm = math.hypot(self._norm, math.sqrt(squares))
        elif largest:
            # Some NumPy releases warn also of those lanes of a vector that are past the last number.
            with np.errstate(over="ignore"):
                fractions = magnitudes / magnitudes.dtype.type(largest)
            total, squares = self._sums(fractions)
            self._mean += total / self._size * largest  # a total may be beyond the dtype
            self._norm = math.hypot(self._norm, math.sqrt(squares) * largest)

    def _without_bad_ones(self, magnitudes: Array) -> Array:
        is_finite = np.isfinite(magnitudes)
        nans = int(np.count_nonzero(np.isnan(magnitudes)))
        self._nans += nans
        self._infinities += int(is_finite.size - np.count_nonzero(is_finite)) - nans
        return magnitudes[is_finite]

    def _sums(self, magnitudes: Array) -> tuple[float, float]:
        """The sum, and the sum of the squares."""
        total = squares = 0.0
        for start in range(0, magnitudes.size, self._sum_size):
            part = magnitudes[start : start + self._sum_size]
            total += float(part.dot(self._ones[: part.size]))
            squares += float(part.dot(part))
        return total, squares
