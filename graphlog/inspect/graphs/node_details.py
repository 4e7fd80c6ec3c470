"""Everything there is to know of one node of a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.core.attributes import Function
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import find_definition
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.shapes import text as shape_text
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES, guessed_dtypes, read_attributes
from graphlog.inspect.graphs.edges import MISSING
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, UnreadValue, graph_nodes
from graphlog.inspect.graphs.parameters import Parameters, parameters

_ELEMENTS_SHOWN = 8
_LONGEST_TEXT = 200  # characters

# A node with more outputs than this is shown without the rest: an attribute may claim any number.
_MOST_OUTPUTS = 1000


@dataclass(frozen=True)
class NodeInput:
    """A tensor that a node takes.

    Attributes:
        text: as in the file, such as ``"a:1"``.
        source: the name of the node it comes from; None where the graph has no such node.
        output: which output of that node it is; negative where the text says nothing readable.
        dtype: the dtype's name; empty where it is not known.
        shape: the shape, as far as it is known.
    """

    text: str
    source: str | None
    output: int
    dtype: str
    shape: StaticShape


@dataclass(frozen=True)
class NodeOutput:
    """A tensor that a node computes.

    Attributes:
        name: ``node:output``.
        dtype: the dtype's name; empty where it is not known.
        shape: the shape, as far as it is known.
        consumers: the names of the nodes that take it, once for each time they do.
    """

    name: str
    dtype: str
    shape: StaticShape
    consumers: tuple[str, ...]


@dataclass(frozen=True)
class NodeDetails:
    """One node of a graph, names and texts as they are in the file.

    Attributes:
        name: its name.
        type: its operation type.
        device: the device it asks for, or an empty string.
        position: its position in the graph.
        attributes: its attributes as readable text, by name.
        inputs: the tensors it takes.
        control_inputs: the nodes it waits for.
        outputs: the tensors it computes, as far as these are known.
        control_consumers: the nodes that wait for it.
        source_lines: the lines of code that built it, ``file:line``, the innermost first.
        parameters: what it holds of a model's parameters, or None.
        stored_bytes: what it takes in the serialized GraphDef.
    """

    name: str
    type: str
    device: str
    position: int
    attributes: Mapping[str, str]
    inputs: tuple[NodeInput, ...]
    control_inputs: tuple[str, ...]
    outputs: tuple[NodeOutput, ...]
    control_consumers: tuple[str, ...]
    source_lines: tuple[str, ...]
    parameters: Parameters | None
    stored_bytes: int


def node_details(source: GraphSource, name: str) -> NodeDetails:
    """Everything there is to know of a node.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        name: the node's name, or that of a tensor of it.

    Raises:
        KeyError: there is no such node.
    """
    nodes = graph_nodes(source)
    position = nodes.position(name)
    edges = nodes.edges.inputs(position)
    consumers = nodes.edges.consumers(position)
    attributes = nodes.attributes(position)
    return NodeDetails(
        name=nodes.names[position],
        type=nodes.types[position],
        device=nodes.devices[position],
        position=position,
        attributes={key: value_text(value) for key, value in attributes.items()},
        inputs=tuple(
            [_input(nodes, edge.source, edge.output, edge.text) for edge in edges if not edge.is_control]
        ),
        control_inputs=tuple([edge.text[1:] for edge in edges if edge.is_control]),
        outputs=_outputs(nodes, position),
        control_consumers=tuple([nodes.names[edge.target] for edge in consumers if edge.is_control]),
        source_lines=tuple(nodes.source_lines(position)),
        parameters=parameters(nodes, position),
        stored_bytes=nodes.size(position),
    )


def output_dtypes(nodes: GraphNodes, position: int) -> list[DType]:
    """The dtypes of a node's outputs: by its definition, or guessed where graphlog does not know its type.

    Guessed are as many outputs as the file lists shapes of, or as other nodes take.
    """
    node = nodes.node_def(position)
    definition = find_definition(node.op)
    if definition is not None:
        try:
            attributes = read_attributes(node, definition)
            for argument in definition.outputs:
                if argument.number_attribute and attributes[argument.number_attribute] > _MOST_OUTPUTS:
                    return []
            return list(definition.output_dtypes(attributes))
        except (ValueError, TypeError):
            pass  # damaged attributes: what is left of them has to do
    taken = max([edge.output for edge in nodes.edges.consumers(position)], default=-1) + 1
    known = {key: value for key, value in nodes.attributes(position).items() if key != OUTPUT_SHAPES}
    return list(guessed_dtypes(node, known, min(taken, _MOST_OUTPUTS)))


def _input(nodes: GraphNodes, source: int, output: int, text: str) -> NodeInput:
    if source == MISSING:
        return NodeInput(text, None, output, "", None)
    dtypes, stated = output_dtypes(nodes, source), nodes.output_shapes(source)
    return NodeInput(
        text, nodes.names[source], output, _item_name(dtypes, output), _item_shape(stated, output)
    )


def _outputs(nodes: GraphNodes, position: int) -> tuple[NodeOutput, ...]:
    dtypes, stated = output_dtypes(nodes, position), nodes.output_shapes(position)
    consumers: dict[int, list[str]] = {}
    for edge in nodes.edges.consumers(position):
        if edge.output >= 0:
            consumers.setdefault(edge.output, []).append(nodes.names[edge.target])
    count = max(len(dtypes), len(stated), max(consumers, default=-1) + 1)
    return tuple(
        [
            NodeOutput(
                f"{nodes.names[position]}:{index}",
                _item_name(dtypes, index),
                _item_shape(stated, index),
                tuple(consumers.get(index, ())),
            )
            for index in range(min(count, _MOST_OUTPUTS))
        ]
    )


def _item_name(dtypes: Sequence[DType], index: int) -> str:
    known = 0 <= index < len(dtypes) and dtypes[index].name != "unknown"
    return dtypes[index].name if known else ""


def _item_shape(shapes: Sequence[StaticShape], index: int) -> StaticShape:
    return shapes[index] if 0 <= index < len(shapes) else None


def value_text(value: Any) -> str:
    """An attribute's value as one line of text for people, cut where it is long."""
    return _cut(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, DType):
        return value.name
    if isinstance(value, TensorShape):
        return shape_text(value.as_tuple())
    if isinstance(value, bytes):
        return _bytes_text(value)
    if isinstance(value, np.ndarray):
        return _array_text(value)
    if isinstance(value, UnreadValue):
        return f"({value.kind}: {value.reason})"
    if isinstance(value, Function):
        return f"function {value.name}"
    if isinstance(value, list | tuple):
        shown = [value_text(item) for item in value[:_ELEMENTS_SHOWN]]
        return f"[{', '.join(shown)}{_rest(len(value))}]"
    return str(value)


def _bytes_text(value: bytes) -> str:
    shown = value[:_LONGEST_TEXT]
    try:
        text = shown.decode()
    except UnicodeDecodeError:
        return f"{len(value)} bytes {shown!r}"
    return repr(text)


def _array_text(array: np.ndarray[Any, Any]) -> str:
    dtype = "string" if array.dtype == object else str(array.dtype)
    if array.ndim == 0:
        return f"{dtype} {_element_text(array[()])}"
    shown = ", ".join([_element_text(item) for item in array.flat[:_ELEMENTS_SHOWN]])
    return f"{dtype} of shape {shape_text(array.shape)}: {shown}{_rest(array.size)}"


def _element_text(value: Any) -> str:
    return _cut(_bytes_text(value) if isinstance(value, bytes) else str(value))


def _rest(count: int) -> str:
    return f", and {count - _ELEMENTS_SHOWN} more" if count > _ELEMENTS_SHOWN else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
