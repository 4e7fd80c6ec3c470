"""Batch normalization with NumPy, forward and backward."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.ops.nn.channel_sums import rows_side_by_side
from graphlog.ops.nn.windows import channels_last, is_channels_first, laid_out


def _check(value: Any, vectors: dict[str, Any]) -> None:
    if value.ndim != 4:
        raise ValueError(f"input must be 4-dimensional{shapes.bracketed(value.shape)}")
    for name, vector in vectors.items():
        if vector.ndim != 1:
            raise ValueError(f"{name} must be 1-dimensional{shapes.bracketed(vector.shape)}")
        if vector.size != value.shape[-1]:
            raise ValueError(
                f"{name} must have the same number of elements as the channels of x, got {vector.size} and "
                f"{value.shape[-1]}"
            )


# How many elements are worked on at a time, so few that they stay in the cache.
_BLOCK = 1 << 16


class _Images:
    """Images as a matrix, each row of which has all channels as often as makes for long loops.

    Args:
        value: an array ``(batch, height, width, channels)``.

    Attributes:
        shape: the shape of the matrix.
        count: how many elements each channel has.
        blocks: the rows of the matrix, some at a time.
    """

    def __init__(self, value: Any) -> None:
        self._channels = value.shape[-1]
        self.count = math.prod(value.shape[:-1])
        self._repeats = rows_side_by_side(self.count, self._channels)
        width = self._repeats * self._channels
        self.shape = self.count // self._repeats, width
        step = max(1, _BLOCK // max(1, width))
        self.blocks = [slice(start, start + step) for start in range(0, self.shape[0], step)]

    def rows(self, value: Any) -> Any:
        """An array of these images, or of their gradient, as the matrix."""
        return np.ascontiguousarray(value, np.float32).reshape(self.shape)

    def repeated(self, vector: Any) -> Any:
        """A number for each channel, as a row of the matrix."""
        return np.tile(vector, self._repeats)

    def sums(self, row: Any) -> Any:
        """The numbers for the channels, from sums of the columns of the matrix."""
        return np.add.reduce(row.reshape(self._repeats, self._channels), axis=0)

    def means(self, row: Any) -> Any:
        """``sums`` over the number of elements; NaN where there are none."""
        with np.errstate(invalid="ignore"):
            return self.sums(row) / np.float32(self.count)


def normalization_kernel(op: Operation) -> Kernel:
    """The kernel of a batch normalization."""
    epsilon = np.float32(op.attributes["epsilon"])
    channels_first, is_training = is_channels_first(op), op.attributes["is_training"]
    has_third = op.type == "FusedBatchNormV3"

    def kernel(x: Any, scale: Any, offset: Any, given_mean: Any, given_variance: Any) -> Any:
        value = channels_last(x, channels_first)
        _check(value, {"scale": scale, "offset": offset})
        images = _Images(value)
        rows, result = images.rows(value), np.empty(images.shape, np.float32)
        if is_training:
            for name, given in (("estimated_mean", given_mean), ("estimated_variance", given_variance)):
                if given.size:
                    raise ValueError(f"{name} must be empty for training{shapes.bracketed(given.shape)}")
            mean = images.means(np.add.reduce(rows, axis=0))
            repeated = images.repeated(mean)
            squares = np.zeros(images.shape[1], np.float32)
            for block in images.blocks:
                centered = np.subtract(rows[block], repeated, out=result[block])
                squares += np.einsum("ij,ij->j", centered, centered)
            variance = images.means(squares)
            count = images.count
            # What is kept for the gradient is the batch's own variance, what is given out an estimate.
            outputs = [mean, variance * np.float32(count / max(1, count - 1)), mean.copy(), variance]
        else:
            _check(value, {"estimated_mean": given_mean, "estimated_variance": given_variance})
            mean, variance = given_mean, given_variance
            repeated = images.repeated(mean)
            outputs = [mean.copy(), variance.copy(), mean.copy(), variance.copy()]
        factors = images.repeated(scale / np.sqrt(variance + epsilon))
        offsets = images.repeated(offset)
        for block in images.blocks:
            centered = result[block]
            if not is_training:
                np.subtract(rows[block], repeated, out=centered)
            centered *= factors
            centered += offsets
        y = laid_out(result.reshape(value.shape).astype(x.dtype, copy=False), channels_first)
        return (y, *outputs, np.float32(0)) if has_third else (y, *outputs)

    return kernel


def gradient_kernel(op: Operation) -> Kernel:
    """The kernel of the gradient of a batch normalization."""
    epsilon = np.float32(op.attributes["epsilon"])
    channels_first, is_training = is_channels_first(op), op.attributes["is_training"]

    def kernel(grad: Any, x: Any, scale: Any, mean: Any, variance: Any, *_: Any) -> Any:
        value, dy = channels_last(x, channels_first), channels_last(grad, channels_first)
        if grad.shape != x.shape:
            raise ValueError(
                f"x and y_backprop must have same shape, but x has shape {shapes.bracketed(x.shape)} and "
                f"y_backprop has shape {shapes.bracketed(grad.shape)}"
            )
        _check(value, {"scale": scale, "saved mean": mean, "saved variance": variance})
        images = _Images(value)
        rows, dy_rows = images.rows(value), images.rows(dy)
        repeated = images.repeated(mean)
        by_offset = images.sums(np.add.reduce(dy_rows, axis=0))
        sums = np.zeros(images.shape[1], np.float32)
        for block in images.blocks:
            sums += np.einsum("ij,ij->j", rows[block] - repeated, dy_rows[block])
        products = images.sums(sums)
        inverse = 1 / np.sqrt(variance + epsilon)
        scales = images.repeated(scale * inverse)
        if is_training:
            with np.errstate(invalid="ignore"):
                slopes = images.repeated(products / np.float32(images.count) * np.square(inverse))
                means = images.repeated(by_offset / np.float32(images.count))
            result = np.empty(images.shape, np.float32)
            for block in images.blocks:
                part = np.subtract(rows[block], repeated, out=result[block])
                part *= slopes
                part += means
                np.subtract(dy_rows[block], part, out=part)
                part *= scales
        else:
            result = dy_rows * scales
        by_x = result.reshape(value.shape)
        nothing = np.zeros(0 if is_training else scale.size, np.float32)
        by_x = laid_out(by_x.astype(x.dtype, copy=False), channels_first)
        return by_x, products * inverse, by_offset, nothing, nothing.copy()

    return kernel
