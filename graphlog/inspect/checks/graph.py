"""What TensorBoard would show wrongly or not at all of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphlog.inspect.checks.findings import Finding, error
from graphlog.inspect.checks.graph_cycles import check_cycles
from graphlog.inspect.checks.graph_edges import check_edges
from graphlog.inspect.checks.graph_names import check_names
from graphlog.inspect.checks.graph_values import check_values
from graphlog.inspect.checks.tally import Tally
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes

_CHECKS: tuple[Callable[[GraphNodes], Iterator[Finding]], ...] = (
    *(check_names, check_edges, check_cycles, check_values),
)


def check_graph(source: GraphSource, progress: Callable[[float], None] | None = None) -> list[Finding]:
    """Checks a graph, and the bodies of the functions in its library.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        progress: called now and then with the part of the work that is done, from 0 to 1.

    Returns:
        What was found, the worst first; empty for a graph without blemish. The subject of a finding in a
        function is ``function:node``. What comes again and again is told once, with its ``count``.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds no graph.
        ValueError: the file or the bytes hold no graph; the message says where.
    """
    nodes = graph_nodes(source)
    if not len(nodes):
        return [error("empty-graph", "", "The graph has no nodes.", "Write a graph that has some.")]
    tally = Tally()
    done, total = 0, len(_CHECKS) * (1 + len(nodes.functions))
    for graph in _with_functions(nodes):
        for check in _CHECKS:
            tally.add(check(graph))
            done += 1
            if progress is not None:
                progress(done / total)
    return tally.findings()


def _with_functions(nodes: GraphNodes) -> Iterator[GraphNodes]:
    yield nodes
    yield from nodes.functions.values()
