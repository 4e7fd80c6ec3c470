"""Arrays as TensorProtos and back."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from google.protobuf.message import DecodeError

from graphlog.core import dtypes
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import StaticShape, is_fully_defined
from graphlog.proto.tensor_pb2 import DataType, TensorProto, TensorShapeProto

# The field that holds single values of a dtype; half_val holds the bits of 16-bit floats.
_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "int64": "int64_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "bool": "bool_val",
    "string": "string_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
} | dict.fromkeys(
    ("int32", "int16", "int8", "uint16", "uint8", "qint8", "quint8", "qint16", "quint16", "qint32"), "int_val"
)


def data_type(dtype: DType) -> DataType:
    """A dtype as a protobuf's enum, whose values are plain numbers in a run."""
    return cast("DataType", dtype.number)


def shape_proto(shape: StaticShape) -> TensorShapeProto:
    """A static shape as a protobuf, in which -1 stands for a size that is not known."""
    if shape is None:
        return TensorShapeProto(unknown_rank=True)
    dims = [TensorShapeProto.Dim(size=-1 if size is None else size) for size in shape]
    return TensorShapeProto(dim=dims)


def static_shape(proto: TensorShapeProto) -> StaticShape:
    """The static shape of a protobuf."""
    if proto.unknown_rank:
        return None
    return tuple([None if dim.size < 0 else dim.size for dim in proto.dim])


def tensor_proto(array: np.ndarray[Any, Any], as_content: bool = False) -> TensorProto:
    """An array as a TensorProto: raw bytes, or the one value that all elements share.

    Args:
        array: an array of any dtype that TensorFlow has; strings as bytes objects.
        as_content: whether a single value is written as raw bytes too.

    Returns:
        The TensorProto, which TensorFlow reads back as the same tensor.
    """
    dtype = as_dtype(array.dtype)
    proto = TensorProto(dtype=data_type(dtype), tensor_shape=shape_proto(array.shape))
    # An array without strides repeats one value, and so does a TensorProto with one.
    is_single = array.size == 1 or (array.size > 0 and not any(array.strides))
    if dtype is dtypes.string:
        proto.string_val.extend((array.flat[:1] if is_single else array.ravel()).tolist())
    elif is_single and not as_content:
        getattr(proto, _FIELDS[dtype.name]).extend(_single_values(array.flat[:1], dtype))
    elif array.size:
        little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
        proto.tensor_content = little_endian.tobytes()
    return proto


def _single_values(array: np.ndarray[Any, Any], dtype: DType) -> Sequence[Any]:
    if dtype.is_complex:
        return [part for value in array.tolist() for part in (value.real, value.imag)]
    if _FIELDS[dtype.name] == "half_val":
        array = array.view(np.uint16)
    elif array.dtype.names:
        array = array[array.dtype.names[0]]
    return list(array.tolist())


def parsed_tensor_proto(data: bytes) -> TensorProto:
    """The TensorProto of its bytes; ValueError where they are none."""
    try:
        return TensorProto.FromString(data)
    except DecodeError:
        raise ValueError(f"Could not parse `serialized` as TensorProto: {data!r}") from None


def tensor_array(proto: TensorProto) -> np.ndarray[Any, Any]:
    """The array of a TensorProto.

    Args:
        proto: a TensorProto, perhaps from a stranger: no more memory is taken than it holds itself.

    Returns:
        A read-only array.

    Raises:
        ValueError: the dtype, the shape and the values do not fit together.
    """
    try:
        dtype = as_dtype(proto.dtype).base_dtype
        field = _FIELDS[dtype.name]
    except (KeyError, TypeError):
        raise ValueError(f"A tensor of DataType {proto.dtype} holds no values that can be read.") from None
    shape = static_shape(proto.tensor_shape)
    if not is_fully_defined(shape):
        raise ValueError("A tensor's value has a shape that is not fully known.")
    count = math.prod(shape)
    if proto.tensor_content:
        values = _from_content(proto.tensor_content, dtype, count)
    else:
        values = _from_field(getattr(proto, field), dtype)
    return _shaped(values, shape, count)


def _from_content(content: bytes, dtype: DType, count: int) -> np.ndarray[Any, Any]:
    if dtype is dtypes.string:
        raise ValueError("A tensor of strings cannot be given as raw bytes.")
    if len(content) != count * dtype.size:
        raise ValueError(f"{count} elements of {dtype.name} do not take {len(content)} bytes.")
    values = np.frombuffer(content, dtype.numpy_dtype.newbyteorder("<"))
    return values if sys.byteorder == "little" else values.astype(dtype.numpy_dtype)


def _from_field(field: Any, dtype: DType) -> np.ndarray[Any, Any]:
    if dtype is dtypes.string:
        strings = np.empty(len(field), object)
        strings[:] = list(field)
        return strings
    if dtype.is_complex:
        parts = np.array(field, dtype.real_dtype.numpy_dtype)
        if parts.size % 2:
            raise ValueError("A complex tensor has a real part without an imaginary one.")
        return parts.view(dtype.numpy_dtype)
    if _FIELDS[dtype.name] == "half_val":
        return np.array(field, np.int64).astype(np.uint16).view(dtype.numpy_dtype)
    if dtype.numpy_dtype.names:
        return np.array(field, np.int64).astype(dtype.numpy_dtype[0]).view(dtype.numpy_dtype)
    return np.array(field).astype(dtype.numpy_dtype)


def _shaped(values: np.ndarray[Any, Any], shape: Any, count: int) -> np.ndarray[Any, Any]:
    if values.size == count:
        shaped = values.reshape(shape)
    elif values.size > count:
        raise ValueError(f"A tensor of {count} elements has {values.size} values.")
    elif values.size <= 1:
        # The one value, or zero, stands for all: nothing is allocated for the copies.
        single = values if values.size else np.zeros(1, values.dtype)
        if values.dtype == object and not values.size:
            single = np.array([b""], object)
        shaped = np.broadcast_to(single.reshape(()), shape)
    elif count > _MOST_REPETITIONS + values.size:
        raise ValueError(f"A tensor of {count} elements has only {values.size} values.")
    else:
        rest = np.broadcast_to(values[-1], (count - values.size,))
        shaped = np.concatenate([values, rest]).reshape(shape)
    shaped = shaped.view()
    shaped.flags.writeable = False
    return shaped


# Several values of which the last is repeated: TensorFlow writes that only for small tensors.
_MOST_REPETITIONS = 1 << 20
