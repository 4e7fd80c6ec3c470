"""Numbers that are made of random bits one after the other, for samplers that draw until they have enough.

Source: TensorFlow's ``SimplePhilox``, ``ExactUniformInt`` and ``DistributionSampler``, whose numbers these
are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.ops.random import philox

Array = np.ndarray[Any, Any]


class BitReader:
    """Reads the 32-bit integers of a stream in their order.

    Args:
        stream: the stream.
    """

    def __init__(self, stream: philox.Stream) -> None:
        self._stream = stream
        self._position = 0

    def integers(self, count: int) -> Array:
        """The next ``count`` integers, unsigned."""
        start, end = self._position, self._position + count
        blocks = self._stream.blocks(np.arange(start // 4, -(-end // 4)))
        self._position = end
        return blocks.reshape(-1)[start % 4 :][:count]

    def doubles(self, count: int) -> Array:
        """Numbers from [0, 1) in double precision, of two integers each."""
        return philox.uniform(self.integers(2 * count).reshape(count, 2), np.dtype(np.float64))[:, 0]

    def integers_below(self, limit: int, count: int) -> Array:
        """Integers from [0, limit), all equally likely, of one 32-bit integer each."""
        return self._below(limit, count, self.integers, 32)

    def long_integers_below(self, limit: int, count: int) -> Array:
        """Integers from [0, limit), all equally likely, of two 32-bit integers each."""
        return self._below(limit, count, self._long_integers, 64)

    def _long_integers(self, count: int) -> Array:
        pairs = self.integers(2 * count).reshape(count, 2).astype(np.uint64)
        numbers: Array = pairs[:, 0] | (pairs[:, 1] << np.uint64(32))
        return numbers

    def _below(self, limit: int, count: int, read: Any, bits: int) -> Array:
        numbers = read(count)
        rejected = rejected_below(limit, bits)
        if rejected:
            fits = numbers >= rejected
            while not fits.all():
                more = read(count - np.count_nonzero(fits))
                numbers = np.concatenate([numbers[fits], more])
                fits = numbers >= rejected
        remainders: Array = (numbers % numbers.dtype.type(limit)).astype(np.int64)
        return remainders


def rejected_below(limit: int, bits: int) -> int:
    """The least of random integers that keeps all remainders by ``limit`` equally likely."""
    return 0 if limit & (limit - 1) == 0 else ((1 << bits) - 1) % limit + 1


class WeightedChoices:
    """Choices with fixed weights, each made of two random numbers whatever the number of weights.

    Args:
        weights: the weights, a vector of single precision.

    Source: Walker: An efficient method for generating discrete random variables with general distributions,
    1977.
    """

    def __init__(self, weights: Array) -> None:
        self._count = len(weights)
        total = float(np.sum(weights, dtype=np.float64))
        shares = ((weights * np.float32(self._count)).astype(np.float64) / total).tolist()
        alternatives = list(range(self._count))
        low = [index for index, share in enumerate(shares) if share < 1]
        high = [index for index, share in enumerate(shares) if not share < 1]
        # What one has too little, another gives: each step fills up the last of those with too little.
        while low and high:
            taker, giver = low.pop(), high.pop()
            alternatives[taker] = giver
            shares[giver] -= 1.0 - shares[taker]
            (low if shares[giver] < 1 else high).append(giver)
        for index in low + high:
            shares[index] = 1.0
            alternatives[index] = index
        self._shares = np.array(shares, np.float32)
        self._alternatives = np.array(alternatives, np.int64)

    def draw(self, reader: BitReader, count: int) -> Array:
        """The next ``count`` choices."""
        bits = reader.integers(2 * count)
        rejected = rejected_below(self._count, 32)
        while True:
            misfits = np.flatnonzero(bits[1::2] < rejected)
            if not misfits.size:
                break
            # An integer that is rejected is drawn again, which moves all that follow.
            bits = np.append(np.delete(bits, 2 * misfits[0] + 1), reader.integers(1))
        fractions = philox.uniform(bits[0::2], np.dtype(np.float32))
        indices = bits[1::2] % np.uint32(self._count)
        return np.where(fractions < self._shares[indices], indices, self._alternatives[indices])
