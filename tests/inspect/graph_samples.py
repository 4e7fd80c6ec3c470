"""Small graphs for the tests of what looks into graphs."""

from __future__ import annotations

from collections.abc import Sequence

from graphlog.proto.graph_pb2 import GraphDef, NodeDef
from graphlog.proto.tensor_pb2 import DT_FLOAT


def add_node(
    graph: GraphDef, name: str, op: str = "Neg", inputs: Sequence[str] = (), shape: str = ""
) -> NodeDef:
    """Adds a node of float32 whose one output has a shape, written like "2,3" (empty: a scalar)."""
    node = graph.node.add(name=name, op=op, input=inputs)
    node.attr["T" if op not in ("Placeholder", "Const", "VariableV2") else "dtype"].type = DT_FLOAT
    sizes = [int(size) for size in shape.split(",") if size]
    stated = node.attr["_output_shapes"].list.shape.add()
    stated.SetInParent()
    for size in sizes:
        stated.dim.add(size=size)
    return node


def graph_of(*nodes: tuple[str, str, Sequence[str]]) -> GraphDef:
    """A graph of nodes, each given as name, type and inputs."""
    graph = GraphDef()
    for name, op, inputs in nodes:
        add_node(graph, name, op, inputs)
    return graph
