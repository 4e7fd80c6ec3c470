"""ExtractGlimpse: a window of each image, whose center is a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import boolean, string
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.static_values import constant_shape

Array = np.ndarray[Any, Any]


def _glimpse_shape(op: Operation) -> list[StaticShape]:
    images = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    offsets = shape_rules.with_rank(op.inputs[2].static_shape, 2)
    batch = shape_rules.merged_size(images[0], offsets[0])
    shape_rules.merged_size(offsets[1], 2)
    size = constant_shape(op.inputs[1])
    if size is not None and len(size) != 2:
        raise ValueError(f"Dimension must be 2 but is {len(size)}")
    return [(batch, *(size or (None, None)), images[3])]


def _corners(op: Operation, offsets: Array, image_size: tuple[int, int], size: list[int]) -> Array:
    """The first row and column of each glimpse."""
    sizes, half_window = np.array(image_size, np.float32), np.array(size, np.float32) / np.float32(2)
    places = offsets
    if op.attributes["normalized"]:
        places = places * sizes
    if op.attributes["centered"]:
        places = places / np.float32(2) + sizes / np.float32(2)
    corners: Array = np.trunc(places - half_window).astype(np.int64)
    return corners


def _noise(kind: bytes, image: Array, shape: tuple[int, ...], number: int) -> Array:
    """What stands outside of an image: TensorFlow's generator is Eigen's, and this one is another."""
    if kind == b"zero":
        return np.zeros(shape, np.float32)
    random = np.random.default_rng(number)
    if kind == b"gaussian":
        deviation = image.std(dtype=np.float64)
        return random.normal(image.mean(dtype=np.float64), deviation, shape).astype(np.float32)
    least = image.min()
    noise: Array = random.uniform(size=shape).astype(np.float32) * (image.max() - least) + least
    return noise


def _glimpse_kernel(op: Operation) -> Kernel:
    kind = b"uniform" if op.attributes["uniform_noise"] else op.attributes["noise"]

    def kernel(images: Any, size: Any, offsets: Any) -> Any:
        if images.ndim != 4:
            raise ValueError(
                f"input must be 4-dimensional (batch_size, height, width, depth){bracketed(images.shape)}"
            )
        if size.shape != (2,):
            raise ValueError(f"input must be a vector of size 2 (height, width){bracketed(size.shape)}")
        window = size.tolist()
        if min(window) <= 0:
            raise ValueError(f"image dimensions must be positive, got {window}")
        if offsets.shape != (len(images), 2):
            raise ValueError(
                f"input must be a matrix of 2 columns and a row for each image{bracketed(offsets.shape)}"
            )
        height, width = images.shape[1:3]
        shape = (*window, images.shape[3])
        result = np.empty((len(images), *shape), np.float32)
        corners = _corners(op, offsets, (height, width), window)
        for number, (image, (top, left)) in enumerate(zip(images, corners.tolist(), strict=True)):
            rows, columns = _overlap(top, window[0], height), _overlap(left, window[1], width)
            if rows.stop - rows.start < window[0] or columns.stop - columns.start < window[1]:
                result[number] = _noise(kind, image, shape, number)
            target = result[
                number, rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
            ]
            target[...] = image[rows, columns]
        return result

    return kernel


def _overlap(start: int, length: int, size: int) -> slice:
    """The part of a window that is in an image; it is inside of the window, and may be empty."""
    begin, end = max(0, start), min(size, start + length)
    if begin >= end:
        return slice(start, start) if start >= 0 else slice(0, 0)
    return slice(begin, end)


_IMAGES = samples.float32(np.arange(60)).reshape(2, 5, 3, 2)

# Its inputs are of single precision, which numerical derivatives are not.
ExtractGlimpse = define_op(
    "ExtractGlimpse",
    ["input: float32", "size: int32", "offsets: float32"],
    ["glimpse: float32"],
    attributes={
        "centered": boolean(True),
        "normalized": boolean(True),
        "uniform_noise": boolean(True),
        "noise": string("uniform"),
    },
    shape=_glimpse_shape,
    make_kernel=_glimpse_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample(
            (_IMAGES, samples.int32([3, 2]), samples.float32([[0.0, 0.0], [0.75, 2.0]])), differentiable=False
        ),
        Sample(
            (_IMAGES, samples.int32([3, 2]), samples.float32([[1, 1], [-7, 9]])),
            {"centered": False, "normalized": False, "uniform_noise": False, "noise": "zero"},
            differentiable=False,
        ),
        Sample(
            (_IMAGES, samples.int32([0, 2]), samples.float32([[1, 1], [-7, 9]])),
            raises="image dimensions must be positive",
            differentiable=False,
        ),
    ],
)


def extract_glimpse(
    input: Any,
    size: Any,
    offsets: Any,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> Tensor:
    """A window of each image.

    Args:
        input: images ``(batch, height, width, channels)`` of float32.
        size: the height and the width of the windows, int32.
        offsets: the row and the column of the center of each window, ``(batch, 2)`` of float32.
        centered: whether 0 is the middle of the image; else it is the corner at the top on the left.
        normalized: whether the image is 2 wide and high, or 1 without ``centered``; else it is in pixels.
        uniform_noise: whether uniform noise stands outside of the image. It is the same in each run, and not
            TensorFlow's.
        name: the operation's name.

    Returns:
        A Tensor of float32 ``(batch, height, width, channels)``.

    Source: TensorFlow's ``ExtractGlimpse``.
    """
    return ExtractGlimpse(
        input,
        size,
        offsets,
        centered=centered,
        normalized=normalized,
        uniform_noise=uniform_noise,
        name=name,
    )
