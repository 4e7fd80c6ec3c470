"""Tensors filled with one value."""

from __future__ import annotations

import contextlib
import functools
import operator
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import FLOATS, INDICES
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_shape, constant_value

# Below this number of elements, TensorFlow puts zeros and ones into the graph as they are.
_SMALL = 1000


def _filled_shape(op: Operation) -> list[StaticShape]:
    sizes = constant_value(op.inputs[0])
    if sizes is not None and sizes.size and sizes.min() < 0:
        raise ValueError("Fill dimensions must be >= 0")
    return [constant_shape(op.inputs[0])]


def _fill(sizes: Any, value: Any) -> Any:
    if sizes.size and sizes.min() < 0:
        raise ValueError(f"Fill dimensions must be >= 0, got {sizes.tolist()}")
    return np.full(sizes.tolist(), value, np.asarray(value).dtype)


def _zeros_kernel(op: Operation) -> Kernel:
    zero = zero_of(op.outputs[0].dtype)
    return lambda value: np.full_like(value, zero)


Fill = define_op(
    "Fill",
    ["dims: index_type", "value: T"],
    ["output: T"],
    attributes={"T": types(), "index_type": types(*INDICES, default=dtypes.int32)},
    shape=_filled_shape,
    kernel=_fill,
    gradient=lambda op, grad: (None, reductions.reduce_sum(grad)),
    samples=[
        Sample((samples.int32([2, 3]), samples.float32(1.5))),
        Sample((samples.int64([]), samples.float64(-2.0))),
        Sample((samples.int32([2, -3]), samples.float32(1.5)), raises="Fill dimensions must be >= 0"),
    ],
)
ZerosLike = define_op(
    "ZerosLike",
    ["x: T"],
    ["y: T"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    make_kernel=_zeros_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((samples.float32([[1.5, -2.0]]),)), Sample((samples.boolean([True]),))],
)
OnesLike = define_op(
    "OnesLike",
    ["x: T"],
    ["y: T"],
    attributes={
        "T": types(
            *FLOATS,
            *(dtypes.int8, dtypes.uint8, dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64),
            *(dtypes.complex64, dtypes.complex128, dtypes.bool_),
        )
    },
    shape=shape_rules.unchanged,
    kernel=np.ones_like,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((samples.float32([[1.5, -2.0]]),)), Sample((samples.boolean([False]),))],
)


def zero_of(dtype: DType) -> Any:
    """What stands for zero among elements of a dtype: 0, False or an empty string."""
    if dtype.base_dtype is dtypes.string:
        return b""
    return False if dtype.is_bool else 0


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of one value.

    Args:
        dims: the sizes, as an int32 or int64 vector.
        value: a scalar.
        name: the operation's name.

    Returns:
        A Tensor of that shape and the dtype of ``value``.

    Raises:
        ValueError: a size is negative.

    Source: TensorFlow's ``Fill``.
    """
    return Fill(dims, value, name=name)


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """A tensor of zeros.

    Args:
        shape: the sizes, as a list, a TensorShape or a tensor.
        dtype: the dtype; strings are empty and booleans False.
        name: the operation's name.

    Returns:
        A Tensor: a ``Const`` where it is small, else a ``Fill``.

    Source: ``tf.zeros``.
    """
    dtype = as_dtype(dtype).base_dtype
    return _filled(shape, zero_of(dtype), dtype, name, "zeros")


def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """A tensor of ones; see ``zeros``."""
    dtype = as_dtype(dtype).base_dtype
    return _filled(shape, True if dtype.is_bool else 1, dtype, name, "ones")


def _filled(shape: Any, value: Any, dtype: DType, name: str | None, default_name: str) -> Tensor:
    with name_scope(name, default_name, [shape]) as scope:
        if not isinstance(shape, Tensor):
            try:
                static = shapes.static_shape(shape)
            except (TypeError, ValueError):
                static = None  # A list with tensors in it.
                _ask_whether_small(shape)
            count = shapes.element_count(static)
            # A bare number, such as ``ones(3)``, TensorFlow does not see as small.
            if count is not None and count < _SMALL and hasattr(shape, "__len__"):
                return constant(value, dtype, shape=static, name=scope)
            shape = (
                convert_to_tensor(shape, dtypes.int32)
                if static is None
                else convert_to_tensor(TensorShape(static))
            )
        if shape.static_shape in (None, ()):
            shape = arrays.reshape(shape, [-1])
        return fill(shape, constant(value, dtype), name=scope)


def _ask_whether_small(sizes: Any) -> None:
    """Adds the operations by which TensorFlow asks whether sizes that hold tensors make a small tensor.

    It finds no answer, but the question stays in the graph.
    """
    with contextlib.suppress(TypeError):
        functools.reduce(operator.mul, sizes) < _SMALL  # noqa: B015


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """A tensor of zeros in the shape of another.

    Args:
        tensor: the other tensor.
        dtype: the dtype; that of ``tensor`` if None.
        name: the operation's name.
        optimize: whether a known shape is used instead of the tensor.

    Returns:
        A Tensor.

    Source: ``tf.zeros_like``.
    """
    with name_scope(name, "zeros_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        wanted = tensor.dtype.base_dtype if dtype is None else as_dtype(dtype)
        if optimize and shapes.is_fully_defined(tensor.static_shape):
            return zeros(tensor.shape, wanted, name=scope)
        if wanted is not tensor.dtype.base_dtype:
            return zeros(shape_queries.shape(tensor, optimize=optimize), wanted, name=scope)
        return ZerosLike(tensor, name=scope)


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """A tensor of ones in the shape of another; see ``zeros_like``."""
    with name_scope(name, "ones_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        sizes = shape_queries.shape(tensor, optimize=optimize)
        result = ones(sizes, tensor.dtype if dtype is None else dtype, name=scope)
        result.set_shape(tensor.shape)
        return result
