"""The gradients of operations that broadcast their two inputs.

Where an input was broadcast, its gradient is summed back to its shape. That is done here, once, for
every such operation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import reductions

Axes = tuple[int, ...]


def reduction_axes(first: Sequence[int], second: Sequence[int]) -> tuple[Axes, Axes]:
    """The axes of the broadcast result over which each input's gradient is summed.

    Args:
        first: the sizes of one input.
        second: those of the other.

    Returns:
        The axes for the first input, and for the second.

    Raises:
        ValueError: the two cannot be broadcast together.
    """
    first, second = tuple(first), tuple(second)
    if first == second:
        return (), ()
    rank = max(len(first), len(second))
    sizes = [(1,) * (rank - len(shape)) + shape for shape in (first, second)]
    if any(a != b and 1 not in (a, b) for a, b in zip(*sizes, strict=True)):
        raise ValueError(f"Incompatible shapes: {shapes.bracketed(first)} vs. {shapes.bracketed(second)}")
    # An axis where both sizes are 1 counts for both, as in TensorFlow: summing over it changes nothing.
    first_axes, second_axes = (tuple([axis for axis in range(rank) if own[axis] == 1]) for own in sizes)
    return first_axes, second_axes


def _kernel(first: Any, second: Any) -> tuple[Any, Any]:
    axes = reduction_axes(first.tolist(), second.tolist())
    return np.array(axes[0], first.dtype), np.array(axes[1], first.dtype)


BroadcastGradientArgs = define_op(
    "BroadcastGradientArgs",
    ["s0: T", "s1: T"],
    ["r0: T", "r1: T"],
    attributes={"T": types(*INDICES, default=dtypes.int32)},
    shape=lambda op: [(None,), (None,)],
    kernel=_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.int32([2, 3]), samples.int32([3]))),
        Sample((samples.int32([2, 1, 3]), samples.int32([1, 3]))),
        Sample((samples.int64([]), samples.int64([4]))),
        Sample((samples.int32([2]), samples.int32([3])), raises="Incompatible shapes: [2] vs. [3]"),
    ],
)


def operand_gradients(
    op: Operation,
    grad: Tensor,
    first: Callable[[], Tensor],
    second: Callable[[], Tensor],
    *,
    as_tensors: bool = False,
) -> tuple[Tensor, Tensor]:
    """The gradients of both inputs of a broadcasting operation, summed to the inputs' shapes.

    Args:
        op: the operation.
        grad: the gradient of its output.
        first: makes the gradient of the first input, in the broadcast shape.
        second: makes that of the second.
        as_tensors: whether the shapes are always computed in the graph, as TensorFlow does for some
            operations; otherwise static shapes are used where they are known.

    Returns:
        Both gradients.

    Source: ``SmartBroadcastGradientArgs`` of TensorFlow 1.15, whose nodes these are.
    """
    x, y = op.inputs
    sums = _sums_in_graph(x, y, optimize=True) if as_tensors else _sums(x, y, grad)
    return _summed(first(), sums[0]), _summed(second(), sums[1])


def first_operand_gradient(op: Operation, grad: Tensor, first: Callable[[], Tensor]) -> Tensor:
    """The first of ``operand_gradients``, where that of the second input does not matter."""
    x, y = op.inputs
    sum_to, _ = _sums(x, y, grad)
    return _summed(first(), sum_to)


def operand_sums(op: Operation, *operands: Tensor) -> list[Callable[[Tensor], Tensor]]:
    """For each of two operands, the function that sums a gradient to the operand's shape.

    ``operand_gradients`` does the same at once; this is for rules that make nodes in between.

    Args:
        op: the operation.
        *operands: the two operands, where they are not its inputs.

    Returns:
        The two functions.
    """
    x, y = operands or op.inputs
    return [functools.partial(_summed, sum_to=item) for item in _sums_in_graph(x, y, optimize=True)]


def sums_to(*sizes: Tensor) -> list[Callable[[Tensor], Tensor]]:
    """For each of two operands' shapes, the function that sums a gradient to it."""
    return [functools.partial(_summed, sum_to=item) for item in _sums_to(*sizes)]


# The axes to sum over and the shape to get; None where there is nothing to do.
_Sum = tuple[Any, Any] | None


def _summed(partial: Tensor, sum_to: _Sum) -> Tensor:
    if sum_to is None:
        return partial
    axes, sizes = sum_to
    return arrays.reshape(reductions.reduce_sum(partial, axes), sizes)


def _sums(x: Tensor, y: Tensor, grad: Tensor | IndexedSlices) -> tuple[_Sum, _Sum]:
    first, second, result = x.static_shape, y.static_shape, grad.static_shape
    if not isinstance(grad, Tensor):
        return _sums_in_graph(x, y, optimize=True)
    if not (shapes.is_fully_defined(first) and shapes.is_fully_defined(second)):
        return _sums_in_graph(x, y, optimize=False)
    axes = _static_axes(grad, first, second)
    return (
        None if first == result else (axes[0], first),
        None if second == result else (axes[1], second),
    )


def _sums_in_graph(x: Tensor, y: Tensor, optimize: bool) -> tuple[_Sum, _Sum]:
    return _sums_to(*(shape_queries.shape(tensor, optimize=optimize) for tensor in (x, y)))


def _sums_to(first: Tensor, second: Tensor) -> tuple[_Sum, _Sum]:
    axes = BroadcastGradientArgs.operation(first, second).outputs
    return (axes[0], first), (axes[1], second)


def _static_axes(grad: Tensor, first: tuple[int, ...], second: tuple[int, ...]) -> tuple[Axes, Axes]:
    """The axes, worked out once a graph for each pair of shapes.

    TensorFlow works them out by an operation that nothing uses afterwards; it belongs to the graph.
    """
    cache = grad.graph.gradient_cache
    key = ("reduction axes", first, second)
    if key not in cache:
        BroadcastGradientArgs.operation(np.array(first, np.int32), np.array(second, np.int32))
        cache[key] = reduction_axes(first, second)
    return cache[key]


def shapes_known_and_equal(*tensors: Tensor) -> bool:
    """Whether all have the same, fully known shape."""
    first = tensors[0].static_shape
    return shapes.is_fully_defined(first) and all(tensor.static_shape == first for tensor in tensors)
