"""Differences between neighbouring pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import arrays, filling, joining, packing, padding, shape_queries
from graphlog.ops.math import elementwise, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import atrous_convolution

# Sobel's filters, down and to the right.
_SOBEL = [[[-1, -2, -1], [0, 0, 0], [1, 2, 1]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """How much each pixel of images differs from the next one.

    Args:
        image: a Tensor ``(batch, height, width, channels)``.

    Returns:
        The differences downwards and to the right, of the shape of the images; 0 in the last row and column.

    Raises:
        ValueError: the images have another rank.

    Source: ``tf.image.image_gradients``.
    """
    image = convert_to_tensor(image, name="image")
    if image.shape.rank != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {image.shape}.")
    sizes = shape_queries.shape(image)
    batch, height, width, depth = packing.unstack(sizes)
    down = image[:, 1:, :, :] - image[:, :-1, :, :]
    right = image[:, :, 1:, :] - image[:, :, :-1, :]
    differences = []
    for axis, difference, shape in (
        (1, down, [batch, 1, width, depth]),
        (2, right, [batch, height, 1, depth]),
    ):
        zeros = filling.zeros(packing.stack(shape), image.dtype)
        differences.append(arrays.reshape(joining.concat([difference, zeros], axis), sizes))
    return differences[0], differences[1]


def sobel_edges(image: Any) -> Tensor:
    """The edges in images, as Sobel's filters find them.

    Args:
        image: a Tensor ``(batch, height, width, channels)``, at least 2 by 2, of floating point.

    Returns:
        A Tensor with a last dimension more: how steep it is downwards and to the right.

    Source: ``tf.image.sobel_edges``.
    """
    image = convert_to_tensor(image, name="image")
    sizes: Any = shape_queries.shape(image)
    filters = np.transpose(np.array(_SOBEL), (1, 2, 0))[:, :, None]
    kernels = constants.constant(filters, dtype=image.dtype)
    kernels = arrays.tile(kernels, [1, 1, sizes[-1], 1], name="sobel_filters")
    padded = padding.pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = atrous_convolution.depthwise_conv2d(padded, kernels, [1, 1, 1, 1], "VALID")
    result = arrays.reshape(edges, joining.concat([sizes, [2]], 0))
    result.set_shape(image.shape.concatenate([2]))
    return result


def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of the absolute differences between neighbouring pixels.

    Args:
        images: a Tensor ``(batch, height, width, channels)``, or an image without the batch.
        name: the scope of the operations.

    Returns:
        A number for each image.

    Raises:
        ValueError: the images have another rank.

    Source: ``tf.image.total_variation``.
    """
    with name_scope(name, "total_variation"):
        images = convert_to_tensor(images, name="images")
        rank = images.shape.rank
        if rank == 3:
            down = images[1:, :, :] - images[:-1, :, :]
            right = images[:, 1:, :] - images[:, :-1, :]
            axes = None
        elif rank == 4:
            down = images[:, 1:, :, :] - images[:, :-1, :, :]
            right = images[:, :, 1:, :] - images[:, :, :-1, :]
            axes = [1, 2, 3]
        else:
            raise ValueError("'images' must be either 3 or 4-dimensional.")
        by_rows: Any = reductions.reduce_sum(elementwise.abs(down), axis=axes)
        total = by_rows + reductions.reduce_sum(elementwise.abs(right), axis=axes)
    assert isinstance(total, Tensor)
    return total
