"""Images brought to another size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import axes, packing, shape_queries
from graphlog.ops.images.cubic_resizing import resize_area, resize_bicubic
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
from graphlog.ops.math import arithmetic, casts, rounding
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_shape

# How an axis is resampled: from the old and the new size to the lower and the upper neighbour of each new
# element, and how far it is from the lower one.
_Neighbours = Callable[[int, int], tuple[Any, Any, Any]]


def _linear_neighbours(op: Operation) -> _Neighbours:
    is_centered = op.attributes["half_pixel_centers"]

    def neighbours(old: int, new: int) -> tuple[Any, Any, Any]:
        step = step_size(op, old, new)
        numbers = np.arange(new, dtype=np.float32)
        places = (numbers + np.float32(0.5)) * step - np.float32(0.5) if is_centered else numbers * step
        floors = np.floor(places)
        lower = np.maximum(floors, 0).astype(np.int64)
        upper = np.minimum(floors + 1, old - 1).astype(np.int64)
        return np.minimum(lower, old - 1), upper, places - floors

    return neighbours


def _nearest_neighbours(op: Operation) -> Callable[[int, int], Any]:
    offset = np.float32(0.5 if op.attributes["half_pixel_centers"] else 0)
    align = op.attributes["align_corners"]

    def nearest(old: int, new: int) -> Any:
        places = (np.arange(new, dtype=np.float32) + offset) * step_size(op, old, new)
        whole = np.floor(places + np.float32(0.5)) if align else np.floor(places)
        return np.minimum(whole, old - 1).astype(np.int64)

    return nearest


def _bilinear_kernel(op: Operation) -> Kernel:
    neighbours = _linear_neighbours(op)

    def kernel(images: Any, size: Any) -> Any:
        height, width = checked_size(images, size)
        left, right, x_share = neighbours(images.shape[2], width)
        top, bottom, y_share = neighbours(images.shape[1], height)
        values = images.astype(np.float32, copy=False)
        rows = values[:, :, left] + (values[:, :, right] - values[:, :, left]) * x_share[:, None]
        upper = rows[:, top]
        return upper + (rows[:, bottom] - upper) * y_share[:, None, None]

    return kernel


def _bilinear_gradient_kernel(op: Operation) -> Kernel:
    neighbours = _linear_neighbours(op)

    def weights(old: int, new: int) -> Any:
        """How much each old element counts for each new one."""
        lower, upper, share = neighbours(old, new)
        matrix = np.zeros((new, old), np.float32)
        numbers = np.arange(new)
        matrix[numbers, lower] += 1 - share
        matrix[numbers, upper] += share
        return matrix

    def kernel(grad: Any, image: Any) -> Any:
        if image.ndim != 4:
            raise ValueError(f"original_image must be 4-dimensional{shapes.bracketed(image.shape)}")
        if grad.ndim != 4:
            raise ValueError(f"input_grad must be 4-dimensional{shapes.bracketed(grad.shape)}")
        tall, wide = weights(image.shape[1], grad.shape[1]), weights(image.shape[2], grad.shape[2])
        return spread(grad, tall, wide).astype(image.dtype, copy=False)

    return kernel


def _nearest_kernel(op: Operation) -> Kernel:
    nearest = _nearest_neighbours(op)

    def kernel(images: Any, size: Any) -> Any:
        height, width = checked_size(images, size)
        columns = images[:, :, nearest(images.shape[2], width)]
        return np.ascontiguousarray(columns[:, nearest(images.shape[1], height)])

    return kernel


def _nearest_gradient_kernel(op: Operation) -> Kernel:
    nearest = _nearest_neighbours(op)

    def kernel(grad: Any, size: Any) -> Any:
        height, width = checked_size(grad, size)

        def chosen(old: int, new: int) -> Any:
            return np.eye(old, dtype=grad.dtype)[nearest(old, new)]

        return spread(grad, chosen(height, grad.shape[1]), chosen(width, grad.shape[2]))

    return kernel


def _bilinear_gradient(op: Operation, grad: Tensor) -> Any:
    attributes = {name: op.attributes[name] for name in ("align_corners", "half_pixel_centers")}
    return ResizeBilinearGrad(grad, op.inputs[0], **attributes), None


def _nearest_gradient(op: Operation, grad: Tensor) -> Any:
    attributes = {name: op.attributes[name] for name in ("align_corners", "half_pixel_centers")}
    image = op.inputs[0]
    sizes = image.shape[1:3]
    if not sizes.is_fully_defined():
        sizes = shape_queries.shape(image)[1:3]
    return ResizeNearestNeighborGrad(grad, sizes, **attributes), None


# The result is always of single precision, too rough for numerical derivatives; tests/parity compares the
# gradient with TensorFlow's.
ResizeBilinear = define_op(
    "ResizeBilinear",
    ["images: T", "size: int32"],
    ["resized_images: float32"],
    attributes={"T": types(*INTEGERS, dtypes.bfloat16, *FLOATS), **OPTIONS},
    shape=resized_shape,
    make_kernel=_bilinear_kernel,
    gradient=_bilinear_gradient,
    samples=[
        Sample((IMAGE, LARGER), differentiable=False),
        Sample((IMAGE, SMALLER), CENTERED, differentiable=False),
        Sample((IMAGE.astype(np.int32), LARGER), CORNERS),
        *WRONG,
    ],
)
ResizeBilinearGrad = define_op(
    "ResizeBilinearGrad",
    ["grads: float32", "original_image: T"],
    ["output: T"],
    attributes={"T": types(dtypes.float32, dtypes.bfloat16, dtypes.float16, dtypes.float64), **OPTIONS},
    shape=lambda op: [op.inputs[1].static_shape],
    make_kernel=_bilinear_gradient_kernel,
    samples=[
        Sample((samples.float32(np.arange(15)).reshape(1, 3, 5, 1), IMAGE[..., :1].copy())),
        Sample((samples.float32(np.arange(8)).reshape(1, 2, 2, 2), IMAGE), CORNERS),
        Sample((IMAGE, IMAGE[0]), raises="original_image must be 4-dimensional[2,3,2]"),
    ],
)
ResizeNearestNeighbor = define_op(
    "ResizeNearestNeighbor",
    ["images: T", "size: int32"],
    ["resized_images: T"],
    attributes={"T": types(*INTEGERS, *FLOATS), **OPTIONS},
    shape=resized_shape,
    make_kernel=_nearest_kernel,
    gradient=_nearest_gradient,
    # TensorFlow has no gradient of the gradient.
    samples=[
        Sample((IMAGE, LARGER), differentiable=False),
        Sample((IMAGE, SMALLER), CENTERED, differentiable=False),
        Sample((IMAGE.astype(np.int32), LARGER), CORNERS),
        *WRONG,
    ],
)
ResizeNearestNeighborGrad = define_op(
    "ResizeNearestNeighborGrad",
    ["grads: T", "size: int32"],
    ["output: T"],
    attributes={"T": types(dtypes.uint8, dtypes.int8, dtypes.int32, *FLOATS), **OPTIONS},
    shape=resized_shape,
    make_kernel=_nearest_gradient_kernel,
    samples=[
        Sample((samples.float32(np.arange(15)).reshape(1, 3, 5, 1), samples.int32([2, 3]))),
        Sample((samples.int32(np.arange(8)).reshape(1, 2, 2, 2), samples.int32([2, 3])), CORNERS),
    ],
)


class ResizeMethod:
    """How ``resize_images`` finds the pixels in between (``tf.image.ResizeMethod``)."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


