"""Numbers from the gamma and the Poisson distribution, drawn until they are accepted.

Each number has a stretch of random bits of its own. All numbers that are still wanted are drawn at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.ops.numerics.gamma import lgamma
from graphlog.ops.random import philox

Array = np.ndarray[Any, Any]

_FLOAT64 = np.dtype(np.float64)
# From this mean on, a Poisson number is not counted out event by event.
_LARGE_MEAN = 10


class _Draws:
    """The random bits of several numbers, from which each takes as many as it needs.

    Args:
        stream: the bits; a number has ``BLOCKS_PER_OUTPUT`` blocks.
        count: how many numbers there are.
    """

    def __init__(self, stream: philox.Stream, count: int) -> None:
        self._stream = stream
        self._used = np.zeros(count, np.int64)
        # A block makes two doubles, of which the second is used first.
        self._kept = {kind: np.zeros(count) for kind in ("uniform", "normal")}
        self._has_kept = {kind: np.zeros(count, bool) for kind in ("uniform", "normal")}

    def take(self, kind: str, of: Array) -> Array:
        """The next number of a kind, ``"uniform"`` or ``"normal"``, for each of these positions."""
        has_kept = self._has_kept[kind][of]
        taken = self._kept[kind][of]
        self._has_kept[kind][of] = False
        fresh = of[~has_kept]
        blocks = self._stream.blocks(fresh * philox.BLOCKS_PER_OUTPUT + self._used[fresh])
        make = philox.uniform if kind == "uniform" else philox.normal
        pairs = make(blocks, _FLOAT64)
        self._used[fresh] += 1
        taken[~has_kept] = pairs[:, 1]
        self._kept[kind][fresh] = pairs[:, 0]
        self._has_kept[kind][fresh] = True
        return taken


def gamma(stream: philox.Stream, alpha: Array) -> Array:
    """Numbers from gamma distributions of scale 1.

    Args:
        stream: the random bits.
        alpha: the shape parameter for each number, a vector of float64.

    Returns:
        A vector of float64.

    Source: Marsaglia, Tsang: A simple method for generating gamma variables, 2000.
    """
    result = np.empty(alpha.size)
    draws = _Draws(stream, alpha.size)
    is_exponential = alpha == 1
    positions = np.flatnonzero(is_exponential)
    result[positions] = -np.log(1.0 - draws.take("uniform", positions))
    pending = np.flatnonzero(~is_exponential)
    is_small = alpha < 1
    shifted = alpha + np.where(is_small, 2.0 / 3, -1.0 / 3)
    width = 1.0 / 3 / np.sqrt(shifted)
    while pending.size:
        normal = draws.take("normal", pending)
        root = 1 + width[pending] * normal
        # Where alpha is no positive number, the result is none either, and not waited for.
        is_positive = ~(root <= 0)
        tried, normal, root = pending[is_positive], normal[is_positive], root[is_positive]
        cube = root * root * root
        uniform = draws.take("uniform", tried)
        limit = 0.5 * normal * normal + shifted[tried] * (1 - cube + np.log(cube))
        accepted = (uniform < 1 - 0.0331 * (normal * normal) * (normal * normal)) | (np.log(uniform) < limit)
        taken = tried[accepted]
        result[taken] = shifted[taken] * cube[accepted]
        small = taken[is_small[taken]]
        result[small] *= draws.take("uniform", small) ** (1 / alpha[small])
        pending = np.setdiff1d(pending, taken, assume_unique=True)
    return result


def poisson(stream: philox.Stream, mean: Array, largest: float) -> Array:
    """Numbers from Poisson distributions.

    Args:
        stream: the random bits.
        mean: the mean for each number, a vector of float64.
        largest: the largest number to return.

    Returns:
        A vector of float64 that holds whole numbers.

    Source: Knuth: The art of computer programming, volume 2; Hörmann: The transformed rejection method
    for generating Poisson random variables, 1993.
    """
    result = np.zeros(mean.size)
    draws = _Draws(stream, mean.size)
    is_large = mean >= _LARGE_MEAN
    _count_events(draws, mean, np.flatnonzero(~is_large), result)
    pending = np.flatnonzero(is_large)
    slope = 0.931 + 2.53 * np.sqrt(mean)
    curve = -0.059 + 0.02483 * slope
    inverse_alpha = 1.1239 + 1.1328 / (slope - 3.4)
    while pending.size:
        centred = draws.take("uniform", pending) - 0.5
        uniform = draws.take("uniform", pending)
        a, b, rate = curve[pending], slope[pending], mean[pending]
        edge = 0.5 - np.abs(centred)
        number = np.floor((2 * a / edge + b) * centred + rate + 0.43)
        surely = (edge >= 0.07) & (uniform <= 0.9277 - 3.6224 / (b - 2))
        never = (number < 0) | ((edge < 0.013) & (uniform > edge))
        density = -rate + number * np.log(rate) - lgamma(np.maximum(number, 0) + 1)
        below = np.log(uniform * inverse_alpha[pending] / (a / (edge * edge) + b)) <= density
        accepted = (number <= largest) & (surely | (~never & below))
        result[pending[accepted]] = number[accepted]
        pending = pending[~accepted]
    return result


def _count_events(draws: _Draws, mean: Array, pending: Array, result: Array) -> None:
    """Counts the events of a process with a small mean, by the product of uniform numbers."""
    limit = np.exp(-mean)
    product = np.ones(mean.size)
    # A mean that is no number never gets there.
    pending = pending[~np.isnan(mean[pending])]
    while pending.size:
        product[pending] *= draws.take("uniform", pending)
        pending = pending[product[pending] > limit[pending]]
        result[pending] += 1
