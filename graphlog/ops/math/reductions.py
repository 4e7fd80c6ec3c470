"""Reductions of a tensor along axes."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample
from graphlog.core.operation import Operation
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import (
    arrays,
    dynamic_stitch,
    filling,
    gathering,
    joining,
    ranges,
    shape_queries,
    unique,
)
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, casts, comparisons, cumulative, elementwise
from graphlog.ops.math.reduction_definitions import SAMPLES, define_reduction, known_axes, reduce
from graphlog.ops.math.reduction_definitions import reduced_static_shape as reduced_static_shape
from graphlog.ops.name_scopes import colocate_with, device
from graphlog.ops.static_values import constant_value, visible_value


def sum_gradient(op: Operation, grad: Tensor) -> Any:
    """The rule of ``Sum``: the gradient is repeated along the axes that were summed."""
    value, axes = op.inputs
    shape, known_axes = value.static_shape, visible_value(axes)
    if shape is not None and known_axes is not None:
        if np.array_equal(known_axes, np.arange(len(shape))):
            grad = arrays.reshape(grad, [1] * len(shape))
            if shapes.is_fully_defined(shape):
                return arrays.tile(grad, constant(shape, dtype=dtypes.int32)), None
            return arrays.tile(grad, shape_queries.shape(value)), None
        if shapes.is_fully_defined(shape):
            kept, repeats = _static_repeats(op, tuple(known_axes.ravel().tolist()))
            return arrays.tile(arrays.reshape(grad, kept), repeats), None
    sizes = shape_queries.shape(value)
    with colocate_with(sizes):
        kept_sizes = reduced_shape(sizes, axes)
        repeat_sizes = quotient_of_sizes(sizes, kept_sizes)
    return arrays.tile(arrays.reshape(grad, kept_sizes), repeat_sizes), None


def _static_repeats(op: Operation, axes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape with reduced axes of size 1, and how often each is repeated; worked out once a graph.

    TensorFlow works them out by operations that nothing uses afterwards; they belong to the graph.
    """
    shape = op.inputs[0].static_shape
    cache = op.graph.gradient_cache
    key = ("reduced shape", shape, axes)
    if key not in cache:
        kept = tuple(constant_value(reduced_shape(shape, axes)).tolist())
        cache[key] = kept, tuple(constant_value(quotient_of_sizes(shape, kept)).tolist())
    return cache[key]


def quotient_of_sizes(sizes: Any, divisors: Any) -> Any:
    """``sizes // divisors``, where 0 // 0 is 0."""
    return sizes // arithmetic.maximum(divisors, 1)


def reduced_shape(input_shape: Any, axes: Any) -> Tensor:
    """The shape, as a tensor, of a reduction that keeps reduced axes with size 1.

    Args:
        input_shape: an int32 vector of sizes.
        axes: the axes that are reduced.

    Returns:
        An int32 vector.

    Source: the nodes are those of TensorFlow 1.15's ``reduced_shape``.
    """
    input_shape = casts.cast(input_shape, dtypes.int32)
    axes = casts.cast(axes, dtypes.int32)
    input_rank = shape_queries.size(input_shape)
    axes = (axes + input_rank) % input_rank
    axes_shape = shape_queries.shape(axes)
    return dynamic_stitch.dynamic_stitch(
        [ranges.range(input_rank), axes],
        [input_shape, filling.fill(axes_shape, 1)],
    )


