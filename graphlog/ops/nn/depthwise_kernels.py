"""Convolution that keeps the channels apart, with NumPy: forward, and backward to input and filter.

Arrays are ``(batch, height, width, channels)``; a filter is ``(*window, channels, multiplier)``. The products
are summed by ``einsum``, which keeps none of them; some images at a time, so that they stay in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphlog.ops.nn.convolution_kernels import Block, blocks, reversed_windows
from graphlog.ops.nn.windows import PaddedParts, Sizes, Windows

# How many elements are worked on at a time.
_BLOCK = 1 << 17


def convolve(windows: Windows, value: Any, weights: Any, out: Any = None) -> Any:
    """The convolution of each channel of an array with its filters.

    Args:
        windows: how the filter slides.
        value: an array ``(batch, height, width, channels)``.
        weights: an array ``(*window, channels, multiplier)``.
        out: where to put the result, laid out row by row unless the multiplier is 1; None for a new array.

    Returns:
        An array ``(batch, *counts, channels * multiplier)``.

    Raises:
        ValueError: the filter is larger than the padded array.
    """
    window, (channels, multiplier) = weights.shape[:2], weights.shape[2:]
    counts = windows.output_sizes(value.shape[1:-1], window)
    shape = (value.shape[0], *counts, channels * multiplier)
    result = np.empty(shape, value.dtype) if out is None else out
    if not result.size or not weights.size:
        result[...] = 0
        return result
    apart = result[..., None] if multiplier == 1 else result.reshape(*shape[:3], channels, multiplier)
    factors = [_repeated(windows, weights[..., number], counts[1]) for number in range(multiplier)]
    for block, every in _parts(windows, value, window, shape[:3]):
        for number, factor in enumerate(factors):
            place = apart[block][..., number]
            rows = _rows(place, every)
            sums = np.einsum("nhwijc,ijc->nhwc", every, factor, out=rows)
            if rows is None:
                place[...] = sums.reshape(place.shape)
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
    window, (channels, multiplier) = tuple(weights_shape[:2]), tuple(weights_shape[2:])
    result = np.empty(tuple(weights_shape), grad.dtype) if out is None else out
    result[...] = 0
    if not grad.size or not result.size:
        return result
    apart = grad.reshape(*grad.shape[:3], channels, multiplier)
    for block, every in _parts(windows, value, window, grad.shape[:3]):
        for number in range(multiplier):
            given = np.ascontiguousarray(apart[block][..., number])
            sums = np.einsum("nhwijc,nhwc->ijc", every, _rows(given, every))
            result[..., number] += np.add.reduce(sums.reshape(*window, -1, channels), axis=2)
    return result


def input_gradient(windows: Windows, value_shape: Sizes, weights: Any, grad: Any, out: Any = None) -> Any:
    """The gradient of a convolution by the array that was convolved.

    Args:
        windows: how the filter slides.
        value_shape: that array's shape.
        weights: the filter.
        grad: the gradient of the result, in its shape.
        out: where to put the result, laid out row by row; None for a new array.

    Returns:
        An array of ``value_shape``.
    """
    window, (channels, multiplier) = weights.shape[:2], weights.shape[2:]
    result = np.empty(tuple(value_shape), grad.dtype) if out is None else out
    if not grad.size or not weights.size or not result.size:
        result[...] = 0
        return result
    apart = grad.reshape(*grad.shape[:3], channels, multiplier)
    for reverse in reversed_windows(windows, value_shape[1:-1], window, grad.shape[1:3]):
        place, read, taps = result[reverse.places], apart[reverse.read], weights[reverse.taps]
        if not read.size or not taps.size:
            place[...] = 0
            continue
        convolve(reverse.windows, read[..., 0], taps[..., :1], place)
        for number in range(1, multiplier):
            place += convolve(reverse.windows, read[..., number], taps[..., number : number + 1])
    return result


def _parts(windows: Windows, value: Any, window: Sizes, counts: Sizes) -> Iterator[tuple[Block, Any]]:
    """Some windows at a time: which they are, and they (see ``Windows.view``).

    Where the windows of a row follow each other without a gap, their elements stand side by side on the axis
    of the channels, and there is but one on the axis of the windows: longer loops are quicker.
    """
    most = max(1, _BLOCK // (counts[2] * value.shape[-1]))
    around = PaddedParts(value, windows.image_paddings(value.shape, window), max(1, most // counts[1]))
    for block in blocks(counts[:2], most):
        rows = block[1] if len(block) > 1 else slice(None)
        every = windows.view(around.examples(block[0]), window)[:, rows]
        if windows.strides[1] == 1:
            shape = (*every.shape[:2], 1, *window, every.shape[2] * every.shape[5])
            strides = (*every.strides[:2], 0, *every.strides[3:])
            every = np.lib.stride_tricks.as_strided(every, shape, strides, writeable=False)
        yield block, every


def _rows(array: Any, every: Any) -> Any:
    """An array with the axes of its windows as in ``_parts``, sharing its memory; None where it cannot."""
    shape = (*every.shape[:3], every.shape[5])
    return array.reshape(shape) if shape == array.shape or array.flags.c_contiguous else None


def _repeated(windows: Windows, weights: Any, count: int) -> Any:
    """A filter for what ``_parts`` gives."""
    if windows.strides[1] > 1:
        return np.ascontiguousarray(weights)
    repeated = np.broadcast_to(weights[:, :, None], (*weights.shape[:2], count, weights.shape[2]))
    return repeated.reshape(*weights.shape[:2], -1)
