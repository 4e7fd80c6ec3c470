"""Const: a value that is part of the graph, and how Python values become one."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import REQUIRED, Attribute, types
from graphlog.core.conversion import register_tensor_conversion_function
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import Dimension, StaticShape, TensorShape, static_shape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.constant_arrays import constant_array

# A value of so many elements that is one value repeated must at least fit into memory to be used.
_MOST_REPETITIONS = 1 << 20


def _constant_shape(op: Operation) -> list[StaticShape]:
    value, dtype = op.attributes["value"], op.attributes["dtype"]
    if value.dtype != dtype.numpy_dtype:
        raise ValueError(f"A value of dtype {as_dtype(value.dtype).name} is no {dtype.name}")
    return [value.shape]


def _constant_kernel(op: Operation) -> Kernel:
    value = op.attributes["value"]
    if value.size > _MOST_REPETITIONS and not any(value.strides):
        # It takes no memory itself. A kernel that goes through it all could take years, uninterrupted.
        np.empty(value.shape, value.dtype)
    return lambda: value


define_op(
    "Const",
    [],
    ["output: dtype"],
    attributes={"value": Attribute("tensor", REQUIRED), "dtype": types()},
    shape=_constant_shape,
    make_kernel=_constant_kernel,
    samples=[
        Sample(attributes={"value": samples.float32([[1.5, -2.0], [0.0, 3.25]]), "dtype": dtypes.float32}),
        Sample(attributes={"value": samples.int32(7), "dtype": dtypes.int32}),
    ],
)


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str = "Const", verify_shape: bool = False
) -> Tensor:
    """A tensor whose value is part of the graph.

    Args:
        value: a number, string, (nested) list of them, or array.
        dtype: its dtype. If None: that of an array; for Python values float32, int32 (int64 where
            it does not fit), bool, string or complex128.
        shape: its shape; the last element of ``value`` is repeated to fill it. If None, that of
            ``value``.
        name: the operation's name.
        verify_shape: whether ``value`` must have ``shape`` already.

    Returns:
        The Tensor.

    Raises:
        TypeError: the value does not fit the dtype, or is no tensor value.
        ValueError: it has more elements than the shape, is ragged, or is None.

    Source: TensorFlow's ``Const`` and ``tf.constant``.
    """
    if shape is not None and dtype is None and _is_python_value_without_room(value, shape):
        # TensorFlow does not look at the value then.
        value, dtype = 0.0, dtypes.float32
    array = constant_array(value, None if dtype is None else as_dtype(dtype))
    if shape is not None:
        array = _with_shape(array, static_shape(shape), verify_shape)
    array = array.view()
    array.flags.writeable = False
    return constant_of(array, name)


def constant_of(array: np.ndarray[Any, Any], name: str = "Const") -> Tensor:
    """A constant tensor of a read-only array, which is not copied."""
    attributes = {"value": array, "dtype": as_dtype(array.dtype)}
    return get_default_graph().create_op("Const", [], name=name, attributes=attributes).outputs[0]


def _is_python_value_without_room(value: Any, shape: Any) -> bool:
    """Whether a number or list of numbers is to fill a shape without elements."""
    sizes = static_shape(shape)
    is_array = isinstance(value, np.ndarray | np.generic)
    return sizes is not None and 0 in sizes and not is_array and not isinstance(value, str | bytes)


def _with_shape(array: np.ndarray[Any, Any], shape: Any, verify: bool) -> np.ndarray[Any, Any]:
    if shape is None or None in shape:
        raise TypeError(f"A constant needs a fully known shape, not {TensorShape(shape)}.")
    if verify and array.shape != shape:
        raise TypeError(f"Expected Tensor's shape: {shape}, got {array.shape}.")
    count = int(np.prod(shape, dtype=np.int64))
    # One value fills any shape, also one without elements.
    if array.size > count and array.size != 1:
        raise ValueError(f"Too many elements provided. Needed at most {count}, but received {array.size}")
    if array.size == count:
        return array.reshape(shape)
    if array.size == 0:
        raise ValueError(f"A constant of shape {shape} needs at least one element.")
    if array.size == 1:
        return np.broadcast_to(array.reshape(()), shape)
    rest = np.broadcast_to(array.ravel()[-1], (count - array.size,))
    return np.concatenate([array.ravel(), rest]).reshape(shape)


def _convert_value(value: Any, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
    return constant(value, dtype, name=name or "Const")


def _convert_shape(value: TensorShape, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
    if not value.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {value}")
    sizes = value.as_list()
    if dtype is None:
        dtype = dtypes.int64 if any(size is not None and size >= 2**31 for size in sizes) else dtypes.int32
    if dtype not in (dtypes.int32, dtypes.int64):
        raise TypeError(f"Cannot convert a TensorShape to dtype: {dtype!r}")
    try:
        array = np.array(sizes, dtype.numpy_dtype)
    except OverflowError:
        raise ValueError(f"The sizes of {value} are too large for {dtype.name}.") from None
    return constant(array, dtype, name=name or "shape_as_tensor")


def _convert_dimension(value: Dimension, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
    if value.value is None:
        raise ValueError(f"Cannot convert an unknown Dimension to a Tensor: {value}")
    return constant(value.value, dtype or dtypes.int32, name=name or "shape_as_tensor")


register_tensor_conversion_function(TensorShape, _convert_shape)
register_tensor_conversion_function(Dimension, _convert_dimension)
register_tensor_conversion_function(object, _convert_value, priority=200)
