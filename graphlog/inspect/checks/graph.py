"""What TensorBoard would show wrongly or not at all of a graph."""

from __future__ import annotations

from collections.abc import Iterator

from graphlog.inspect.checks.findings import Finding, error
from graphlog.inspect.checks.graph_cycles import check_cycles
from graphlog.inspect.checks.graph_edges import check_edges
from graphlog.inspect.checks.graph_names import check_names
from graphlog.inspect.checks.graph_values import check_values
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes


def check_graph(source: GraphSource) -> list[Finding]:
    """Checks a graph, and the bodies of the functions in its library.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).

    Returns:
        What was found, in the order of the checks; empty for a graph without blemish. The subject of a
        finding in a function is ``function:node``.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds no graph.
        ValueError: the file or the bytes hold no graph; the message says where.
    """
    nodes = graph_nodes(source)
    if not len(nodes):
        return [error("empty-graph", "", "The graph has no nodes.", "Write a graph that has some.")]
    return list(_findings(nodes))


def _findings(nodes: GraphNodes) -> Iterator[Finding]:
    for graph in (nodes, *nodes.functions.values()):
        yield from check_names(graph)
        yield from check_edges(graph)
        yield from check_cycles(graph)
        yield from check_values(graph)
