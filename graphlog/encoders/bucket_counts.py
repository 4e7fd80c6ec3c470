"""How many numbers are in each of TensorFlow's buckets, found from the bits of the numbers.

The buckets end at 0 and at ±1e-12 times powers of 1.1. The first sixteen bits of a float64 (the sign, the
exponent and four bits of the fraction) leave a range so narrow that at most one of these limits is in it.
So a table, looked up by these bits, and a comparison with the next limit tell in which bucket a number is,
which takes less time than a search.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# In numbers: what is computed from so many stays in the processor's cache. With more than 10,000, OpenBLAS
# would have several threads compute a dot product, which wait for each other when the machine is busy.
_CHUNK = 1 << 13
_OTHER_BITS = 48


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
def _limits_below() -> Array:
    """For each value of the sixteen bits, taken as a signed number, how many limits are below its range."""
    bits = np.arange(1 << 16, dtype=np.uint64) << np.uint64(_OTHER_BITS)
    ends = np.stack([bits, bits | np.uint64((1 << _OTHER_BITS) - 1)]).view(np.float64)
    # Who counts leaves out NaN. A negative number of a larger magnitude is the lower one.
    lowest = np.nan_to_num(ends, nan=0.0, posinf=np.inf, neginf=-np.inf).min(axis=0)
    counts: Array = np.searchsorted(limits(), lowest, side="right").astype(np.intp)
    return counts


@functools.cache
def _limits_and_infinity() -> Array:
    return np.append(limits(), np.inf)


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
    below, next_limits, last = _limits_below(), _limits_and_infinity(), limits()[-1]
    counts = np.zeros(len(limits()) + 1, np.int64)
    found = Distribution(values.size, values.size, math.inf, -math.inf, 0.0, 0.0, counts, 0)
    size = min(_CHUNK, values.size)
    buffer, next_limit, bits, is_beyond = (
        np.empty(size, dtype) for dtype in (np.float64, np.float64, np.int64, np.bool_)
    )
    for chunk in chunks(values, _CHUNK):
        if chunk.dtype == np.float64 and chunk.flags.c_contiguous:
            numbers = chunk
        else:
            numbers = buffer[: chunk.size]
            numbers[...] = chunk
        squares = float(numbers.dot(numbers))
        if not math.isfinite(squares):
            is_finite = np.isfinite(numbers)
            if not is_finite.all():
                numbers = numbers[is_finite]
                found.finite -= chunk.size - numbers.size
                if not numbers.size:
                    continue
                squares = float(numbers.dot(numbers))
        count = numbers.size
        np.right_shift(numbers.view(np.int64), _OTHER_BITS, out=bits[:count])
        places = below[bits[:count]]
        # The next limit is in the range of these bits, or above it: then no number is.
        next_limits.take(places, out=next_limit[:count], mode="clip")
        places += np.greater_equal(numbers, next_limit[:count], out=is_beyond[:count])
        in_chunk = np.bincount(places, minlength=counts.size)
        counts += in_chunk
        if in_chunk[-1]:
            found.at_last_limit += int(np.count_nonzero(numbers == last))
        found.minimum = min(found.minimum, float(np.minimum.reduce(numbers)))
        found.maximum = max(found.maximum, float(np.maximum.reduce(numbers)))
        found.total += float(np.add.reduce(numbers))
        found.total_of_squares += squares
    return found


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
