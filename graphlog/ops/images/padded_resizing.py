"""Images resized without a change of their proportions."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes
from graphlog.ops.images import checks
from graphlog.ops.images.checks import assert_or_raise
from graphlog.ops.images.cropping import larger, pad_to_bounding_box
from graphlog.ops.images.image_resizing import ResizeMethod, resize_images
from graphlog.ops.math import casts, rounding
from graphlog.ops.name_scopes import name_scope


def resize_image_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
) -> Tensor:
    """An image, or each image of a batch, resized in its proportions, with zeros where these leave room.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        target_height: the height of the result.
        target_width: the width of the result.
        method: see ``resize_images``.
        align_corners: see there.

    Returns:
        A Tensor of what ``resize_images`` gives.

    Raises:
        ValueError: a size is not positive, or the image has neither 3 nor 4 dimensions.

    Source: ``tf.image.resize_image_with_pad``.
    """
    with name_scope(None, "resize_image_with_pad", [image]):
        tensor, is_batch = checks.as_batch(image)
        assertions = checks.check_at_least_3d(tensor)
        assertions += assert_or_raise(target_width > 0, "target_width must be > 0.")
        assertions += assert_or_raise(target_height > 0, "target_height must be > 0.")
        tensor = checks.after(assertions, tensor)
        _, old_height, old_width, _ = checks.dimensions(tensor, 4)
        height, width, wanted_height, wanted_width = (
            _double(size) for size in (old_height, old_width, target_height, target_width)
        )
        ratio = larger(width / wanted_width, height / wanted_height)
        fitted_height, fitted_width = height / ratio, width / ratio
        new_height, new_width = _whole(fitted_height), _whole(fitted_width)
        margins = (wanted_height - fitted_height) / 2, (wanted_width - fitted_width) / 2
        floors = [rounding.floor(margin) for margin in margins]
        above, left = (larger(0, casts.cast(floor, dtypes.int32)) for floor in floors)
        resized = resize_images(tensor, [new_height, new_width], method, align_corners=align_corners)
        padded = pad_to_bounding_box(resized, above, left, target_height, target_width)
        if padded.shape.rank is None:
            raise ValueError("padded contains no shape.")
        checks.dimensions(padded, 4)
        return padded if is_batch else axes.squeeze(padded, axis=[0])


def _double(size: Any) -> Any:
    return casts.cast(size, dtypes.float64)


def _whole(size: Any) -> Tensor:
    return casts.cast(rounding.floor(size), dtypes.int32)
