"""Shape, Size and Rank: what a tensor's shape is, as a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.op_definition import (
    NOT_DIFFERENTIABLE,
    Kernel,
    OpDefinition,
    Sample,
    define_op,
    find_definition,
)
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.sparse_tensor import is_sparse
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.name_scopes import name_scope

_SAMPLES = (
    Sample((samples.float32([[1.0, 2.0, 3.0]]),)),
    Sample((samples.int32(5),)),
    Sample((np.zeros((2, 0)),), {"out_type": dtypes.int64}),
)


def _shape_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    return [(None if shape is None else len(shape),)]


def _shape_kernel(op: Operation) -> Kernel:
    dtype = op.outputs[0].dtype.numpy_dtype
    return lambda value: np.array(np.shape(value), dtype)


def _shapes_kernel(op: Operation) -> Kernel:
    dtype = op.outputs[0].dtype.numpy_dtype
    return lambda *values: tuple([np.array(np.shape(value), dtype) for value in values])


def _size_kernel(op: Operation) -> Kernel:
    number = op.outputs[0].dtype.as_numpy_dtype
    return lambda value: number(np.size(value))


Shape = define_op(
    "Shape",
    ["input: T"],
    ["output: out_type"],
    attributes={"T": types(), "out_type": types(*INDICES, default=dtypes.int32)},
    shape=_shape_shape,
    make_kernel=_shape_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=_SAMPLES,
)
ShapeN = define_op(
    "ShapeN",
    ["input: N * T"],
    ["output: N * out_type"],
    attributes={"N": integer(minimum=1), "T": types(), "out_type": types(*INDICES, default=dtypes.int32)},
    shape=lambda op: [
        (None if tensor.static_shape is None else len(tensor.static_shape),) for tensor in op.inputs
    ],
    make_kernel=_shapes_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample(([samples.float32([[1.0, 2.0, 3.0]]), samples.float32(1.0)],)),
        Sample(([samples.int32([1, 2])],), {"out_type": dtypes.int64}),
    ],
)
Size = define_op(
    "Size",
    ["input: T"],
    ["output: out_type"],
    attributes={"T": types(), "out_type": types(*INDICES, default=dtypes.int32)},
    shape=shape_rules.scalar,
    make_kernel=_size_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=_SAMPLES,
)
Rank = define_op(
    "Rank",
    ["input: T"],
    ["output: int32"],
    attributes={"T": types()},
    shape=shape_rules.scalar,
    kernel=lambda value: np.int32(np.ndim(value)),
    gradient=NOT_DIFFERENTIABLE,
    samples=_SAMPLES[:2],
)


def _defined(type: str) -> OpDefinition:
    """A definition of a module that itself needs this one."""
    found = find_definition(type)
    assert found is not None
    return found


def _sparse_sizes(input: Any, out_type: Any) -> Tensor:
    return _defined("Cast")(input.dense_shape, DstT=as_dtype(out_type))


def shape(
    input: Any, name: str | None = None, out_type: DType = dtypes.int32, optimize: bool = True
) -> Tensor:
    """The shape of a tensor, as a vector.

    Args:
        input: a tensor, which may be sparse.
        name: the operation's name.
        out_type: int32 or int64.
        optimize: whether a constant is used where the shape is known already.

    Returns:
        A Tensor of shape ``(rank,)``.

    Source: ``tf.shape``.
    """
    with name_scope(name, "Shape", [input]) as scope:
        if is_sparse(input):
            return _sparse_sizes(input, out_type)
        tensor = convert_to_tensor(input)
        static = tensor.static_shape
        if optimize and shapes.is_fully_defined(static):
            return constant(np.array(static, as_dtype(out_type).numpy_dtype), name=scope)
        return Shape(tensor, out_type=out_type, name=scope)


def shape_n(input: Sequence[Any], out_type: DType = dtypes.int32, name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors of one dtype, as a list of vectors (TensorFlow's ``ShapeN``)."""
    return list(ShapeN.operation(list(input), out_type=out_type, name=name).outputs)


def size(
    input: Any, name: str | None = None, out_type: DType = dtypes.int32, optimize: bool = True
) -> Tensor:
    """The number of a tensor's elements, as a scalar.

    Args:
        input: a tensor, which may be sparse.
        name: the operation's name.
        out_type: int32 or int64.
        optimize: whether a constant is used where the number is known already.

    Returns:
        A scalar Tensor.

    Source: ``tf.size``.
    """
    with name_scope(name, "Size", [input]) as scope:
        if is_sparse(input):
            return _defined("Prod")(_sparse_sizes(input, out_type), 0, name=scope)
        tensor = convert_to_tensor(input)
        count = shapes.element_count(tensor.static_shape)
        if optimize and count is not None:
            return constant(count, out_type, name=scope)
        return Size(tensor, out_type=out_type, name=scope)


def rank(input: Any, name: str | None = None, optimize: bool = True) -> Tensor:
    """The number of a tensor's dimensions, as an int32 scalar.

    Args:
        input: a tensor, which may be sparse.
        name: the operation's name.
        optimize: whether a constant is used where the rank is known already.

    Returns:
        A scalar Tensor.

    Source: ``tf.rank``.
    """
    with name_scope(name, "Rank", [input]) as scope:
        if is_sparse(input):
            return Size(input.dense_shape, name=scope)
        tensor = convert_to_tensor(input)
        if optimize and tensor.static_shape is not None:
            return constant(len(tensor.static_shape), dtypes.int32, name=scope)
        return Rank(tensor, name=scope)
