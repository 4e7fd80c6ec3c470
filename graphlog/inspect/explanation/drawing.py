"""An explanation as a drawing: values and gradients on the operations, local derivatives at the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlog.core.printable import printable
from graphlog.inspect.drawing.drawing import draw_graph
from graphlog.inspect.explanation.tables import factor_name, number, total_name, value_text
from graphlog.proto.graph_pb2 import GraphDef

if TYPE_CHECKING:
    from graphlog.inspect.explanation.explanation import Explanation, Step


def as_svg(explanation: Explanation) -> str:
    """The operations that the gradient passes, as SVG."""
    graph = GraphDef()
    nodes = {}
    for tensor, op_type in explanation.types.items():
        name = _operation(tensor)
        if name not in nodes:
            nodes[name] = graph.node.add(name=name, op=op_type)
    edge_labels: dict[str | tuple[str, str], str] = {}
    for step in explanation.steps:
        nodes[_operation(step.output)].input.append(step.input.removesuffix(":0"))
        edge = (step.input, _operation(step.output))
        text = _edge_text(explanation, step)
        edge_labels[edge] = f"{edge_labels[edge]}, {text}" if edge in edge_labels else text
    labels = {
        _operation(tensor): printable(_node_text(explanation, tensor))
        for tensor in explanation.types
        if tensor in explanation.values
    }
    return draw_graph(graph, labels=labels, edge_labels=edge_labels).svg()


def _operation(tensor: str) -> str:
    return tensor.rpartition(":")[0] or tensor


def _node_text(explanation: Explanation, tensor: str) -> str:
    """The value of a tensor and its gradient."""
    text = value_text(explanation.values[tensor])
    gradient = explanation.gradients.get(tensor)
    if gradient is None:
        return text
    return f"{text}, {total_name(explanation, tensor)} = {value_text(gradient)}"


def _edge_text(explanation: Explanation, step: Step) -> str:
    """The local derivative where it is a number, else what is passed on."""
    if step.local is None or step.local.size != 1:
        return printable(f"gradient {value_text(step.passed_on)}")
    return printable(f"{factor_name(step, explanation.labels)} = {number(step.local)}")
