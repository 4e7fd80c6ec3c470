"""CropAndResize: rectangles of images, each brought to one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, string, types
from graphlog.core.errors import OutOfRangeError
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import shape_queries
from graphlog.ops.images.suppression import check_boxes
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.static_values import constant_shape

Array = np.ndarray[Any, Any]

_FLOATS = (dtypes.float16, dtypes.float32, dtypes.float64)
_ALLOWED = (
    dtypes.uint8,
    dtypes.uint16,
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    *_FLOATS,
)


def _check_boxes(boxes: Any, box_indices: Any, batch: int) -> None:
    check_boxes(boxes)
    if box_indices.ndim != 1:
        raise ValueError(f"box_ind must be 1-D{bracketed(box_indices.shape)}")
    if len(boxes) != len(box_indices):
        raise ValueError("box_ind has incompatible shape")
    if box_indices.size and (box_indices.min() < 0 or box_indices.max() >= batch):
        raise OutOfRangeError(None, None, "box_index has values outside [0, batch_size)")


@dataclass
class _Axis:
    """Where the pixels of each crop are along one axis of the image; arrays ``(boxes, size of the crop)``."""

    is_inside: Array
    lower: Array
    upper: Array
    share: Array
    nearest: Array


def _along(starts: Array, ends: Array, old: int, new: int) -> _Axis:
    last = np.float32(old - 1)
    if new > 1:
        steps = (ends - starts) * last / np.float32(new - 1)
        places = (starts * last)[:, None] + np.arange(new, dtype=np.float32) * steps[:, None]
    else:
        places = (np.float32(0.5) * (starts + ends) * last)[:, None]
    with np.errstate(invalid="ignore"):
        is_inside = (places >= 0) & (places <= last)
    places = np.where(is_inside, places, np.float32(0))
    lower = np.floor(places)
    return _Axis(
        is_inside,
        lower.astype(np.int64),
        np.ceil(places).astype(np.int64),
        places - lower,
        np.floor(places + np.float32(0.5)).astype(np.int64),
    )


def _axes(boxes: Any, image_size: tuple[int, int], crop_size: tuple[int, int]) -> tuple[_Axis, _Axis]:
    return (
        _along(boxes[:, 0], boxes[:, 2], image_size[0], crop_size[0]),
        _along(boxes[:, 1], boxes[:, 3], image_size[1], crop_size[1]),
    )


def _corners(y: _Axis, x: _Axis) -> tuple[tuple[Array, Array], ...]:
    """The rows and columns of the pixels above on the left and on the right, and below."""
    rows, columns = (y.lower[:, :, None], y.upper[:, :, None]), (x.lower[:, None], x.upper[:, None])
    return tuple((row, column) for row in rows for column in columns)


def _crop_kernel(op: Operation) -> Kernel:
    outside = np.float32(op.attributes["extrapolation_value"])
    is_nearest = op.attributes["method"] == b"nearest"

    def kernel(image: Any, boxes: Any, box_indices: Any, crop_size: Any) -> Any:
        if image.ndim != 4:
            raise ValueError(f"input image must be 4-D{bracketed(image.shape)}")
        if 0 in image.shape[1:3]:
            raise ValueError("image dimensions must be positive")
        if crop_size.ndim != 1:
            raise ValueError(f"crop_size must be 1-D{bracketed(crop_size.shape)}")
        if crop_size.shape != (2,):
            raise ValueError(f"crop_size must have two elements{bracketed(crop_size.shape)}")
        height, width = crop_size.tolist()
        if height <= 0 or width <= 0:
            raise ValueError("crop dimensions must be positive")
        _check_boxes(boxes, box_indices, len(image))
        y, x = _axes(boxes, image.shape[1:3], (height, width))
        numbers = box_indices[:, None, None]
        if is_nearest:
            crops = image[numbers, y.nearest[:, :, None], x.nearest[:, None]].astype(np.float32)
        else:
            above_left, above_right, below_left, below_right = (
                image[numbers, rows, columns].astype(np.float32) for rows, columns in _corners(y, x)
            )
            x_share = x.share[:, None, :, None]
            above = above_left + (above_right - above_left) * x_share
            below = below_left + (below_right - below_left) * x_share
            crops = above + (below - above) * y.share[:, :, None, None]
        is_inside = y.is_inside[:, :, None, None] & x.is_inside[:, None, :, None]
        return np.where(is_inside, crops, outside)

    return kernel


def _crop_shape(op: Operation) -> list[StaticShape]:
    image, boxes, numbers = (
        shape_rules.with_rank(tensor.static_shape, rank)
        for tensor, rank in zip(op.inputs[:3], (4, 2, 1), strict=True)
    )
    count = shape_rules.merged_size(boxes[0], numbers[0])
    shape_rules.merged_size(boxes[1], 4)
    size = constant_shape(op.inputs[3])
    if size is not None and len(size) != 2:
        raise ValueError(f"Dimension must be 2 but is {len(size)}")
    return [(count, *(size or (None, None)), image[3])]


def _crop_gradient(op: Operation, grad: Tensor) -> Any:
    image, boxes, numbers, _ = op.inputs
    sizes: Any = image.static_shape
    if not shapes.is_fully_defined(sizes):
        sizes = shape_queries.shape(image)
    by_image = None
    if image.dtype in _FLOATS:
        by_image = CropAndResizeGradImage(
            grad, boxes, numbers, sizes, T=image.dtype, method=op.attributes["method"]
        )
    return by_image, CropAndResizeGradBoxes(grad, image, boxes, numbers), None, None


def _image_gradient_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["T"].numpy_dtype
    is_nearest = op.attributes["method"] == b"nearest"

    def kernel(grads: Any, boxes: Any, box_indices: Any, image_size: Any) -> Any:
        if grads.ndim != 4:
            raise ValueError(f"grads image must be 4-D{bracketed(grads.shape)}")
        if image_size.shape != (4,):
            raise ValueError(f"image_size must have 4 elements{bracketed(image_size.shape)}")
        sizes = tuple(image_size.tolist())
        if min(sizes) < 0 or 0 in sizes[1:3] or sizes[3] != grads.shape[3]:
            raise ValueError(f"image_size and grads are incompatible{bracketed(sizes)}")
        _check_boxes(boxes, box_indices, sizes[0])
        y, x = _axes(boxes, sizes[1:3], grads.shape[1:3])
        is_inside = y.is_inside[:, :, None, None] & x.is_inside[:, None, :, None]
        inside = np.where(is_inside, grads, np.float32(0))
        result = np.zeros(sizes, np.float32)
        numbers = box_indices[:, None, None]
        if is_nearest:
            np.add.at(result, (numbers, y.nearest[:, :, None], x.nearest[:, None]), inside)
            return result.astype(dtype)
        y_share, x_share = y.share[:, :, None, None], x.share[:, None, :, None]
        one = np.float32(1)
        shares = [own * other for own in (one - y_share, y_share) for other in (one - x_share, x_share)]
        for (rows, columns), share in zip(_corners(y, x), shares, strict=True):
            np.add.at(result, (numbers, rows, columns), inside * share)
        return result.astype(dtype)

    return kernel


def _boxes_gradient(grads: Any, image: Any, boxes: Any, box_indices: Any) -> Any:
    if grads.ndim != 4:
        raise ValueError(f"grads image must be 4-D{bracketed(grads.shape)}")
    if image.ndim != 4:
        raise ValueError(f"input image must be 4-D{bracketed(image.shape)}")
    _check_boxes(boxes, box_indices, len(image))
    y, x = _axes(boxes, image.shape[1:3], grads.shape[1:3])
    numbers = box_indices[:, None, None]
    above_left, above_right, below_left, below_right = (
        image[numbers, rows, columns].astype(np.float32) for rows, columns in _corners(y, x)
    )
    y_share, x_share = y.share[:, :, None, None], x.share[:, None, :, None]
    one = np.float32(1)
    by_y = (one - x_share) * (below_left - above_left) + x_share * (below_right - above_right)
    by_x = (one - y_share) * (above_right - above_left) + y_share * (below_right - below_left)
    inside = np.where(y.is_inside[:, :, None, None] & x.is_inside[:, None, :, None], grads, np.float32(0))
    columns = []
    for slopes, axis in ((by_y, 1), (by_x, 2)):
        # How much the sums along the other axis and over the channels move, pixel by pixel.
        moves = (slopes * inside).sum(axis=(3 - axis, 3))
        last, new = np.float32(image.shape[axis] - 1), grads.shape[axis]
        if new > 1:
            by_end = np.arange(new, dtype=np.float32) * (last / np.float32(new - 1))
            columns.append(((moves * (last - by_end)).sum(axis=1), (moves * by_end).sum(axis=1)))
        else:
            half = (moves * np.float32(0.5) * last).sum(axis=1)
            columns.append((half, half))
    (y1, y2), (x1, x2) = columns
    return np.stack([y1, x1, y2, x2], axis=1).astype(np.float32, copy=False)


def _image_gradient_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank(constant_shape(op.inputs[3]), 4)]


_IMAGE = samples.float32(np.arange(48).reshape(2, 4, 3, 2) % 11 / 4 - 1)
_BOXES = samples.float32([[0.1, 0.2, 0.7, 0.9], [-0.2, 0.0, 1.0, 1.3], [0.8, 0.9, 0.25, 0.1]])
_NUMBERS = samples.int32([1, 0, 1])
_SIZE = samples.int32([3, 2])
_CROPS = samples.float32(np.arange(36).reshape(3, 3, 2, 2) % 7 / 4 - 1)
_METHOD = string("bilinear", ("bilinear", "nearest"))

# The boxes are of single precision, too rough for numerical derivatives; tests/parity compares the gradient.
CropAndResize = define_op(
    "CropAndResize",
    ["image: T", "boxes: float32", "box_ind: int32", "crop_size: int32"],
    ["crops: float32"],
    attributes={"T": types(*_ALLOWED), "method": _METHOD, "extrapolation_value": Attribute("float", 0.0)},
    shape=_crop_shape,
    make_kernel=_crop_kernel,
    gradient=_crop_gradient,
    samples=[
        Sample((_IMAGE, _BOXES, _NUMBERS, _SIZE), differentiable=False),
        Sample(
            (_IMAGE.astype(np.int32), _BOXES, _NUMBERS, samples.int32([1, 4])),
            {"method": "nearest", "extrapolation_value": 5.0},
            differentiable=False,
        ),
        Sample((_IMAGE, _BOXES, _NUMBERS, samples.int32([0, 2])), raises="crop dimensions must be positive"),
    ],
)
CropAndResizeGradImage = define_op(
    "CropAndResizeGradImage",
    ["grads: float32", "boxes: float32", "box_ind: int32", "image_size: int32"],
    ["output: T"],
    attributes={"T": types(dtypes.float32, dtypes.float16, dtypes.float64), "method": _METHOD},
    shape=_image_gradient_shape,
    make_kernel=_image_gradient_kernel,
    samples=[
        Sample((_CROPS, _BOXES, _NUMBERS, samples.int32([2, 4, 3, 2])), {"T": dtypes.float64}),
        Sample(
            (_CROPS, _BOXES, _NUMBERS, samples.int32([2, 4, 3, 2])),
            {"T": dtypes.float32, "method": "nearest"},
        ),
    ],
)
CropAndResizeGradBoxes = define_op(
    "CropAndResizeGradBoxes",
    ["grads: float32", "image: T", "boxes: float32", "box_ind: int32"],
    ["output: float32"],
    attributes={"T": types(*_ALLOWED), "method": string("bilinear", ("bilinear",))},
    shape=lambda op: [op.inputs[2].static_shape],
    kernel=_boxes_gradient,
    samples=[
        Sample((_CROPS, _IMAGE, _BOXES, _NUMBERS)),
        Sample((_CROPS[:, :1].copy(), _IMAGE.astype(np.int32), _BOXES, _NUMBERS)),
    ],
)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_ind: Any = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
    box_indices: Any = None,
) -> Tensor:
    """Rectangles of images, each brought to one size.

    Args:
        image: images ``(batch, height, width, channels)``.
        boxes: ``(boxes, 4)`` of float32: the first row and column and the last ones, where 0 to 1 is the
            whole image. A box may reach outside, and be turned round.
        box_ind: the image of each box, a vector of int32.
        crop_size: the height and the width of the results, int32.
        method: ``"bilinear"`` or ``"nearest"``.
        extrapolation_value: what stands outside of the image.
        name: the operation's name.
        box_indices: the newer name of ``box_ind``.

    Returns:
        A Tensor of float32 ``(boxes, height, width, channels)``.

    Source: TensorFlow's ``CropAndResize``.
    """
    numbers = renamed_argument("box_indices", box_indices, "box_ind", box_ind)
    return CropAndResize(
        image, boxes, numbers, crop_size, method=method, extrapolation_value=extrapolation_value, name=name
    )
