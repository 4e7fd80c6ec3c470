"""Images cut, and padded with zeros."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, packing, padding, shape_queries, slicing
from graphlog.ops.images import checks
from graphlog.ops.images.checks import assert_or_raise, is_tensor
from graphlog.ops.math import arithmetic, casts, comparisons
from graphlog.ops.name_scopes import name_scope


def larger(first: Any, second: Any) -> Any:
    """The larger of two numbers, of which each may be a tensor."""
    if is_tensor(first) or is_tensor(second):
        return arithmetic.maximum(first, second)
    return max(first, second)


def _smaller(first: Any, second: Any) -> Any:
    if is_tensor(first) or is_tensor(second):
        return arithmetic.minimum(first, second)
    return min(first, second)


def _is_equal(first: Any, second: Any) -> Any:
    if is_tensor(first) or is_tensor(second):
        return comparisons.equal(first, second)
    return first == second


def _known(sizes: list[Any]) -> list[Any]:
    return [None if is_tensor(size) else size for size in sizes]


def central_crop(image: Any, central_fraction: float) -> Tensor:
    """The middle of an image, or of each image of a batch.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        central_fraction: the share of the height and of the width that stays, above 0 and at most 1.

    Returns:
        A Tensor of the same dtype; the image itself where all of it stays.

    Raises:
        ValueError: there is no such share, or the image has neither 3 nor 4 dimensions.

    Source: ``tf.image.central_crop``.
    """
    with name_scope(None, "central_crop", [image]):
        tensor = convert_to_tensor(image, name="image")
        if central_fraction <= 0.0 or central_fraction > 1.0:
            raise ValueError("central_fraction must be within (0, 1]")
        if central_fraction == 1.0:
            return tensor
        checks.assert_at_least_3d(tensor)
        rank = tensor.shape.rank
        if rank not in (3, 4):
            raise ValueError(
                f"`image` should either be a Tensor with rank = 3 or rank = 4. Had rank = {rank}."
            )
        is_batch = rank == 4
        rows = 1 if is_batch else 0
        sizes = [_size_along(tensor, axis) for axis in (rows, rows + 1)]
        begins = [_margin(size, central_fraction) for size in sizes]
        lengths = [size - begin * 2 for size, begin in zip(sizes, begins, strict=True)]
        begin = packing.stack([0] * is_batch + [*begins, 0])
        length = packing.stack([-1] * is_batch + [*lengths, -1])
        shape = tensor.shape.as_list()
        shape[rows : rows + 2] = _known(lengths)
        result = slicing.slice(tensor, begin, length)
        result.set_shape(shape)
        return result


def _size_along(tensor: Tensor, axis: int) -> Any:
    size = tensor.shape[axis].value
    return shape_queries.shape(tensor)[axis] if size is None else size


def _margin(size: Any, fraction: float) -> Any:
    if not is_tensor(size):
        return int((size - size * fraction) / 2)
    wide: Any = casts.cast(size, dtypes.float64)
    return casts.cast((wide - wide * fraction) / 2, dtypes.int32)


def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Tensor:
    """An image, or each image of a batch, with zeros around.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        offset_height: how many rows of zeros stand above.
        offset_width: how many columns of zeros stand on the left.
        target_height: the height of the result.
        target_width: the width of the result.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: the image does not fit, or has neither 3 nor 4 dimensions.

    Source: ``tf.image.pad_to_bounding_box``.
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        tensor, is_batch = checks.as_batch(image)
        assertions = checks.check_at_least_3d(tensor)
        batch, height, width, depth = checks.dimensions(tensor, 4)
        right = target_width - offset_width - width
        below = target_height - offset_height - height
        assertions += assert_or_raise(offset_height >= 0, "offset_height must be >= 0")
        assertions += assert_or_raise(offset_width >= 0, "offset_width must be >= 0")
        assertions += assert_or_raise(right >= 0, "width must be <= target - offset")
        assertions += assert_or_raise(below >= 0, "height must be <= target - offset")
        tensor = checks.after(assertions, tensor)
        paddings = packing.stack([0, 0, offset_height, below, offset_width, right, 0, 0])
        padded = padding.pad(tensor, arrays.reshape(paddings, [4, 2]))
        padded.set_shape(_known([batch, target_height, target_width, depth]))
        return padded if is_batch else axes.squeeze(padded, axis=[0])


