"""A Graph as a GraphDef."""

from __future__ import annotations

import itertools

from graphlog.core.function_graph import FunctionGraph
from graphlog.core.graph import GRAPH_DEF_PRODUCER, Graph
from graphlog.core.operation import Operation
from graphlog.graphdef.functions import function_def, function_graph
from graphlog.graphdef.meta_graph import variable_def
from graphlog.graphdef.node_defs import NodeKinds
from graphlog.graphdef.op_defs import op_def
from graphlog.graphdef.tensor_values import shape_proto
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

__all__ = ["function_graph", "graph_def", "node_def", "op_def", "shape_proto", "variable_def"]


# The version of TensorFlow's GraphDef format from which on it has functions.
_FIRST_WITH_FUNCTIONS = 12


def graph_def(graph: Graph, from_version: int | None = None, add_shapes: bool = False) -> GraphDef:
    """The graph as a GraphDef (see ``Graph.as_graph_def``)."""
    proto = GraphDef()
    proto.versions.producer = GRAPH_DEF_PRODUCER
    add_node, kinds = proto.node.add, NodeKinds(add_shapes)
    for operation in itertools.islice(graph.get_operations(), from_version or 0, None):
        node = add_node()
        kinds.fill(node, operation)
        node.name = operation.name
        node.input.extend(_inputs(operation))
    for function in graph.functions.values():
        if isinstance(function, FunctionGraph):
            proto.library.function.append(function_def(function, add_shapes))
        else:
            assert isinstance(function, bytes)
            proto.library.function.add().ParseFromString(function)
    if graph.functions:
        proto.versions.min_consumer = _FIRST_WITH_FUNCTIONS
    return proto


def node_def(operation: Operation) -> NodeDef:
    """The NodeDef of an operation."""
    node = NodeDef()
    NodeKinds().fill(node, operation)
    node.name = operation.name
    node.input.extend(_inputs(operation))
    return node


def _inputs(operation: Operation) -> list[str]:
    """The names of the data inputs, and after them those of the control inputs in order."""
    names = [tensor.op.name if tensor.value_index == 0 else tensor.name for tensor in operation.inputs]
    if operation.control_inputs:
        names += sorted([f"^{item.name}" for item in operation.control_inputs])
    return names
