"""Means and variances: ``tf.nn.moments`` and its relatives."""

from __future__ import annotations

import math
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import is_fully_defined
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, shape_rules
from graphlog.ops.array import axes as axis_functions
from graphlog.ops.array import filling, gathering, shape_queries
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.math import arithmetic, casts, division, elementwise, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument


def moments(
    x: Any,
    axes: Any,
    shift: Any = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean and the variance of a tensor along axes.

    Args:
        x: a tensor of floating-point numbers.
        axes: the axes, a list.
        shift: is not used.
        name: the scope of the operations.
        keep_dims: whether reduced axes stay, with size 1.
        keepdims: the newer name of ``keep_dims``.

    Returns:
        Both as Tensors of the same dtype.

    Source: ``tf.nn.moments``.
    """
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "moments", [x, axes]):
        if not hasattr(x, "dtype"):
            x = convert_to_tensor(x, name="x")
        is_narrow = x.dtype is dtypes.float16
        y = casts.cast(x, dtypes.float32) if is_narrow else x
        mean = reductions.reduce_mean(y, axes, keepdims=True, name="mean")
        difference = division.squared_difference(y, gradient_stops.stop_gradient(mean))
        variance = reductions.reduce_mean(difference, axes, keepdims=True, name="variance")
        if not keep:
            mean = axis_functions.squeeze(mean, axes)
            variance = axis_functions.squeeze(variance, axes)
        if is_narrow:
            return casts.cast(mean, dtypes.float16), casts.cast(variance, dtypes.float16)
        return mean, variance


def weighted_moments(
    x: Any,
    axes: Any,
    frequency_weights: Any,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean and the variance of a tensor whose elements have weights.

    Args:
        x: a tensor of floating-point numbers.
        axes: the axes, a list.
        frequency_weights: the weights, which are broadcast with ``x``.
        name: the scope of the operations.
        keep_dims: whether reduced axes stay, with size 1.
        keepdims: the newer name of ``keep_dims``.

    Returns:
        Both as Tensors of the same dtype.

    Source: ``tf.nn.weighted_moments``.
    """
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(frequency_weights, name="frequency_weights")
        is_narrow = x.dtype is dtypes.float16
        if is_narrow:
            x = casts.cast(x, dtypes.float32)
        if weights.dtype.base_dtype is not x.dtype.base_dtype:
            weights = casts.cast(weights, x.dtype)
        total = reductions.reduce_sum(weights * x, axes, name="weighted_input_sum", keepdims=True)
        everywhere = weights + filling.zeros_like(x)
        weight_sum = reductions.reduce_sum(everywhere, axes, name="sum_of_weights", keepdims=True)
        divisor = elementwise.reciprocal(weight_sum, name="inv_weight_sum")
        mean = arithmetic.multiply(total, divisor)
        squares = reductions.reduce_sum(
            weights * division.squared_difference(x, mean), axes, name="weighted_distsq", keepdims=True
        )
        variance = arithmetic.multiply(squares, divisor)
        if not keep:
            mean = axis_functions.squeeze(mean, axis=axes)
            variance = axis_functions.squeeze(variance, axis=axes)
        if is_narrow:
            return casts.cast(mean, dtypes.float16), casts.cast(variance, dtypes.float16)
        return mean, variance


def sufficient_statistics(
    x: Any,
    axes: Any,
    shift: Any = None,
    keep_dims: bool | None = None,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """What mean and variance follow from (see ``normalize_moments``).

    Args:
        x: a tensor of floating-point numbers.
        axes: the axes, a list of numbers.
        shift: a number near the mean, for the sake of precision; 0 if None.
        keep_dims: whether reduced axes stay, with size 1.
        name: the scope of the operations.
        keepdims: the newer name of ``keep_dims``.

    Returns:
        The number of elements, the sum of the shifted elements, the sum of their squares, and the shift.

    Source: ``tf.nn.sufficient_statistics``.
    """
    over = list(set(axes))
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        shape = x.static_shape
        sizes = (
            None
            if shape is None
            else tuple([shape[shape_rules.axis_in_range(axis, len(shape))] for axis in over])
        )
        if is_fully_defined(sizes):
            counts = constants.constant(math.prod(sizes), dtype=x.dtype)
        else:
            every = casts.cast(shape_queries.shape(x), x.dtype)
            counts = reductions.reduce_prod(gathering.gather(every, over), name="count")
        if shift is not None:
            shift = convert_to_tensor(shift, name="shift")
            first, second = arithmetic.subtract(x, shift), division.squared_difference(x, shift)
        else:
            first, second = x, elementwise.square(x)
        mean_sum = reductions.reduce_sum(first, over, keepdims=keep, name="mean_ss")
        square_sum = reductions.reduce_sum(second, over, keepdims=keep, name="var_ss")
    return counts, mean_sum, square_sum, shift


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Mean and variance from what ``sufficient_statistics`` gives (``tf.nn.normalize_moments``)."""
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = elementwise.reciprocal(counts, name="divisor")
        if shift is not None:
            shifted_mean = arithmetic.multiply(mean_ss, divisor, name="shifted_mean")
            mean = arithmetic.add(shifted_mean, shift, name="mean")
        else:
            mean = shifted_mean = arithmetic.multiply(mean_ss, divisor, name="mean")
        square = arithmetic.multiply(variance_ss, divisor)
        variance = arithmetic.subtract(square, elementwise.square(shifted_mean), name="variance")
    return mean, variance
