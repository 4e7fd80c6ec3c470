"""Convolution with NumPy: forward, and backward to input and filter, over any number of axes.

Arrays are ``(batch, *sizes, channels)``; a filter is ``(*window, channels, filters)``. Forward, and to the
filter, all windows become the rows of one matrix, which is multiplied: that was the fastest of what was
measured (``benchmarks/convolution.py``). Backward to the input, one product for each element of
the window is added where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphlog.ops.windows import Sizes, Windows, inside, padded, padded_shape

# How many elements the matrix of windows may have at a time, unless one example needs more.
_BLOCK = 1 << 21


def convolve(windows: Windows, value: Any, weights: Any) -> Any:
    """The convolution (in fact the correlation) of an array with a filter.

    Args:
        windows: how the filter slides.
        value: an array ``(batch, *sizes, channels)``.
        weights: an array ``(*window, channels, filters)``.

    Returns:
        An array ``(batch, *counts, filters)``.

    Raises:
        ValueError: the filter is larger than the padded array.
    """
    if value.dtype == np.float16:
        return convolve(windows, value.astype(np.float32), weights.astype(np.float32)).astype(np.float16)
    window, sizes = weights.shape[:-2], value.shape[1:-1]
    counts = windows.output_sizes(sizes, window)
    result = np.zeros((value.shape[0], *counts, weights.shape[-1]), value.dtype)
    if result.size and weights.size:
        matrix = weights.reshape(-1, weights.shape[-1])
        for block, rows in _rows(windows, value, window, counts):
            np.matmul(rows, matrix, out=result[block].reshape(-1, weights.shape[-1]))
    return result


def filter_gradient(windows: Windows, value: Any, weights_shape: Sizes, grad: Any) -> Any:
    """The gradient of a convolution by its filter.

    Args:
        windows: how the filter slides.
        value: the array that was convolved.
        weights_shape: the filter's shape.
        grad: the gradient of the result, in its shape.

    Returns:
        An array in the filter's shape.
    """
    if value.dtype == np.float16:
        wider = filter_gradient(windows, value.astype(np.float32), weights_shape, grad.astype(np.float32))
        return wider.astype(np.float16)
    window, filters = tuple(weights_shape[:-2]), weights_shape[-1]
    result = np.zeros((int(np.prod(weights_shape[:-1])), filters), value.dtype)
    if grad.size and result.size:
        for block, rows in _rows(windows, value, window, grad.shape[1:-1]):
            result += rows.T @ grad[block].reshape(-1, filters)
    return result.reshape(tuple(weights_shape))


def input_gradient(windows: Windows, value_shape: Sizes, weights: Any, grad: Any) -> Any:
    """The gradient of a convolution by the array that was convolved.

    Args:
        windows: how the filter slides.
        value_shape: that array's shape.
        weights: the filter.
        grad: the gradient of the result, in its shape.

    Returns:
        An array of ``value_shape``.
    """
    if grad.dtype == np.float16:
        wider = input_gradient(windows, value_shape, weights.astype(np.float32), grad.astype(np.float32))
        return wider.astype(np.float16)
    window, counts = weights.shape[:-2], grad.shape[1:-1]
    paddings = windows.image_paddings(value_shape, window)
    result = np.zeros(padded_shape(value_shape, paddings), grad.dtype)
    rows = grad.reshape(-1, grad.shape[-1])
    for index, slices in windows.taps(window, counts):
        result[(slice(None), *slices)] += (rows @ weights[index].T).reshape(*grad.shape[:-1], value_shape[-1])
    return np.ascontiguousarray(result[inside(value_shape, paddings)])


def _rows(windows: Windows, value: Any, window: Sizes, counts: Sizes) -> Iterator[tuple[slice, Any]]:
    """All windows as rows of a matrix, some examples at a time."""
    every = windows.view(padded(value, windows.image_paddings(value.shape, window)), window)
    width = int(np.prod(window)) * value.shape[-1]
    examples = max(1, _BLOCK // max(1, int(np.prod(counts)) * width))
    for start in range(0, value.shape[0], examples):
        block = slice(start, start + examples)
        yield block, every[block].reshape(-1, width)
