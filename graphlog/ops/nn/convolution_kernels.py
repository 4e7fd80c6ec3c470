"""Convolution with NumPy: forward, and backward to input and filter, over any number of axes.

Arrays are ``(batch, *sizes, channels)``; a filter is ``(*window, channels, filters)``. Windows become the
rows of a matrix, which is multiplied: that was the fastest of what was measured
(``benchmarks/convolution_step.py``). A few windows at a time, so that the matrix stays in the cache. Backward
to the input is a convolution too: of the gradient, with the filter reversed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from graphlog.ops.nn.windows import PaddedParts, Sizes, Windows, inside, padded_shape

Block = tuple[slice, ...]

# How many elements the matrix of windows has at a time: few enough for the cache; yet at least so many rows,
# since each product reads all of the filter; yet never more than the last number.
_BLOCK = 1 << 20
_ROWS = 384
_MOST = 1 << 23

# With so many times fewer channels than filters, products by few columns are slow: the gradient of the input
# is added up instead.
_FEW = 8

# Where so few neighbours lie side by side, a matrix with a column for each window is quicker to fill.
_SHORT = 8


def convolve(windows: Windows, value: Any, weights: Any, out: Any = None) -> Any:
    """The convolution (in fact the correlation) of an array with a filter.

    Args:
        windows: how the filter slides.
        value: an array ``(batch, *sizes, channels)``.
        weights: an array ``(*window, channels, filters)``.
        out: where to put the result; None for a new array.

    Returns:
        An array ``(batch, *counts, filters)``.

    Raises:
        ValueError: the filter is larger than the padded array.
    """
    if value.dtype == np.float16:
        return _narrowed(convolve(windows, _widened(value), _widened(weights)), out)
    window, sizes, filters = weights.shape[:-2], value.shape[1:-1], weights.shape[-1]
    shape = (value.shape[0], *windows.output_sizes(sizes, window), filters)
    if not weights.size or 0 in shape:
        return _zeros(shape, value.dtype, out)
    result = np.empty(shape, value.dtype) if out is None else out
    matrix = weights.reshape(-1, filters)
    for block, rows in _rows(windows, value, window, shape[:-1]):
        place = result[block]
        if place.flags.c_contiguous:
            np.matmul(rows, matrix, out=place.reshape(-1, filters))
        else:
            place[...] = np.matmul(rows, matrix).reshape(place.shape)
    return result


def filter_gradient(windows: Windows, value: Any, weights_shape: Sizes, grad: Any, out: Any = None) -> Any:
    """The gradient of a convolution by its filter.

    Args:
        windows: how the filter slides.
        value: the array that was convolved.
        weights_shape: the filter's shape.
        grad: the gradient of the result, in its shape.
        out: where to put the result, laid out row by row; None for a new array.

    Returns:
        An array in the filter's shape.
    """
    if value.dtype == np.float16:
        return _narrowed(filter_gradient(windows, _widened(value), weights_shape, _widened(grad)), out)
    shape = tuple(weights_shape)
    if not grad.size or 0 in shape:
        return _zeros(shape, value.dtype, out)
    result = np.empty(shape, value.dtype) if out is None else out
    matrix, part = result.reshape(-1, shape[-1]), None
    for block, rows in _rows(windows, value, shape[:-2], grad.shape[:-1]):
        grad_rows = grad[block].reshape(-1, shape[-1])
        if part is None:
            part = np.matmul(rows.T, grad_rows, out=matrix)
        else:
            part = np.matmul(rows.T, grad_rows, out=None if part is matrix else part)
            np.add(matrix, part, out=matrix)
    return result


def input_gradient(windows: Windows, value_shape: Sizes, weights: Any, grad: Any, out: Any = None) -> Any:
    """The gradient of a convolution by the array that was convolved.

    Args:
        windows: how the filter slides.
        value_shape: that array's shape.
        weights: the filter.
        grad: the gradient of the result, in its shape.
        out: where to put the result; None for a new array.

    Returns:
        An array of ``value_shape``.
    """
    if grad.dtype == np.float16:
        return _narrowed(input_gradient(windows, value_shape, _widened(weights), _widened(grad)), out)
    shape = tuple(value_shape)
    if not grad.size or not weights.size or 0 in shape:
        return _zeros(shape, grad.dtype, out)
    window, sizes = weights.shape[:-2], shape[1:-1]
    if _FEW * shape[-1] <= weights.shape[-1]:
        return _scattered(windows, shape, weights, grad, out)
    result = np.empty(shape, grad.dtype) if out is None else out
    for reverse in reversed_windows(windows, sizes, window, grad.shape[1:-1]):
        place, read = result[reverse.places], grad[reverse.read]
        taps = weights[reverse.taps].swapaxes(-1, -2)
        if read.size and taps.size:
            convolve(reverse.windows, read, taps, place)
        else:
            place[...] = 0
    return result


class ReversedWindows(NamedTuple):
    """How the gradient of a convolution by some elements of its input is a convolution itself.

    Attributes:
        places: the elements, of an array ``(batch, *sizes, channels)``.
        taps: the elements of the filter that meet them, the last ones first.
        read: which part of the result's gradient comes to them.
        windows: how the filter of these elements slides over that part.
    """

    places: Block
    taps: Block
    read: Block
    windows: Windows


def reversed_windows(
    windows: Windows, sizes: Sizes, window: Sizes, counts: Sizes
) -> Iterator[ReversedWindows]:
    """How the gradient by the input of a convolution is made of convolutions: one for stride 1, else several.

    Args:
        windows: how the filter slides.
        sizes: the sizes of what it slides over.
        window: the sizes of the filter.
        counts: how many windows there are along each axis.
    """
    befores = [before for before, _ in windows.paddings(sizes, window)]
    axes = zip(sizes, window, counts, befores, windows.strides, windows.dilations, strict=True)
    for phases in itertools.product(*[_phases(*numbers) for numbers in axes]):
        yield ReversedWindows(
            (slice(None), *[phase.places for phase in phases]),
            tuple([phase.taps for phase in phases]),
            (slice(None), *[phase.read for phase in phases]),
            Windows(
                (1,) * len(phases),
                tuple([phase.rate for phase in phases]),
                "EXPLICIT",
                tuple([phase.paddings for phase in phases]),
            ),
        )


class _Phase(NamedTuple):
    """Elements along an axis that the same elements of each window meet, as a convolution computes them.

    Attributes:
        places: the elements.
        taps: the elements of a window that meet them, the last one first.
        read: which part of the gradient comes to them.
        rate: how many windows lie between two that meet the same element with neighbouring taps.
        paddings: how many zeros are put before and after that part.
    """

    places: slice
    taps: slice
    read: slice
    rate: int
    paddings: tuple[int, int]


def _phases(size: int, window: int, count: int, before: int, stride: int, dilation: int) -> list[_Phase]:
    """The elements along an axis, by where they stand between the starts of two windows."""
    common = math.gcd(stride, dilation)
    period, rate = stride // common, dilation // common
    phases = []
    for first in range(min(stride, size)):
        places = slice(first, None, stride)
        matching = [
            tap for tap in range(min(period, window)) if (first + before - tap * dilation) % stride == 0
        ]
        if not matching:
            phases.append(_Phase(places, slice(0, 0), slice(None), 1, (0, 0)))
            continue
        (tap,) = matching
        reach = (window - 1 - tap) // period
        offset = (first + before - tap * dilation) // stride
        places_count = -(-(size - first) // stride)
        zeros, zeros_after = reach * rate - offset, places_count + offset - count
        read = slice(max(0, -zeros), max(0, count + min(0, zeros_after)))
        taps = slice(tap + reach * period, None, -period)
        phases.append(_Phase(places, taps, read, rate, (max(0, zeros), max(0, zeros_after))))
    return phases


def _rows(windows: Windows, value: Any, window: Sizes, counts: Sizes) -> Iterator[tuple[Block, Any]]:
    """All windows as rows of a matrix, some at a time: which they are, and the matrix.

    Args:
        windows: how they slide.
        value: the array.
        window: the sizes of a window.
        counts: the batch, and how many windows there are along each axis.
    """
    channels, paddings = value.shape[-1], windows.image_paddings(value.shape, window)
    width = math.prod(window) * channels
    rank = len(counts)
    is_plain = value.flags.c_contiguous and not any(map(any, paddings))
    if is_plain and width == channels and set(windows.strides) == {1}:
        yield (), value.reshape(-1, channels)
        return
    most = _most_rows(width)
    around = PaddedParts(value, paddings, max(1, most // math.prod(counts[1:])))
    by_column = window[-1] * channels < _SHORT and counts[-1] > window[-1] * channels
    memory = np.empty(min(most, math.prod(counts)) * width, value.dtype)
    for block in blocks(counts, most):
        every = windows.view(around.examples(block[0]), window)[(slice(None), *block[1:])]
        size = every.size
        if by_column:
            columns = memory[:size].reshape(*window, channels, *every.shape[:rank])
            np.copyto(columns, every.transpose(*range(rank, every.ndim), *range(rank)))
            yield block, columns.reshape(width, -1).T
        else:
            rows = memory[:size].reshape(every.shape)
            np.copyto(rows, every)
            yield block, rows.reshape(-1, width)


def _scattered(windows: Windows, shape: tuple[int, ...], weights: Any, grad: Any, out: Any) -> Any:
    """The gradient by an array of few channels: what each window gives to its elements is added up."""
    *window, channels, filters = weights.shape
    counts = grad.shape[:-1]
    result = np.empty(shape, grad.dtype) if out is None else out
    matrix = weights.reshape(-1, filters)
    most = _most_rows(len(matrix))
    examples = max(1, most // math.prod(counts[1:]))
    paddings = windows.image_paddings(shape, window)
    around = np.empty(padded_shape((min(examples, shape[0]), *shape[1:]), paddings), grad.dtype)
    for start in range(0, shape[0], examples):
        given = grad[start : start + examples]
        spread = around[: len(given)]
        spread[...] = 0
        for block in blocks(given.shape[:-1], most):
            part = given[block]
            products = np.matmul(matrix, part.reshape(-1, filters).T)
            products = products.reshape(*window, channels, *part.shape[:-1])
            firsts = [which.start for which in block[1:]] + [0] * (len(counts) - len(block))
            places = spread[
                (
                    block[0],
                    *[slice(first * step, None) for first, step in zip(firsts, windows.strides, strict=True)],
                )
            ]
            for index, slices in windows.taps(window, part.shape[1:-1]):
                place = places[(slice(None), *slices)]
                for channel in range(channels):
                    place[..., channel] += products[(*index, channel)]
        result[start : start + examples] = spread[(slice(None), *inside(shape, paddings)[1:])]
    return result


def _most_rows(width: int) -> int:
    """How many rows of this width a matrix has at most."""
    return max(1, min(max(_BLOCK // width, _ROWS), _MOST // width))


def blocks(counts: Sizes, most: int) -> Iterator[Block]:
    """Parts of an array of that shape, in order: each lies in one piece and has at most so many elements."""
    inner, axis = 1, len(counts) - 1
    while axis and inner * counts[axis] <= most:
        inner *= counts[axis]
        axis -= 1
    steps = [1] * axis + [max(1, most // inner)]
    starts = [range(0, count, step) for count, step in zip(counts[: axis + 1], steps, strict=True)]
    for outer in itertools.product(*starts):
        yield tuple([slice(start, start + step) for start, step in zip(outer, steps, strict=True)])


def _zeros(shape: tuple[int, ...], dtype: Any, out: Any) -> Any:
    if out is None:
        return np.zeros(shape, dtype)
    out[...] = 0
    return out


def _widened(value: Any) -> Any:
    """Half-precision numbers as such that are quick to multiply."""
    return value.astype(np.float32)


def _narrowed(value: Any, out: Any) -> Any:
    """Half-precision numbers of others, in ``out`` unless that is None."""
    if out is None:
        return value.astype(np.float16)
    out[...] = value
    return out
