"""Choosing elements by a condition, with broadcasting, and finding where it holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed, is_fully_defined
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.dtype_groups import NUMBERS
from graphlog.ops.math import broadcasting, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import broadcast_shape


def _selected_shape(op: Operation) -> list[StaticShape]:
    condition, first, second = (tensor.static_shape for tensor in op.inputs)
    return [broadcast_shape(condition, broadcast_shape(first, second))]


def _select(condition: Any, first: Any, second: Any) -> Any:
    try:
        np.broadcast_shapes(first.shape, second.shape)
    except ValueError:
        raise ValueError(
            f"then {bracketed(first.shape)} and else {bracketed(second.shape)} must be broadcastable"
        ) from None
    return np.where(condition, first, second)


def _select_of_known_shapes(op: Operation) -> Kernel | None:
    return np.where if all(is_fully_defined(tensor.static_shape) for tensor in op.inputs) else None


def _select_v2_gradient(op: Operation, grad: Tensor) -> Any:
    condition, first, second = op.inputs
    zeros = filling.zeros([], dtype=grad.dtype.base_dtype)
    of_first = where_v2(condition, grad, zeros)
    sizes = shape_queries.shape(first)
    result_sizes = shape_queries.shape(op.outputs[0])
    of_first = _summed(of_first, sizes, result_sizes)
    of_second = where_v2(condition, zeros, grad)
    return None, of_first, _summed(of_second, shape_queries.shape(second), result_sizes)


def _summed(grad: Tensor, sizes: Tensor, result_sizes: Tensor) -> Tensor:
    axes = broadcasting.BroadcastGradientArgs.operation(sizes, result_sizes).outputs[0]
    return arrays.reshape(reductions.reduce_sum(grad, keepdims=True, axis=axes), sizes)


def _indices_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    return [(None, None if shape is None else len(shape))]


def _indices(value: Any) -> Any:
    if value.ndim == 0:
        raise ValueError("WhereOp : Unhandled input dimensions: 0")
    return np.ascontiguousarray(np.argwhere(value), np.int64)


SelectV2 = define_op(
    "SelectV2",
    ["condition: bool", "t: T", "e: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=_selected_shape,
    kernel=_select,
    specialize=_select_of_known_shapes,
    gradient=_select_v2_gradient,
    samples=[
        Sample((samples.boolean([True, False]), samples.float32([1.0, 2.0]), samples.float32([3.0, 4.0]))),
        Sample(
            (
                samples.boolean([[True], [False]]),
                samples.float64([[1.0, 2.0], [3.0, 4.0]]),
                samples.float64(5),
            )
        ),
        Sample((samples.boolean(True), samples.float32([1.0]), samples.float32([[3.0, 4.0], [5.0, 6.0]]))),
        Sample((samples.boolean([True, False]), samples.int32(1), samples.int32(2))),
        Sample(
            (samples.boolean(True), samples.float32([1.0, 2.0]), samples.float32([1.0, 2.0, 3.0])),
            raises="then [2] and else [3] must be broadcastable",
        ),
    ],
)
Where = define_op(
    "Where",
    ["input: T"],
    ["index: int64"],
    attributes={"T": types(*NUMBERS, dtypes.bool_, default=dtypes.bool_)},
    shape=_indices_shape,
    kernel=_indices,
    samples=[
        Sample((samples.boolean([[True, False], [True, True]]),)),
        Sample((samples.float32([0.0, 1.5]),)),
        Sample((samples.float32(1.5),), raises="Unhandled input dimensions: 0"),
    ],
)


def where_v2(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """``x`` where the condition holds and ``y`` elsewhere, all three broadcast.

    Args:
        condition: booleans.
        x: a tensor; None to get the indices of what holds (see ``where``).
        y: a tensor of the same dtype, or None as ``x``.
        name: the operation's name.

    Returns:
        A Tensor of the broadcast shape and the dtype of ``x``.

    Raises:
        ValueError: one of ``x`` and ``y`` is None.

    Source: TensorFlow's ``SelectV2``.
    """
    if x is None and y is None:
        return indices_where(condition, name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return SelectV2(condition, x, y, name=name)


def indices_where(condition: Any, name: str | None = None) -> Tensor:
    """The indices of the elements that are not zero, one a row, in C order (TensorFlow's ``Where``)."""
    with name_scope(name, "Where", [condition]) as scope:
        tensor = convert_to_tensor(condition, name="condition", preferred_dtype=dtypes.bool_)
        return Where(tensor, name=scope)
