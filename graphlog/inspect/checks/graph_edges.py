"""Edges that TensorBoard's page drops, or shows as others than they are."""

from __future__ import annotations

from collections.abc import Iterator

from graphlog.core.op_definition import find_definition
from graphlog.graphdef.node_attributes import read_attributes
from graphlog.inspect.checks.findings import Finding, error, note, shortened
from graphlog.inspect.graphs.edges import CONTROL, MISSING, UNREADABLE
from graphlog.inspect.graphs.nodes import GraphNodes


def check_edges(nodes: GraphNodes) -> Iterator[Finding]:
    """Checks where each input comes from."""
    edges, counts = nodes.edges, _OutputCounts(nodes)
    for target, texts in enumerate(nodes.inputs):
        before, seen_control = MISSING, False
        for number, text in enumerate(texts, start=edges.first[target]):
            source, output = edges.sources[number], edges.outputs[number]
            if source == MISSING:
                yield _dangling(nodes, target, text)
            elif source == target and not nodes.types[target].endswith("NextIteration"):
                yield _self_loop(nodes, target)
            elif output == UNREADABLE or (output > 0 and counts.is_beyond(source, output)):
                yield _out_of_range(nodes, target, text, source, counts.of(source))
            if output == CONTROL:
                seen_control = True
                continue
            if seen_control:
                yield _misplaced_control(nodes, target, text)
                seen_control = False
            if source == before != MISSING:
                yield _collapsed(nodes, target, source)
            before = source


def _dangling(nodes: GraphNodes, target: int, text: str) -> Finding:
    return error(
        "dangling-input",
        nodes.label(target),
        f"Input {shortened(text)} comes from no node of the graph; the page leaves the edge out."
        if text
        else "An input has no name; the page leaves the edge out.",
        "Add the missing node, or correct the name of the input.",
    )


def _self_loop(nodes: GraphNodes, target: int) -> Finding:
    return error(
        "self-loop",
        nodes.label(target),
        "The node takes an output of its own; the page leaves the edge out.",
        "Let it take another node's output.",
    )


def _out_of_range(nodes: GraphNodes, target: int, text: str, source: int, count: int | None) -> Finding:
    outputs = "has no such output" if count is None else f"has {count} output{'' if count == 1 else 's'}"
    return error(
        "input-out-of-range",
        nodes.label(target),
        f"Input {shortened(text)} comes from a {nodes.types[source]} that {outputs}.",
        "Correct the number of the output; the first is 0.",
    )


def _misplaced_control(nodes: GraphNodes, target: int, text: str) -> Finding:
    return error(
        "control-before-data",
        nodes.label(target),
        f"Input {shortened(text)} stands after a control input; TensorFlow does not read such a graph.",
        "Put the control inputs (^name) last.",
    )


def _collapsed(nodes: GraphNodes, target: int, source: int) -> Finding:
    return note(
        "collapsed-edges",
        nodes.label(target),
        f"Several inputs in a row come from {shortened(nodes.names[source])}; the page shows one edge.",
        "Nothing: it is shown less exactly than it is.",
    )


class _OutputCounts:
    """How many outputs nodes have, worked out for those that something is asked of."""

    def __init__(self, nodes: GraphNodes) -> None:
        self._nodes = nodes
        self._known: dict[int, int | None] = {}

    def is_beyond(self, position: int, output: int) -> bool:
        count = self.of(position)
        return count is not None and output >= count

    def of(self, position: int) -> int | None:
        """The number of outputs; None where graphlog does not know the type, or an attribute is damaged."""
        if position not in self._known:
            self._known[position] = self._count(position)
        return self._known[position]

    def _count(self, position: int) -> int | None:
        definition = find_definition(self._nodes.types[position])
        if definition is None:
            return None
        if not any(argument.is_list for argument in definition.outputs):
            return len(definition.outputs)
        try:
            attributes = read_attributes(self._nodes.node_def(position), definition)
        except (ValueError, TypeError):
            return None
        count = 0
        for argument in definition.outputs:
            if argument.number_attribute:
                count += attributes[argument.number_attribute]
            else:
                count += len(argument.dtypes(attributes))
        return count
