"""Cycles in a graph, other than the loops that TensorFlow builds."""

from __future__ import annotations

from collections.abc import Iterator

from graphlog.inspect.checks.findings import Finding, error, shortened
from graphlog.inspect.graphs.edges import MISSING
from graphlog.inspect.graphs.nodes import GraphNodes

_LOOP_ENDS = frozenset({"NextIteration", "RefNextIteration"})
_NAMES_SHOWN = 5


def check_cycles(nodes: GraphNodes) -> Iterator[Finding]:
    """Finds one cycle in each part of the graph that is tied up in itself.

    A node's edge to itself is no cycle here, and neither is a loop by way of a NextIteration node.
    """
    if _is_ordered(nodes):
        return
    for component in _components(nodes):
        if len(component) > 1:
            cycle = _cycle_in(nodes, component)
            shown = [shortened(nodes.names[position]) for position in cycle[:_NAMES_SHOWN]]
            if len(cycle) > _NAMES_SHOWN:
                shown.append(f"… ({len(cycle)} nodes)")
            yield error(
                "cycle",
                nodes.label(cycle[0]),
                f"The node depends on itself: {' → '.join([*shown, shown[0]])}.",
                "Cut one of these edges; a loop needs a NextIteration node.",
            )


def _sources(nodes: GraphNodes, position: int) -> list[int]:
    """The nodes that must run before a node."""
    if nodes.types[position] in _LOOP_ENDS:
        return []  # what it takes belongs to the round before
    return [item for item in nodes.edges.source_positions(position) if item != position]


def _is_ordered(nodes: GraphNodes) -> bool:
    """Whether each node stands after its sources already, as nearly always."""
    edges = nodes.edges
    return all(
        max(edges.sources[edges.first[position] : edges.first[position + 1]], default=MISSING) <= position
        for position in range(len(nodes))
    )


def _components(nodes: GraphNodes) -> Iterator[list[int]]:
    """The largest sets of nodes of which each depends on each (Tarjan's algorithm, without recursion)."""
    numbers: dict[int, int] = {}  # in which order the nodes were entered
    lowest: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open = bytearray(len(nodes))
    for root in range(len(nodes)):
        if root in numbers:
            continue
        way = [(root, iter(_sources(nodes, root)))]
        numbers[root] = lowest[root] = len(numbers)
        open_nodes.append(root)
        is_open[root] = 1
        while way:
            position, sources = way[-1]
            source = next(sources, None)
            if source is None:
                way.pop()
                if way:
                    above = way[-1][0]
                    lowest[above] = min(lowest[above], lowest[position])
                if lowest[position] == numbers[position]:
                    component: list[int] = []
                    while not component or component[-1] != position:
                        component.append(open_nodes.pop())
                        is_open[component[-1]] = 0
                    yield component
            elif source not in numbers:
                numbers[source] = lowest[source] = len(numbers)
                open_nodes.append(source)
                is_open[source] = 1
                way.append((source, iter(_sources(nodes, source))))
            elif is_open[source]:
                lowest[position] = min(lowest[position], numbers[source])


def _cycle_in(nodes: GraphNodes, component: list[int]) -> list[int]:
    """A cycle among nodes of which each depends on each: going up from one leads round at last."""
    members = set(component)
    seen: dict[int, int] = {}
    way = [min(component)]
    while way[-1] not in seen:
        seen[way[-1]] = len(way) - 1
        way.append(next(source for source in _sources(nodes, way[-1]) if source in members))
    return way[seen[way[-1]] : -1][::-1]
