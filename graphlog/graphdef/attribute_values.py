"""Attributes as AttrValues and back; ``graphlog.core.attributes`` lists which Python type is what."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from graphlog.core.attributes import Function
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.printable import described
from graphlog.core.shapes import TensorShape
from graphlog.graphdef.tensor_values import data_type, shape_proto, static_shape, tensor_array, tensor_proto
from graphlog.proto.graph_pb2 import AttrValue, NameAttrList


def set_attribute(proto: AttrValue, value: Any) -> None:
    """Puts a value into an AttrValue.

    Args:
        proto: an empty AttrValue.
        value: plain data.

    Raises:
        TypeError: a value of this type is no attribute.
    """
    if isinstance(value, DType):
        proto.CopyFrom(_type_value(value))
    elif isinstance(value, bool):
        proto.b = value
    elif isinstance(value, int):
        proto.i = value
    elif isinstance(value, float):
        proto.f = value
    elif isinstance(value, bytes):
        proto.s = value
    elif isinstance(value, TensorShape):
        proto.shape.CopyFrom(shape_proto(value.as_tuple()))
    elif isinstance(value, np.ndarray):
        proto.tensor.CopyFrom(tensor_proto(value))
    elif isinstance(value, Function):
        _set_function(proto.func, value)
    elif isinstance(value, list | tuple):
        _set_list(proto.list, value)
    elif value is not None:
        raise TypeError(f"{described(value)} is no value of an attribute.")


@functools.cache
def _type_value(dtype: DType) -> AttrValue:
    return AttrValue(type=data_type(dtype))


def _set_function(proto: NameAttrList, function: Function) -> None:
    proto.name = function.name
    for name, value in function.attributes.items():
        set_attribute(proto.attr[name], value)


def _set_list(proto: AttrValue.ListValue, values: Any) -> None:
    # Present also when empty, as in TensorFlow.
    proto.SetInParent()
    for value in values:
        if isinstance(value, DType):
            proto.type.append(data_type(value))
        elif isinstance(value, bool):
            proto.b.append(value)
        elif isinstance(value, int):
            proto.i.append(value)
        elif isinstance(value, float):
            proto.f.append(value)
        elif isinstance(value, bytes):
            proto.s.append(value)
        elif isinstance(value, TensorShape):
            proto.shape.append(shape_proto(value.as_tuple()))
        elif isinstance(value, np.ndarray):
            proto.tensor.append(tensor_proto(value))
        elif isinstance(value, Function):
            _set_function(proto.func.add(), value)
        else:
            raise TypeError(f"{described(value)} is no element of a list attribute.")


def attribute(proto: AttrValue) -> Any:
    """The plain value of an AttrValue; None for one that holds nothing.

    Raises:
        ValueError: it holds a tensor or dtype that cannot be read, or the placeholder of a function's
            body.
    """
    kind = proto.WhichOneof("value")
    if kind is None:
        return None
    if kind == "list":
        for field, values in proto.list.ListFields():
            return [_element(field.name, value) for value in values]
        return []
    return _element(kind, getattr(proto, kind))


def _element(kind: str, value: Any) -> Any:
    if kind in ("b", "i", "f", "s"):
        return value
    if kind == "type":
        try:
            return as_dtype(value)
        except TypeError as error:
            raise ValueError(str(error)) from None
    if kind == "shape":
        return TensorShape(static_shape(value))
    if kind == "tensor":
        return tensor_array(value)
    if kind == "func":
        return Function(value.name, {name: attribute(item) for name, item in value.attr.items()})
    raise ValueError(f"An attribute of kind {kind!r} has no value outside a function's body.")
