"""DrawBoundingBoxes, and the choice of a crop at random that shows enough of some box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, integer, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.images.crop_sampling import Rectangle, sample_crop
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random import philox
from graphlog.ops.random.random_ops import SEEDS

Array = np.ndarray[Any, Any]

# The colors of boxes, one after the other, as RGBA.
_COLORS = samples.float32(
    [
        [1, 1, 0, 1],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
        [0, 1, 0, 1],
        [0.5, 0, 0.5, 1],
        [0.5, 0.5, 0, 1],
        [0.5, 0, 0, 1],
        [0, 0, 0.5, 1],
        [0, 1, 1, 1],
        [1, 0, 1, 1],
    ]
)


def _drawn_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank_at_least(op.inputs[0].static_shape, 3)]


def _draw(images: Any, boxes: Any, colors: Any = _COLORS) -> Any:
    if images.ndim != 4:
        raise ValueError("The rank of the images should be 4")
    if boxes.ndim != 3:
        raise ValueError("The rank of the boxes tensor should be 3")
    batch, height, width, depth = images.shape
    if len(boxes) != batch:
        raise ValueError("The batch sizes should be the same")
    if depth not in (1, 3, 4):
        raise ValueError("Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    if colors.ndim != 2:
        raise ValueError(f"colors must be a 2-D matrix{bracketed(colors.shape)}")
    if not len(colors):
        colors = _COLORS
    if colors.shape[1] < depth:
        raise ValueError(
            f"colors must have equal or more channels than the image provided: {bracketed(colors.shape)}"
        )
    # In gray images, boxes of the known colors are white.
    palette = np.ones((1, 1)) if depth == 1 and colors is _COLORS else colors[:, :depth]
    result = images.copy()
    scale = np.array([height - 1, width - 1] * 2, np.float32)
    corners = np.trunc(boxes.astype(np.float32) * scale).astype(np.int64)
    for image, own_corners in zip(result, corners.tolist(), strict=True):
        for number, corner in enumerate(own_corners):
            _draw_box(image, corner, palette[number % len(palette)])
    return result


def _draw_box(image: Array, corner: Sequence[int], color: Array) -> None:
    height, width = image.shape[:2]
    top, left, bottom, right = corner
    if top > bottom or left > right or top >= height or bottom < 0 or left >= width or right < 0:
        return
    rows = slice(max(0, top), min(bottom, height - 1) + 1)
    columns = slice(max(0, left), min(right, width - 1) + 1)
    if top >= 0:
        image[top, columns] = color
    if bottom < height:
        image[bottom, columns] = color
    if left >= 0:
        image[rows, left] = color
    if right < width:
        image[rows, right] = color


def _crop_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 1)
    shape_rules.merged_size(shape[0], 3)
    boxes = shape_rules.with_rank(op.inputs[1].static_shape, 3)
    shape_rules.merged_size(boxes[2], 4)
    return [(3,), (3,), (1, 1, 4)]


def _crop_kernel(op: Operation, state: SessionState) -> Kernel:
    generator = philox.generator_of(op, state)
    options = op.attributes
    aspects, areas = options["aspect_ratio_range"], options["area_range"]
    fixed = options.get("min_object_covered")
    attempts, use_image = options["max_attempts"], options["use_image_if_no_bounding_boxes"]

    def kernel(image_size: Any, boxes: Any, covered: Any = fixed) -> Any:
        if image_size.shape != (3,):
            raise ValueError(f"image_size must contain 3 elements{bracketed(image_size.shape)}")
        if boxes.ndim != 3 or boxes.shape[2] != 4:
            raise ValueError(
                f"input boxes must be 3-dimensional [batch, num_boxes, coords]: {bracketed(boxes.shape)}"
            )
        if np.ndim(covered) or not 0 <= covered <= 1:
            raise ValueError(f"min_object_covered must be a scalar from 0 to 1, not {covered}")
        if len(aspects) != 2 or min(aspects) <= 0 or len(areas) != 2 or min(areas) <= 0 or max(areas) > 1:
            raise ValueError(f"aspect_ratio_range {aspects} or area_range {areas} is not valid")
        if boxes.size and not ((boxes >= 0) & (boxes <= 1)).all():
            raise ValueError("All bounding box coordinates must be in [0.0, 1.0]")
        height, width = (int(size) for size in image_size[:2])
        if height <= 0 or width <= 0:
            raise ValueError(f"image height and width must be positive, got {height} and {width}")
        whole = Rectangle(0, 0, width, height)
        scale = np.array([height, width] * 2, np.float32)
        corners = (boxes.reshape(-1, 4).astype(np.float32) * scale).astype(np.int64).tolist()
        objects = [Rectangle(left, top, right, bottom) for top, left, bottom, right in corners]
        if not objects and not use_image:
            raise ValueError(
                "No bounding boxes provided as input. One must enable use_image_if_no_bounding_boxes if you "
                "wish to not provide any bounding boxes."
            )
        stream = generator.reserve(attempts)
        crop = sample_crop(whole, objects or [whole], float(covered), aspects, areas, attempts, stream)
        dtype = image_size.dtype
        box = np.array([crop.top, crop.left, crop.bottom, crop.right], np.float32) / scale
        begin = np.array([crop.top, crop.left, 0], dtype)
        size = np.array([crop.bottom - crop.top, crop.right - crop.left, -1]).astype(dtype)
        return begin, size, box.reshape(1, 1, 4)

    return kernel


_IMAGES = samples.float32(np.zeros((1, 6, 5, 3)))
_BOXES = samples.float32([[[0.1, 0.2, 0.9, 0.8], [-0.5, 0.0, 0.5, 1.5], [0.5, 0.5, 0.25, 0.75]]])
_SIZE = samples.int32([60, 50, 3])
_SIZES = types(dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64)
_CROP_OPTIONS = {
    "aspect_ratio_range": Attribute("list(float)", [0.75, 1.3300000429153442]),
    "area_range": Attribute("list(float)", [0.05000000074505806, 1.0]),
    "max_attempts": integer(100),
    "use_image_if_no_bounding_boxes": boolean(False),
}
_SEEDED = {"seed": 87654321, "seed2": 7}
_CROP_RESULTS = ["begin: T", "size: T", "bboxes: float32"]
_DRAWABLE = types(dtypes.float32, dtypes.float16, default=dtypes.float32)

# Boxes are of single precision, which numerical derivatives are not.
DrawBoundingBoxes = define_op(
    "DrawBoundingBoxes",
    ["images: T", "boxes: float32"],
    ["output: T"],
    attributes={"T": _DRAWABLE},
    shape=_drawn_shape,
    kernel=_draw,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((_IMAGES, _BOXES), differentiable=False),
        Sample((_IMAGES[..., :1].astype(np.float16), _BOXES), differentiable=False),
        Sample((_IMAGES, _BOXES[0]), raises="The rank of the boxes tensor should be 3", differentiable=False),
    ],
)
DrawBoundingBoxesV2 = define_op(
    "DrawBoundingBoxesV2",
    ["images: T", "boxes: float32", "colors: float32"],
    ["output: T"],
    attributes={"T": _DRAWABLE},
    shape=_drawn_shape,
    kernel=_draw,
    samples=[Sample((_IMAGES, _BOXES, samples.float32([[0.5, 1, 0], [0, 0.25, 1]])))],
)
SampleDistortedBoundingBox = define_op(
    "SampleDistortedBoundingBox",
    ["image_size: T", "bounding_boxes: float32"],
    _CROP_RESULTS,
    attributes={
        "T": _SIZES,
        **SEEDS,
        "min_object_covered": Attribute("float", 0.10000000149011612),
        **_CROP_OPTIONS,
    },
    shape=_crop_shape,
    make_stateful_kernel=_crop_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_SIZE, _BOXES[:, :1].copy()), _SEEDED, differentiable=False)],
    is_stateful=True,
)
SampleDistortedBoundingBoxV2 = define_op(
    "SampleDistortedBoundingBoxV2",
    ["image_size: T", "bounding_boxes: float32", "min_object_covered: float32"],
    _CROP_RESULTS,
    attributes={"T": _SIZES, **SEEDS, **_CROP_OPTIONS},
    shape=_crop_shape,
    make_stateful_kernel=_crop_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((_SIZE, _BOXES[:, :1].copy(), samples.float32(0.5)), _SEEDED, differentiable=False),
        Sample(
            (_SIZE.astype(np.int64), _BOXES[:, :0].copy(), samples.float32(0.5)),
            {**_SEEDED, "use_image_if_no_bounding_boxes": True},
            differentiable=False,
        ),
        Sample(
            (_SIZE, _BOXES[:, :0].copy(), samples.float32(0.5)),
            raises="No bounding boxes provided as input",
            differentiable=False,
        ),
    ],
    is_stateful=True,
)


class DistortedBoundingBox(NamedTuple):
    """Where a crop begins, its size, and its corners where 0 to 1 is the image."""

    begin: Tensor
    size: Tensor
    bboxes: Tensor


def draw_bounding_boxes(images: Any, boxes: Any, name: str | None = None, colors: Any = None) -> Tensor:
    """Images with boxes drawn on them.

    Args:
        images: ``(batch, height, width, channels)`` of floating point, with 1, 3 or 4 channels.
        boxes: ``(batch, boxes, 4)`` of float32: the first row and column and the last ones, where 0 to 1 is
            the whole image.
        name: the operation's name.
        colors: the colors that boxes have in turn, ``(colors, channels)``; ten known ones if None.

    Returns:
        A Tensor of the same dtype and shape.

    Source: TensorFlow's ``DrawBoundingBoxes``.
    """
    if colors is None:
        return DrawBoundingBoxes(images, boxes, name=name)
    return DrawBoundingBoxesV2(images, boxes, colors, name=name)


def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: int | None = None,
    seed2: int | None = None,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Sequence[float] | None = None,
    area_range: Sequence[float] | None = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> DistortedBoundingBox:
    """A crop at random that shows enough of one of the boxes, to train a classifier of images with.

    Args:
        image_size: the height, the width and the number of channels.
        bounding_boxes: ``(batch, boxes, 4)`` of float32, corners from 0 to 1.
        seed: the seed, as it stands in the graph; unlike elsewhere, that of the graph has no influence.
        seed2: the second seed.
        min_object_covered: how much of a box is in the crop at least.
        aspect_ratio_range: the range of the width over the height.
        area_range: the range of the area over that of the image.
        max_attempts: how often it is tried; then the crop is the whole image.
        use_image_if_no_bounding_boxes: whether without boxes the whole image is one; else it is an error.
        name: the operation's name.

    Returns:
        Where the crop begins and its size, to be given to ``tf.slice``, and its corners as ``(1, 1, 4)``.

    Source: ``tf.image.sample_distorted_bounding_box``.
    """
    with name_scope(name, "sample_distorted_bounding_box"):
        op = SampleDistortedBoundingBoxV2.operation(
            image_size,
            bounding_boxes,
            min_object_covered,
            seed=seed,
            seed2=seed2,
            aspect_ratio_range=aspect_ratio_range,
            area_range=area_range,
            max_attempts=max_attempts,
            use_image_if_no_bounding_boxes=use_image_if_no_bounding_boxes,
            name=name,
        )
        return DistortedBoundingBox(*op.outputs)
