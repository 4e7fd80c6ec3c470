"""The layers of one level of a graph, and the order in each, found by fast-sugiyama.

The library ranks vertices and orders each layer so that few edges cross. It does not know that vertices have
sizes, so where they lie in their layers is worked out in ``columns``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fast_sugiyama import from_edges


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a graph without cycles, and its edges cut at each layer.

    Attributes:
        rows: the vertices of each layer in order, the sources' layer first. Vertices from ``vertex_count`` on
            are the bends where an edge passes through a layer.
        paths: for each edge the vertices it passes from its source to its target, both included, one a
            layer.
    """

    rows: list[list[int]]
    paths: dict[tuple[int, int], list[int]]


def acyclic(vertex_count: int, edges: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The edges that would have to be turned round for a graph to have no cycle, found depth first."""
    targets: list[list[int]] = [[] for _ in range(vertex_count)]
    has_source = bytearray(vertex_count)
    for source, target in edges:
        targets[source].append(target)
        has_source[target] = 1
    state = bytearray(vertex_count)  # 1: on the way from the start to here; 2: done
    turned: set[tuple[int, int]] = set()
    for start in sorted(range(vertex_count), key=has_source.__getitem__):
        if state[start]:
            continue
        state[start] = 1
        waiting = [(start, iter(targets[start]))]
        while waiting:
            vertex, rest = waiting[-1]
            for target in rest:
                if state[target] == 1:
                    turned.add((vertex, target))
                elif not state[target]:
                    state[target] = 1
                    waiting.append((target, iter(targets[target])))
                    break
            else:
                state[vertex] = 2
                waiting.pop()
    return turned


def find_layers(vertex_count: int, edges: Sequence[tuple[int, int]]) -> Layers:
    """Puts the vertices of a connected graph without cycles into layers.

    Args:
        vertex_count: how many vertices there are, numbered from 0.
        edges: source and target of each edge, each pair once, no pair of a vertex with itself.

    Returns:
        The layers. Each edge points from a layer to a later one.
    """
    if not edges:
        return Layers([list(range(vertex_count))], {})
    (positions, _, _, pieces), *others = from_edges(
        edges, dummy_vertices=True, check_layout=False, transpose=len(edges) < _MOST_TRANSPOSED
    )
    assert not others, "the graph is in several parts"
    by_height: dict[float, list[tuple[float, int]]] = {}
    for vertex, (x, y) in positions:
        by_height.setdefault(y, []).append((x, int(vertex)))
    rows = [[vertex for _, vertex in sorted(by_height[y])] for y in sorted(by_height, reverse=True)]
    return Layers(rows, _paths(vertex_count, edges, pieces or ()))


# From so many edges on, exchanging neighbours takes too long for what it gains.
_MOST_TRANSPOSED = 2000


def _paths(
    vertex_count: int, edges: Sequence[tuple[int, int]], pieces: Iterable[tuple[int | str, int | str]]
) -> dict[tuple[int, int], list[int]]:
    """Joins the pieces of each edge: a bend has one piece that leads to it and one that leaves."""
    following: dict[int, list[int]] = {}
    for source, target in pieces:
        following.setdefault(int(source), []).append(int(target))
    paths = {}
    for source in {source for source, _ in edges}:
        for target in following.get(source, ()):
            path = [source, target]
            while path[-1] >= vertex_count:
                path.append(following[path[-1]][0])
            paths[source, path[-1]] = path
    return {edge: paths[edge] for edge in edges}
