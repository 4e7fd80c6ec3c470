"""Finding nodes of a graph: by name, by type, by what is near them, by the paths between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import regex

from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes

_LONGEST_PATTERN = 1000  # characters


class SearchTimeoutError(ValueError):
    """A regular expression took too long: some take time that doubles with every letter of a name."""


def find_nodes(source: GraphSource, pattern: str = "", op_type: str = "", seconds: float = 5.0) -> list[int]:
    """The nodes whose names a regular expression matches somewhere, or that are of a type.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        pattern: a regular expression in Python's form; empty for any name.
        op_type: the operation type, verbatim; empty for any.
        seconds: how long all the matching may take; a pattern that would take longer is stopped then.

    Returns:
        The positions of the nodes, in order.

    Raises:
        ValueError: the pattern is no regular expression, or longer than 1,000 characters.
        SearchTimeoutError: the time is over.
    """
    nodes = graph_nodes(source)
    found: Iterable[int] = range(len(nodes))
    if op_type:
        found = [position for position in found if nodes.types[position] == op_type]
    if pattern:
        found = _matching(nodes, pattern, found, seconds)
    return list(found)


def _matching(nodes: GraphNodes, pattern: str, positions: Iterable[int], seconds: float) -> list[int]:
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"The pattern has {len(pattern)} characters; at most {_LONGEST_PATTERN} are taken.")
    try:
        search = regex.compile(pattern).search
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    end, found = time.monotonic() + seconds, []
    for position in positions:
        try:
            # A little time is left to a match that begins at the end: 0 would mean at once.
            if search(nodes.names[position], timeout=max(end - time.monotonic(), 1e-3)):
                found.append(position)
        except TimeoutError:
            raise SearchTimeoutError(
                f"The pattern {pattern!r} takes too long, more than {seconds:g} s, at node {position} "
                f"({nodes.names[position][:80]!r}). Write it without repetitions inside repetitions."
            ) from None
    return found


@dataclass(frozen=True)
class Neighbour:
    """A node near another.

    Attributes:
        position: the node.
        distance: how many edges away it is: negative for what the other depends on, positive for what depends
            on it, 0 for the other itself.
    """

    position: int
    distance: int


def neighbourhood(
    source: GraphSource, name: str, up: int = 0, down: int = 0, with_control: bool = True
) -> list[Neighbour]:
    """The nodes near a node.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        name: the node's name, or that of a tensor of it.
        up: how many edges to go towards its inputs.
        down: how many edges to go towards its consumers.
        with_control: whether control edges count.

    Returns:
        The node and its neighbours in the order of the graph, each once; what is above and below at once is
        above.

    Raises:
        KeyError: there is no such node.
    """
    nodes = graph_nodes(source)
    start = nodes.position(name)
    above = _distances([start], up, _sources(nodes, with_control))
    below = _distances([start], down, _targets(nodes, with_control))
    found = below | {position: -distance for position, distance in above.items()}
    return [Neighbour(position, found[position]) for position in sorted(found)]


def shortest_path(source: GraphSource, first: str, last: str, with_control: bool = True) -> list[int]:
    """The nodes of a shortest path along the edges from one node to another, both included.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        first: the name of the node, or of a tensor of it, that the path starts with.
        last: likewise for its end.
        with_control: whether control edges count.

    Returns:
        The positions in the order of the path; empty where there is none.

    Raises:
        KeyError: there is no such node.
    """
    nodes = graph_nodes(source)
    start, end = nodes.position(first), nodes.position(last)
    targets = _targets(nodes, with_control)
    came_from = {start: start}
    level = [start]
    while level and end not in came_from:
        following = []
        for position in level:
            for target in targets(position):
                if target not in came_from:
                    came_from[target] = position
                    following.append(target)
        level = following
    if end not in came_from:
        return []
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def nodes_between(source: GraphSource, first: str, last: str, with_control: bool = True) -> list[int]:
    """The nodes that lie on any path along the edges from one node to another, both included.

    The arguments are those of ``shortest_path``.

    Returns:
        The positions in the order of the graph; empty where there is no path.
    """
    nodes = graph_nodes(source)
    start, end = nodes.position(first), nodes.position(last)
    below = _distances([start], len(nodes), _targets(nodes, with_control))
    above = _distances([end], len(nodes), _sources(nodes, with_control))
    return sorted(below.keys() & above.keys())


def _distances(
    start: Collection[int], most: int, neighbours: Callable[[int], Iterable[int]]
) -> dict[int, int]:
    """How far each node is that is at most so many steps away."""
    found = dict.fromkeys(start, 0)
    level, distance = list(start), 0
    while level and distance < most:
        distance += 1
        following = []
        for position in level:
            for neighbour in neighbours(position):
                if neighbour not in found:
                    found[neighbour] = distance
                    following.append(neighbour)
        level = following
    return found


def _sources(nodes: GraphNodes, with_control: bool) -> Callable[[int], Iterable[int]]:
    return lambda position: nodes.edges.source_positions(position, with_control)


def _targets(nodes: GraphNodes, with_control: bool) -> Callable[[int], Iterable[int]]:
    return lambda position: nodes.edges.target_positions(position, with_control)
