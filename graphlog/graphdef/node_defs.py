"""What the NodeDefs of a graph and those of a function have in common: all but names and inputs."""

from __future__ import annotations

import functools
from typing import Any

from graphlog.core.dtypes import DType
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.graphdef.attribute_values import set_attribute
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES
from graphlog.graphdef.tensor_values import shape_proto
from graphlog.proto.graph_pb2 import AttrValue, NodeDef

# Attributes of these types are alike in many operations, and take little memory.
_COMMON_TYPES = (DType, bool, int, bytes)


class NodeKinds:
    """Fills in NodeDefs: most nodes of a graph are like others, and to copy a message is quicker.

    Args:
        add_shapes: whether nodes list the shapes of their outputs.
    """

    def __init__(self, add_shapes: bool = False) -> None:
        self._add_shapes = add_shapes
        self._known: dict[tuple[Any, ...], NodeDef] = {}

    def fill(self, node: NodeDef, operation: Operation) -> None:
        """Gives an empty NodeDef the type, the device and the attributes of an operation."""
        shapes = tuple([tensor.static_shape for tensor in operation.outputs]) if self._add_shapes else ()
        # Operations share their attributes where these are what the dtypes of the inputs imply.
        key = (operation.type, id(operation.attributes), operation.device, shapes)
        known = self._known.get(key)
        if known is not None:
            node.CopyFrom(known)
            return
        node.op, node.device = operation.type, operation.device
        for name, value in operation.attributes.items():
            set_attribute(node.attr[name], value)
        if shapes:
            node.attr[OUTPUT_SHAPES].CopyFrom(shapes_value(shapes))
        if all(isinstance(value, _COMMON_TYPES) for value in operation.attributes.values()):
            self._known[key] = NodeDef()
            self._known[key].CopyFrom(node)


@functools.lru_cache(maxsize=1024)
def shapes_value(shapes: tuple[StaticShape, ...]) -> AttrValue:
    """An AttrValue that lists shapes; nobody may change it."""
    proto = AttrValue()
    proto.list.shape.extend([shape_proto(shape) for shape in shapes])
    # Present also when empty, as in TensorFlow.
    proto.list.SetInParent()
    return proto
