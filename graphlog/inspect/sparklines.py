"""Curves as one line of text."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

_BLOCKS = "▁▂▃▄▅▆▇█"
_GAP = " "
_LARGEST = float(np.finfo(np.float64).max)


def resampled(values: ArrayLike, width: int) -> NDArray[np.float64]:
    """A curve of fewer points.

    Args:
        values: real numbers, shape [n]; NaN where there is none.
        width: how many points there may be, one or more.

    Returns:
        float64, shape [min(n, width)]: the means of as many pieces of equal length, but for rounding, each of
        its finite numbers. A piece without any is infinite if a number of it is, or else NaN.

    Raises:
        ValueError: ``width`` is below 1.
    """
    if width < 1:
        raise ValueError(f"a curve of {width} points cannot be drawn")
    numbers = np.asarray(values, np.float64).reshape(-1)
    if len(numbers) <= width:
        return numbers.copy()
    starts = np.arange(width) * len(numbers) // width
    is_finite = np.isfinite(numbers)
    counts = np.add.reduceat(is_finite, starts, dtype=np.int64)
    # Divided before they are added, so that no sum is beyond float64.
    lengths = np.repeat(counts, np.diff(starts, append=len(numbers)))
    shares = np.where(is_finite, numbers, 0.0) / np.maximum(lengths, 1)
    with np.errstate(over="ignore"):  # a sum of rounded shares may be a little beyond
        means = np.clip(np.add.reduceat(shares, starts), -_LARGEST, _LARGEST)
    extremes = np.fmax.reduceat(np.where(is_finite, np.nan, numbers), starts)
    return np.where(counts > 0, means, extremes)


def sparkline(
    values: ArrayLike,
    width: int | None = None,
    log: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
) -> str:
    """Draws a curve with the blocks ``▁▂▃▄▅▆▇█``.

    NaN is a gap. Infinite numbers stand at the top or the bottom. A level curve is drawn at the bottom.

    Args:
        values: real numbers, shape [n].
        width: the largest number of characters; n if None.
        log: whether the height is that of the logarithm. Numbers that have none, from 0 down, stand at the
            bottom.
        minimum: what stands at the bottom; the least finite number by default.
        maximum: what stands at the top; the largest finite number by default.

    Returns:
        A character for each number, or for each piece of the curve.

    Raises:
        ValueError: ``width`` is below 1, or a limit has no logarithm.
    """
    numbers = np.asarray(values, np.float64).reshape(-1)
    if log:
        numbers = _logarithms(numbers)
    if width is not None:
        numbers = resampled(numbers, width)
    finite = numbers[np.isfinite(numbers)]
    low = _limit(minimum, log) if minimum is not None else float(finite.min(initial=np.inf))
    high = _limit(maximum, log) if maximum is not None else float(finite.max(initial=-np.inf))
    return "".join([_GAP if number != number else _block(number, low, high) for number in numbers.tolist()])


def _logarithms(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithms; those of what is not positive are negatively infinite."""
    found = np.where(np.isnan(numbers), np.nan, -np.inf)
    np.log10(numbers, out=found, where=numbers > 0)
    return found


def _limit(number: float, log: bool) -> float:
    if log and number <= 0:
        raise ValueError(f"{number} has no logarithm to draw")
    return float(np.log10(number)) if log else number


def _block(number: float, low: float, high: float) -> str:
    top = len(_BLOCKS) - 1
    if number == np.inf:
        return _BLOCKS[top]
    if number <= low or not low < high:
        return _BLOCKS[0]
    # The difference of the largest numbers is beyond float64, and half of the smallest is 0.
    factor = 0.5 if math.isinf(high - low) else 1.0
    share = (number * factor - low * factor) / (high * factor - low * factor)
    return _BLOCKS[min(max(round(share * top), 0), top)]
