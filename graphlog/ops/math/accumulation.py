"""Sums of tensors of one shape and of powers, and the cross product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import REQUIRED, Attribute, integer, types
from graphlog.core.conversion import convert_n_to_tensor, convert_to_tensor
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, filling
from graphlog.ops.dtype_groups import NUMBERS, REALS
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.samples import MATRIX


def _sum_of_all(*values: Any) -> Any:
    if any(value.shape != values[0].shape for value in values):
        raise ValueError("Parameters and update must be the same size")
    total = values[0].copy()
    for value in values[1:]:
        total += value
    return total


def _crossed_shape(op: Operation) -> list[StaticShape]:
    result = shapes.merge(op.inputs[0].static_shape, op.inputs[1].static_shape)
    if result is not None:
        if not result:
            raise ValueError("Shape must be at least rank 1 but is rank 0")
        if result[-1] not in (3, None):
            raise ValueError(f"Dimension must be 3 but is {result[-1]}")
    return [result]


def _cross(a: Any, b: Any) -> Any:
    if a.shape != b.shape:
        raise ValueError(
            f"Both inputs must be of same shape: {shapes.bracketed(a.shape)} vs. {shapes.bracketed(b.shape)}"
        )
    if a.ndim == 0 or a.shape[-1] != 3:
        raise ValueError("Cross-products are only defined for 3-element vectors.")
    return np.cross(a, b)


# Its gradient is that of AddN: the same for all.
AccumulateNV2 = define_op(
    "AccumulateNV2",
    ["inputs: N * T"],
    ["sum: T"],
    attributes={"N": integer(minimum=1), "T": types(*NUMBERS), "shape": Attribute("shape", REQUIRED)},
    shape=lambda op: [op.attributes["shape"].as_tuple()],
    kernel=_sum_of_all,
    gradient=lambda op, grad: [grad] * len(op.inputs),
    samples=[
        Sample(([MATRIX, 2 * MATRIX, -MATRIX],), {"shape": (2, 3)}),
        Sample(([samples.int64([1, 2])],), {"shape": (None,)}),
        Sample(([MATRIX, MATRIX[:1]],), {"shape": None}, raises="must be the same size"),
    ],
)
Cross = define_op(
    "Cross",
    ["a: T", "b: T"],
    ["product: T"],
    attributes={"T": types(*REALS)},
    shape=_crossed_shape,
    kernel=_cross,
    gradient=lambda op, grad: (cross(op.inputs[1], grad), cross(grad, op.inputs[0])),
    samples=[
        Sample((MATRIX, MATRIX[::-1] + samples.float32(0.5))),
        Sample((samples.int32([1, 2, 3]), samples.int32([3, 1, 2]))),
        Sample((MATRIX[:, :2], MATRIX[:, :2]), raises="only defined for 3-element vectors"),
        Sample((MATRIX, MATRIX[0]), raises="Both inputs must be of same shape: [2,3] vs. [3]"),
    ],
)


def accumulate_n(
    inputs: Sequence[Any], shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Tensor:
    """The sum of several tensors of one shape and dtype.

    Args:
        inputs: at least one tensor.
        shape: what is known of the shape.
        tensor_dtype: the dtype, to be checked.
        name: the operation's name.

    Returns:
        The sum; the tensor itself where there is only one and it needs no name.

    Raises:
        ValueError: ``inputs`` is empty, or shapes or dtypes differ.
        TypeError: the dtype is not ``tensor_dtype``.

    Source: TensorFlow's ``AccumulateNV2``.
    """
    complaint = "inputs must be a list of at least one Tensor with the same dtype and shape"
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ValueError(complaint)
    tensors = convert_n_to_tensor(inputs)
    if any(tensor.dtype != tensors[0].dtype for tensor in tensors):
        raise ValueError(complaint)
    known = TensorShape(shape)
    for tensor in tensors:
        known = known.merge_with(tensor.shape)
    if tensor_dtype is not None and tensor_dtype != tensors[0].dtype:
        raise TypeError(f"tensor_dtype is {tensor_dtype}, but input is of type {tensors[0].dtype}")
    if len(tensors) == 1:
        return tensors[0] if name is None else arrays.identity(tensors[0], name=name)
    return AccumulateNV2(tensors, shape=known, name=name)


def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """The cross product of vectors of 3 elements along the last axis (TensorFlow's ``Cross``)."""
    return Cross(a, b, name=name)


def polyval(coeffs: Sequence[Any], x: Any, name: str | None = None) -> Tensor:
    """A polynomial at ``x``, by Horner's rule.

    Args:
        coeffs: the coefficients, that of the highest power first.
        x: a tensor.
        name: the scope's name.

    Returns:
        A Tensor of the shape and dtype of ``x``.

    Source: ``tf.math.polyval``.
    """
    with name_scope(name, "polyval", [*coeffs, x]):
        x = convert_to_tensor(x, name="x")
        if not coeffs:
            return filling.zeros_like(x)
        tensors = [convert_to_tensor(item, name=f"coeff_{number}") for number, item in enumerate(coeffs)]
        result = tensors[0]
        for item in tensors[1:]:
            result = item + result * x
        return result