def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Tensor:
    """A rectangle of an image, or of each image of a batch.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        offset_height: the first row.
        offset_width: the first column.
        target_height: how many rows.
        target_width: how many columns.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: the rectangle is not inside of the image, or that has neither 3 nor 4 dimensions.

    Source: ``tf.image.crop_to_bounding_box``.
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        tensor, is_batch = checks.as_batch(image)
        assertions = checks.check_at_least_3d(tensor)
        batch, height, width, depth = checks.dimensions(tensor, 4)
        assertions += assert_or_raise(offset_width >= 0, "offset_width must be >= 0.")
        assertions += assert_or_raise(offset_height >= 0, "offset_height must be >= 0.")
        assertions += assert_or_raise(target_width > 0, "target_width must be > 0.")
        assertions += assert_or_raise(target_height > 0, "target_height must be > 0.")
        assertions += assert_or_raise(
            width >= target_width + offset_width, "width must be >= target + offset."
        )
        assertions += assert_or_raise(
            height >= target_height + offset_height, "height must be >= target + offset."
        )
        tensor = checks.after(assertions, tensor)
        begin = packing.stack([0, offset_height, offset_width, 0])
        cropped = slicing.slice(tensor, begin, packing.stack([-1, target_height, target_width, -1]))
        cropped.set_shape(_known([batch, target_height, target_width, depth]))
        return cropped if is_batch else axes.squeeze(cropped, axis=[0])


def resize_image_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Tensor:
    """An image, or each image of a batch, cut or padded with zeros at all sides to another size.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        target_height: the height of the result.
        target_width: the width of the result.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: a size is not positive, or the image has neither 3 nor 4 dimensions.

    Source: ``tf.image.resize_image_with_crop_or_pad``.
    """
    with name_scope(None, "resize_image_with_crop_or_pad", [image]):
        tensor, is_batch = checks.as_batch(image)
        assertions = checks.check_at_least_3d(tensor)
        assertions += assert_or_raise(target_width > 0, "target_width must be > 0.")
        assertions += assert_or_raise(target_height > 0, "target_height must be > 0.")
        tensor = checks.after(assertions, tensor)
        # With a tensor as a size, what is computed of it must wait for the checks, too.
        if is_tensor(target_height):
            target_height = checks.after(assertions, target_height)
        if is_tensor(target_width):
            target_width = checks.after(assertions, target_width)
        _, height, width, _ = checks.dimensions(tensor, 4)
        crop_left, pad_left = _halves(target_width - width)
        crop_above, pad_above = _halves(target_height - height)
        cropped_height = _smaller(target_height, height)
        cropped = crop_to_bounding_box(
            tensor, crop_above, crop_left, cropped_height, _smaller(target_width, width)
        )
        resized = pad_to_bounding_box(cropped, pad_above, pad_left, target_height, target_width)
        if resized.shape.rank is None:
            raise ValueError("resized contains no shape.")
        _, height, width, _ = checks.dimensions(resized, 4)
        assertions = assert_or_raise(_is_equal(height, target_height), "resized height is not correct.")
        assertions += assert_or_raise(_is_equal(width, target_width), "resized width is not correct.")
        resized = checks.after(assertions, resized)
        return resized if is_batch else axes.squeeze(resized, axis=[0])


def _halves(difference: Any) -> tuple[Any, Any]:
    """How much is cut, and how much is added, on the one side, where a size is to grow by ``difference``."""
    return larger(-difference // 2, 0), larger(difference // 2, 0)