def resize_bilinear(
    images: Any,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images brought to another size, with pixels in between as weighted means of their four neighbours.

    Args:
        images: images ``(batch, height, width, channels)``.
        size: the new height and width, an int32 vector.
        align_corners: whether the centers of the corner pixels stay where they are.
        name: the operation's name.
        half_pixel_centers: whether a pixel's center, and not its corner, is where it is.

    Returns:
        A Tensor of float32.

    Raises:
        ValueError: shapes do not fit.

    Source: TensorFlow's ``ResizeBilinear``.
    """
    return ResizeBilinear(
        images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name
    )


def resize_nearest_neighbor(
    images: Any,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images brought to another size, each pixel from its nearest; see ``resize_bilinear``."""
    return ResizeNearestNeighbor(
        images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name
    )


def resize_images(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images, or one image, brought to another size.

    Args:
        images: images ``(batch, height, width, channels)``, or an image without the batch.
        size: the new height and width.
        method: ``ResizeMethod.BILINEAR``, ``NEAREST_NEIGHBOR``, ``BICUBIC`` or ``AREA`` (also ``"bilinear"``,
            ``"nearest"``, ``"bicubic"``, ``"area"``).
        align_corners: whether the centers of the corner pixels stay where they are.
        preserve_aspect_ratio: whether the image is only made as large as fits into the size.
        name: the scope of the operations.

    Returns:
        A Tensor: of float32, or of the dtype of ``images`` for the nearest neighbours or where nothing is
        to be done.

    Raises:
        ValueError: shapes do not fit, or there is no such method.

    Source: ``tf.image.resize_images``.
    """
    with name_scope(name, "resize", [images, size]):
        tensor = convert_to_tensor(images, name="images")
        rank = tensor.shape.rank
        if rank is None:
            raise ValueError("'images' contains no shape.")
        is_batch = rank == 4
        if rank == 3:
            tensor = axes.expand_dims(tensor, 0)
        elif not is_batch:
            raise ValueError("'images' must have either 3 or 4 dimensions.")
        size = _size_tensor(size)
        wanted = constant_shape(size) or (None, None)
        if preserve_aspect_ratio:
            size, wanted = _fitted(tensor, wanted), (None, None)
        if None in wanted or tensor.shape[1:3].as_tuple() != wanted:
            tensor = _resizer(method)(tensor, size, align_corners)
            tensor.set_shape((None, *wanted, None))
        return tensor if is_batch else axes.squeeze(tensor, axis=[0])


def _size_tensor(size: Any) -> Tensor:
    try:
        tensor = convert_to_tensor(size, dtypes.int32, name="size")
    except (TypeError, ValueError):
        raise ValueError("'size' must be a 1-D int32 Tensor") from None
    if not tensor.shape.is_compatible_with([2]):
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    return tensor


def _fitted(images: Tensor, wanted: StaticShape) -> Tensor:
    """The size that fits into the wanted one and has the proportions of the images."""
    assert wanted is not None
    sizes: list[Any] = TensorShape(images.shape).as_list()
    if None in sizes:
        known = packing.unstack(shape_queries.shape(images), 4)
        sizes = [tensor if size is None else size for size, tensor in zip(sizes, known, strict=True)]
    height, width = sizes[1:3]
    factors = [
        casts.cast(new, dtypes.float32) / casts.cast(old, dtypes.float32)
        for new, old in zip(wanted, (height, width), strict=True)
    ]
    factor = arithmetic.minimum(factors[0], factors[1])
    scaled = [
        casts.cast(rounding.round(factor * casts.cast(old, dtypes.float32)), dtypes.int32)
        for old in (height, width)
    ]
    return convert_to_tensor(scaled, dtypes.int32, name="size")


def _resizer(method: Any) -> Callable[..., Tensor]:
    if method in (ResizeMethod.BILINEAR, "bilinear"):
        return resize_bilinear
    if method in (ResizeMethod.NEAREST_NEIGHBOR, "nearest"):
        return resize_nearest_neighbor
    if method in (ResizeMethod.BICUBIC, "bicubic"):
        return resize_bicubic
    if method in (ResizeMethod.AREA, "area"):
        return resize_area
    raise ValueError("Resize method is not implemented.")
