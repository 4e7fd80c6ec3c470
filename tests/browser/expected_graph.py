"""What the page ought to show for a GraphDef, worked out from the rules of TensorBoard's graph builder.

Constants and summaries are drawn as small annotations at the nodes they belong to, so they and their
edges are not part of the graph proper. Edges that follow each other in a node's inputs and come from the
same node are one edge.
"""

import re
from itertools import groupby
from typing import Any

from tests.browser.graph_dashboard import BasicGraph, Edge

IS_ANNOTATION = re.compile(r"Const|[a-zA-Z]+Summary")


def expected_basic_graph(graph: Any) -> BasicGraph:
    """Return the nodes and edges that the page must have built from a GraphDef."""
    nodes = {node.name for node in graph.node if not IS_ANNOTATION.fullmatch(node.op)}
    edges = []
    for node in graph.node:
        if node.name in nodes:
            edges += [edge for edge in _edges_into(node) if edge.source in nodes]
    return BasicGraph(nodes, sorted(edges))


def _edges_into(node: Any) -> list[Edge]:
    edges = [_edge(source, node.name) for source in node.input]
    return [next(same_source) for _, same_source in groupby(edges, key=lambda edge: edge.source)]


def _edge(source: str, target: str) -> Edge:
    name, _, output = source.removeprefix("^").partition(":")
    return Edge(name, target, output or "0", source.startswith("^"))


def expected_top_level(graph: Any) -> dict[tuple[str, str], str]:
    """Return each edge between top-level names and its label: a shape, or how many tensors run there."""
    shapes = {node.name: node.attr["_output_shapes"].list.shape for node in graph.node}
    labels: dict[tuple[str, str], list[str]] = {}
    for edge in expected_basic_graph(graph).edges:
        source, target = edge.source.split("/")[0], edge.target.split("/")[0]
        if source != target:
            shape = shapes[edge.source][int(edge.output)]
            labels.setdefault((source, target), []).append(_shape_label(shape))
    return {ends: label[0] if len(label) == 1 else f"{len(label)} tensors" for ends, label in labels.items()}


def _shape_label(shape: Any) -> str:
    if shape.unknown_rank:
        return ""
    return "×".join("?" if axis.size < 0 else str(axis.size) for axis in shape.dim) or "scalar"
