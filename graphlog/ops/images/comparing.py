"""How like one another images are: PSNR and SSIM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import arrays, axes, joining, packing, padding, ranges, shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.debugging import logging_ops
from graphlog.ops.images.dtype_conversion import convert_image_dtype
from graphlog.ops.math import arithmetic, casts, comparisons, division, elementwise, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.nn import activations, atrous_convolution, pooling_functions, softmax

# How much the scales count in the multi-scale SSIM: those of Wang, Simoncelli and Bovik, 2003.
_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def _compatible(first: Tensor, second: Tensor) -> tuple[Any, Any, list[Operation]]:
    """The sizes of two images, and operations that check that these can be compared.

    Raises:
        ValueError: they are known not to be.
    """
    shapes = first.shape.with_rank_at_least(3), second.shape.with_rank_at_least(3)
    shapes[0][-3:].assert_is_compatible_with(shapes[1][-3:])
    if shapes[0].dims is not None and shapes[1].dims is not None:
        for own, other in zip(reversed(shapes[0].dims[:-3]), reversed(shapes[1].dims[:-3]), strict=False):
            if not (own.value == 1 or other.value == 1 or own.is_compatible_with(other)):
                raise ValueError(f"Two images are not compatible: {shapes[0]} and {shapes[1]}")
    sizes, other_sizes = shape_queries.shape_n([first, second])
    data = [sizes, other_sizes]
    has_rank = comparisons.greater_equal(shape_queries.size(sizes), 3)
    checks = [logging_ops.Assert(has_rank, data, summarize=10)]
    is_alike = comparisons.equal(sizes[-3:], other_sizes[-3:])
    checks.append(logging_ops.Assert(reductions.reduce_all(is_alike), data, summarize=10))
    return sizes, other_sizes, checks


def _in_single_precision(first: Tensor, second: Tensor, max_val: Any) -> tuple[Tensor, Tensor, Tensor]:
    largest = convert_image_dtype(casts.cast(max_val, first.dtype), dtypes.float32)
    return convert_image_dtype(first, dtypes.float32), convert_image_dtype(second, dtypes.float32), largest


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio between images, in decibels.

    Args:
        a: a Tensor whose last three dimensions are height, width and channels.
        b: likewise.
        max_val: the difference between the largest and the least value that there can be.
        name: the scope of the operations.

    Returns:
        A Tensor of float32 with a number for each pair of images.

    Raises:
        ValueError: the shapes do not fit.

    Source: ``tf.image.psnr``.
    """
    with name_scope(name, "PSNR", [a, b]):
        first, second, largest = _in_single_precision(a, b, max_val)
        error = reductions.reduce_mean(division.squared_difference(first, second), [-3, -2, -1])
        peak: Any = elementwise.log(largest)
        peak = 20 * peak / elementwise.log(10.0)
        noise: Any = np.float32(10 / np.log(10)) * elementwise.log(error)
        ratio = arithmetic.subtract(peak, noise, name="psnr")
        _, _, checks = _compatible(first, second)
        with control_dependencies(checks):
            return arrays.identity(ratio)


def _gaussian(size: Tensor, sigma: Tensor) -> Tensor:
    """A filter of the shape of the normal distribution; its sum is 1."""
    places: Any = casts.cast(ranges.range(size), sigma.dtype)
    middle: Any = casts.cast(size - 1, sigma.dtype)
    places = places - middle / 2.0
    exponents: Any = elementwise.square(places)
    exponents = exponents * (-0.5 / elementwise.square(sigma))
    rows: Any = arrays.reshape(exponents, shape=[1, -1])
    exponents = rows + arrays.reshape(exponents, shape=[-1, 1])
    weights = softmax.softmax(arrays.reshape(exponents, shape=[1, -1]))
    return arrays.reshape(weights, shape=[size, size, 1, 1])


def _ssim_per_channel(
    first: Tensor, second: Tensor, max_val: Any, filter_size: int, filter_sigma: float, k1: float, k2: float
) -> tuple[Tensor, Tensor]:
    """The SSIM of each channel, and the part of it that contrast and structure have."""
    size: Any = constants.constant(filter_size, dtype=dtypes.int32)
    sigma = constants.constant(filter_sigma, dtype=first.dtype)
    first_sizes, second_sizes = shape_queries.shape_n([first, second])
    checks = [
        logging_ops.Assert(
            reductions.reduce_all(comparisons.greater_equal(sizes[-3:-1], size)),
            [sizes, size],
            summarize=8,
        )
        for sizes in (first_sizes, second_sizes)
    ]
    with control_dependencies(checks):
        first = arrays.identity(first)
    kernel = _gaussian(size, sigma)
    kernel = arrays.tile(kernel, [1, 1, first_sizes[-1], 1])

    def local_mean(x: Any) -> Any:
        sizes: Any = shape_queries.shape(x)
        flat = arrays.reshape(x, shape=joining.concat([[-1], sizes[-3:]], 0))
        means = atrous_convolution.depthwise_conv2d(flat, kernel, strides=[1, 1, 1, 1], padding="VALID")
        head = sizes[:-3]
        new_sizes: Any = shape_queries.shape(means)
        return arrays.reshape(means, joining.concat([head, new_sizes[1:]], 0))

    luminance, structure = _ssim_parts(first, second, local_mean, max_val, k1, k2)
    spatial = constants.constant([-3, -2], dtype=dtypes.int32)
    similarity = reductions.reduce_mean(luminance * structure, spatial)
    return similarity, reductions.reduce_mean(structure, spatial)


