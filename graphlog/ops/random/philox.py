"""The random bits of TensorFlow: the generator Philox4x32-10, and numbers made of its bits.

A generator gives blocks of four 32-bit integers, each a function of a key and a counter alone. So any
stretch of the stream can be computed at once, and each operation can reserve more of it than it uses.

Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011; and TensorFlow's
``PhiloxRandom``, whose numbers these are.
"""

from __future__ import annotations

import secrets
import threading
from typing import Any

import numpy as np

from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState

Array = np.ndarray[Any, Any]

# An operation that takes an unknown number of blocks for an output has this many for each.
BLOCKS_PER_OUTPUT = 256

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROUNDS = 10
_MASK_64 = (1 << 64) - 1
_MASK_128 = (1 << 128) - 1


class Stream:
    """A stretch of a generator's stream.

    Args:
        key: the key, 64 bits.
        start: the counter of its first block, 128 bits.
    """

    def __init__(self, key: int, start: int) -> None:
        self._key = key
        self._start = start

    def blocks(self, indices: Array) -> Array:
        """The blocks at these positions.

        Args:
            indices: positions from the beginning of the stretch, of any shape.

        Returns:
            32-bit unsigned integers, with a last dimension of 4 added to the shape of ``indices``.
        """
        offsets = np.asarray(indices, np.uint64)
        low = offsets + np.uint64(self._start & _MASK_64)
        high = np.uint64(self._start >> 64) + (low < offsets).astype(np.uint64)
        counter = [low & _LOW, low >> _HALF, high & _LOW, high >> _HALF]
        keys = [self._key & 0xFFFFFFFF, self._key >> 32]
        for _ in range(_ROUNDS):
            first, second = counter[0] * _MULTIPLIERS[0], counter[2] * _MULTIPLIERS[1]
            counter = [
                (second >> _HALF) ^ counter[1] ^ np.uint64(keys[0]),
                second & _LOW,
                (first >> _HALF) ^ counter[3] ^ np.uint64(keys[1]),
                first & _LOW,
            ]
            keys = [(key + step) & 0xFFFFFFFF for key, step in zip(keys, _KEY_STEPS, strict=True)]
        return np.stack(counter, axis=-1).astype(np.uint32)

    def integers(self, count: int) -> Array:
        """The first ``count`` 32-bit integers."""
        return self.blocks(np.arange(-(-count // 4))).reshape(-1)[:count]


class Generator:
    """The generator of one operation, which goes on from run to run.

    Args:
        seed: the key.
        seed2: the upper half of the counter. Where both are 0, each generator is another one.
    """

    def __init__(self, seed: int, seed2: int) -> None:
        if seed == 0 and seed2 == 0:
            seed, seed2 = secrets.randbits(64), secrets.randbits(64)
        self._key = seed & _MASK_64
        self._counter = (seed2 & _MASK_64) << 64
        self._lock = threading.Lock()

    def reserve(self, blocks: int) -> Stream:
        """The next stretch of the stream, which no other call gets."""
        with self._lock:
            stream = Stream(self._key, self._counter)
            self._counter = (self._counter + blocks) & _MASK_128
        return stream


def generator_of(op: Operation, state: SessionState) -> Generator:
    """The generator of an operation with attributes ``seed`` and ``seed2``, in a session."""
    return state.of_operation(op, lambda: Generator(op.attributes["seed"], op.attributes["seed2"]))


def outputs_per_block(dtype: np.dtype[Any]) -> int:
    """How many numbers of a dtype are made of one block."""
    return 2 if dtype.itemsize == 8 else 4


def uniform(blocks: Array, dtype: np.dtype[Any]) -> Array:
    """Numbers from [0, 1).

    Args:
        blocks: the blocks of a stream, 4 integers in the last dimension.
        dtype: float16, float32 or float64.

    Returns:
        An array with 4, or for float64 2, in its last dimension.
    """
    # The random bits are the mantissa of a number from [1, 2).
    if dtype == np.float64:
        wide = blocks.astype(np.uint64)
        mantissa = ((wide[..., 0::2] & np.uint64(0xFFFFF)) << _HALF) | wide[..., 1::2]
        return (mantissa | np.uint64(1023 << 52)).view(np.float64) - 1.0
    if dtype == np.float16:
        half = (blocks.astype(np.uint16) & np.uint16(0x3FF)) | np.uint16(15 << 10)
        return half.view(np.float16) - np.float16(1)
    return ((blocks & np.uint32(0x7FFFFF)) | np.uint32(127 << 23)).view(np.float32) - np.float32(1)


def normal(blocks: Array, dtype: np.dtype[Any]) -> Array:
    """Numbers from the standard normal distribution, made in pairs by the transform of Box and Muller.

    The arguments and the shape of the result are those of ``uniform``; float16 gives float32, since
    TensorFlow computes it so.
    """
    numbers = uniform(blocks, np.dtype(np.float64 if dtype == np.float64 else np.float32))
    # The logarithm of a really small number is of no use.
    radius_part = np.maximum(numbers[..., 0::2], numbers.dtype.type(1e-7))
    angle = (2 * np.pi * numbers[..., 1::2].astype(np.float64)).astype(numbers.dtype)
    # Computed in double precision and rounded once: in a case of a hundred the last bit differs from
    # TensorFlow's, whose C library rounds otherwise.
    logarithm, sine, cosine = (
        function(argument.astype(np.float64)).astype(numbers.dtype)
        for function, argument in ((np.log, radius_part), (np.sin, angle), (np.cos, angle))
    )
    radius = np.sqrt(numbers.dtype.type(-2) * logarithm)
    return np.stack([sine * radius, cosine * radius], axis=-1).reshape(numbers.shape)


def truncated_normal(stream: Stream, count: int, dtype: np.dtype[Any]) -> Array:
    """Numbers from the standard normal distribution, without those that are 2 or more from 0.

    Args:
        stream: at least ``BLOCKS_PER_OUTPUT`` blocks for each number.
        count: how many numbers.
        dtype: float16, float32 or float64.

    Returns:
        A vector.
    """
    width = outputs_per_block(dtype)
    groups = -(-count // width)
    result = np.empty((groups, width), np.float64 if dtype == np.float64 else np.float32)
    # Each group has a stretch of its own, from which it takes the first numbers that are small enough.
    stretch = width * BLOCKS_PER_OUTPUT // 4
    pending = np.arange(groups)
    length = 4
    while pending.size:
        indices = pending[:, None].astype(np.uint64) * np.uint64(stretch) + np.arange(length, dtype=np.uint64)
        numbers = normal(stream.blocks(indices), dtype).reshape(pending.size, -1)
        fits = np.abs(numbers) < 2
        enough = np.count_nonzero(fits, axis=1) >= width
        # A stable sort by what does not fit brings the first that do to the front.
        order = np.argsort(~fits[enough], axis=1, kind="stable")[:, :width]
        result[pending[enough]] = np.take_along_axis(numbers[enough], order, axis=1)
        pending = pending[~enough]
        length *= 2
    return result.reshape(-1)[:count].astype(dtype)


def integers_below(blocks: Array, low: Any, high: Any) -> Array:
    """Integers from [low, high), of the dtype of these.

    Args:
        blocks: the blocks of a stream.
        low: an int32 or int64.
        high: likewise, and larger.

    Returns:
        An array with 4, or for int64 2, in its last dimension.
    """
    dtype = np.asarray(low).dtype
    span = int(high) - int(low)
    if dtype == np.int64:
        wide = blocks.astype(np.uint64)
        bits = wide[..., 0::2] | (wide[..., 1::2] << _HALF)
        return ((bits % np.uint64(span)) + np.uint64(int(low) & _MASK_64)).view(np.int64)
    return ((blocks % np.uint32(span)) + np.uint32(int(low) & 0xFFFFFFFF)).view(np.int32)
