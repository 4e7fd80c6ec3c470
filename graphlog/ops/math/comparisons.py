"""Comparisons, and choosing between two tensors by a condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, boolean, types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import filling, selection
from graphlog.ops.dtype_groups import FLOATS, REALS

_SAMPLES = (
    Sample((samples.float32([[1.0, -2.0], [0.5, 4.0]]), samples.float32([1.0, 0.0]))),
    Sample((samples.int32([3, 1, 2]), samples.int32(2))),
)
_EQUATABLE = (
    *FLOATS,
    *(dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.complex64),
    *(dtypes.quint8, dtypes.qint8, dtypes.qint32, dtypes.string, dtypes.bool_, dtypes.complex128),
)


def _comparison(
    type: str, kernel: Kernel, allowed: tuple[DType, ...], **attributes: Attribute
) -> OpDefinition:
    """Defines an operation ``z = x ? y`` that broadcasts its inputs and gives booleans."""
    return define_op(
        type,
        ["x: T", "y: T"],
        ["z: bool"],
        attributes={"T": types(*allowed), **attributes},
        shape=shape_rules.broadcast,
        kernel=kernel,
        gradient=NOT_DIFFERENTIABLE,
        samples=_SAMPLES,
    )


Greater: OpDefinition = _comparison("Greater", np.greater, REALS)
GreaterEqual: OpDefinition = _comparison("GreaterEqual", np.greater_equal, REALS)
Less: OpDefinition = _comparison("Less", np.less, REALS)
LessEqual: OpDefinition = _comparison("LessEqual", np.less_equal, REALS)
Equal = _comparison("Equal", np.equal, _EQUATABLE, incompatible_shape_error=boolean(True))
NotEqual = _comparison("NotEqual", np.not_equal, _EQUATABLE, incompatible_shape_error=boolean(True))


def _select_shape(op: Operation) -> list[StaticShape]:
    condition, first, second = (tensor.static_shape for tensor in op.inputs)
    result = shapes.merge(first, second)
    if not condition or not result:
        return [result]
    # A vector chooses whole rows; of its length TensorFlow makes nothing more.
    together = shapes.merge(result, condition + result[1:] if len(condition) == 1 else condition)
    return [result if len(condition) == 1 else together]


def _select(condition: Any, first: Any, second: Any) -> Any:
    if condition.shape == first.shape == second.shape:
        return np.where(condition, first, second)
    _check_selection(condition, first, second)
    if condition.ndim == 1:
        # A vector chooses whole rows.
        condition = condition.reshape(-1, *(1,) * (first.ndim - 1))
    return np.where(condition, first, second)


def _check_selection(condition: Any, first: Any, second: Any) -> None:
    sizes, first_sizes, second_sizes = map(shapes.bracketed, (condition.shape, first.shape, second.shape))
    if condition.ndim == 1 and first.ndim == 0:
        raise ValueError(f"'then' must be at least a vector, but saw shape: {first_sizes}")
    if condition.ndim > 1 or (condition.ndim == 1 and first.ndim == 1):
        if condition.shape != first.shape:
            raise ValueError(
                "Inputs to operation Select must have the same size and shape.  "
                f"Input 0: {sizes} != input 1: {first_sizes}"
            )
    elif condition.ndim == 1 and len(condition) != len(first):
        raise ValueError(
            "Number of batches of 'then' must match size of 'cond', but saw: "
            f"{len(first)} vs. {len(condition)}"
        )
    if first.shape != second.shape:
        raise ValueError(
            f"'then' and 'else' must have the same size.  but received: {first_sizes} vs. {second_sizes}"
        )


def _select_gradient(op: Operation, grad: Tensor) -> Any:
    condition = op.inputs[0]
    zeros = filling.zeros_like(op.inputs[1])
    return None, where(condition, grad, zeros), where(condition, zeros, grad)


def _select_of_one_shape(op: Operation) -> Kernel | None:
    condition, first, second = (tensor.static_shape for tensor in op.inputs)
    return np.where if shapes.is_fully_defined(condition) and condition == first == second else None


Select = define_op(
    "Select",
    ["condition: bool", "t: T", "e: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=_select_shape,
    kernel=_select,
    specialize=_select_of_one_shape,
    gradient=_select_gradient,
    samples=[
        Sample((samples.boolean([True, False]), samples.float32([1.0, 2.0]), samples.float32([3.0, 4.0]))),
        Sample(
            (samples.boolean([True, False]), samples.float64([[1.0], [2.0]]), samples.float64([[3.0], [4.0]]))
        ),
        Sample((samples.boolean(True), samples.float32([1.0, 2.0]), samples.float32([3.0, 4.0]))),
        Sample(
            (samples.boolean([True]), samples.float32([1.0, 2.0]), samples.float32([3.0, 4.0])),
            raises="Input 0: [1] != input 1: [2]",
        ),
        Sample(
            (samples.boolean([True]), samples.float32([[1.0], [2.0]]), samples.float32([[3.0], [4.0]])),
            raises="Number of batches of 'then' must match size of 'cond', but saw: 2 vs. 1",
        ),
        Sample(
            (samples.boolean(True), samples.float32([1.0]), samples.float32([3.0, 4.0])),
            raises="'then' and 'else' must have the same size.  but received: [1] vs. [2]",
        ),
    ],
)


def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x > y``, element by element with broadcasting (TensorFlow's ``Greater``).

    Args:
        x: a tensor.
        y: a tensor of the same dtype.
        name: the operation's name.

    Returns:
        A Tensor of booleans. The same holds for the other comparisons.
    """
    return Greater(x, y, name=name)


def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x >= y`` (TensorFlow's ``GreaterEqual``)."""
    return GreaterEqual(x, y, name=name)


def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x < y`` (TensorFlow's ``Less``)."""
    return Less(x, y, name=name)


def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x <= y`` (TensorFlow's ``LessEqual``)."""
    return LessEqual(x, y, name=name)


def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x == y``; the operator ``==`` compares whether two tensors are one (TensorFlow's ``Equal``)."""
    return Equal(x, y, name=name)


def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x != y`` (TensorFlow's ``NotEqual``)."""
    return NotEqual(x, y, name=name)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """``x`` where the condition holds and ``y`` elsewhere; or, without these, where it holds.

    Args:
        condition: booleans: of the shape of ``x``, a scalar, or a vector that chooses whole rows.
        x: a tensor, or None.
        y: a tensor of the same shape and dtype, or None as ``x``.
        name: the operation's name.

    Returns:
        A Tensor of that shape and dtype. Without ``x`` and ``y``, an int64 Tensor with the indices of
        each element of ``condition`` that is not zero as a row, in C order.

    Raises:
        ValueError: one of ``x`` and ``y`` is None.

    Source: TensorFlow's ``Select`` and ``Where``.
    """
    if x is None and y is None:
        return selection.indices_where(condition, name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return Select(condition, x, y, name=name)
