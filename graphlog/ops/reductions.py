"""Reductions of a tensor along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import arithmetic, arrays, casts, dynamic_stitch, filling, ranges, samples, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.name_scopes import colocate_with
from graphlog.ops.static_values import constant_value


def reduced_static_shape(op: Operation) -> list[StaticShape]:
    """The shape rule of reductions: input 1 lists the axes, attribute ``keep_dims`` keeps them."""
    shape, keep = op.inputs[0].static_shape, op.attributes["keep_dims"]
    axes = constant_value(op.inputs[1])
    if shape is None:
        return [None]
    if axes is None:
        return [(None,) * len(shape) if keep else None]
    reduced = {_axis_in_range(axis, len(shape)) for axis in np.ravel(axes).tolist()}
    if keep:
        return [tuple([1 if axis in reduced else size for axis, size in enumerate(shape)])]
    return [tuple([size for axis, size in enumerate(shape) if axis not in reduced])]


def _axis_in_range(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"Invalid reduction dimension {axis} for input with {rank} dimensions.")
    return axis % rank


def _sum_kernel(op: Operation) -> Kernel:
    keep = op.attributes["keep_dims"]
    add = np.add.reduce

    def kernel(value: Any, axes: Any) -> Any:
        reduced = tuple([_axis_in_range(axis, np.ndim(value)) for axis in axes.ravel().tolist()])
        return add(value, axis=reduced, dtype=value.dtype, keepdims=keep)

    return kernel


def _sum_gradient(op: Operation, grad: Tensor) -> Any:
    """The gradient of a sum is repeated along the axes that were summed."""
    value, axes = op.inputs
    shape, known_axes = value.static_shape, constant_value(axes)
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
        repeat_sizes = _quotient_of_sizes(sizes, kept_sizes)
    return arrays.tile(arrays.reshape(grad, kept_sizes), repeat_sizes), None


def _static_repeats(op: Operation, axes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape with reduced axes of size 1, and how often each is repeated; worked out once a graph.

    TensorFlow works them out by operations that nothing uses afterwards; they belong to the graph.
    """
    shape = op.inputs[0].static_shape
    assert shape is not None
    cache = op.graph.gradient_cache
    key = ("reduced shape", shape, axes)
    if key not in cache:
        kept = tuple(constant_value(reduced_shape(shape, axes)).tolist())
        cache[key] = kept, tuple(constant_value(_quotient_of_sizes(shape, kept)).tolist())
    return cache[key]


def _quotient_of_sizes(sizes: Any, divisors: Any) -> Any:
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


Sum = define_op(
    "Sum",
    ["input: T", "reduction_indices: Tidx"],
    ["output: T"],
    attributes={
        "keep_dims": boolean(False),
        "T": types(*NUMBERS),
        "Tidx": types(*INDICES, default=dtypes.int32),
    },
    shape=reduced_static_shape,
    make_kernel=_sum_kernel,
    gradient=_sum_gradient,
    samples=[
        Sample((samples.float32([[1.5, 2.0, -3.0], [0.5, 1.0, 4.0]]), samples.int32([0, 1]))),
        Sample((samples.float64([[1.5, 2.0, -3.0], [0.5, 1.0, 4.0]]), samples.int32([-1]))),
        Sample((samples.float32([[1.5, 2.0]]), samples.int64([0])), {"keep_dims": True}),
        Sample((samples.int32([[1, 2], [3, 4]]), samples.int32(0))),
        Sample((samples.float32([1.5, 2.0]), samples.int32([1])), raises="Invalid reduction dimension 1"),
    ],
)


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
    if axis is not None and reduction_indices is not None:
        raise ValueError("Cannot specify both 'axis' and 'reduction_indices'.")
    if keepdims is not None and keep_dims is not None:
        raise ValueError("Cannot specify both 'keep_dims' and 'keepdims'.")
    axis = reduction_indices if axis is None else axis
    keep = bool(keep_dims if keepdims is None else keepdims)
    tensor = convert_to_tensor(input_tensor, name="input")
    result: Tensor = Sum(tensor, _axes(tensor, axis), keep_dims=keep, name=name)
    if axis is None and not keep:
        result.set_shape(())
    return result


def _axes(tensor: Tensor, axis: Any) -> Any:
    if axis is not None:
        return axis
    if tensor.static_shape is not None:
        return constant(np.arange(len(tensor.static_shape), dtype=np.int32))
    return ranges.range(0, shape_queries.rank(tensor))