def _ssim_parts(x: Any, y: Any, local_mean: Any, max_val: Any, k1: float, k2: float) -> tuple[Any, Any]:
    c1 = (k1 * max_val) ** 2
    c2 = (k2 * max_val) ** 2
    x_mean, y_mean = local_mean(x), local_mean(y)
    product = x_mean * y_mean * 2.0
    squares: Any = elementwise.square(x_mean)
    squares = squares + elementwise.square(y_mean)
    luminance = (product + c1) / (squares + c1)
    covariance = local_mean(x * y) * 2.0
    x_square: Any = elementwise.square(x)
    variance = local_mean(x_square + elementwise.square(y))
    # TensorFlow multiplies by the correction for an unbiased estimate, which it leaves at 1.
    c2 = c2 * 1.0
    structure = (covariance - product + c2) / (variance - squares + c2)
    return luminance, structure


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity of images: 1 where they are the same.

    Args:
        img1: a Tensor whose last three dimensions are height, width and channels.
        img2: likewise.
        max_val: the difference between the largest and the least value that there can be.
        filter_size: the size of the windows, in pixels; the images are at least as large.
        filter_sigma: the standard deviation of the weights in a window.
        k1: keeps the luminance term away from a division by 0.
        k2: likewise the contrast term.

    Returns:
        A Tensor of float32 with a number for each pair of images.

    Raises:
        ValueError: the shapes do not fit.

    Source: ``tf.image.ssim``; Wang, Bovik, Sheikh and Simoncelli, 2004.
    """
    img1, img2 = convert_to_tensor(img1, name="img1"), convert_to_tensor(img2, name="img2")
    _, _, checks = _compatible(img1, img2)
    with control_dependencies(checks):
        img1 = arrays.identity(img1)
    first, second, largest = _in_single_precision(img1, img2, max_val)
    similarity, _ = _ssim_per_channel(first, second, largest, filter_size, filter_sigma, k1, k2)
    return reductions.reduce_mean(similarity, [-1])


def _padded_to_even(images: Sequence[Tensor], remainder: Tensor) -> list[Tensor]:
    paddings = padding.pad(axes.expand_dims(remainder, -1), [[1, 0], [1, 0]])
    return [padding.pad(image, paddings, mode="SYMMETRIC") for image in images]


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Sequence[float] = _SCALE_WEIGHTS,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity of images at several scales, each half as fine as the one before.

    Args:
        img1: as for ``ssim``; the least scale must be as large as the filter, too.
        img2: likewise.
        max_val: as for ``ssim``.
        power_factors: how much each scale counts.
        filter_size: as for ``ssim``, as what follows.
        filter_sigma: see there.
        k1: see there.
        k2: see there.

    Returns:
        A Tensor of float32 with a number for each pair of images.

    Raises:
        ValueError: the shapes do not fit.

    Source: ``tf.image.ssim_multiscale``; Wang, Simoncelli and Bovik, 2003.
    """
    with name_scope(None, "MS-SSIM", [img1, img2]):
        first, second = convert_to_tensor(img1, name="img1"), convert_to_tensor(img2, name="img2")
        sizes, other_sizes, checks = _compatible(first, second)
        with control_dependencies(checks):
            first = arrays.identity(first)
        *images, largest = _in_single_precision(first, second, max_val)
        heads = [item[:-3] for item in (sizes, other_sizes)]
        tails = [item[-3:] for item in (sizes, other_sizes)]
        halves = constants.constant([2, 2, 1], dtype=dtypes.int32)
        factors = []
        for scale in range(len(power_factors)):
            with name_scope(None, f"Scale{scale}", images):
                if scale:
                    images, tails = _downscaled(images, heads, tails, halves)
                similarity, structure = _ssim_per_channel(
                    images[0], images[1], largest, filter_size, filter_sigma, k1, k2
                )
                factors.append(activations.relu(structure))
        # The coarsest scale counts with its luminance, too.
        factors[-1:] = [activations.relu(similarity)]
        stacked = packing.stack(factors, axis=-1)
        product = reductions.reduce_prod(arithmetic.pow(stacked, power_factors), [-1])
        return reductions.reduce_mean(product, [-1])


def _downscaled(
    images: Sequence[Any], heads: Sequence[Any], tails: Sequence[Any], halves: Tensor
) -> tuple[list[Any], list[Any]]:
    """The images at half their size, and the sizes of their last three dimensions."""
    flat = [
        arrays.reshape(image, joining.concat([[-1], tail], 0))
        for image, tail in zip(images, tails, strict=True)
    ]
    remainder = tails[0] % halves
    is_odd = reductions.reduce_any(comparisons.not_equal(remainder, 0))
    even = conditionals.cond(is_odd, lambda: _padded_to_even(flat, remainder), lambda: flat)
    small = [
        pooling_functions.avg_pool(image, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID")
        for image in even
    ]
    tails = [sizes[1:] for sizes in shape_queries.shape_n(small)]
    shaped = [
        arrays.reshape(image, joining.concat([head, tail], 0))
        for image, head, tail in zip(small, heads, tails, strict=True)
    ]
    return shaped, tails
