"""Images made brighter, of more contrast, or of other colors; also at random."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries
from graphlog.ops.images.adjusting import AdjustContrastv2, AdjustHue, AdjustSaturation
from graphlog.ops.images.checks import COMPUTED_AS_THEY_ARE, after, assert_at_least_3d, assert_or_raise
from graphlog.ops.images.dtype_conversion import convert_image_dtype
from graphlog.ops.math import arithmetic, casts, division, reductions, roots, statistics
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random import random_functions


def _computable(tensor: Tensor) -> Tensor:
    """The image as float16 or float32."""
    return tensor if tensor.dtype in COMPUTED_AS_THEY_ARE else convert_image_dtype(tensor, dtypes.float32)


def per_image_standardization(image: Any) -> Tensor:
    """An image, or each image of a batch, brought to mean 0 and variance 1.

    Args:
        image: a tensor whose last three dimensions are height, width and channels.

    Returns:
        A Tensor of the same dtype and shape. Where the standard deviation is nearly 0, it is taken as one
        over the root of the number of values.

    Raises:
        ValueError: the image has fewer than three dimensions, or a size is 0.

    Source: ``tf.image.per_image_standardization``.
    """
    with name_scope(None, "per_image_standardization", [image]) as scope:
        given = assert_at_least_3d(convert_to_tensor(image, name="image"))
        tensor = _computable(given)
        sizes: Any = shape_queries.shape(tensor)
        count = reductions.reduce_prod(sizes[-3:])
        axes = [-1, -2, -3]
        mean = reductions.reduce_mean(tensor, axis=axes, keepdims=True)
        deviation = statistics.reduce_std(tensor, axis=axes, keepdims=True)
        least = roots.rsqrt(casts.cast(count, tensor.dtype))
        deviation = arithmetic.maximum(deviation, least)
        result = division.div(tensor - mean, deviation, name=scope)
        return convert_image_dtype(result, given.dtype, saturate=True)


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """An image with a number added to it.

    Args:
        image: an image, of any shape.
        delta: the number, where 1 is white for every dtype.

    Returns:
        A Tensor of the same dtype and shape.

    Source: ``tf.image.adjust_brightness``.
    """
    with name_scope(None, "adjust_brightness", [image, delta]) as scope:
        tensor = convert_to_tensor(image, name="image")
        values = _computable(tensor)
        brighter = arithmetic.add(values, casts.cast(delta, values.dtype), name=scope)
        return convert_image_dtype(brighter, tensor.dtype, saturate=True)


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """``adjust_brightness`` by a random number.

    Args:
        image: an image, of any shape.
        max_delta: the number is from ``-max_delta`` up to this.
        seed: see ``tf.set_random_seed``.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: ``max_delta`` is negative.

    Source: ``tf.image.random_brightness``.
    """
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_brightness(image, random_functions.random_uniform([], -max_delta, max_delta, seed=seed))


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """Images whose values are brought away from the mean of their channel.

    Args:
        images: a tensor whose last three dimensions are height, width and channels.
        contrast_factor: how far, a scalar; 1 changes nothing.

    Returns:
        A Tensor of the same dtype and shape.

    Source: ``tf.image.adjust_contrast``.
    """
    with name_scope(None, "adjust_contrast", [images, contrast_factor]) as scope:
        tensor = convert_to_tensor(images, name="images")
        adjusted = AdjustContrastv2(_computable(tensor), contrast_factor, name=scope)
        return convert_image_dtype(adjusted, tensor.dtype, saturate=True)


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """``adjust_contrast`` by a random factor.

    Args:
        image: a tensor whose last three dimensions are height, width and channels.
        lower: the least factor.
        upper: the upper end.
        seed: see ``tf.set_random_seed``.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: ``lower`` is negative, or ``upper`` not larger.

    Source: ``tf.image.random_contrast``.
    """
    return adjust_contrast(image, _random_factor(lower, upper, seed))


def _random_factor(lower: float, upper: float, seed: int | None) -> Tensor:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return random_functions.random_uniform([], lower, upper, seed=seed)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """An image to the power of ``gamma``, times ``gain``.

    Args:
        image: an image, of any shape.
        gamma: the exponent; it is not negative.
        gain: the factor.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: ``gamma`` is negative.

    Source: ``tf.image.adjust_gamma``.
    """
    with name_scope(None, "adjust_gamma", [image, gamma, gain]):
        tensor = convert_to_tensor(image, name="image")
        values: Any = _computable(tensor)
        checks = assert_or_raise(gamma >= 0, "Gamma should be a non-negative real number.")
        if checks:
            gamma = after(checks, gamma)
        return convert_image_dtype(gain * values**gamma, tensor.dtype, saturate=True)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """RGB images whose hue is turned.

    Args:
        image: RGB in the last of at least three dimensions.
        delta: how far, a scalar from -1 to 1, which are whole turns.
        name: the scope of the operations.

    Returns:
        A Tensor of the same dtype and shape.

    Source: ``tf.image.adjust_hue``.
    """
    with name_scope(name, "adjust_hue", [image]):
        tensor = convert_to_tensor(image, name="image")
        return convert_image_dtype(AdjustHue(_computable(tensor), delta), tensor.dtype)


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """``adjust_hue`` by a random angle.

    Args:
        image: RGB in the last of at least three dimensions.
        max_delta: the angle is from ``-max_delta`` up to this; at most 0.5.
        seed: see ``tf.set_random_seed``.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: ``max_delta`` is negative, or above 0.5.

    Source: ``tf.image.random_hue``.
    """
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_hue(image, random_functions.random_uniform([], -max_delta, max_delta, seed=seed))


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """RGB images whose saturation is multiplied, up to full saturation.

    Args:
        image: RGB in the last of at least three dimensions.
        saturation_factor: the factor, a scalar; 0 gives gray.
        name: the scope of the operations.

    Returns:
        A Tensor of the same dtype and shape.

    Source: ``tf.image.adjust_saturation``.
    """
    with name_scope(name, "adjust_saturation", [image]):
        tensor = convert_to_tensor(image, name="image")
        return convert_image_dtype(AdjustSaturation(_computable(tensor), saturation_factor), tensor.dtype)


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """``adjust_saturation`` by a random factor; the arguments are those of ``random_contrast``."""
    return adjust_saturation(image, _random_factor(lower, upper, seed))
