"""Pack and Unpack: tensors put together along a new axis, and taken apart."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor, register_tensor_conversion_function
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.constants import constant
from graphlog.ops.math import casts

_VECTOR = samples.float32([1.5, -2.0])


def _packed_shape(op: Operation) -> list[StaticShape]:
    row: StaticShape = functools.reduce(shapes.merge, (tensor.static_shape for tensor in op.inputs))
    if row is None:
        return [None]
    axis = shape_rules.axis_in_range(op.attributes["axis"], len(row) + 1)
    return [(*row[:axis], len(op.inputs), *row[axis:])]


def _pack_kernel(op: Operation) -> Kernel:
    axis = op.attributes["axis"]
    return lambda *values: np.stack(values, axis)


def _unpacked_shape(op: Operation) -> list[StaticShape]:
    shape, count = op.inputs[0].static_shape, op.attributes["num"]
    if shape is None:
        return [None] * count
    axis = shape_rules.axis_in_range(op.attributes["axis"], len(shape))
    if shape[axis] not in (None, count):
        raise ValueError(f"Dimension must be {count} but is {shape[axis]}")
    return [shape[:axis] + shape[axis + 1 :]] * count


def _unpack_kernel(op: Operation) -> Kernel:
    axis = op.attributes["axis"]
    return lambda value: tuple(np.moveaxis(value, axis, 0))


Pack = define_op(
    "Pack",
    ["values: N * T"],
    ["output: T"],
    attributes={"N": integer(minimum=1), "T": types(), "axis": integer(0)},
    shape=_packed_shape,
    make_kernel=_pack_kernel,
    gradient=lambda op, grad: unstack(grad, op.attributes["N"], op.attributes["axis"]),
    samples=[
        Sample(([_VECTOR, 2 * _VECTOR, -_VECTOR],)),
        Sample(([_VECTOR, 2 * _VECTOR],), {"axis": -1}),
        Sample(([samples.int32(1), samples.int32(2)],)),
    ],
)
Unpack = define_op(
    "Unpack",
    ["value: T"],
    ["output: num * T"],
    attributes={"num": integer(minimum=0), "T": types(), "axis": integer(0)},
    shape=_unpacked_shape,
    make_kernel=_unpack_kernel,
    gradient=lambda op, *grads: stack(list(grads), op.attributes["axis"]),
    samples=[
        Sample((samples.float32([[1.5, -2.0], [0.5, 4.0]]),), {"num": 2}),
        Sample((samples.float64([[1.5, -2.0, 3.0]]),), {"num": 3, "axis": 1}),
    ],
    returns_view=True,
)


def stack(values: Sequence[Any], axis: int = 0, name: str = "stack") -> Tensor:
    """Tensors of one shape put together along a new axis.

    Args:
        values: the tensors.
        axis: where the new axis stands in the result, counted from the end where negative.
        name: the operation's name.

    Returns:
        A Tensor with one more axis than each of them.

    Raises:
        ValueError: the shapes differ, or there is no such axis.

    Source: TensorFlow's ``Pack``; a list of constants becomes a ``Const``.
    """
    if axis == 0:
        try:
            return convert_to_tensor(values, name=name)
        except (TypeError, ValueError):
            pass  # What is wrong with them, Pack says better.
    return Pack(list(values), axis=axis, name=name)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    """The slices of a tensor along an axis.

    Args:
        value: a tensor.
        num: the size of that axis; taken from the static shape if None.
        axis: the axis, counted from the end where negative.
        name: the operation's name.

    Returns:
        A list of Tensors with one axis less.

    Raises:
        ValueError: the size is not known, or there is no such axis.

    Source: TensorFlow's ``Unpack``.
    """
    if num is None:
        value = convert_to_tensor(value)
        if value.static_shape is not None:
            num = value.static_shape[shape_rules.axis_in_range(axis, len(value.static_shape))]
        if num is None:
            raise ValueError(f"Cannot infer num from shape {value.shape}")
    return list(Unpack.operation(value, num=num, axis=axis, name=name).outputs)


def _is_tensor(value: Any) -> bool:
    """Whether a value is a tensor, or a variable, which stands for one."""
    return isinstance(value, Tensor) or hasattr(value, "_as_graph_element")


def _contains_tensor(values: Sequence[Any]) -> bool:
    return any(
        _is_tensor(value) or (isinstance(value, list | tuple) and _contains_tensor(value)) for value in values
    )


def _convert_list(values: Sequence[Any], dtype: DType | None, name: str | None, as_ref: bool) -> Any:
    """A list with tensors in it becomes a Pack, and so does each list inside it."""
    if not _contains_tensor(values):
        return NotImplemented
    found = _dtype_inside(values)
    if dtype is not None and found is not dtype:
        values = _cast(values, dtype)
    return _packed(values, dtype or found, name or "packed")


def _cast(value: Any, dtype: DType) -> Any:
    """A nested list with its tensors cast to a dtype."""
    if isinstance(value, list | tuple):
        return [_cast(item, dtype) for item in value]
    if _is_tensor(value) and value.dtype.base_dtype is not dtype:
        return casts.Cast(value, DstT=dtype)
    return value


def _dtype_inside(values: Sequence[Any]) -> DType | None:
    for value in values:
        found = value.dtype.base_dtype if _is_tensor(value) else None
        if isinstance(value, list | tuple):
            found = _dtype_inside(value)
        if isinstance(found, DType):
            return found
    return None


def _packed(values: Sequence[Any], dtype: DType | None, name: str) -> Any:
    """A Pack of the values. A list without tensors stays as it is, but takes a scope, as in TensorFlow."""
    with get_default_graph().name_scope(name) as scope:
        items = [_packed_item(value, dtype, str(index)) for index, value in enumerate(values)]
        if not any(isinstance(item, Tensor) for item in items):
            return values
        tensors = [
            item if isinstance(item, Tensor) else constant(item, dtype, name=str(index))
            for index, item in enumerate(items)
        ]
        return Pack(tensors, name=scope)


def _packed_item(value: Any, dtype: DType | None, name: str) -> Any:
    if isinstance(value, list | tuple):
        return _packed(value, dtype, name)
    if _is_tensor(value):
        value = convert_to_tensor(value)
    if isinstance(value, Tensor) and dtype is not None and value.dtype.base_dtype is not dtype:
        raise TypeError(
            f"Cannot convert a list containing a tensor of dtype {value.dtype!r} to "
            f"{dtype!r} (Tensor is: {value!r})"
        )
    return value


register_tensor_conversion_function((list, tuple), _convert_list, priority=99)
