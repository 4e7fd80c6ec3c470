"""Which nodes of a graph compute the gradient of which.

Two kinds of names tell it. ``tf.gradients`` puts the gradient of an operation ``layer/MatMul`` into a scope
``gradients/layer/MatMul_grad`` (``gradients_1`` and so on for later calls, any name if the caller gives one,
and inside whatever scope it is called in). A ``GradientTape`` uses ``gradient_tape/layer/MatMul``. Graphs of
other frameworks say it in an attribute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphlog.graphdef.node_attributes import FORWARD_NODE
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes

_ENDING = "_grad"
_TAPE = "gradient_tape"

# How deep the scope may lie that gradients are computed in, and how many scopes of a name are looked at:
# names that are nothing but slashes would take long.
_DEEPEST_GRADIENTS = 8
_MOST_SCOPES = 64


@dataclass(frozen=True)
class GradientPairs:
    """The forward and the backward nodes of a graph, by position.

    Attributes:
        forward: for each backward node the node whose gradient it helps to compute.
        backward: for each forward node the nodes that compute its gradient, in the order of the graph.
        scopes: the scopes that gradients lie in, such as ``"gradients"``, each once.
    """

    forward: Mapping[int, int]
    backward: Mapping[int, tuple[int, ...]]
    scopes: tuple[str, ...]

    def is_backward(self, name: str) -> bool:
        """Whether a node of this name lies in a scope of gradients, where sums of gradients lie too."""
        return any(name.startswith(f"{scope}/") for scope in self.scopes)


def gradient_pairs(source: GraphSource) -> GradientPairs:
    """Pairs the forward nodes of a graph with those that compute their gradients.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
    """
    nodes = graph_nodes(source)
    forward: dict[int, int] = {}
    backward: dict[int, list[int]] = {}
    scopes: dict[str, None] = {}
    for position, name in enumerate(nodes.names):
        found = _forward_node(nodes, position, name)
        if found is not None and found[0] != position:
            forward[position] = found[0]
            backward.setdefault(found[0], []).append(position)
            if found[1]:
                scopes.setdefault(found[1])
    return GradientPairs(forward, {key: tuple(value) for key, value in backward.items()}, tuple(scopes))


def gradient_nodes(source: GraphSource, name: str) -> tuple[int, ...]:
    """The positions of the nodes that compute the gradient of a node; empty where there are none.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        name: the node's name, or that of a tensor of it.

    Raises:
        KeyError: there is no such node.
    """
    nodes = graph_nodes(source)
    return gradient_pairs(nodes).backward.get(nodes.position(name), ())


def _forward_node(nodes: GraphNodes, position: int, name: str) -> tuple[int, str] | None:
    """The node whose gradient a node helps to compute, and the scope that gradients lie in."""
    if f"{_ENDING}/" in name or f"{_TAPE}/" in name:
        for forward_name, scope in _candidates(name):
            found = nodes.positions.get(forward_name)
            if found is not None:
                return found, scope
    if nodes.has_attribute(position, FORWARD_NODE):
        stated = nodes.attributes(position)[FORWARD_NODE]
        found = nodes.positions.get(stated.decode(errors="replace")) if isinstance(stated, bytes) else None
        if found is not None:
            return found, ""
    return None


def _candidates(name: str) -> Iterator[tuple[str, str]]:
    """Names that the forward node may have, with the scope of the gradients, the likeliest first."""
    labels = name.split("/", _MOST_SCOPES)
    for end in range(len(labels) - 2, 0, -1):
        if labels[end].endswith(_ENDING) and labels[end] != _ENDING:
            for start in range(1, min(end, _DEEPEST_GRADIENTS) + 1):
                forward = "/".join(labels[start : end + 1]).removesuffix(_ENDING)
                yield forward, "/".join(labels[:start])
    for start, label in enumerate(labels[:_DEEPEST_GRADIENTS], start=1):
        if label == _TAPE:
            for end in range(len(labels) - 1, start, -1):
                yield "/".join(labels[start:end]), "/".join(labels[:start])
