"""A Graph as a GraphDef."""

from __future__ import annotations

import itertools

from graphlog.core.graph import GRAPH_DEF_PRODUCER, Graph
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.attribute_values import set_attribute
from graphlog.graphdef.op_defs import op_def
from graphlog.graphdef.tensor_values import shape_proto
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

__all__ = ["graph_def", "node_def", "op_def"]


def graph_def(graph: Graph, from_version: int | None = None, add_shapes: bool = False) -> GraphDef:
    """The graph as a GraphDef (see ``Graph.as_graph_def``)."""
    proto = GraphDef()
    proto.versions.producer = GRAPH_DEF_PRODUCER
    for operation in itertools.islice(graph.get_operations(), from_version or 0, None):
        node = proto.node.add()
        _fill_node(node, operation)
        if add_shapes and operation.outputs:
            shapes = node.attr["_output_shapes"].list.shape
            shapes.extend([shape_proto(tensor.static_shape) for tensor in operation.outputs])
    for function in graph.functions.values():
        proto.library.function.add().ParseFromString(function)
    return proto


def node_def(operation: Operation) -> NodeDef:
    """The NodeDef of an operation."""
    node = NodeDef()
    _fill_node(node, operation)
    return node


def _fill_node(node: NodeDef, operation: Operation) -> None:
    node.name = operation.name
    node.op = operation.type
    if operation.device:
        node.device = operation.device
    node.input.extend([_input_name(tensor) for tensor in operation.inputs])
    node.input.extend(sorted([f"^{item.name}" for item in operation.control_inputs]))
    for name, value in operation.attributes.items():
        set_attribute(node.attr[name], value)


def _input_name(tensor: Tensor) -> str:
    return tensor.op.name if tensor.value_index == 0 else tensor.name
