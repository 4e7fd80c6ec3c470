"""A Graph as a GraphDef."""

from __future__ import annotations

import functools
import itertools
from typing import Any

from graphlog.core.dtypes import DType
from graphlog.core.graph import GRAPH_DEF_PRODUCER, Graph
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.graphdef.attribute_values import set_attribute
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES
from graphlog.graphdef.op_defs import op_def
from graphlog.graphdef.tensor_values import shape_proto
from graphlog.proto.graph_pb2 import AttrValue, GraphDef, NodeDef

__all__ = ["graph_def", "node_def", "op_def"]


def graph_def(graph: Graph, from_version: int | None = None, add_shapes: bool = False) -> GraphDef:
    """The graph as a GraphDef (see ``Graph.as_graph_def``)."""
    proto = GraphDef()
    proto.versions.producer = GRAPH_DEF_PRODUCER
    add_node = proto.node.add
    for operation in itertools.islice(graph.get_operations(), from_version or 0, None):
        node = add_node(
            name=operation.name, op=operation.type, device=operation.device, input=_inputs(operation)
        )
        _set_attributes(node, operation)
        if add_shapes and operation.outputs:
            shapes = tuple([tensor.static_shape for tensor in operation.outputs])
            node.attr[OUTPUT_SHAPES].CopyFrom(_shapes_value(shapes))
    for function in graph.functions.values():
        proto.library.function.add().ParseFromString(function)
    return proto


def node_def(operation: Operation) -> NodeDef:
    """The NodeDef of an operation."""
    node = NodeDef(name=operation.name, op=operation.type, device=operation.device, input=_inputs(operation))
    _set_attributes(node, operation)
    return node


def _inputs(operation: Operation) -> list[str]:
    """The names of the data inputs, and after them those of the control inputs in order."""
    names = [tensor.op.name if tensor.value_index == 0 else tensor.name for tensor in operation.inputs]
    if operation.control_inputs:
        names += sorted([f"^{item.name}" for item in operation.control_inputs])
    return names


def _set_attributes(node: NodeDef, operation: Operation) -> None:
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
def _shapes_value(shapes: tuple[StaticShape, ...]) -> AttrValue:
    proto = AttrValue()
    proto.list.shape.extend([shape_proto(shape) for shape in shapes])
    return proto
