"""What the NodeDefs of a graph and those of a function have in common: attributes and shapes."""

from __future__ import annotations

import functools
from typing import Any

from graphlog.core.dtypes import DType
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.graphdef.attribute_values import set_attribute
from graphlog.graphdef.tensor_values import shape_proto
from graphlog.proto.graph_pb2 import AttrValue, NodeDef


def set_attributes(node: NodeDef, operation: Operation) -> None:
    """Gives a NodeDef the attributes of an operation."""
    attributes = node.attr
    for name, value in operation.attributes.items():
        if type(value) in _SHARED_TYPES:
            attributes[name].CopyFrom(_shared_value(type(value).__name__, value))
        else:
            set_attribute(attributes[name], value)


# Values of few kinds fill a graph, and to copy a message is quicker than to fill one in. True and 1 are
# equal, so the type is part of the key.
_SHARED_TYPES = (DType, bool, int)


@functools.lru_cache(maxsize=1024)
def _shared_value(type_name: str, value: Any) -> AttrValue:
    proto = AttrValue()
    set_attribute(proto, value)
    return proto


@functools.lru_cache(maxsize=1024)
def shapes_value(shapes: tuple[StaticShape, ...]) -> AttrValue:
    """An AttrValue that lists shapes; nobody may change it."""
    proto = AttrValue()
    proto.list.shape.extend([shape_proto(shape) for shape in shapes])
    # Present also when empty, as in TensorFlow.
    proto.list.SetInParent()
    return proto
