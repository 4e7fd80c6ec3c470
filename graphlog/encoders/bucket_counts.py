"""How many numbers are in each of TensorFlow's buckets, found from the bits of the numbers.

The buckets end at 0 and at ±1e-12 times powers of 1.1. The first sixteen bits of a float64 (the sign, the
exponent and four bits of the fraction) name a cell so narrow that at most one of these limits is in it. For
each cell a table holds what is to be added to the bits of a number, taken as a whole number, so that the
first sixteen of the sum are the number of its bucket: from the limit on, the other bits carry into them. That
takes a twentieth of the time of a search, whatever the numbers are.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# In numbers: what is computed from so many stays in the processor's cache. Of more than 10,000, OpenBLAS
# would have several threads compute a dot product, which wait for each other when the machine is busy.
_CHUNK = 1 << 17
_DOT = 1 << 13
_OTHER_BITS = 48
_MAGNITUDE_CELLS = 1 << 15  # the sign is the first bit
_NOT_FINITE_FROM = 0x7FF << 4  # the exponent of infinities and NaN


@functools.cache
def limits() -> Array:
    """The limits: ±1e-12 times powers of 1.1 up to 1e20, and 0; float64 in rising order."""
    positive = []
    limit = 1.0e-12
    while limit < 1.0e20:  # multiplied step by step, since powers would be rounded otherwise
        positive.append(limit)
        limit *= 1.1
    return np.array([-limit for limit in reversed(positive)] + [0.0] + positive)


@functools.cache
def _addends() -> Array:
    """For each cell what makes the number of a bucket of the bits: uint64, shape [65536].

    The numbers of buckets count how many limits a number is beyond, starting from zero: first for those with
    a plus, then for those with a minus, whose first limit is zero itself, as -0.0 is not below it. What is
    not finite is in the last bucket.
    """
    positive = limits()[limits() > 0].view(np.uint64)  # rising, as the numbers are
    negative = np.append(np.uint64(1), positive + np.uint64(1))  # beyond a limit is what is larger than it
    cells = np.arange(2 * _MAGNITUDE_CELLS, dtype=np.uint64)
    starts = cells[:_MAGNITUDE_CELLS] << np.uint64(_OTHER_BITS)
    buckets = [np.searchsorted(positive, starts, "right")]
    buckets.append(np.searchsorted(negative, starts, "right") + len(positive) + 1)
    for of_sign in buckets:
        of_sign[_NOT_FINITE_FROM:] = _not_finite()
    addends = (np.concatenate(buckets).astype(np.uint64) - cells) << np.uint64(_OTHER_BITS)
    for first_cell, limit_bits in ((0, positive), (_MAGNITUDE_CELLS, negative)):
        in_cell = limit_bits & np.uint64((1 << _OTHER_BITS) - 1)
        limit_bits = limit_bits[in_cell > 0]  # no limit at the start of a cell divides it
        crossed = first_cell + (limit_bits >> np.uint64(_OTHER_BITS)).astype(np.intp)
        addends[crossed] += np.uint64(1 << _OTHER_BITS) - in_cell[in_cell > 0]
    return addends


def _not_finite() -> int:
    """The number of the bucket of infinities and NaN."""
    return len(limits()) + 2


@dataclass
class Distribution:
    """What one pass over an array has found, of its finite numbers.

    Attributes:
        size: how many numbers there are, those that are not finite too.
        finite: how many are finite.
        minimum, maximum, total, total_of_squares: of the finite ones; inf, -inf, 0 and 0 if there is none.
        counts: for each limit, and for one more, the numbers with exactly that many limits at or below them.
        at_last_limit: how many equal the last limit.
    """

    size: int
    finite: int
    minimum: float
    maximum: float
    total: float
    total_of_squares: float
    counts: Array
    at_last_limit: int


@np.errstate(over="ignore", invalid="ignore")
def distribution(values: Array) -> Distribution:
    """Counts the numbers of an array, of any shape and real dtype, in one pass and without a copy of it."""
    size = min(_CHUNK, values.size)
    buffer, count_in_buckets = np.empty(size), _bucket_counter(size)
    counts = np.zeros(_not_finite() + 1, np.int64)
    last_bucket, last_limit = len(limits()) // 2, limits()[-1]
    found = Distribution(values.size, values.size, math.inf, -math.inf, 0.0, 0.0, counts, 0)
    for chunk in chunks(values, _CHUNK):
        if chunk.dtype == np.float64 and chunk.flags.c_contiguous:
            numbers = chunk
        else:
            numbers = buffer[: chunk.size]
            numbers[...] = chunk
        in_chunk = count_in_buckets(numbers)
        counts += in_chunk
        if in_chunk[-1]:
            numbers = numbers[np.isfinite(numbers)]
            found.finite -= chunk.size - numbers.size
            if not numbers.size:
                continue
        if in_chunk[last_bucket]:
            found.at_last_limit += int(np.count_nonzero(numbers == last_limit))
        ends = numbers if in_chunk[-1] or chunk.dtype != np.float32 else chunk  # which has half the bytes
        found.minimum = min(found.minimum, float(np.minimum.reduce(ends)))
        found.maximum = max(found.maximum, float(np.maximum.reduce(ends)))
        found.total += float(np.add.reduce(numbers))
        for start in range(0, numbers.size, _DOT):
            part = numbers[start : start + _DOT]
            found.total_of_squares += float(part.dot(part))
    found.counts = _by_limits(counts)
    return found


def _bucket_counter(size: int) -> Callable[[Array], Array]:
    """What counts the buckets, as ``_addends`` numbers them, of up to ``size`` float64 that lie together."""
    addends, bucket_count = _addends(), _not_finite() + 1
    cell_buffer, bucket_buffer = np.empty(size, np.int64), np.empty(size, np.uint64)

    def count(numbers: Array) -> Array:
        bits, size = numbers.view(np.uint64), numbers.size
        cells, buckets = cell_buffer[:size], bucket_buffer[:size]
        np.right_shift(bits, _OTHER_BITS, out=cells.view(np.uint64))
        addends.take(cells, out=buckets, mode="wrap")  # the mode that takes the least time; all are in range
        buckets += bits
        buckets >>= np.uint64(_OTHER_BITS)
        return np.bincount(buckets.view(np.int64), minlength=bucket_count)

    return count


def _by_limits(counts: Array) -> Array:
    """For each limit, and for one more, how many numbers have so many limits at or below them."""
    positive = len(limits()) // 2
    by_limits = np.zeros(len(limits()) + 1, np.int64)
    by_limits[: positive + 2] = counts[positive + 1 : -1][::-1]
    by_limits[positive + 1 :] += counts[: positive + 1]
    return by_limits


def chunks(values: Array, size: int) -> Any:
    """The numbers of an array in pieces of one dimension and at most that size, in no particular order.

    Views of the array, where its memory allows. Of an array with gaps, each piece is copied into one buffer,
    and is gone with the next.
    """
    if values.ndim == 1:
        flat = values
    elif values.flags.c_contiguous:
        flat = values.reshape(-1)
    elif values.flags.f_contiguous:
        flat = values.T.reshape(-1)
    else:
        pieces: Any = np.nditer(
            values, flags=["external_loop", "buffered", "zerosize_ok"], order="K", buffersize=size
        )
        yield from pieces
        return
    pieces = -(-flat.size // size)
    even = -(-flat.size // pieces) if pieces else 1
    for start in range(0, flat.size, even):
        yield flat[start : start + even]