def _mean_gradient(op: Operation, grad: Tensor) -> Any:
    total = sum_gradient(op, grad)[0]
    before, after = op.inputs[0].static_shape, op.outputs[0].static_shape
    if shapes.is_fully_defined(before) and shapes.is_fully_defined(after):
        size_before, size_after = (shapes.element_count(shape) or 0 for shape in (before, after))
        count = constant(size_before // max(size_after, 1), dtype=total.dtype)
    else:
        sizes = [shape_queries.shape(tensor) for tensor in (op.inputs[0], op.outputs[0])]
        count = quotient_of_sizes(*map(reduce_prod, sizes))
    return arithmetic.truediv(total, casts.cast(count, total.dtype)), None


def _extremum_gradient(op: Operation, grad: Tensor) -> Any:
    """Elements that are equally great share the gradient."""
    value, axes = op.inputs
    kept_sizes = reduced_shape(shape_queries.shape(value), axes)
    extremum = arrays.reshape(op.outputs[0], kept_sizes)
    grad = arrays.reshape(grad, kept_sizes)
    is_selected = casts.cast(comparisons.equal(extremum, value), grad.dtype)
    count = arrays.reshape(reduce_sum(is_selected, axes), kept_sizes)
    return arithmetic.divide(is_selected, count) * grad, None


def _prod_gradient(op: Operation, grad: Tensor) -> Any:
    """Each element's gradient is the product of all others, which does not divide by elements of 0.

    The reduced axes are put first and made one, so that the others are the cumulative products from
    both ends.
    """
    value, axes = op.inputs
    sizes = shape_queries.shape(value)
    reduced = arrays.reshape(axes, [-1])
    kept_sizes = reduced_shape(sizes, axes)
    repeats = quotient_of_sizes(sizes, kept_sizes)
    grad = arrays.tile(arrays.reshape(grad, kept_sizes), repeats)
    with device("/cpu:0"):
        rank = shape_queries.rank(value)
        reduced = (casts.cast(reduced, dtypes.int32) + rank) % rank
        other, _ = unique.setdiff1d(ranges.range(0, rank), reduced)
        order = joining.concat([reduced, other], 0)
        reduced_count = reduce_prod(gathering.gather(sizes, reduced))
        other_count = reduce_prod(gathering.gather(sizes, other))
    permuted = arrays.transpose(value, order)
    permuted_sizes = shape_queries.shape(permuted)
    table = arrays.reshape(permuted, (reduced_count, other_count))
    before = cumulative.cumprod(table, axis=0, exclusive=True)
    after = cumulative.cumprod(table, axis=0, exclusive=True, reverse=True)
    others = arrays.reshape(elementwise.conj(before) * elementwise.conj(after), permuted_sizes)
    result = grad * arrays.transpose(others, arrays.InvertPermutation(order))
    return arrays.reshape(result, sizes), None


# Typed loosely: NumPy's types know ``keepdims`` only as a literal.
_add: Any = np.add
_multiply: Any = np.multiply


def _sum(value: Any, axes: tuple[int, ...], keep: bool) -> Any:
    if is_summed_by_product(value.shape, value.dtype, axes):
        total = sum_by_product(value.shape, value.dtype, axes[0])(value)
        return np.expand_dims(total, axes[0]) if keep else total
    # NumPy adds even a single -0.0 to 0.
    return _add.reduce(value, axes, value.dtype, None, keep) if axes else np.array(value)


# More numbers than this are summed as NumPy does it, in pairs where it can, which is more precise.
_MOST_SUMMED_BY_PRODUCT = 1 << 10


def is_summed_by_product(shape: tuple[int, ...], dtype: np.dtype[Any], axes: tuple[int, ...]) -> bool:
    """Whether it is the sum of a vector or along an axis of a matrix, for which BLAS has a faster way."""
    if len(shape) not in (1, 2) or len(axes) != 1 or dtype.kind != "f" or dtype.itemsize not in (4, 8):
        return False
    return 0 not in shape and shape[axes[0]] <= _MOST_SUMMED_BY_PRODUCT


def sum_by_product(shape: tuple[int, ...], dtype: np.dtype[Any], axis: int) -> Kernel:
    """That sum of arrays of a shape: a product with ones."""
    ones = np.ones(shape[axis], dtype)
    if axis == 0 and len(shape) == 2:
        return lambda value, _=None, out=None: ones.dot(value, out)
    return lambda value, _=None, out=None: value.dot(ones, out)


def _sum_of_known_shape(op: Operation) -> Kernel | None:
    keep, axes, dtype = op.attributes["keep_dims"], known_axes(op), op.attributes["T"].numpy_dtype
    shape = op.inputs[0].static_shape
    if not axes or not shapes.is_fully_defined(shape) or dtype.kind not in "fc":
        return None
    if is_summed_by_product(shape, dtype, axes):
        product, kept = sum_by_product(shape, dtype, axes[0]), op.outputs[0].static_shape
        return (lambda value, _: product(value).reshape(kept)) if keep else product
    where, total = _taken_sooner(axes), _add.reduce
    return lambda value, _, out=None: total(value, where, None, out, keep)


def _taken_sooner(axes: tuple[int, ...]) -> int | tuple[int, ...]:
    """The axes as NumPy takes them soonest: one as a number, and not in a tuple."""
    return axes[0] if len(axes) == 1 else axes


def _mean(value: Any, axes: tuple[int, ...], keep: bool) -> Any:
    if not axes:
        return np.array(value)
    total = _sum(value, axes, keep)
    count = math.prod([value.shape[axis] for axis in axes])
    if value.dtype.kind not in "iu":
        return np.true_divide(total, value.real.dtype.type(count))
    # Rounded towards zero.
    return (np.sign(total) * (np.abs(total) // max(count, 1))).astype(value.dtype)


def _mean_of_known_shape(op: Operation) -> Kernel | None:
    axes, shape, dtype = known_axes(op), op.inputs[0].static_shape, op.attributes["T"].numpy_dtype
    if not axes or not shapes.is_fully_defined(shape) or dtype.kind != "f":
        return None
    count = dtype.type(math.prod([shape[axis] for axis in axes]))
    total = _sum_of_known_shape(op)
    return None if total is None else lambda value, axes: total(value, axes) / count


def _prod(value: Any, axes: tuple[int, ...], keep: bool) -> Any:
    return _multiply.reduce(value, axis=axes, dtype=value.dtype, keepdims=keep)


def _norm(value: Any, axes: tuple[int, ...], keep: bool) -> Any:
    squares = _add.reduce(np.square(np.abs(value)), axis=axes, keepdims=keep)
    return np.sqrt(squares).astype(value.dtype)


def _extremum(function: Any, ignoring_nan: Any, limit: str) -> Any:
    """The kernel of Max or Min. NaN is left out, as in TensorFlow; no elements give the dtype's limit."""

    def kernel(value: Any, axes: tuple[int, ...], keep: bool) -> Any:
        if not axes or value.dtype.kind == "c":
            return function.reduce(value, axis=axes, keepdims=keep)
        if value.dtype.kind == "f":
            initial = -np.inf if limit == "min" else np.inf
            return ignoring_nan.reduce(value, axis=axes, keepdims=keep, initial=initial)
        return function.reduce(value, axis=axes, keepdims=keep, initial=getattr(np.iinfo(value.dtype), limit))

    return kernel


def _extremum_of_floats(ignoring_nan: Any, initial: float) -> Any:
    """The maker of a faster kernel of Max or Min along known axes."""

    def make_kernel(op: Operation) -> Kernel | None:
        keep, axes = op.attributes["keep_dims"], known_axes(op)
        if not axes or op.attributes["T"].numpy_dtype.kind != "f":
            return None
        where, find = _taken_sooner(axes), ignoring_nan.reduce
        return lambda value, _, out=None: find(value, where, None, out, keep, initial)

    return make_kernel


_BOOLEANS = (
    Sample((samples.boolean([[True, False], [True, True]]), samples.int32([0]))),
    Sample((samples.boolean([[True, False], [False, False]]), samples.int64(1)), {"keep_dims": True}),
)

Sum = define_reduction("Sum", _sum, sum_gradient, specialize=_sum_of_known_shape)
Mean = define_reduction("Mean", _mean, _mean_gradient, specialize=_mean_of_known_shape)
Prod = define_reduction("Prod", _prod, _prod_gradient)
Max = define_reduction(
    "Max",
    _extremum(np.maximum, np.fmax, "min"),
    _extremum_gradient,
    specialize=_extremum_of_floats(np.fmax, -np.inf),
)
Min = define_reduction(
    "Min",
    _extremum(np.minimum, np.fmin, "max"),
    _extremum_gradient,
    specialize=_extremum_of_floats(np.fmin, np.inf),
)
# TensorFlow passes no derivative on, though there is one.
EuclideanNorm = define_reduction(
    "EuclideanNorm",
    _norm,
    NOT_DIFFERENTIABLE,
    [dataclasses.replace(item, differentiable=False) for item in SAMPLES],
)
Any_ = define_reduction("Any", lambda *given: _logical(np.any, *given), None, _BOOLEANS, dtype="bool")
All = define_reduction("All", lambda *given: _logical(np.all, *given), None, _BOOLEANS, dtype="bool")


def _logical(function: Any, value: Any, axes: tuple[int, ...], keep: bool) -> Any:
    return function(value, axis=axes, keepdims=keep)


def reduce_sum(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The sum of a tensor's elements along axes.

    Args:
        input_tensor: a tensor of numbers.
        axis: an axis or several, counted from the end where negative; all axes if None.
        keepdims: whether reduced axes stay, with size 1.
        name: the operation's name.
        reduction_indices: the older name of ``axis``.
        keep_dims: the older name of ``keepdims``.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: there is no such axis, or both names of an argument are given.

    Source: TensorFlow's ``Sum``.
    """
    return reduce(Sum, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


@partial_of(reduce, Mean)
def reduce_mean() -> None:
    """The mean of a tensor's elements along axes, as ``reduce_sum``; of integers, rounded to 0 (``Mean``)."""


@partial_of(reduce, Prod)
def reduce_prod() -> None:
    """The product of a tensor's elements along axes, as ``reduce_sum`` (TensorFlow's ``Prod``)."""


@partial_of(reduce, Max)
def reduce_max() -> None:
    """The greatest of a tensor's elements along axes, as ``reduce_sum``; NaN is left out (``Max``)."""


@partial_of(reduce, Min)
def reduce_min() -> None:
    """The least of a tensor's elements along axes, as ``reduce_sum``; NaN is left out (``Min``)."""


@partial_of(reduce, Any_)
def reduce_any() -> None:
    """Whether any of a tensor's booleans is true, along axes as ``reduce_sum`` (TensorFlow's ``Any``)."""


@partial_of(reduce, All)
def reduce_all() -> None:
    """Whether all of a tensor's booleans are true, along axes as ``reduce_sum`` (TensorFlow's ``All``)."""


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The root of the sum of squares along axes, as ``reduce_sum`` (TensorFlow's ``EuclideanNorm``)."""
    return reduce(EuclideanNorm, input_tensor, axis, keepdims, name)
