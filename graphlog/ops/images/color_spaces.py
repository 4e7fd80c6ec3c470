"""Colors as hue, saturation and value, as luminance and chrominance, and as gray."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, filling, joining, shape_queries
from graphlog.ops.images.checks import assert_grayscale
from graphlog.ops.images.dtype_conversion import convert_image_dtype
from graphlog.ops.linear_algebra import tensordot
from graphlog.ops.name_scopes import name_scope

_GRAY = [0.2989, 0.587, 0.114]
_RGB_TO_YIQ = [
    [0.299, 0.59590059, 0.2115],
    [0.587, -0.27455667, -0.52273617],
    [0.114, -0.32134392, 0.31119955],
]
_YIQ_TO_RGB = [
    [1, 1, 1],
    [0.95598634, -0.27201283, -1.10674021],
    [0.6208248, -0.64720424, 1.70423049],
]
_RGB_TO_YUV = [
    [0.299, -0.14714119, 0.61497538],
    [0.587, -0.28886916, -0.51496512],
    [0.114, 0.43601035, -0.10001026],
]
_YUV_TO_RGB = [
    [1, 1, 1],
    [0, -0.394642334, 2.03206185],
    [1.13988303, -0.58062185, 0],
]


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """RGB images in gray.

    Args:
        images: RGB in the last dimension.
        name: the operation's name.

    Returns:
        A Tensor of the same dtype with 1 as its last dimension.

    Source: ``tf.image.rgb_to_grayscale``.
    """
    with name_scope(name, "rgb_to_grayscale", [images]) as scope:
        tensor = convert_to_tensor(images, name="images")
        gray = tensordot.tensordot(convert_image_dtype(tensor, dtypes.float32), _GRAY, [-1, -1])
        return convert_image_dtype(axes.expand_dims(gray, -1), tensor.dtype, name=scope)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Gray images with three channels.

    Args:
        images: a Tensor with 1 as its last dimension.
        name: the operation's name.

    Returns:
        A Tensor of the same dtype with 3 as its last dimension.

    Raises:
        ValueError: the last dimension is known not to be 1.

    Source: ``tf.image.grayscale_to_rgb``.
    """
    with name_scope(name, "grayscale_to_rgb", [images]) as scope:
        tensor = assert_grayscale(convert_to_tensor(images, name="images"))
        rank: Any = shape_queries.rank(tensor)
        ones = filling.ones(axes.expand_dims(rank - 1, 0), dtype=dtypes.int32)
        multiples = joining.concat([ones, axes.expand_dims(3, 0)], 0)
        result = arrays.tile(tensor, multiples, name=scope)
        result.set_shape(tensor.shape[:-1].concatenate([3]))
        return result


def _transformed(images: Any, matrix: Any) -> Tensor:
    tensor = convert_to_tensor(images, name="images")
    kernel = convert_to_tensor(matrix, tensor.dtype, "kernel")
    rank = tensor.shape.rank
    if rank is None:
        raise TypeError("The rank of the images must be known.")
    return tensordot.tensordot(tensor, kernel, axes=[[rank - 1], [0]])


def rgb_to_yiq(images: Any) -> Tensor:
    """RGB images as YIQ: luminance, and two axes of color.

    Args:
        images: RGB in the last dimension, of floating point and a known rank.

    Returns:
        A Tensor of the same dtype and shape.

    Source: ``tf.image.rgb_to_yiq``.
    """
    return _transformed(images, _RGB_TO_YIQ)


def yiq_to_rgb(images: Any) -> Tensor:
    """YIQ images as RGB, which may lie outside of 0 to 1; as ``rgb_to_yiq``."""
    return _transformed(images, _YIQ_TO_RGB)


def rgb_to_yuv(images: Any) -> Tensor:
    """RGB images as YUV: luminance, and how far blue and red are from it; as ``rgb_to_yiq``."""
    return _transformed(images, _RGB_TO_YUV)


def yuv_to_rgb(images: Any) -> Tensor:
    """YUV images as RGB, which may lie outside of 0 to 1; as ``rgb_to_yiq``."""
    return _transformed(images, _YUV_TO_RGB)
