"""What the operations that resize images have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import boolean
from graphlog.core.op_definition import Sample
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.static_values import constant_shape


def step_size(op: Operation, old: int, new: int) -> np.float32:
    """How many old elements a new one is apart from the next."""
    if op.attributes["align_corners"] and new > 1:
        return np.float32((old - 1) / np.float32(new - 1))
    return np.float32(old / np.float32(new))


def checked_size(images: Any, size: Any) -> tuple[int, int]:
    """The new height and width; ValueError where these or the images have another shape."""
    if images.ndim != 4:
        raise ValueError(f"input must be 4-dimensional{shapes.bracketed(images.shape)}")
    if size.shape != (2,):
        raise ValueError(f"shape_t must have two elements{shapes.bracketed(size.shape)}")
    height, width = size.tolist()
    if height <= 0 or width <= 0:
        raise ValueError("output dimensions must be positive")
    if 0 in images.shape[1:3]:
        raise ValueError("input image must be of non-zero size")
    return height, width


def spread(grad: Any, tall: Any, wide: Any) -> Any:
    """The gradient of images that were multiplied by a matrix along height and along width."""
    batch, height, width, channels = grad.shape
    rows = np.matmul(tall.T, grad.reshape(batch, height, width * channels))
    return np.matmul(wide.T, rows.reshape(batch, tall.shape[1], width, channels))


def resized_shape(op: Operation) -> list[StaticShape]:
    """The images' shape, with the second input as height and width."""
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    size = constant_shape(op.inputs[1])
    if size is None:
        size = (None, None)
    if len(size) != 2:
        raise ValueError(f"Dimension must be 2 but is {len(size)}")
    return [(shape[0], *size, shape[3])]


# What the definitions share: dtypes, attributes and samples.
INTEGERS = (dtypes.int8, dtypes.uint8, dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64)
FLOATS = (dtypes.float16, dtypes.float32, dtypes.float64)
OPTIONS = {"align_corners": boolean(False), "half_pixel_centers": boolean(False)}
IMAGE = samples.float32(np.arange(12) * 0.5 - 2).reshape(1, 2, 3, 2)
LARGER, SMALLER = samples.int32([3, 5]), samples.int32([1, 2])
CENTERED, CORNERS = {"half_pixel_centers": True}, {"align_corners": True}
WRONG = (
    Sample((IMAGE, samples.int32([0, 2])), raises="output dimensions must be positive"),
    Sample((IMAGE[0], LARGER), raises="input must be 4-dimensional[2,3,2]"),
)
