"""ResizeBicubic and ResizeArea: each new pixel as a weighted sum of old ones along height and width."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.images.resampling import (
    CENTERED,
    CORNERS,
    FLOATS,
    IMAGE,
    INTEGERS,
    LARGER,
    OPTIONS,
    SMALLER,
    WRONG,
    checked_size,
    resized_shape,
    spread,
    step_size,
)

Array = np.ndarray[Any, Any]

# TensorFlow looks up the weights in a table of so many steps.
_STEPS = 1024


@functools.cache
def _cubic_weights(a: float) -> tuple[Array, Array]:
    """The cubic of Keys for distances from 0 to 1, and from 1 to 2."""
    near = np.arange(_STEPS + 1) / _STEPS
    far = near + 1.0
    near_weights = ((a + 2) * near - (a + 3)) * near * near + 1
    far_weights = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
    return near_weights.astype(np.float32), far_weights.astype(np.float32)


def _cubic_taps(op: Operation, old: int, new: int) -> tuple[Array, Array]:
    """Which four old elements make a new one, and with which weights: two arrays ``(new, 4)``."""
    is_centered = op.attributes["half_pixel_centers"]
    numbers = np.arange(new, dtype=np.float32)
    half = np.float32(0.5)
    starts = numbers + half if is_centered else numbers
    places = starts * step_size(op, old, new)
    if is_centered:
        places = places - half
    floors = np.floor(places)
    offsets = np.rint((places - floors) * np.float32(_STEPS)).astype(np.int64)
    near, far = _cubic_weights(-0.5 if is_centered else -0.75)
    weights = np.stack([far[offsets], near[offsets], near[_STEPS - offsets], far[_STEPS - offsets]], axis=1)
    wanted = floors.astype(np.int64)[:, None] + np.arange(-1, 3)
    indices = np.clip(wanted, 0, old - 1)
    if is_centered:
        # What lies outside of the image does not count, and the rest counts more.
        weights = np.where(indices == wanted, weights, np.float32(0))
        totals = weights.sum(axis=1, keepdims=True)
        is_safe = np.abs(totals) >= 1000 * np.finfo(np.float32).tiny
        weights = np.where(is_safe, weights / np.where(is_safe, totals, 1), weights)
    return indices, weights


def _area_taps(op: Operation, old: int, new: int) -> tuple[Array, Array]:
    """Which old elements a new one covers, and how much of each."""
    width = step_size(op, old, new)
    begins = np.arange(new, dtype=np.float32) * width
    ends = np.arange(1, new + 1, dtype=np.float32) * width
    first = np.floor(begins).astype(np.int64)
    count = int((np.ceil(ends).astype(np.int64) - first).max())
    wanted = first[:, None] + np.arange(count)
    covered = np.minimum(wanted + 1, ends[:, None]) - np.maximum(wanted, begins[:, None])
    weights = (np.maximum(covered, 0) / width).astype(np.float32)
    return np.clip(wanted, 0, old - 1), weights


def _resize_kernel(op: Operation) -> Kernel:
    taps = _cubic_taps if op.type == "ResizeBicubic" else _area_taps

    def kernel(images: Any, size: Any) -> Any:
        height, width = checked_size(images, size)
        values = images.astype(np.float32, copy=False)
        for axis, new in ((1, height), (2, width)):
            indices, weights = taps(op, images.shape[axis], new)
            shape = (-1, *(1,) * (3 - axis))
            total = np.zeros((*values.shape[:axis], new, *values.shape[axis + 1 :]), np.float32)
            for tap in range(indices.shape[1]):
                total += np.take(values, indices[:, tap], axis) * weights[:, tap].reshape(shape)
            values = total
        return values

    return kernel


def _bicubic_gradient_kernel(op: Operation) -> Kernel:
    def matrix(old: int, new: int) -> Array:
        indices, weights = _cubic_taps(op, old, new)
        result = np.zeros((new, old), np.float32)
        np.add.at(result, (np.arange(new)[:, None], indices), weights)
        return result

    def kernel(grad: Any, image: Any) -> Any:
        if image.ndim != 4:
            raise ValueError(f"original_image must be 4-dimensional{bracketed(image.shape)}")
        if grad.ndim != 4:
            raise ValueError(f"input_grad must be 4-dimensional{bracketed(grad.shape)}")
        tall, wide = matrix(image.shape[1], grad.shape[1]), matrix(image.shape[2], grad.shape[2])
        return spread(grad, tall, wide).astype(image.dtype, copy=False)

    return kernel


def _bicubic_gradient(op: Operation, grad: Tensor) -> Any:
    image = op.inputs[0]
    if image.dtype not in (dtypes.float32, dtypes.float64):
        return None, None
    options = {name: op.attributes[name] for name in ("align_corners", "half_pixel_centers")}
    return ResizeBicubicGrad(grad, image, **options), None


# The results are always of single precision, too rough for numerical derivatives; tests/parity compares the
# gradient with TensorFlow's.
ResizeBicubic = define_op(
    "ResizeBicubic",
    ["images: T", "size: int32"],
    ["resized_images: float32"],
    attributes={"T": types(*INTEGERS, *FLOATS), **OPTIONS},
    shape=resized_shape,
    make_kernel=_resize_kernel,
    gradient=_bicubic_gradient,
    samples=[
        Sample((IMAGE, LARGER), differentiable=False),
        Sample((IMAGE, SMALLER), CENTERED, differentiable=False),
        Sample((IMAGE.astype(np.int32), LARGER), CORNERS),
        *WRONG,
    ],
)
ResizeBicubicGrad = define_op(
    "ResizeBicubicGrad",
    ["grads: float32", "original_image: T"],
    ["output: T"],
    attributes={"T": types(dtypes.float32, dtypes.float64), **OPTIONS},
    shape=lambda op: [op.inputs[1].static_shape],
    make_kernel=_bicubic_gradient_kernel,
    samples=[
        Sample((samples.float32(np.arange(15)).reshape(1, 3, 5, 1), IMAGE[..., :1].copy())),
        Sample((samples.float32(np.arange(8)).reshape(1, 2, 2, 2), IMAGE), CENTERED),
        Sample((IMAGE, IMAGE[0]), raises="original_image must be 4-dimensional[2,3,2]"),
    ],
)
ResizeArea = define_op(
    "ResizeArea",
    ["images: T", "size: int32"],
    ["resized_images: float32"],
    attributes={"T": types(*INTEGERS, *FLOATS), "align_corners": boolean(False)},
    shape=resized_shape,
    make_kernel=_resize_kernel,
    # TensorFlow has no gradient.
    samples=[
        Sample((IMAGE, LARGER)),
        Sample((IMAGE, SMALLER), CORNERS),
        Sample((IMAGE.astype(np.int32), SMALLER)),
        *WRONG,
    ],
)


def resize_bicubic(
    images: Any,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images brought to another size, with pixels in between by cubic interpolation.

    The arguments are those of ``resize_bilinear``. Source: TensorFlow's ``ResizeBicubic``.
    """
    return ResizeBicubic(
        images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name
    )


def resize_area(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Tensor:
    """Images brought to another size, each pixel as the mean of the area that it covers.

    The arguments are those of ``resize_bilinear``. Source: TensorFlow's ``ResizeArea``.
    """
    return ResizeArea(images, size, align_corners=align_corners, name=name)
